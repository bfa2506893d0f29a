"""A contest becomes a version of a dataset; counties that were not loaded again are kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Any

from courtyard.electorate.dataset import (
    REPORT,
    ROWS,
    SET_ASIDE,
    Changed,
    Draft,
    Expected,
    Missing,
    Version,
    writing,
)
from courtyard.electorate.loaded import Loaded
from courtyard.electorate.permitted import Permitted
from courtyard.electorate.progress import Progress, Tell, silent
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.results import table as tables
from courtyard.electorate.results.gathering import one_kind, one_spelling
from courtyard.electorate.results.keeping import (
    MENDED,
    Kept,
    has_files,
    keep_files,
    kept_now,
    kept_of,
    mended_of,
    rows_in,
)
from courtyard.electorate.results.types import ContestResult, Gathered
from courtyard.electorate.set_aside import SetAside, write_set_aside

WHICH = ("date", "event", "party", "office", "district", "state", "layout")
SAME = "The same sources are in force already; nothing changed."
MOST_REASONS = 100


def save_contest(
    root: Path,
    result: ContestResult,
    gathered: Gathered,
    *,
    at: datetime,
    by: str,
    tell: Tell = silent,
    was: Expected = Missing.IS,
) -> Loaded:
    """Put a contest of what was gathered in force and return what became of it.

    Raises Refused, OSError; Changed if ``was`` is said and another version is in force.
    """
    with writing(root, "results", result.contest) as draft:
        old = draft.old
        if was is not Missing.IS and was != (old.number if old else None):
            raise Changed(f"{draft.name} changed meanwhile", mend="Load the mended rows again")
        if old:
            _same_contest(old, result)
            if not gathered.mended and _is_in_force(old, result, gathered):
                return Loaded.of(old, (_same(old),))
        kept = kept_of(old, result, gathered)
        rows = _rows(result, kept)
        aside = [*(kept.set_aside if kept else ()), *result.set_aside]
        if old and gathered.mended and _comes_out_the_same(old, result, rows, aside):
            return Loaded.of(old, (_same(old),))
        mended = list(mended_of(old, result, gathered))
        manifest = _manifest(result, kept, _sources(result, gathered, mended, at), at, by)
        manifest["notes"] += _no_more_mended(old, manifest["sources"])
        tables.write_parquet(rows, draft.folder / ROWS)
        reasons = write_set_aside(draft.folder / SET_ASIDE, result.contest, aside)
        both = [*(kept.mended if kept else ()), *mended]
        write_set_aside(draft.folder / MENDED, result.contest, both)
        keep_files(draft, gathered, manifest["sources"])
        _write_report(draft, result, manifest, reasons, rows)
        tell(Progress("", "putting in force", rows.num_rows, rows.num_rows, rows.num_rows))
        version = draft.put_in_force(manifest)
    kept_now(version, gathered)
    return Loaded.of(version, tuple(manifest["notes"]))


def _write_report(
    draft: Draft,
    result: ContestResult,
    manifest: dict[str, Any],
    reasons: list[dict[str, Any]],
    rows: Any,
) -> None:
    report = _report(result, manifest, reasons, _changes(draft, rows))
    (draft.folder / REPORT).write_text(json.dumps(report), "utf-8")


def _rows(result: ContestResult, kept: Kept | None) -> Any:
    if kept is None or kept.rows is None:
        return result.rows
    moved = {n: n + len(kept.sources) for n in range(len(result.sources))}
    rows = tables.joined([kept.rows, tables.of_source(result.rows, moved)])
    return tables.kept(one_spelling(rows))


def _same_contest(old: Version, result: ContestResult) -> None:
    new = _which(result)
    # What an older version does not say, it was not asked.
    if any(old.manifest.get(name, new[name]) != new[name] for name in WHICH):
        what = f"the address {old.name} already belongs to “{shown(old.manifest['title'], 120)}”"
        where = "" if old.manifest["layout"] == new["layout"] else f" from {old.manifest['layout']}"
        mend = "Rename the office, or give the layout a suffix of its own"
        raise Refused(f"{what}{where}", mend=mend, file=result.sources[0].file.file)


def _is_in_force(old: Version, result: ContestResult, gathered: Gathered) -> bool:
    there = {(s["sha256"], county) for s in old.manifest["sources"] for county in s["counties"]}
    now = {(one.file.sha256, county) for one in result.sources for county in one.counties}
    sums = {one.file.sha256 for one in result.sources}
    same = [one for one in old.manifest["sources"] if one["sha256"] in sums]
    # One from before files were kept is loaded once more, so that its rows can be mended.
    whole = gathered.load is None or all(has_files(old, one) for one in same)
    return now <= there and whole and old.is_unhurt()


def _same(old: Version) -> str:
    mended = sum(one.get("rows_mended", 0) for one in old.manifest["sources"])
    if not mended:
        return SAME
    stay = "the row that was mended since stays" if mended == 1 else f"{mended:,} mended rows stay"
    return f"{SAME} In it {stay}; to be without, put the version before back."


def _comes_out_the_same(
    old: Version, result: ContestResult, rows: Any, aside: list[SetAside]
) -> bool:
    if not old.is_unhurt() or not set(result.notes) <= set(old.manifest["notes"]):
        return False
    before = tables.read_parquet(old.rows)
    alike = before.num_rows == rows.num_rows and not any(tables.compared(before, rows).values())
    was = rows_in(old.folder / SET_ASIDE)
    return alike and sorted(map(astuple, was)) == sorted(map(astuple, aside))


def _no_more_mended(old: Version | None, sources: list[dict[str, Any]]) -> list[str]:
    """Say which mended rows are in force no more: their files are, or others instead of them."""
    now = {one["sha256"] for one in sources if one.get("rows_mended")}
    gone = [one for one in (old.manifest["sources"] if old else ()) if one.get("rows_mended")]
    return [
        f"No more as mended before: {_rows_in_words(one['rows_mended'])} of {one['file']}."
        for one in gone
        if one["sha256"] not in now
    ]


def _which(result: ContestResult) -> dict[str, str]:
    key = result.key
    return {
        "date": key.date.isoformat(),
        "event": key.event,
        "party": key.party,
        "office": key.office,
        "district": key.district,
        "state": key.state,
        "layout": result.layout.name,
    }


def _manifest(
    result: ContestResult,
    kept: Kept | None,
    now: list[dict[str, Any]],
    at: datetime,
    by: str,
) -> dict[str, Any]:
    sources = [*(kept.sources if kept else ()), *now]
    read = sum(one["rows_read"] for one in sources)
    set_aside = sum(one["rows_set_aside"] for one in sources)
    return {
        **_which(result),
        "contest": result.contest,
        "area_kind": _area_kind(result, kept),
        "title": result.title,
        "vote_for": result.vote_for,
        "loaded_at": at.isoformat(),
        "loaded_by": by,
        "publisher": result.layout.publisher,
        "licence": result.layout.licence,
        "permitted": _permitted(result).as_said(),
        "sources": sources,
        "source": ", ".join(one["file"] for one in sources),
        "sha256": ", ".join(one["sha256"] for one in sources),
        "rows_read": read,
        "rows_kept": read - set_aside,
        "rows_set_aside": set_aside,
        "confidential": 0,
        "notes": [*result.notes, *(kept.notes if kept else ()), *_of_mended(sources)],
        "combined": {**(kept.combined if kept else {}), **result.combined},
        "ballot_units": _ballot_units(result, kept),
    }


def _sources(
    result: ContestResult, gathered: Gathered, mended: list[SetAside], at: datetime
) -> list[dict[str, Any]]:
    again = {(one.source, one.line) for one in result.set_aside}
    found = []
    for one in result.sources:
        lines = [row.line for row in mended if row.source == one.file.file]
        taken = sum((one.file.file, line) not in again for line in lines)
        found.append(
            {
                "file": one.file.file,
                "sha256": one.file.sha256,
                "size": one.file.size,
                "rows_read": one.rows_read,
                "rows_set_aside": one.rows_set_aside,
                "counties": list(one.counties),
                "loaded_at": at.date().isoformat(),
                **({"load": gathered.load.id} if gathered.load else {}),
                **({"rows_mended": taken} if taken else {}),
            }
        )
    return found


def _of_mended(sources: list[dict[str, Any]]) -> list[str]:
    return [
        f"Mended after they were set aside: {_rows_in_words(one['rows_mended'])} of {one['file']}."
        for one in sources
        if one.get("rows_mended")
    ]


def _rows_in_words(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _area_kind(result: ContestResult, kept: Kept | None) -> str:
    return result.area_kind if kept is None else one_kind({result.area_kind, kept.area_kind})


def _ballot_units(result: ContestResult, kept: Kept | None) -> list[str]:
    """Return the tallies that add up to the ballots cast, of what was loaded and what is kept."""
    units = tables.values(kept.rows, "unit") if kept and kept.rows is not None else []
    return result.layout.ballots_of(sorted({*result.ballot_units, *units}))


def _permitted(result: ContestResult) -> Permitted:
    law = "Published figures of whole areas; they name no voter."
    both = frozenset(("election", "organising"))
    return Permitted(both, True, False, law, result.layout.publisher)


def _report(
    result: ContestResult,
    manifest: dict[str, Any],
    reasons: list[dict[str, Any]],
    changes: dict[str, Any] | None,
) -> dict[str, Any]:
    same = (
        "layout", "loaded_at", "rows_read", "rows_kept", "rows_set_aside", "confidential", "notes",
    )  # fmt: skip
    files = [one.file for one in result.sources]
    return {
        **{name: manifest[name] for name in same},
        "dataset": result.contest,
        "kind": "results",
        "files": [
            {
                "file": one["file"],
                "sha256": one["sha256"],
                "size": one["size"],
                "rows_read": one["rows_read"],
                "rows_kept": one["rows_read"] - one["rows_set_aside"],
                "rows_set_aside": one["rows_set_aside"],
            }
            for one in manifest["sources"]
        ],
        "set_aside": _fewer(reasons),
        "text": {
            "lines_mended": sum(one.mended for one in files),
            "c1_bytes": sum(one.c1 for one in files),
        },
        "fields": [said for one in files for said in one.fields],
        "left_out": [said for one in files for said in one.left_out],
        "history": None,
        "changes": changes,
    }


def _fewer(reasons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the reasons of most rows, and the others as one."""
    others = sum(one["rows"] for one in reasons[MOST_REASONS:])
    rest = [{"reason": "other reasons", "rows": others, "first_lines": []}] if others else []
    return [*reasons[:MOST_REASONS], *rest]


def _changes(draft: Draft, rows: Any) -> dict[str, Any] | None:
    if draft.old is None or not draft.old.is_unhurt():
        return None
    found = tables.compared(tables.read_parquet(draft.old.rows), rows)
    return {"against": draft.old.number, **found, "by": {"votes": found["changed"]}}
