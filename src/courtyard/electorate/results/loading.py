"""Election results: read the files of any publisher, and keep each contest as a dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from courtyard.electorate.loaded import Loaded
from courtyard.electorate.progress import Tell, silent
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.contests import contests_of
from courtyard.electorate.results.form import recognise
from courtyard.electorate.results.layout import layout_of
from courtyard.electorate.results.original import Load
from courtyard.electorate.results.reading import Reading
from courtyard.electorate.results.saving import save_contest
from courtyard.electorate.results.types import ContestResult, Gathered, Mended
from courtyard.electorate.source import first_lines

__all__ = ["ContestResult", "Gathered", "read_results", "recognise_results", "save_results"]

MOST_FILES = 500
ENOUGH = 100


def read_results(
    files: Sequence[Path],
    *,
    layout: str | Path | None = None,
    said: Mapping[str, str] | None = None,
    mended: Mended | None = None,
    progress: Tell = silent,
) -> Gathered:
    """Return the contests of result files, plain, gzip or zip; files of one contest are joined.

    ``layout`` is the name of a shipped one or the path of one in TOML; it is recognised if None.
    ``said`` is what the files do not say: date, event, party, office, district, county, state,
    level. ``mended`` rows are read instead of those of the files. Memory is bounded: one line at a
    time is text. Raises Refused for a file of which nothing can be known, and for one more than
    half of whose rows cannot be read; other rows that cannot be read are set aside.
    """
    if not 0 < len(files) <= MOST_FILES:
        raise Refused(f"there are {len(files)} files", mend=f"Give 1 to {MOST_FILES} at a time")
    chosen = layout_of(layout) if layout is not None else None
    reading = Reading(chosen, dict(said or {}), progress, mended or {})
    for path in files:
        try:
            reading.read(path)
        except Refused as refused:
            raise refused.at(path.name) from refused.__cause__
    try:
        gathered = contests_of(reading)
    except Refused as refused:
        raise refused.at(reading.files[0].path.name) from refused.__cause__
    for one in gathered.files:
        # Such as areas that are all called alike. A few rows may all be bad.
        if one.rows_read >= ENOUGH and 2 * one.rows_set_aside > one.rows_read:
            what = f"{one.rows_set_aside:,} of {one.rows_read:,} rows cannot be kept"
            mend = f"It was read as {one.layout}. A layout of your own may say its areas better"
            raise Refused(what, mend=mend, file=one.file)
    sums = {one.path: one.source[0] for one in reading.files}
    return replace(gathered, load=Load.of(sums, layout, said or {}))


def recognise_results(path: Path, said: Mapping[str, str] | None = None) -> str:
    """Return the name of the layout a file of results is in. Raises Refused, or UnknownKind."""
    try:
        return recognise(first_lines(path)[0], None, dict(said or {})).layout.name
    except Refused as refused:
        raise refused.at(path.name) from refused.__cause__


def save_results(
    root: Path, gathered: Gathered, *, at: datetime, by: str, progress: Tell = silent
) -> list[Loaded]:
    """Put every contest in force and return what became of each.

    ``progress`` is told before each, and may raise to stop there.
    ``at`` is the moment of loading, with its time zone; ``by`` says who loads. The same sources
    again change nothing. A load of some counties keeps the others of the version in force.
    Raises Refused if a name belongs to another contest, ValueError for a moment without time zone,
    OSError if the disk fails; the contest it happened to is then as before.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of loading needs a time zone")
    return [
        save_contest(root, one, gathered, at=at, by=by, tell=progress) for one in gathered.contests
    ]
