"""Which turfs lie beside each other, and that their colours differ."""

import numpy as np
from tests.canvass.test_told import ground as _ground

from courtyard.canvass.beside import COLOURS, beside, beside_part, colours
from courtyard.canvass.cuttable import Cuttable, named
from courtyard.canvass.cutting import Recipe, corrected, cut_by
from courtyard.plan.network import Network
from courtyard.plan.turf_ground import Stops

ground = _ground


def rows_of_houses() -> Cuttable:
    """Ten streets of twelve houses, forty metres apart."""
    number = np.arange(120).reshape(10, 12)
    a = np.r_[number[:, :-1].ravel(), number[:-1, 0]]
    b = np.r_[number[:, 1:].ravel(), number[1:, 0]]
    network = Network.of_ways((a, b), np.r_[np.full(110, 20.0), np.full(9, 40.0)], 120)
    places = np.c_[np.tile(np.arange(12) * 20.0, 10), np.repeat(np.arange(10) * 40.0, 12)]
    stops = Stops(number.ravel().astype(np.int32), np.full(120, 5), places=places)
    names = [(str(one), f"{one} Street", False) for one in range(120)]
    return named("Rows", network, stops, names, places / 1e5)


def test_it_finds_what_is_nearest_first() -> None:
    rows = rows_of_houses()
    made = cut_by(Recipe.of_size(rows, 50), rows)
    places = rows.stops.places[made.parts.stop]
    for turf, ring in enumerate(made.rings):
        near = beside(made, rows, turf, most=len(made.doors))
        assert sorted([turf, *near]) == list(range(len(made.doors)))
        far = [
            min(
                np.hypot(*(places[one] - places[other])) for one in ring for other in made.rings[to]
            )
            for to in near
        ]
        assert far == sorted(far)
    part = int(made.walk[0])
    assert made.turf[part] not in beside_part(made, rows, part)


def test_it_gives_neighbours_different_colours() -> None:
    rows = rows_of_houses()
    made = cut_by(Recipe.of_size(rows, 50), rows)
    found = colours(made, rows)
    assert set(found) <= set(range(COLOURS))
    for turf in range(len(made.doors)):
        nearest = beside(made, rows, turf, most=2)
        assert all(found[turf] != found[other] for other in nearest)


def test_it_keeps_most_colours_when_one_turf_changes() -> None:
    rows = rows_of_houses()
    made = cut_by(Recipe.of_size(rows, 50), rows)
    before = colours(made, rows)
    after = colours(corrected(made, ("split", (3,))), rows)[: len(before)]
    assert (before == after).mean() > 0.5


def test_it_copes_without_places_and_with_what_is_left_out(ground) -> None:
    made = cut_by(Recipe.of_size(ground, 15), ground)
    assert len(colours(made, ground)) == len(made.doors)
    assert len(beside(made, ground, 0)) == min(8, len(made.doors) - 1)
    none = corrected(made, ("exclude", tuple(range(len(made.turf)))))
    assert colours(none, ground).tolist() == []
    assert beside_part(none, ground, 0) == []
