"""Warms planning up: compiled once, by one process, before anybody waits for a page."""

import fcntl
import logging
import threading
from pathlib import Path

import numpy as np
from django.conf import settings

from courtyard.plan.network import NOWHERE, Network
from courtyard.plan.turf_ground import Stops
from courtyard.plan.turf_why import why_here, why_not_there

from .beside import colours
from .cuttable import Cuttable, named
from .cutting import Recipe, corrected, cut_by
from .told import turfs

log = logging.getLogger("courtyard.canvass")
HOUSES = 40
LOCK = "planning.lock"


def warm_up_beside() -> None:
    """Warms up in a thread of its own, and never keeps the process from ending."""
    threading.Thread(target=warm_up_or_log, name="warming up", daemon=True).start()


def warm_up() -> None:
    """Cuts a made-up street and corrects it in every way, so that every kernel is there.

    What is compiled is kept on disk; the lock lets one process compile and the others read.
    """
    lock = Path(settings.COURTYARD_HOME) / LOCK
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ground = _street()
        made = cut_by(Recipe.of_size(ground, 20, effort=0.01), ground)
        for step in (("move", (0, 5)), ("split", (0,)), ("join", (0, 1)), ("exclude", (3,))):
            made = corrected(made, step)
        made = corrected(corrected(made, ("pin", (7,))), ("balance", (0, 1, 2)))
        why_here(made, 7)
        why_not_there(made, 7, [0, 1])
        turfs(made, ground)
        colours(made, ground)


def warm_up_or_log() -> None:
    """Warms up; what fails is only slower."""
    try:
        warm_up()
    except Exception as fault:  # noqa: BLE001  # it is only slower without
        log.warning("planning was not warmed up: %s", type(fault).__name__)


def _street() -> Cuttable:
    """Two sides of a street, a house off every way and one larger than a turf."""
    at = np.arange(HOUSES)
    network = Network.of_ways((at[:-1], at[1:]), np.full(HOUSES - 1, 9.0), HOUSES)
    nodes = at.astype(np.int32)
    nodes[-1] = NOWHERE
    doors = np.full(HOUSES, 3)
    doors[10] = 60
    places = np.c_[at * 9.0, (at % 2) * 20.0]
    stops = Stops(nodes, doors.astype(np.int64), minutes=doors * 2.0, places=places)
    rows = [(str(one), f"{one} Calm Road", True) for one in range(HOUSES)]
    return named("", network, stops, rows, places)
