"""Every question asked of the dataset: the only module that knows the engine (DuckDB)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

import duckdb

from courtyard.electorate.dataset import RELOAD, Version, current, slugs
from courtyard.electorate.layout import layout_named
from courtyard.electorate.refusal import Refused

# No extension is ever fetched: the engine that is installed is all there is.
ENGINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
THREADS = 2

CANDIDATES = """
    SELECT unit, kind = 'write-in' AS write_in, sum(votes)::BIGINT AS votes
    FROM read_parquet(?) WHERE kind <> 'tally'
    GROUP BY unit, kind ORDER BY votes DESC, unit
"""
AREAS = """
    SELECT area, any_value(county), list(unit), list(kind), list(votes)
    FROM read_parquet(?)
    GROUP BY area ORDER BY length(area), area
"""


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
    return _contest(version) if version else None


def candidates(root: Path, slug: str) -> list[Candidate]:
    """Return the candidates and write-ins of a contest, most votes first, then by name.

    Raises NoSuchContest, and Refused if what is stored is damaged.
    """
    with _asked(root, slug) as (version, engine):
        return _candidates(version, engine)


def figures(root: Path, slug: str) -> list[AreaFigures]:
    """Return what every area of a contest reported, in order of area code.

    Raises NoSuchContest, and Refused if what is stored is damaged.
    """
    with _asked(root, slug) as (version, engine):
        return _figures(version, engine, [one.name for one in _candidates(version, engine)])


def result_rows(root: Path, slug: str | None) -> Iterator[ResultRow]:
    """Yield one row per area and candidate of a contest, or of all contests, newest first.

    A combined area has a row of 0 votes for each candidate and says where it is ``counted_in``,
    so that every area is there and every vote is counted once.
    Raises NoSuchContest, and Refused if what is stored is damaged, when first asked for a row.
    """
    for one in [slug] if slug is not None else [found.contest for found in contests(root)]:
        with _asked(root, one) as (version, engine):
            names = [candidate.name for candidate in _candidates(version, engine)]
            areas = _figures(version, engine, names)
        for area in areas:
            for name, votes in zip(names, area.votes, strict=True):
                yield {
                    "contest": one,
                    "date": version.manifest["date"],
                    "area": area.area,
                    "candidate": name,
                    "votes": votes,
                    "source": version.manifest["source"],
                    "counted_in": area.counted_in,
                }


@contextmanager
def _asked(root: Path, slug: str) -> Iterator[tuple[Version, duckdb.DuckDBPyConnection]]:
    version = current(root, slug)
    if version is None:
        raise NoSuchContest(slug)
    try:
        with duckdb.connect(config=ENGINE) as engine:
            engine.execute("SET threads = ?", [THREADS])
            yield version, engine
    except duckdb.Error as e:
        raise Refused(f"the stored result {slug} is damaged", mend=RELOAD) from e


def _contest(version: Version) -> Contest:
    said = dict(version.manifest)
    try:
        said["date"] = date.fromisoformat(said["date"])
        said["notes"] = tuple(said["notes"])
        return Contest(**{name: said[name] for name in Contest.__dataclass_fields__})
    except (KeyError, TypeError, ValueError) as e:
        raise Refused(f"the stored result {version.contest} is damaged", mend=RELOAD) from e


def _candidates(version: Version, engine: duckdb.DuckDBPyConnection) -> list[Candidate]:
    rows = engine.execute(CANDIDATES, [str(version.rows)]).fetchall()
    return [Candidate(name, votes, write_in) for name, write_in, votes in rows]


def _figures(
    version: Version, engine: duckdb.DuckDBPyConnection, names: list[str]
) -> list[AreaFigures]:
    layout, combined = layout_named(version.manifest["layout"]), version.manifest["combined"]
    found = []
    for area, county, *columns in engine.execute(AREAS, [str(version.rows)]).fetchall():
        lines: list[tuple[str, str, Any]] = list(zip(*columns, strict=True))
        cast = {unit: votes for unit, kind, votes in lines if kind != "tally"}
        tallies = {unit: votes for unit, kind, votes in lines if kind == "tally"}
        ballots = [n for unit, n in tallies.items() if layout and layout.counts_ballots(unit)]
        votes = tuple(cast.get(name, 0) for name in names)
        found.append(
            AreaFigures(
                area=area,
                county=county,
                counted_in=combined.get(area),
                votes=votes,
                total=sum(votes),
                ballots=sum(ballots) if ballots else None,
                by_tally=tallies,
            )
        )
    return found
