"""Plans the sections of an area, several at once where there are processors for it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from courtyard.canvass.cuttable import Cuttable
from courtyard.canvass.cutting import Recipe

from .plan_pages import Around, write_section
from .plan_pool import done_beside
from .rows import harmless
from .turf_rows import STOP_COLUMNS, TURF_COLUMNS, Told, features, flat, stop_rows, turf_row


@dataclass(frozen=True, slots=True)
class Job:
    """One ground to cut and to write pages of: into `folder` of the plan."""

    number: int
    code: str
    ground: Cuttable
    recipe: Recipe
    around: Around
    folder: str


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a job: how it was planned, and its rows and shapes as text."""

    number: int
    said: dict[str, Any]
    turfs: str
    stops: str
    shapes: tuple[str, ...]
    outline: Any


def made_of(job: Job, root: Path) -> Made:
    """Cuts the ground of a job and writes its pages."""
    told = Told.of(job.ground, job.recipe)
    outline = write_section(told, job.around, root / job.folder)
    head = {"area": job.ground.name}
    rows = [head | turf_row(turf) for turf in told.turfs]
    stops = (head | row for turf in told.turfs for row in stop_rows(told, turf))
    shapes = [one for one in features(told) if one["properties"]["is"] == "turf"]
    for one in shapes:
        one["properties"] = head | one["properties"]
    return Made(
        job.number,
        _said(job, told, rows),
        _csv(("area", *TURF_COLUMNS), rows),
        _csv(("area", *STOP_COLUMNS), stops),
        tuple(json.dumps(one, ensure_ascii=False) for one in shapes),
        outline,
    )


def all_made(
    jobs: Iterable[Job], root: Path, processes: int, tell: Callable[[Made], None]
) -> list[Made]:
    """Does all jobs, several at once if there are to be several processes; in order of number."""
    made = []
    for one in done_beside(partial(made_of, root=root), jobs, processes):
        made.append(one)
        tell(one)
    return sorted(made, key=lambda one: one.number)


def _said(job: Job, told: Told, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": job.ground.name,
        "code": job.code,
        "folder": job.folder,
        "doors": sum(row["doors"] for row in rows),
        "buildings": len(job.ground.ids),
        "turfs": len(rows),
        "minutes": round(sum(row["minutes"] for row in rows)),
        "metres": sum(row["metres"] or 0 for row in rows),
        "out_of_bounds": sum(row["out_of_bounds"] for row in rows),
        "ground": job.ground.digest,
        "cut": job.recipe.digest,
        "recipe": asdict(job.recipe),
        "notes": told.notes(),
        "told": list(job.around.told),
    }


def _csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in map(flat, rows):
        writer.writerow([harmless(row[name]) for name in columns])
    return text.getvalue()
