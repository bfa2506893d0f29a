"""Contests and what was counted in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple, TypedDict

from courtyard.electorate.dataset import Version, current, slugs
from courtyard.electorate.questions.engine import DUCKDB, RELOAD, answer
from courtyard.electorate.questions.tables import table
from courtyard.electorate.refusal import Refused


@dataclass(frozen=True)
class Contest:
    """A contest in force and where its result came from. ``contest`` is its slug."""

    contest: str
    title: str
    event: str
    party: str
    office: str
    district: str
    vote_for: int
    date: date
    publisher: str
    licence: str
    source: str
    sha256: str
    layout: str
    area_kind: str
    rows_read: int
    rows_kept: int
    version: int
    loaded_at: str
    notes: tuple[str, ...]
    combined: dict[str, str]


@dataclass(frozen=True)
class Candidate:
    """A name votes were cast for, and the votes. ``write_in``: a line that gathers write-ins."""

    name: str
    votes: int
    write_in: bool


@dataclass(frozen=True)
class AreaFigures:
    """What one area reported; an area ``counted_in`` another one has only zeros of its own.

    ``votes`` stand in the order of ``candidates()``; ``total`` is their sum, ``ballots`` the sum of
    the ballot tallies, or None if the area reports none; ``by_tally`` has every tally line.
    """

    area: str
    county: str
    counted_in: str | None
    votes: tuple[int, ...]
    total: int
    ballots: int | None
    by_tally: dict[str, int]


class ResultRow(TypedDict):
    """One area and one candidate. ``date`` is ISO text; ``source`` a file name."""

    contest: str
    date: str
    area: str
    candidate: str
    votes: int
    source: str
    counted_in: str | None


class NoSuchContest(LookupError):
    """No contest of this slug is in force."""


def contests(root: Path) -> list[Contest]:
    """Return all contests in force, newest first. Raises Refused if one is damaged."""
    found = [one for slug in slugs(root) if (one := contest(root, slug))]
    return sorted(found, key=lambda one: (-one.date.toordinal(), one.title, one.contest))


def contest(root: Path, slug: str) -> Contest | None:
    """Return the contest, or None if there is none or it is no slug. Raises Refused if damaged."""
    version = current(root, slug)
    return _contest(version) if version and version.kind == "results" else None


def candidates(root: Path, slug: str, *, engine: str = DUCKDB) -> list[Candidate]:
    """Return the candidates and write-ins of a contest, most votes first, then by name.

    Raises NoSuchContest, and Refused if what is stored is damaged.
    """
    return _candidates(_lines(_version(root, slug), engine))


def figures(root: Path, slug: str, *, engine: str = DUCKDB) -> list[AreaFigures]:
    """Return what every area of a contest reported, in order of area code.

    Raises NoSuchContest, and Refused if what is stored is damaged.
    """
    return whole_result(root, slug, engine=engine)[1]


def whole_result(
    root: Path, slug: str, *, engine: str = DUCKDB
) -> tuple[list[Candidate], list[AreaFigures]]:
    """Return the candidates of a contest and what every area of it reported, read once for both.

    Raises NoSuchContest, and Refused if what is stored is damaged.
    """
    version = _version(root, slug)
    lines = _lines(version, engine)
    names = _candidates(lines)
    return names, _figures(version, lines, names)


def result_rows(root: Path, slug: str | None, *, engine: str = DUCKDB) -> Iterator[ResultRow]:
    """Yield one row per area and candidate of a contest, or of all contests, newest first.

    A combined area has a row of 0 votes for each candidate and says where it is ``counted_in``,
    so that every area is there and every vote is counted once.
    Raises NoSuchContest, and Refused if what is stored is damaged, when first asked for a row.
    """
    for one in [slug] if slug is not None else [found.contest for found in contests(root)]:
        said = _contest(_version(root, one))
        names, areas = whole_result(root, one, engine=engine)
        for area in areas:
            for candidate, votes in zip(names, area.votes, strict=True):
                yield {
                    "contest": one,
                    "date": said.date.isoformat(),
                    "area": area.area,
                    "candidate": candidate.name,
                    "votes": votes,
                    "source": said.source,
                    "counted_in": area.counted_in,
                }


def _version(root: Path, slug: str) -> Version:
    version = current(root, slug)
    if version is None or version.kind != "results":
        raise NoSuchContest(slug)
    return version


def _contest(version: Version) -> Contest:
    said, sources = dict(version.manifest), version.manifest.get("sources", [])
    try:
        said["contest"] = version.name
        said["date"] = date.fromisoformat(said["date"])
        said["notes"] = tuple(said["notes"])
        said.setdefault("combined", {})
        said.setdefault("area_kind", "election_district")  # of versions that do not say it
        said.setdefault("source", ", ".join(one["file"] for one in sources))
        said.setdefault("sha256", ", ".join(one["sha256"] for one in sources))
        return Contest(**{name: said[name] for name in Contest.__dataclass_fields__})
    except (KeyError, TypeError, ValueError) as e:
        raise Refused(f"the stored result {version.name} is damaged", mend=RELOAD) from e


class _Line(NamedTuple):
    """What an area reported for one unit; a unit may stand in several rows of the file."""

    area: str
    county: str | None
    kind: str
    unit: str
    votes: int


def _lines(version: Version, engine: str) -> list[_Line]:
    rows = table("results")
    keys = ("area", "kind", "unit")
    asked = rows.group_by(*keys).agg(county=rows.county.min(), votes=rows.votes.sum())
    try:
        found = answer(asked, {"results": [version.rows]}, engine)
    except Refused as e:
        raise Refused(f"the stored result {version.name}: {e.what}", mend=e.mend) from e
    columns = found.select(_Line._fields).to_pydict().values()
    lines = list(map(_Line, *columns))
    return sorted(lines, key=lambda one: (len(one.area), one.area, one.unit, one.kind))


def _candidates(lines: list[_Line]) -> list[Candidate]:
    votes: dict[tuple[str, bool], int] = {}
    for line in lines:
        if line.kind != "tally":
            key = line.unit, line.kind == "write-in"
            votes[key] = votes.get(key, 0) + line.votes
    found = [Candidate(name, count, write_in) for (name, write_in), count in votes.items()]
    return sorted(found, key=lambda one: (-one.votes, one.name, one.write_in))


def _figures(version: Version, lines: list[_Line], names: list[Candidate]) -> list[AreaFigures]:
    counting = set(version.manifest.get("ballot_units", ()))
    combined = version.manifest.get("combined", {})
    by_area: dict[str, list[_Line]] = {}
    for line in lines:
        by_area.setdefault(line.area, []).append(line)
    found = []
    for area, own in by_area.items():
        cast = {(one.unit, one.kind == "write-in"): one.votes for one in own if one.kind != "tally"}
        tallies = {one.unit: one.votes for one in own if one.kind == "tally"}
        ballots = [n for unit, n in tallies.items() if unit in counting]
        votes = tuple(cast.get((one.name, one.write_in), 0) for one in names)
        found.append(
            AreaFigures(
                area=area,
                county=min((one.county for one in own if one.county), default=""),
                counted_in=combined.get(area),
                votes=votes,
                total=sum(votes),
                ballots=sum(ballots) if ballots else None,
                by_tally=tallies,
            )
        )
    return found
