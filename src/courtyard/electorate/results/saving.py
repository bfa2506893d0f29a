"""A contest becomes a version of a dataset; counties that were not loaded again are kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from courtyard.electorate.dataset import REPORT, ROWS, SET_ASIDE, Draft, Version, writing
from courtyard.electorate.loaded import Loaded
from courtyard.electorate.permitted import Permitted
from courtyard.electorate.progress import Progress, Tell, silent
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.results import table as tables
from courtyard.electorate.results.contests import INCOMPLETE
from courtyard.electorate.results.gathering import one_kind, one_spelling
from courtyard.electorate.results.types import ContestResult
from courtyard.electorate.set_aside import SetAside, read_set_aside, write_set_aside

WHICH = ("date", "event", "party", "office", "district", "state", "layout")
SAME = "The same sources are in force already; nothing changed."
MOST_REASONS = 100


@dataclass(frozen=True)
class _Kept:
    """What is carried over from the version in force: counties that were not loaded again."""

    rows: Any
    sources: list[dict[str, Any]]
    set_aside: list[SetAside]
    combined: dict[str, str]
    area_kind: str
    notes: list[str]


def save_contest(
    root: Path, result: ContestResult, *, at: datetime, by: str, tell: Tell = silent
) -> Loaded:
    """Put a contest in force and return what became of it. Raises Refused, OSError."""
    with writing(root, "results", result.contest) as draft:
        old = draft.old
        if old:
            _same_contest(old, result)
            if _is_in_force(old, result):
                return Loaded.of(old, (SAME,))
        kept = _kept(old, result)
        rows = result.rows
        if kept and kept.rows is not None:
            moved = {n: n + len(kept.sources) for n in range(len(result.sources))}
            rows = tables.joined([kept.rows, tables.of_source(rows, moved)])
            rows = tables.kept(one_spelling(rows))
        tables.write_parquet(rows, draft.folder / ROWS)
        aside = [*(kept.set_aside if kept else ()), *result.set_aside]
        reasons = write_set_aside(draft.folder / SET_ASIDE, result.contest, aside)
        manifest = _manifest(result, kept, at, by)
        report = _report(result, manifest, reasons, _changes(draft, rows))
        (draft.folder / REPORT).write_text(json.dumps(report), "utf-8")
        count = rows.num_rows
        tell(Progress("", "putting in force", count, count, count))
        version = draft.put_in_force(manifest)
    return Loaded.of(version, tuple(manifest["notes"]))


def _same_contest(old: Version, result: ContestResult) -> None:
    new = _which(result)
    # What an older version does not say, it was not asked.
    if any(old.manifest.get(name, new[name]) != new[name] for name in WHICH):
        what = f"the address {old.name} already belongs to “{shown(old.manifest['title'], 120)}”"
        where = "" if old.manifest["layout"] == new["layout"] else f" from {old.manifest['layout']}"
        mend = "Rename the office, or give the layout a suffix of its own"
        raise Refused(f"{what}{where}", mend=mend, file=result.sources[0].file.file)


def _is_in_force(old: Version, result: ContestResult) -> bool:
    there = {(s["sha256"], county) for s in old.manifest["sources"] for county in s["counties"]}
    now = {(one.file.sha256, county) for one in result.sources for county in one.counties}
    return now <= there and old.is_unhurt()


def _kept(old: Version | None, result: ContestResult) -> _Kept | None:
    """Return what is to be carried over, or None if there is nothing."""
    if old is None:
        return None
    if not old.is_unhurt():
        what = f"Version {old.number} is damaged; nothing of it was kept. Load every county again."
        return _Kept(None, [], [], {}, result.area_kind, [what])
    now = {county for one in result.sources for county in one.counties}
    rows = tables.without_counties(tables.read_parquet(old.rows), now)
    if not rows.num_rows:
        return None
    there = sorted(tables.values(rows, "source"))
    rows = tables.of_source(rows, {place: n for n, place in enumerate(there)})
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
    areas, files = set(tables.values(rows, "area")), {one["file"] for one in sources}
    aside = old.folder / SET_ASIDE
    found = [one for _, one in read_set_aside(aside)] if aside.exists() else []
    return _Kept(
        rows=rows,
        sources=sources,
        set_aside=[one for one in found if one.source in files],
        area_kind=old.manifest["area_kind"],
        combined={code: host for code, host in old.manifest["combined"].items() if code in areas},
        notes=notes,
    )


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


def _manifest(result: ContestResult, kept: _Kept | None, at: datetime, by: str) -> dict[str, Any]:
    sources = [*(kept.sources if kept else ()), *_sources(result, at)]
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
        "notes": [*result.notes, *(kept.notes if kept else ())],
        "combined": {**(kept.combined if kept else {}), **result.combined},
        "ballot_units": _ballot_units(result, kept),
    }


def _sources(result: ContestResult, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "file": one.file.file,
            "sha256": one.file.sha256,
            "size": one.file.size,
            "rows_read": one.rows_read,
            "rows_set_aside": one.rows_set_aside,
            "counties": list(one.counties),
            "loaded_at": at.date().isoformat(),
        }
        for one in result.sources
    ]


def _area_kind(result: ContestResult, kept: _Kept | None) -> str:
    return result.area_kind if kept is None else one_kind({result.area_kind, kept.area_kind})


def _ballot_units(result: ContestResult, kept: _Kept | None) -> list[str]:
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
