"""What of the version in force is carried over, and what is kept so that rows can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from courtyard.electorate.dataset import SET_ASIDE, Draft, Version
from courtyard.electorate.results import table as tables
from courtyard.electorate.results.contests import INCOMPLETE
from courtyard.electorate.results.original import carry, name_of
from courtyard.electorate.results.types import ContestResult, Gathered
from courtyard.electorate.set_aside import SetAside, read_set_aside

# Beside a version with mended rows: all ever set aside, why at first, and as they are read now.
MENDED = "mended.csv"
Source = dict[str, Any]  # as a manifest says it


@dataclass(frozen=True)
class Kept:
    """What is carried over from the version in force: counties that were not loaded again."""

    rows: Any
    sources: list[Source]
    set_aside: list[SetAside]
    mended: list[SetAside]
    combined: dict[str, str]
    area_kind: str
    notes: list[str]


def kept_of(old: Version | None, result: ContestResult, gathered: Gathered) -> Kept | None:
    """Return what is to be carried over, or None if there is nothing."""
    if old is None:
        return None
    if not old.is_unhurt():
        what = f"Version {old.number} is damaged; nothing of it was kept. Load every county again."
        return Kept(None, [], [], [], {}, result.area_kind, [what])
    now = {county for one in result.sources for county in one.counties}
    load = gathered.load.id if gathered.load else ""
    now |= {c for s in old.manifest["sources"] if s.get("load") == load for c in s["counties"]}
    rows = tables.without_counties(tables.read_parquet(old.rows), now)
    if not rows.num_rows:
        return None
    there = sorted(tables.values(rows, "source"))
    rows = tables.of_source(rows, {place: n for n, place in enumerate(there)})
    sources, notes = _sources_kept(old, rows, there)
    areas, files = set(tables.values(rows, "area")), {one["file"] for one in sources}
    return Kept(
        rows=rows,
        sources=sources,
        set_aside=[one for one in rows_in(old.folder / SET_ASIDE) if one.source in files],
        mended=[one for one in rows_in(old.folder / MENDED) if one.source in files],
        area_kind=old.manifest["area_kind"],
        combined={code: host for code, host in old.manifest["combined"].items() if code in areas},
        notes=notes,
    )


def mended_of(old: Version | None, result: ContestResult, gathered: Gathered) -> Iterator[SetAside]:
    """Yield the mended rows that are, or were, of this contest.

    With them go all others that were set aside before, as they were first. One may be kept only
    because another was mended, or be set aside for another reason now; whoever gives the same file
    of mended rows again still has it as it was.
    """
    if not gathered.mended:
        return
    marks = tables.marks(result.rows)
    again = {(one.source, one.line) for one in result.set_aside}
    beside = (old.folder / SET_ASIDE, old.folder / MENDED) if old else ()
    before = {(one.source, one.line): one for path in beside for one in rows_in(path)}
    for n, source in enumerate(result.sources):
        name = source.file.file
        lines = gathered.mended.get(source.file.sha256, {})
        for line in sorted({*lines, *(line for file, line in before if file == name)}):
            if line not in lines:
                yield before[name, line]
            elif (n, line) in marks or (name, line) in {*before, *again}:
                yield replace(lines[line], source=name)


def rows_in(path: Path) -> list[SetAside]:
    """Return the rows of a file of rows set aside beside a version; none if there is none."""
    return [one for _, one in read_set_aside(path)] if path.exists() else []


def has_files(old: Version, source: Source) -> bool:
    """Return whether the file of a source is kept beside its version, or need not be."""
    there = "load" in source and (old.folder / name_of(source["load"])).exists()
    return there or not needs_files(source)


def needs_files(source: Source) -> bool:
    """Return whether rows of a source were set aside, so that they can be mended."""
    return bool(source["rows_set_aside"] or source.get("rows_mended"))


def keep_files(draft: Draft, gathered: Gathered, sources: list[Source]) -> None:
    """Keep the publisher's files where rows were set aside: nothing else needs them again."""
    for load in dict.fromkeys(one.get("load") for one in sources if needs_files(one)):
        if gathered.load and load == gathered.load.id:
            gathered.load.keep(draft.folder)
        elif load and draft.old and (there := draft.old.folder / name_of(load)).exists():
            carry(there, draft.folder / name_of(load))


def kept_now(version: Version, gathered: Gathered) -> None:
    """Have the next contests of a load share the files that are kept beside this one."""
    if gathered.load and (there := version.folder / name_of(gathered.load.id)).exists():
        gathered.load.kept = there


def _sources_kept(old: Version, rows: Any, there: list[int]) -> tuple[list[Source], list[str]]:
    """Return the sources of rows that are carried over, and what the notes say of them."""
    by_source = tables.sums(rows, ("source", "county"))
    sources, notes = [], []
    for n, place in enumerate(there):
        one = old.manifest["sources"][place]
        counties = [each["county"] for each in by_source if each["source"] == n]
        when = one.get("loaded_at", old.manifest["loaded_at"][:10])
        sources.append({**one, "counties": counties, "loaded_at": when})
        notes.append(f"Kept from before: {', '.join(counties)} ({one['file']}, {when}).")
    was = old.manifest["notes"]
    notes += [n for n in was for one in sources if n.startswith(f"{INCOMPLETE}{one['file']}: ")]
    return sources, notes
