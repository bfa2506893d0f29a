"""Layouts of results are data: what each published kind of file looks like, read from TOML.

Those shipped with the room are in ``layouts/results/*.toml``; anybody can write another one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from courtyard.electorate.refusal import Refused, shown

Kind = Literal["candidate", "write-in", "tally"]
SAID = ("date", "event", "party", "office", "district", "county", "state", "level")
OURS = frozenset(
    (
        *("assembly_district", "election_district", "precinct", "county", "area"),
        *("date", "event", "party", "office", "district"),
        *("status", "vote_for", "unit", "votes", "total", "share", "reported"),
    )
)
SHAPES = ("rows", "columns")
PARTY = ("contest", "line")
UNITS = ("ballots", "tallies", "write_ins")
FIELD = re.compile(r"\{([a-z_]+)\}")
NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
LARGEST_LAYOUT = 256 << 10


@dataclass(frozen=True)
class AreaRule:
    """One way to read an area's code, its kind, and where this way is right."""

    kind: str
    template: str
    pattern: re.Pattern[str]
    counties: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    @property
    def fields(self) -> tuple[str, ...]:
        """Return our words for the columns it is put together from."""
        return tuple(FIELD.findall(self.template))


@dataclass(frozen=True)
class Layout:
    """One kind of file: its columns, and what the publisher's words in them mean."""

    name: str
    what: str
    publisher: str
    licence: str
    shape: str
    columns: dict[str, tuple[str, ...]]
    areas: tuple[AreaRule, ...]
    place: str = ""
    ignored: tuple[str, ...] = ()
    suffix: str = ""
    needed: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    repeated: bool = False
    ragged: bool = False
    party: str = "contest"
    primaries: tuple[str, ...] = ("primary",)
    plain: frozenset[str] | None = None
    contest: dict[str, str] = field(default_factory=dict)
    in_play: str = ""
    combined: re.Pattern[str] | None = None
    event: re.Pattern[str] | None = None
    dates: tuple[str, ...] = ("%Y-%m-%d", "%m/%d/%Y")
    file_names: tuple[tuple[re.Pattern[str], str], ...] = ()
    totals: frozenset[str] = frozenset()
    units: dict[str, tuple[str, str]] = field(default_factory=dict)
    ballots_need: frozenset[str] = frozenset()
    ballots_total: frozenset[str] = frozenset()
    events: dict[str, str] = field(default_factory=dict)
    offices: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)

    def unit(self, said: str) -> tuple[Kind, str]:
        """Return what a line of this unit name counts, and the name it is kept under."""
        sort, name = self.units.get(plain(said), ("", said))
        if sort == "write_ins":
            return "write-in", name or said
        return ("tally" if sort else "candidate"), name or said

    def counts_ballots(self, unit: str) -> bool:
        """Return whether a tally of this unit name is a part of the ballots cast."""
        return self.units.get(plain(unit), ("", ""))[0] == "ballots"

    def ballots_of(self, tallies: Iterable[str]) -> list[str]:
        """Return which tallies of a contest add up to its ballots cast; none if they cannot."""
        counting = [unit for unit in tallies if self.counts_ballots(unit)]
        if whole := [unit for unit in counting if plain(unit) in self.ballots_total]:
            return whole
        there = not self.ballots_need or self.ballots_need & {plain(unit) for unit in counting}
        return counting if there else []

    def has_plain_name(self, area_kind: str) -> bool:
        """Return whether a contest of areas of this kind needs no kind in its name."""
        return self.plain is None or area_kind in self.plain


@cache
def layouts() -> tuple[Layout, ...]:
    """Return every layout of results shipped with the room, by name."""
    folder = files("courtyard.electorate") / "layouts" / "results"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(
        _layout(f.name.removesuffix(".toml"), tomllib.loads(f.read_text("utf-8"))) for f in found
    )


def layout_named(name: str) -> Layout | None:
    """Return the layout of this name, or None if this version of the room has none."""
    return next((layout for layout in layouts() if layout.name == name), None)


def layout_of(said: str | Path) -> Layout:
    """Return a shipped layout by its name, or one that somebody wrote by its path, a TOML file.

    Raises Refused, naming what is wrong in the file.
    """
    if isinstance(said, str) and (shipped := layout_named(said)):
        return shipped
    path = Path(said)
    if path.suffix != ".toml":
        known = ", ".join(layout.name for layout in layouts())
        what = f"there is no layout {shown(str(said))}"
        raise Refused(what, mend=f"Give the path of a TOML file, or one of: {known}")
    return _written(path)


def plain(word: str) -> str:
    """Return a word as words are compared: without case, punctuation and extra space."""
    return " ".join(re.findall(r"[^\W_]+", word.casefold()))


