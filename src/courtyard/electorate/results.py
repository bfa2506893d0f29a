"""Read a file of election results."""

from __future__ import annotations

from pathlib import Path

from courtyard.electorate.form import Form, recognise, split
from courtyard.electorate.gathering import ContestResult, Gathering, Source
from courtyard.electorate.lines import AGAIN, Lines, open_file
from courtyard.electorate.refusal import Refused

__all__ = ["ContestResult", "Source", "read_results"]

MOST_CONTESTS = 2_000


def read_results(path: Path) -> list[ContestResult]:
    """Return the contests of a results file, plain or gzip, in the order they begin in it.

    Memory is bounded: one line at a time, at most 64 KiB a line and 256 MiB of text.
    Raises Refused for a file that is not read whole and sure; its words name file and line.
    """
    with open_file(path) as file:
        lines = Lines(file)
        try:
            gathered, form, rows_read = _gathered(lines)
            sha256, size = lines.digest()
            source = Source(path.name, sha256, size, form.layout.name, rows_read)
            notes = [] if lines.ended else ["The last line has no line end; it may be cut off."]
            return [gathering.finish(source, notes) for gathering in gathered]
        except Refused as refused:
            raise refused.at(path.name) from refused.__cause__
        except OSError as e:
            raise Refused("the file cannot be read", mend=AGAIN, file=path.name) from e


def _gathered(lines: Lines) -> tuple[list[Gathering], Form, int]:
    """Return the contests, the form of the file and the number of data rows."""
    gathered: dict[tuple[str, str, str, str], Gathering] = {}
    form: Form | None = None
    rows_read = 0
    for number, text in lines:
        if not text.strip():
            continue
        try:
            cells = split(text)
            if form is None:
                form = recognise(cells)
                if not form.repeated:
                    continue
            rows_read += 1
            _take(gathered, form, cells, number)
        except Refused as refused:
            raise refused.at_line(number) from refused.__cause__
    if form is None:
        raise Refused("the file is empty", mend=AGAIN)
    if not rows_read:
        raise Refused("the file has column names but no rows", mend=AGAIN)
    return list(gathered.values()), form, rows_read


def _take(
    gathered: dict[tuple[str, str, str, str], Gathering],
    form: Form,
    cells: list[str],
    line: int,
) -> None:
    row = form.row(cells, line)
    gathering = gathered.get(row.contest)
    if gathering is None:
        gathering = Gathering(form.layout, row.contest, row.vote_for)
        if any(other.slug == gathering.slug for other in gathered.values()):
            what = f"two contests of the file would share the address {gathering.slug}"
            raise Refused(what, mend="Split the file by contest and rename one of the offices")
        if len(gathered) == MOST_CONTESTS:
            what = f"the file holds more than {MOST_CONTESTS:,} contests"
            raise Refused(what, mend="Split it and load the parts")
        gathered[row.contest] = gathering
    gathering.add(row)
