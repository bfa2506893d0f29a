"""Longer searches that were asked for: kept as files beside the drafts, done by the worker.

A file says the recipe, and holds nothing of anybody; the ground lies beside it as whoever asked
saw it, so the worker reads no table. Who searches holds the file locked: a worker that is killed
lets it go, and the next one begins anew.
"""

import fcntl
import json
import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from django.conf import settings

from courtyard.plan.network import Network
from courtyard.plan.turf_ground import Stops

from .cuttable import Cuttable
from .cutting import Recipe, cut_by
from .drafts import DIGITS, keep, recipe_of

log = logging.getLogger("courtyard.canvass")
FAILED = ".failed"


def want(recipe: Recipe, ground: Cuttable) -> None:
    """Asks for the draft of a recipe. Asked twice, or there already, it is made once."""
    if recipe_of(recipe.digest) is not None:
        return
    _keep_ground(ground)
    _file(recipe.digest, FAILED).unlink(missing_ok=True)
    if not _file(recipe.digest).exists():
        _write(_file(recipe.digest), recipe.text().encode())


def is_wanted(digest: str) -> bool:
    """Whether a draft was asked for and is not there yet."""
    return bool(digest) and not set(digest) - DIGITS and _file(digest).exists()


def has_failed(digest: str) -> bool:
    """Whether the last search for a draft ended by a fault of ours."""
    return bool(digest) and not set(digest) - DIGITS and _file(digest, FAILED).exists()


def search_next(stop: Callable[[], bool] = lambda: False) -> bool:
    """Makes one draft that is wanted and that nobody else makes; says whether there was one.

    What was stopped half-way is not kept: it would not be the recipe's.
    """
    waiting = [path for path in _folder().glob("*") if path.suffix != FAILED]
    for path in sorted(waiting, key=lambda one: one.stat().st_mtime if one.exists() else 0):
        try:
            with path.open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if path.exists():
                    _search(path, stop)
                    return True
        except (BlockingIOError, FileNotFoundError):
            continue
    return False


def _search(path: Path, stop: Callable[[], bool]) -> None:
    try:
        recipe = Recipe.read(path.read_text())
        if recipe_of(recipe.digest) is None:
            made = cut_by(recipe, _kept_ground(recipe.ground), stop)
            if stop():
                return
            keep(recipe, made)
    except Exception as fault:  # noqa: BLE001  # whoever waits is told that it ended
        log.error("a search for turfs failed: %s", type(fault).__name__)  # noqa: TRY400
        path.rename(path.with_suffix(FAILED))
    else:
        path.unlink()


def _keep_ground(ground: Cuttable) -> None:
    path = _ground(ground.digest)
    if path.exists():
        os.utime(path)
        return
    network, stops = ground.network, ground.stops
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as fresh:
        np.savez(
            fresh,
            starts=network.starts,
            ends=network.ends,
            metres=network.metres,
            nodes=stops.nodes,
            doors=stops.doors,
            minutes=np.empty(0) if stops.minutes is None else stops.minutes,
            places=np.empty(0) if stops.places is None else stops.places,
            floors=np.array(json.dumps(list(stops.floors.items()))),
        )
    Path(fresh.name).replace(path)


def _kept_ground(digest: str) -> Cuttable:
    """A ground as it was kept: enough to be cut, without ids, names and degrees."""
    with np.load(_ground(digest)) as kept:
        minutes, places = kept["minutes"], kept["places"]
        stops = Stops(
            kept["nodes"],
            kept["doors"],
            minutes=minutes if len(minutes) else None,
            places=places if len(places) else None,
            floors=dict(json.loads(str(kept["floors"]))),
        )
        network = Network(kept["starts"], kept["ends"], kept["metres"])
    nothing = np.zeros((len(stops.doors), 2))
    return Cuttable("", network, stops, (), (), nothing, nothing, np.zeros(0, dtype=bool), digest)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.parent.parent / f"{path.name}.{os.getpid()}.new"
    fresh.write_bytes(content)
    fresh.replace(path)


def _folder() -> Path:
    return Path(settings.COURTYARD_HOME) / "drafts" / "wanted"


def _file(digest: str, ending: str = "") -> Path:
    return _folder() / f"{digest}{ending}"


def _ground(digest: str) -> Path:
    return Path(settings.COURTYARD_HOME) / "drafts" / f"{digest}.ground.npz"
