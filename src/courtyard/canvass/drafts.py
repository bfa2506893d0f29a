"""Drafts: cuts that a captain looks at and corrects, kept in the home by what they are made of.

A draft never changes: a correction makes another one, and undoing goes back to the one before. It
holds numbers of public buildings and nobody's words, so it may be forgotten and made again.
"""

import os
import tempfile
from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from django.conf import settings

from courtyard.plan.turf import Cut, cut_of, parts_of
from courtyard.plan.turf_anneal import Found
from courtyard.plan.turf_ground import Bounds, whole_ground

from .cuttable import Cuttable
from .cutting import Recipe, corrected, cut_by

KEPT = 30 * 24 * 3600.0  # seconds after it was last looked at
DIGITS = set("0123456789abcdef")


def draft_of(recipe: Recipe, ground: Cuttable) -> Cut:
    """The cut of a recipe: kept, or the last one before it that is kept corrected, or made anew.

    Raises BadStep, NoSuchTurf.
    """
    ways = [recipe]  # from what is asked for back to what there is
    while (made := kept_draft(ways[-1], ground)) is None and (before := ways[-1].before):
        ways.append(before)
    if made is None:
        made = cut_by(ways[-1], ground)
        keep(ways[-1], made)
    for after in reversed(ways[:-1]):
        made = corrected(made, after.steps[-1])
        keep(after, made)
    return made


def recipe_of(digest: str) -> Recipe | None:
    """The recipe of a kept draft; None for one that is not, or not any more."""
    if not digest or set(digest) - DIGITS:
        return None
    try:
        with np.load(_path(digest)) as kept:
            return Recipe.read(str(kept["recipe"]))
    except FileNotFoundError:
        return None


def kept_draft(recipe: Recipe, ground: Cuttable) -> Cut | None:
    """The cut of a recipe as it was kept; None if it is not, or not of this ground."""
    path = _path(recipe.digest)
    if recipe.ground != ground.digest or not path.exists():
        return None
    with np.load(path) as kept:
        walk, begin, metres, pins = (kept[name] for name in ("walk", "begin", "metres", "pins"))
        before, after, sweeps, iterations, stopped = kept["found"].tolist()
    os.utime(path)
    found = Found(before, after, int(sweeps), int(iterations), bool(stopped))
    bounds = Bounds(recipe.least, recipe.most, recipe.of)  # type: ignore[arg-type]
    rings = np.split(walk, begin[1:-1]) if len(begin) > 1 else []
    whole = whole_ground(ground.network, ground.stops, bounds)
    made = cut_of(whole, parts_of(ground.stops, bounds), rings, bounds, found, metres)
    return replace(made, pins=frozenset(pins.tolist()))


def keep(recipe: Recipe, made: Cut) -> None:
    """Keeps the cut of a recipe, whole or not at all."""
    path = _path(recipe.digest)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as fresh:
        np.savez(
            fresh,
            recipe=np.array(recipe.text()),
            walk=made.walk,
            begin=made.begin,
            metres=made.metres,
            pins=np.array(sorted(made.pins), dtype=np.int64),
            found=np.array(astuple(made.found), dtype=np.float64),
        )
    Path(fresh.name).replace(path)


def forget_old(now: datetime) -> int:
    """Removes drafts at which nobody has looked for long; says how many."""
    until = now.timestamp() - KEPT
    old = [path for path in _home().glob("*.n*") if path.stat().st_mtime < until]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _home() -> Path:
    return Path(settings.COURTYARD_HOME) / "drafts"


def _path(digest: str) -> Path:
    return _home() / f"{digest}.npz"
