"""Load a voter file: staged, sorted, compared with the version before, and put in force whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from courtyard.electorate.dataset import REPORT, SET_ASIDE, Draft, Version, writing
from courtyard.electorate.loaded import Loaded
from courtyard.electorate.permitted import Permitted
from courtyard.electorate.progress import Progress, Tell
from courtyard.electorate.refusal import Refused
from courtyard.electorate.set_aside import SetAsideFile
from courtyard.electorate.source import open_source
from courtyard.electorate.voters.again import carry_votes, stage_again
from courtyard.electorate.voters.compare import changes
from courtyard.electorate.voters.finish import Finished, finish
from courtyard.electorate.voters.layout import VoterLayout, voter_layouts
from courtyard.electorate.voters.recognise import VoterFile
from courtyard.electorate.voters.report import fields_of, history_of
from courtyard.electorate.voters.stage import FileCount, Stage, stage_file

OF_VOTERS = ("title", "publisher", "licence", "permitted", "primaries", "parties", "layout")
AS_REPORTED = (
    "layout", "loaded_at", "rows_read", "rows_kept", "rows_set_aside", "voters", "confidential",
    "notes",
)  # fmt: skip
HALF = 0.5  # of the version before: fewer rows than that are said loudly


def load_voters(
    root: Path, files: Sequence[VoterFile], *, at: datetime, by: str, add: bool, tell: Tell
) -> Loaded:
    """Make the files of one dataset its next version and put it in force.

    The same files again change nothing. With ``add`` the voters of the version in force that are
    not in the files stay. Raises Refused, with the version in force as before.
    """
    layouts = {one.layout.dataset for one in files}
    if len(layouts) > 1:
        what = f"the files belong to different datasets: {', '.join(sorted(layouts))}"
        raise Refused(what, mend="Load them one by one")
    with writing(root, "voters", layouts.pop(), wait=False) as draft:
        layout = _main_layout(files, draft.old)
        folder = draft.folder / "stage"
        folder.mkdir()
        ordered = sorted(files, key=lambda one: one.layout.part, reverse=True)
        if draft.old and _is_same(ordered, draft.old, add=add):
            return Loaded.of(draft.old, ("These files are loaded already; nothing changed.",))
        with SetAsideFile(draft.folder / SET_ASIDE, draft.name) as aside:
            stage = Stage(folder, aside)
            for one in ordered:
                stage_file(stage, one, tell)
            sums = sorted(one.sha256 for one in stage.files)
            _keep_old(stage, draft, files, add=add)
            made = finish(stage, ordered, draft.folder, tell)
        if not made.rows:
            raise Refused("no row could be kept", mend="See that it is the layout that fits")
        report = _report(stage, draft, layout, made, at, tell)
        shutil.rmtree(folder)
        (draft.folder / REPORT).write_text(json.dumps(report), "utf-8")
        said = _manifest(report, layout, files, _kept(draft, files, add), by)
        tell(Progress("", "putting in force", made.rows, made.rows, made.rows))
        version = draft.put_in_force({**said, "last_load": {"files": sums, "add": add}})
        return Loaded.of(version, tuple(report["notes"]))


def _is_same(files: Sequence[VoterFile], old: Version, *, add: bool) -> bool:
    """Return whether a load would make what the last one made. Adding what was all adds nothing."""
    last = old.manifest.get("last_load", {"files": [], "add": True})
    known = {one["size"] for one in old.manifest["sources"]}
    if last["add"] > add or not {one.path.stat().st_size for one in files} <= known:
        return False  # told without reading them
    return sorted(map(_sha256, files)) == last["files"] and old.is_unhurt()


def _main_layout(files: Sequence[VoterFile], old: Version | None) -> VoterLayout:
    for one in files:
        if one.layout.part == "voters":
            return one.layout
    if old is None:
        what = (
            f"this is the vote history of {files[0].layout.dataset}, and its voters are not loaded"
        )
        raise Refused(what, mend="Give both files in one command", file=files[0].path.name)
    before = (one for one in voter_layouts() if one.name == old.manifest["layout"])
    return next(before, files[0].layout)


def _sha256(one: VoterFile) -> str:
    with open_source(one.path) as source:
        return source.digest()


def _keep_old(stage: Stage, draft: Draft, files: Sequence[VoterFile], *, add: bool) -> None:
    """Take over from the version in force what the files do not replace."""
    own = any(one.layout.history for one in files)
    if draft.old is not None and not own:
        carry_votes(stage, draft.old)
    old = _kept(draft, files, add)
    if old is None:
        return
    kept = stage_again(stage, old, with_history=add)
    what = "voters" if add else "voters and their addresses"
    stage.notes.append(f"Kept from version {old.number}: {kept:,} {what}.")


def _report(
    stage: Stage, draft: Draft, layout: VoterLayout, made: Finished, at: datetime, tell: Tell
) -> dict[str, Any]:
    read = sum(one.rows_read for one in stage.files)
    fields = fields_of(stage, layout, made.filled, made.rows)
    changed = _changes(stage, draft, made, tell)
    return {
        "dataset": draft.name,
        "kind": "voters",
        "layout": layout.name,
        "loaded_at": at.isoformat(),
        "files": [_file(one) for one in stage.files],
        "rows_read": read,
        "rows_kept": read - stage.aside.count,
        "rows_set_aside": stage.aside.count,
        "voters": made.rows,
        "confidential": made.confidential,
        "set_aside": stage.aside.reasons(),
        "text": {
            "lines_mended": sum(one.mended for one in stage.files),
            "c1_bytes": sum(one.c1 for one in stage.files),
        },
        "fields": fields,
        "history": history_of(stage, made.elections),
        "left_out": [{"column": column, "why": why} for column, why in layout.left_out.items()],
        "changes": changed,
        "notes": [*_loud(stage, draft, made), *stage.notes],
    }


def _file(one: FileCount) -> dict[str, Any]:
    return {
        "file": one.file,
        "sha256": one.sha256,
        "size": one.size,
        "rows_read": one.rows_read,
        "rows_kept": one.rows_read - one.rows_set_aside,
        "rows_set_aside": one.rows_set_aside,
    }


def _changes(stage: Stage, draft: Draft, made: Finished, tell: Tell) -> dict[str, Any] | None:
    if draft.old is None:
        return None
    tell(Progress("", "comparing", 0, made.rows, 0))
    new = sorted((draft.folder / "voters").glob("*.parquet"))
    try:
        return {"against": draft.old.number, **changes(draft.old.parts, new, stage.folder)}
    except (duckdb.Error, OSError):
        stage.notes.append("The version before is damaged and was not compared.")
        return None


def _loud(stage: Stage, draft: Draft, made: Finished) -> list[str]:
    if draft.old and made.rows < HALF * draft.old.manifest["voters"]:
        before = draft.old.manifest["voters"]
        said = f"This version has {made.rows:,} voters; the one before had {before:,}."
        return [f"{said} If that is not meant, undo the load."]
    return []


def _kept(draft: Draft, files: Sequence[VoterFile], add: bool) -> Version | None:
    """Return the version of which some voters were taken over, if any were."""
    return draft.old if add or _only_history(files) else None


def _only_history(files: Sequence[VoterFile]) -> bool:
    return all(one.layout.part == "history" for one in files)


def _manifest(
    report: dict[str, Any],
    layout: VoterLayout,
    files: Sequence[VoterFile],
    kept: Version | None,
    by: str,
) -> dict[str, Any]:
    told = [one.grid for one in files if one.layout.part == "voters"]
    grid = {"columns": told[0].columns, "delimiter": told[0].delimiter} if told else None
    permitted = layout.permitted
    if kept:  # what was loaded before may be used for no more than it might
        permitted = permitted.and_also(Permitted.of(kept.manifest))
    said = {
        "title": layout.what,
        "publisher": layout.publisher,
        "licence": layout.licence,
        "permitted": permitted.as_said(),
        "primaries": layout.primaries,
        "parties": dict(layout.parties),
        "loaded_by": by,
        "sources": [
            {name: one[name] for name in ("file", "sha256", "size", "rows_read")}
            for one in report["files"]
        ]
        + (kept.manifest["sources"] if kept else []),
        "grid": grid or (kept.manifest["grid"] if kept else None),
        **{name: report[name] for name in AS_REPORTED},
    }
    if kept and not told:  # a history alone says nothing of the voters it is about
        said |= {name: kept.manifest[name] for name in OF_VOTERS}
    return said
