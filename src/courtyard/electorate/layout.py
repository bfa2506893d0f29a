"""Layouts are data: what each published kind of file looks like, read from ``layouts/*.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["candidate", "write-in", "tally"]


@dataclass(frozen=True)
class Layout:
    """One kind of file: its columns, and what the publisher's words in them mean."""

    name: str
    what: str
    publisher: str
    licence: str
    columns: dict[str, str]
    area_columns: tuple[str, str]
    area_times: int
    in_play: str
    combined: re.Pattern[str]
    event: re.Pattern[str]
    date_format: str
    ballots: frozenset[str]
    other_tallies: frozenset[str]
    write_ins: frozenset[str]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return every column name a file of this layout must have."""
        return (*self.area_columns, *self.columns.values())

    def kind(self, unit: str) -> Kind:
        """Return what a line of this unit name counts: votes for a name, or ballots."""
        word = unit.casefold()
        if word in self.write_ins:
            return "write-in"
        if word in self.ballots or word in self.other_tallies:
            return "tally"
        return "candidate"

    def counts_ballots(self, unit: str) -> bool:
        """Return whether a tally of this unit name is a part of the ballots cast."""
        return unit.casefold() in self.ballots


@cache
def layouts() -> tuple[Layout, ...]:
    """Return every layout shipped with the room, by name."""
    folder = files("courtyard.electorate") / "layouts"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(
        _layout(f.name.removesuffix(".toml"), tomllib.loads(f.read_text("utf-8"))) for f in found
    )


def layout_named(name: str) -> Layout | None:
    """Return the layout of this name, or None if this version of the room has none."""
    return next((layout for layout in layouts() if layout.name == name), None)


def _layout(name: str, said: dict[str, Any]) -> Layout:
    high, low = said["area"]["columns"]
    return Layout(
        name=name,
        what=said["what"],
        publisher=said["publisher"],
        licence=said["licence"],
        columns=dict(said["columns"]),
        area_columns=(high, low),
        area_times=int(said["area"]["times"]),
        in_play=said["status"]["in_play"],
        combined=re.compile(said["status"]["combined"]),
        event=re.compile(said["event"]["pattern"]),
        date_format=said["event"]["date_format"],
        ballots=_words(said["units"]["ballots"]),
        other_tallies=_words(said["units"]["other_tallies"]),
        write_ins=_words(said["units"]["write_ins"]),
    )


def _words(names: list[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
