"""How a publisher lays out its voter file: ``layouts/voters/*.toml``, or a user's own TOML.

docs/voter-files.md says what stands in such a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from courtyard.electorate.dataset import is_name
from courtyard.electorate.permitted import PURPOSES, Permitted
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.voters.history import HistoryRule, history_rule

TEXTS = ("last_name", "first_name", "middle_name", "name_suffix")
DATES = ("born", "registered")
DISTRICTS = ("congress", "senate", "house")
PLACES = ("city", "zip")
FIELDS = ("voter_id", *TEXTS, *DATES, "born_year", "party", "status", "county", *DISTRICTS)
STATUSES = ("active", "inactive", "pending", "preregistered", "removed", "unknown")
ADDRESS = ("line", "number", "half", "street", "unit", "otherwise", *PLACES)
LONGEST = 100_000
PRIMARIES = ("closed", "semi-closed", "open", "unknown")
SEE = "docs/voter-files.md says what a layout holds"

Part = Literal["voters", "history"]


@dataclass(frozen=True)
class Field:
    """Where one of our fields comes from: columns that are joined by a space, and how to read it.

    ``date`` is a format of strptime, ``codes`` the publisher's codes and our words for them,
    ``pattern`` takes the number of a district out of words.
    """

    columns: tuple[str, ...]
    date: str = ""
    codes: Mapping[str, str] | None = None
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True)
class AreaRule:
    """How the code of the smallest area is made, for rows where ``only`` (if any) holds.

    With ``times`` the code is the first number times it plus the second; otherwise the columns are
    joined by ``joined``.
    """

    columns: tuple[str, ...]
    times: int = 0
    joined: str = "-"
    only: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Flag:
    """The column that says who is confidential: the values that do, and those that say who is not.

    Where the latter are known, whatever else stands there hides its voter, and is reported.
    """

    column: str
    values: frozenset[str]
    public: frozenset[str]

    def hides(self, value: str) -> bool | None:
        """Return whether a value hides its voter; None if it is one that nobody knows."""
        said = value.strip(" \"'\0\N{SYMBOL FOR NULL}").upper()
        if said in self.values:
            return True
        return False if not said or said in self.public or not self.public else None


@dataclass(frozen=True)
class VoterLayout:
    """One kind of voter file, or of vote-history file that goes with one (``part``)."""

    name: str
    part: Part
    dataset: str
    place: str
    what: str
    publisher: str
    licence: str
    permitted: Permitted
    primaries: str
    parties: Mapping[str, str]
    columns: tuple[str, ...]
    header: bool
    delimiter: str
    quoted: bool
    proof: Mapping[str, re.Pattern[str]]
    fields: Mapping[str, Field]
    address: Mapping[str, Field]
    areas: tuple[AreaRule, ...]
    confidential: Flag | None
    history: HistoryRule | None
    left_out: Mapping[str, str]

    @property
    def needed(self) -> tuple[str, ...]:
        """Return every column that is read, once each, in a fixed order."""
        named = [*self.fields.values(), *self.address.values()]
        found = [column for one in named for column in one.columns]
        found += [column for rule in self.areas for column in rule.columns]
        found += [rule.only[0] for rule in self.areas if rule.only]
        found += [self.confidential.column] if self.confidential else []
        found += self.history.columns_read if self.history else []
        return tuple(dict.fromkeys(found))


@cache
def voter_layouts() -> tuple[VoterLayout, ...]:
    """Return every layout shipped with the room, by name."""
    folder = files("courtyard.electorate") / "layouts" / "voters"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(
        voter_layout(f.name.removesuffix(".toml"), tomllib.loads(f.read_text("utf-8")))
        for f in found
    )


def read_voter_layout(path: Path) -> VoterLayout:
    """Return a user's own layout. Raises Refused, naming what is missing or not known."""
    try:
        text = path.read_bytes()[:LONGEST].decode()
        return voter_layout(path.stem, tomllib.loads(text))
    except (OSError, UnicodeDecodeError) as e:
        raise Refused("the layout cannot be read", mend=SEE, file=path.name) from e
    except tomllib.TOMLDecodeError as e:
        raise Refused(f"this is not TOML: {e}", mend=SEE, file=path.name) from e
    except Refused as refused:
        raise refused.at(path.name) from refused.__cause__


def voter_layout(name: str, said: Mapping[str, Any]) -> VoterLayout:
    """Return the layout that a TOML table says. Raises Refused, without a place."""
    try:
        return _layout(name, said)
    except KeyError as e:
        raise Refused(f"the layout does not say {e.args[0]}", mend=SEE) from e
    except (TypeError, ValueError, AttributeError, re.error) as e:
        raise Refused(f"the layout cannot be understood: {shown(str(e), 120)}", mend=SEE) from e