def _written(path: Path) -> Layout:
    mend = "docs/result-files.md says how a layout is written"
    try:
        if path.stat().st_size > LARGEST_LAYOUT:
            raise Refused("the layout is larger than 256 KiB", mend=mend, file=path.name)
        said = tomllib.loads(path.read_text("utf-8"))
        name = plain(path.stem).replace(" ", "_")
        if not NAME.fullmatch(name) or layout_named(name):
            raise Refused("the layout has no name of its own", mend="Rename it", file=path.name)
        return _layout(name, {"suffix": name.replace("_", "-"), **said})
    except OSError as e:
        raise Refused("the layout cannot be opened", mend=mend, file=path.name) from e
    except UnicodeDecodeError as e:
        raise Refused("the layout is not UTF-8 text", mend=mend, file=path.name) from e
    except tomllib.TOMLDecodeError as e:
        raise Refused(f"the layout is no TOML: {shown(str(e))}", mend=mend, file=path.name) from e
    except KeyError as e:
        raise Refused(f"the layout has no {e.args[0]}", mend=mend, file=path.name) from e
    except (ValueError, TypeError, AttributeError, re.error) as e:
        what = f"the layout cannot be used: {shown(str(e), 120)}"
        raise Refused(what, mend=mend, file=path.name) from e


def _layout(name: str, said: Mapping[str, Any]) -> Layout:
    """Return a layout from its TOML. Raises KeyError, TypeError, ValueError, re.error."""
    known = {one.name for one in fields(Layout)} | {"area", "file_name", "status"}
    if said.get("kind", "results") != "results":
        raise ValueError(f"it is a layout of {said['kind']}, not of results")
    if unknown := sorted(set(said) - known - {"kind"}):
        raise ValueError(f"{unknown[0]} is no word of a layout")
    status, event = said.get("status", {}), said.get("event", {})
    layout = Layout(
        name=name,
        **{word: str(said[word]) for word in ("what", "publisher", "licence", "shape")},
        columns={ours: _names(theirs) for ours, theirs in said["columns"].items()},
        areas=tuple(_area(one) for one in said["area"]),
        place=str(said.get("place", "")),
        ignored=_names(said.get("ignored", {}).get("columns", ())),
        suffix=str(said.get("suffix", "")),
        needed=tuple(said.get("needed", ())),
        methods=_names(said.get("methods", {}).get("columns", ())),
        repeated=bool(said.get("repeated", False)),
        ragged=bool(said.get("ragged", False)),
        party=str(said.get("party", "contest")),
        primaries=tuple(plain(word) for word in said.get("primaries", ("primary",))),
        plain=frozenset(said["plain"]) if "plain" in said else None,
        contest={word: str(value) for word, value in said.get("contest", {}).items()},
        in_play=str(status.get("in_play", "")),
        combined=re.compile(status["combined"]) if status else None,
        event=re.compile(event["pattern"]) if event else None,
        dates=_names(event.get("date", ("%Y-%m-%d", "%m/%d/%Y"))),
        file_names=tuple((re.compile(f["pattern"]), f["date"]) for f in said.get("file_name", ())),
        totals=frozenset(plain(word) for word in said.get("totals", {}).get("areas", ())),
        units=_units(said.get("units", {})),
        ballots_need=frozenset(plain(word) for word in said.get("ballots_need", ())),
        ballots_total=frozenset(plain(word) for word in said.get("ballots_total", ())),
        events=_spellings(said.get("events", {})),
        offices=_spellings(said.get("offices", {})),
        parties=_spellings(said.get("parties", {})),
    )
    _check(layout)
    return layout


def _check(layout: Layout) -> None:
    """Raise ValueError for words that mean nothing."""
    used = {name for rule in layout.areas for name in (*rule.fields, *rule.without)}
    for word in (*layout.columns, *layout.needed, *used):
        if word not in OURS:
            raise ValueError(f"{word} is no column of ours; they are {', '.join(sorted(OURS))}")
    if layout.shape not in SHAPES or layout.party not in PARTY:
        raise ValueError("shape is rows or columns, and party is contest or line")
    if not layout.areas:
        raise ValueError("it needs at least one [[area]]")
    for word in layout.contest:
        if word not in SAID:
            raise ValueError(f"{word} is no word of a contest; they are {', '.join(SAID)}")
    for rule in layout.areas:
        groups = set(rule.pattern.groupindex)
        if not (groups >= {"high", "low"} or "code" in groups):
            raise ValueError("the pattern of an area needs (?P<code>…), or (?P<high>…), (?P<low>…)")
    if layout.suffix and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", layout.suffix):
        raise ValueError("suffix is small letters, digits and single hyphens")


def _area(said: Mapping[str, Any]) -> AreaRule:
    counties = frozenset(plain(one) for one in said.get("counties", ()))
    without = frozenset(said.get("without", ()))
    return AreaRule(said["kind"], said["from"], re.compile(said["pattern"]), counties, without)


def _units(said: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return by plain spelling: which of UNITS, and the name to keep it under, if not as it is."""
    found = {}
    for sort, names in said.items():
        if sort not in UNITS:
            raise ValueError(f"units are {', '.join(UNITS)}, not {sort}")
        if isinstance(names, list):
            found.update({plain(name): (sort, "") for name in names})
        else:
            kept = _spellings(names)
            found.update({spelling: (sort, name) for spelling, name in kept.items()})
    return found


def _spellings(said: Mapping[str, Any]) -> dict[str, str]:
    """Return the name to keep by every plain spelling of it."""
    return {plain(word): name for name, others in said.items() for word in (name, *others)}


def _names(said: Any) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(str(one) for one in said)
