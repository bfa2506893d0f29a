"""Rows of results that were set aside and have been mended: their files are read again with them.

A version whose files had rows set aside keeps these files. So a mended row is read where it stood,
by the same layout and the same words, among all the others: what comes out is what the publisher's
file would have given with that row right, whatever the row is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from courtyard.electorate.dataset import SET_ASIDE, Version, current, slugs, versions
from courtyard.electorate.loaded import Loaded
from courtyard.electorate.mended import ANEW
from courtyard.electorate.progress import Tell
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.results import table as tables
from courtyard.electorate.results.keeping import MENDED, rows_in
from courtyard.electorate.results.loading import read_results
from courtyard.electorate.results.original import kept_load, layout_in, name_of
from courtyard.electorate.results.saving import save_contest
from courtyard.electorate.results.types import ContestResult, Gathered, Mended
from courtyard.electorate.set_aside import SetAside
from courtyard.electorate.source import LONGEST_LINE

AS_IT_IS = "These rows are in force as they stand in the file; nothing changed."
LOAD_FIRST = "Load the publisher's file again, and mend the rows that are set aside then"


@dataclass
class Mending:
    """The rows that are mended in the files of one load, and where these files are kept."""

    kept: Path
    rows: dict[str, dict[int, SetAside]] = field(default_factory=dict)

    def add(self, sha256: str, one: SetAside) -> None:
        """Take a row in. Raises Refused if it is there already with another text."""
        there = self.rows.setdefault(sha256, {}).setdefault(one.line, one)
        if there.row != one.row:
            what = f"line {one.line} of {shown(one.source)} stands there twice, mended otherwise"
            raise Refused(what, mend="Remove one of the two")


def load_mended(
    root: Path,
    rows: Sequence[tuple[Version, SetAside]],
    *,
    at: datetime,
    by: str,
    tell: Tell,
) -> list[Loaded]:
    """Put the contests in force whose rows these are, each with all its mended rows.

    Rows that stand there as they were stay set aside. Raises Refused before anything is changed,
    for rows that were not set aside in the versions in force, and for files that are not kept.
    """
    mendings = _by_load(rows)
    made: dict[str, Loaded] = {}
    with ExitStack() as stack:
        read = [_read_again(root, stack, one, tell) for one in mendings.values()]
        for gathered, mending in zip(read, mendings.values(), strict=True):
            for result, old, notes in _to_save(root, gathered, mending):
                told = replace(result, notes=(*result.notes, *notes))
                was = old.number if old else None
                one = save_contest(root, told, gathered, at=at, by=by, tell=tell, was=was)
                if old is None or one.version != old.number:
                    made[one.dataset] = one
    for version, _ in rows:
        made.setdefault(version.name, Loaded.of(version, (AS_IT_IS,)))
    return list(made.values())


def _by_load(rows: Sequence[tuple[Version, SetAside]]) -> dict[str, Mending]:
    """Return the rows that are otherwise than in force, by the load of their file."""
    found: dict[str, Mending] = {}
    known = {version.name: _once_set_aside(version) for version, _ in rows}
    for version, one in rows:
        before = known[version.name].get((one.source, one.line), [])
        # A line of another version of the file may have the same number; its reason is another.
        if one.reason not in {each.reason for each in before}:
            what = f"line {one.line} of {shown(one.source)} was not set aside so in {version.name}"
            raise Refused(f"{what}, version {version.number}", mend=ANEW)
        if before[-1].row == one.row:
            continue
        if "\n" in one.row or "\r" in one.row or len(one.row) > LONGEST_LINE:
            what = f"the row of line {one.line} of {shown(one.source)} is longer than one line"
            raise Refused(what, mend="Write each row in one line")
        load, sha256 = _file_of(version, one.source)
        mending = found.setdefault(load, Mending(version.folder / name_of(load)))
        mending.add(sha256, replace(one, reason=before[0].reason))
    return found


def _once_set_aside(version: Version) -> dict[tuple[str, int], list[SetAside]]:
    """Return by source and line the row as it was first, and as it is set aside now."""
    found: dict[tuple[str, int], list[SetAside]] = {}
    for one in (*_beside(version, MENDED), *_beside(version, SET_ASIDE)):
        found.setdefault((one.source, one.line), []).append(one)
    return found


def _beside(version: Version, name: str) -> list[SetAside]:
    return rows_in(version.folder / name)


def _file_of(version: Version, name: str) -> tuple[str, str]:
    """Return the load and the SHA-256 of a source of a version, by its file name."""
    found = [one for one in version.manifest["sources"] if one["file"] == name]
    if len(found) > 1:
        what = f"{version.name} has two files named {shown(name)}"
        raise Refused(what, mend="Rename one of them, and load both again")
    if not found or not (version.folder / name_of(found[0].get("load", ""))).exists():
        what = f"{version.name} was loaded by an older Courtyard, which did not keep {shown(name)}"
        raise Refused(what, mend=LOAD_FIRST)
    return found[0]["load"], found[0]["sha256"]


def _read_again(root: Path, stack: ExitStack, mending: Mending, tell: Tell) -> Gathered:
    """Read the files of a load with its rows mended: those of now, and those of before."""
    load = stack.enter_context(kept_load(mending.kept))
    rows = _mended_before(root, load.id)
    for sha256, lines in mending.rows.items():
        rows[sha256] = rows.get(sha256, {}) | lines
    layout = layout_in(load, load.files[0].parent)
    gathered = read_results(load.files, layout=layout, said=load.said, mended=rows, progress=tell)
    if gathered.load is None or gathered.load.id != load.id:
        raise Refused("the files that were kept are read otherwise now", mend=LOAD_FIRST)
    return replace(gathered, load=load)


def _mended_before(root: Path, load: str) -> dict[str, dict[int, SetAside]]:
    """Return what was mended in the files of a load and is in force in any of their contests."""
    found: dict[str, dict[int, SetAside]] = {}
    for version in sorted(_of_load(root, load), key=lambda one: str(one.manifest["loaded_at"])):
        sums = {
            one["file"]: one["sha256"]
            for one in version.manifest["sources"]
            if one.get("load") == load
        }
        for one in _beside(version, MENDED):
            if one.source in sums:
                found.setdefault(sums[one.source], {})[one.line] = one
    return found


def _of_load(root: Path, load: str) -> Iterator[Version]:
    for name in slugs(root):
        with suppress(Refused):  # another contest that is damaged is no hindrance
            version = current(root, name)
            if version and load in _loads(version):
                yield version


def _loads(version: Version) -> set[str]:
    return {one.get("load", "") for one in version.manifest["sources"]}


def _to_save(
    root: Path, gathered: Gathered, mending: Mending
) -> Iterator[tuple[ContestResult, Version | None, list[str]]]:
    """Yield each contest of the files that may be otherwise now, its version, and more notes.

    One that other files replaced since, or that was taken out of force, stays as it is.
    """
    load = gathered.load.id if gathered.load else ""
    gone = {one.name for one in _of_load(root, load)} - {one.contest for one in gathered.contests}
    empty = [f"{name} has no row in these files any more; take it out of force." for name in gone]
    for one in gathered.contests:
        old = current(root, one.contest)
        if old is None and not versions(root, one.contest):
            yield one, None, empty
        elif old and load in _loads(old):
            of_it = _within_its_counties(one, old, load, gathered.mended)
            yield of_it, old, [*empty, *_moved(of_it, old, gathered, mending)]


def _within_its_counties(
    one: ContestResult, old: Version, load: str, mended: Mended
) -> ContestResult:
    """Return a contest without the counties that are in force from other files since.

    A mended row of such a county is set aside again: it is never left out in silence.
    """
    theirs = {
        county: source["file"]
        for source in old.manifest["sources"]
        if source.get("load") != load
        for county in source["counties"]
    }
    if not any(county in theirs for source in one.sources for county in source.counties):
        return one
    aside: list[SetAside] = []
    left: dict[int, int] = {}
    sources = []
    for n, source in enumerate(one.sources):
        counties = tuple(county for county in source.counties if county not in theirs)
        if source.counties and not counties:
            continue
        out = _set_aside_again(one, n, theirs, mended)
        aside += [*(row for row in one.set_aside if row.source == source.file.file), *out]
        left[n] = len(left)
        count = source.rows_set_aside + len(out)
        sources.append(replace(source, counties=counties, rows_set_aside=count))
    rows = tables.without_counties(one.rows, theirs)
    areas = set(tables.values(rows, "area"))
    return replace(
        one,
        rows=tables.of_source(rows, left),
        sources=tuple(sources),
        set_aside=tuple(aside),
        combined={code: host for code, host in one.combined.items() if code in areas},
    )


def _set_aside_again(
    one: ContestResult, place: int, theirs: Mapping[str, str], mended: Mended
) -> list[SetAside]:
    source = one.sources[place].file
    lines = mended.get(source.sha256, {})
    found: dict[int, SetAside] = {}
    for row in tables.of_lines(one.rows, place, lines):
        if row["county"] in theirs:
            why = f"{row['county']} is in force from another file: {theirs[row['county']]}"
            found[row["line"]] = SetAside(source.file, row["line"], why, lines[row["line"]].row)
    return list(found.values())


def _moved(one: ContestResult, old: Version, gathered: Gathered, mending: Mending) -> Iterator[str]:
    """Say which rows turned out to be of other contests, now that they are mended."""
    was = {(row.source, row.line) for row in _beside(old, SET_ASIDE)}
    again = {(row.source, row.line) for row in one.set_aside}
    there = tables.marks(one.rows)
    for place, source in enumerate(one.sources):
        name = source.file.file
        for line in mending.rows.get(source.file.sha256, {}):
            if (name, line) in was - again and (place, line) not in there:
                others = ", ".join(_with_line(gathered, source.file.sha256, line))
                yield f"Line {line} of {name}, mended, is not of this contest, but of {others}."


def _with_line(gathered: Gathered, sha256: str, line: int) -> Iterator[str]:
    for one in gathered.contests:
        places = [n for n, source in enumerate(one.sources) if source.file.sha256 == sha256]
        if {(n, line) for n in places} & tables.marks(one.rows):
            yield one.contest
