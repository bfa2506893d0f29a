"""What the map of the page Cut is told: the ground beneath, and every turf with its walk."""

import json
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from courtyard.canvass.beside import colours
from courtyard.journal.reader import Reader
from courtyard.plan.network import NOWHERE
from courtyard.territory.models import Area
from courtyard.territory.tiling import tiles_of

from . import cut_words as words
from .cut_draft import Draft
from .tiles import map_of

FINE = 1_000_000  # a degree: a tenth of a metre


def map_told(area: Area, draft: Draft, reader: Reader) -> str:
    """The ground of the map, as JSON; it opens on what is cut. Empty without tiles."""
    tiling = tiles_of(area.edition)
    if tiling is None:
        return ""
    told = json.loads(map_of(tiling, [area.code], reader))
    degrees = draft.ground.degrees
    told["bounds"] = [*degrees.min(axis=0).tolist(), *degrees.max(axis=0).tolist()]
    told["words"]["turf"] = _("Turf %(turf)s") % {"turf": "%"}
    told["words"]["out"] = _("outside the bounds")
    told["words"]["nowhere"] = _("Left out")
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def turfs_told(draft: Draft) -> dict[str, Any]:
    """The turfs for the map, in short: parts in walking order, turf by turf, then those left out.

    `x` and `y` are millionths of a degree, each from the one before. `begin` is where each turf
    begins among them; `labels` are a place, its numbers and
    the first turf there.
    """
    cut, ground = draft.cut, draft.ground
    nowhere = np.flatnonzero(cut.turf == NOWHERE)
    parts = np.concatenate([cut.walk, nowhere]).astype(np.int64)
    places = np.rint(ground.degrees[cut.parts.stop[parts]] * FINE).astype(np.int64)
    steps = np.diff(places, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return {
        "fine": FINE,
        "parts": parts.tolist(),
        "x": steps[:, 0].tolist(),
        "y": steps[:, 1].tolist(),
        "begin": cut.begin.tolist(),
        "colours": colours(cut, ground).tolist(),
        "out": [turf.index for turf in draft.turfs if turf.out_of_bounds],
        "words": [
            f"{words.doors(one.doors)} · {words.duration(one.minutes)}" for one in draft.turfs
        ],
        "labels": _labels(draft),
    }


def _labels(draft: Draft) -> list[list[Any]]:
    """Of each turf a place in its middle, and its number; turfs at one place have one for all."""
    stops = draft.cut.parts.stop
    found: list[list[Any]] = []
    at_one: dict[int, list[int]] = {}
    for turf in draft.turfs:
        own = np.unique(stops[list(turf.parts)])
        if len(own) == 1:
            at_one.setdefault(int(own[0]), []).append(turf.number)
            continue
        places = draft.ground.degrees[own]
        middle = int(np.square(places - places.mean(axis=0)).sum(axis=1).argmin())
        at = np.rint(places[middle] * FINE).astype(int).tolist()
        found.append([*at, str(turf.number), turf.index])
    for stop, numbers in at_one.items():
        place = np.rint(draft.ground.degrees[stop] * FINE).astype(int).tolist()
        found.append([*place, _range(numbers), numbers[0] - 1])
    return found


def _range(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return str(numbers[0])
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return f"{numbers[0]} + {len(numbers) - 1}"