def _layout(name: str, said: Mapping[str, Any]) -> VoterLayout:
    part, file = said["kind"], said["file"]
    if part not in ("voters", "history"):
        raise Refused(f"“{shown(str(part))}” is no kind of voter file", mend=SEE)
    fields = {ours: _field(theirs) for ours, theirs in said["fields"].items()}
    address = {ours: _field(theirs) for ours, theirs in said.get("address", {}).items()}
    _known(fields, FIELDS, "fields")
    _known(address, ADDRESS, "address")
    if "voter_id" not in fields:
        raise KeyError("fields.voter_id")
    columns = tuple(file.get("columns", ()))
    if not file["header"] and not columns:
        raise KeyError("file.columns, the order of the columns of a file without a header")
    made = VoterLayout(
        name=name,
        part=part,
        dataset=said["dataset"],
        place=said.get("place", said["dataset"]),
        what=said["what"],
        publisher=said["publisher"],
        licence=said["licence"],
        permitted=_permitted(said.get("permitted", {})),
        primaries=said.get("primaries", "unknown"),
        parties=dict(said.get("parties", {})),
        columns=columns,
        header=bool(file["header"]),
        delimiter=file.get("delimiter", ","),
        quoted=bool(file.get("quoted", True)),
        proof={column: re.compile(text) for column, text in file.get("proof", {}).items()},
        fields=fields,
        address=address,
        areas=tuple(_area(rule) for rule in said.get("area", ())),
        confidential=_flag(said.get("confidential")),
        history=history_rule(said["history"]) if "history" in said else None,
        left_out={c: one["why"] for one in said.get("left_out", ()) for c in one["columns"]},
    )
    if wrong := next(_wrong(made), None):
        raise Refused(wrong, mend=SEE)
    return made


def _wrong(made: VoterLayout) -> Iterator[str]:
    """Say what a layout holds that no file could be read by."""
    texts = (made.what, made.publisher, made.licence, *made.parties.values())
    if not all(isinstance(text, str) for text in texts + made.columns + made.needed):
        yield "what the layout says of names and columns is not all text"
    if not is_name("voters", made.dataset):
        yield f"“{shown(made.dataset)}” is no name of a dataset: small letters, figures and -"
    if len(made.delimiter) != 1 or not made.delimiter.isascii() or made.delimiter in '"\r\n':
        yield f"“{shown(made.delimiter)}” is no delimiter: it is one character"
    if made.primaries not in PRIMARIES:
        yield f"“{shown(str(made.primaries))}” is no kind of primaries: {', '.join(PRIMARIES)}"
    if not made.header:
        yield from _wrong_columns(made)
    shapes = ("rows", "columns") if made.part == "history" else ("list", "columns")
    if made.history is None and made.part == "history":
        yield "a layout of a vote history has no table [history]"
    if made.history is not None and made.history.shape not in shapes:
        yield f"[history] of a file of {made.part} has one of the shapes {', '.join(shapes)}"
    yield from _wrong_fields(made)


def _wrong_columns(made: VoterLayout) -> Iterator[str]:
    for column in (*made.needed, *made.proof):
        if column not in made.columns:
            yield f"the layout reads {shown(column)}, which is not among its columns"
    for column in made.columns:
        if made.columns.count(column) > 1:
            yield f"the layout has two columns {shown(column)}"


def _wrong_fields(made: VoterLayout) -> Iterator[str]:
    for name, one in made.fields.items():
        if name in DATES and not one.date:
            yield f"fields.{name} does not say how a date is written: date"
        if one.pattern is not None and not one.pattern.groups:
            yield f"the pattern of fields.{name} has no group (…) for what is taken"
        if not all(isinstance(ours, str) for ours in (one.codes or {}).values()):
            yield f"the codes of fields.{name} are not all text"
        for ours in (one.codes or {}).values():
            if name == "status" and ours not in STATUSES:
                yield f"“{shown(ours)}” is no status: {', '.join(STATUSES)}"
    for rule in made.areas:
        if rule.times and len(rule.columns) != 2:
            yield "an area with times is of two columns"


def _field(said: str | list[str] | Mapping[str, Any]) -> Field:
    if isinstance(said, str):
        return Field((said,))
    if isinstance(said, list):
        return Field(_texts(said))
    columns = said["columns"] if "columns" in said else [said["column"]]
    pattern = re.compile(said["pattern"]) if "pattern" in said else None
    return Field(_texts(columns), said.get("date", ""), said.get("codes"), pattern)


def _texts(said: Any) -> tuple[str, ...]:
    if not isinstance(said, list) or not said or not all(isinstance(one, str) for one in said):
        raise TypeError(f"{said} is no list of texts")
    return tuple(said)


def _only(said: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]] | None:
    return (said["column"], _texts(said["values"])) if said else None


def _area(said: Mapping[str, Any]) -> AreaRule:
    return AreaRule(
        columns=_texts(said["columns"]),
        times=int(said.get("times", 0)),
        joined=said.get("joined", "-"),
        only=_only(said.get("only")),
    )


def _flag(said: Mapping[str, Any] | None) -> Flag | None:
    if said is None:
        return None
    values = frozenset(value.strip().upper() for value in _texts(said["values"]))
    public = said.get("public")
    others = frozenset(value.strip().upper() for value in _texts(public)) if public else frozenset()
    return Flag(said["column"], values, others)


def _permitted(said: Mapping[str, Any]) -> Permitted:
    # A layout that says nothing allows nothing: the law is the user's to state.
    unknown = set(said.get("uses", ())) - set(PURPOSES)
    if unknown:
        what = f"“{shown(unknown.pop())}” is no purpose"
        raise Refused(what, mend=f"The purposes are {' and '.join(PURPOSES)}")
    return Permitted.of({"permitted": said})


def _known(said: Mapping[str, Field], ours: tuple[str, ...], where: str) -> None:
    for name in said:
        if name not in ours:
            mend = f"The fields there are: {', '.join(ours)}"
            raise Refused(f"{where}.{shown(name)} is not a field of ours", mend=mend)
