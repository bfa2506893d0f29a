"""What reading results gives: contests, and the files they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from courtyard.electorate.results.layout import Layout
from courtyard.electorate.results.original import Load
from courtyard.electorate.results.words import Contest
from courtyard.electorate.set_aside import SetAside

# Rows that were set aside once, with the reason of then and the text they have now: by the SHA-256
# of their file, and the line.
Mended = Mapping[str, Mapping[int, SetAside]]


@dataclass(frozen=True)
class FileRead:
    """A file that was read: bare name, SHA-256 in hex, size in bytes, and its data rows.

    ``mended`` lines were not UTF-8; ``c1`` stray bytes were among them; ``fields`` and
    ``left_out`` are those of the quality report.
    """

    file: str
    sha256: str
    size: int
    layout: str
    rows_read: int
    rows_set_aside: int
    mended: int
    c1: int
    fields: tuple[dict[str, Any], ...]
    left_out: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class ContestSource:
    """What one file gave to one contest: rows, as lines of the file, and the counties in it."""

    file: FileRead
    rows_read: int
    rows_set_aside: int
    counties: tuple[str, ...]


@dataclass(frozen=True)
class ContestResult:
    """The result of one contest, from one file or from several.

    ``contest`` is its slug; ``rows`` a ``pyarrow.Table`` of area, county, kind (candidate,
    write-in, tally), unit, party_line, votes, source (place in ``sources``), line; ``combined``
    maps an area to the area that counts it; ``ballot_units`` are the tallies whose sum is the
    ballots cast; ``notes`` are sentences about what looks odd but was kept, or is missing.
    """

    contest: str
    key: Contest
    layout: Layout
    vote_for: int
    area_kind: str
    rows: Any
    combined: dict[str, str]
    ballot_units: tuple[str, ...]
    sources: tuple[ContestSource, ...]
    set_aside: tuple[SetAside, ...]
    notes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return the contest in one line."""
        return self.key.title

    @property
    def date(self) -> date:
        """Return the day of the vote."""
        return self.key.date

    @property
    def rows_read(self) -> int:
        """Return how many lines of the files are of this contest, kept or not."""
        return sum(one.rows_read for one in self.sources)

    @property
    def rows_set_aside(self) -> int:
        """Return how many lines of the files are, or may be, of this contest and were not kept."""
        return sum(one.rows_set_aside for one in self.sources)


@dataclass(frozen=True)
class Gathered:
    """What came of some files: contests in the order they begin, and each file as it was read.

    ``load`` are the files themselves, to be kept if rows were set aside; ``mended`` are the rows
    that were read otherwise than they stand in them.
    """

    contests: tuple[ContestResult, ...]
    files: tuple[FileRead, ...]
    load: Load | None = None
    mended: Mended = field(default_factory=dict)
