"""The drawn map: every area that is the reader's, on whole units, in one path a colour."""

import re

import numpy as np
import shapely
from tests.conftest import KEEPER

from courtyard.journal.op import new_op
from courtyard.journal.reader import Grant, Rank, Reader
from courtyard.territory.models import Edition, Outline
from courtyard.web.ground_drawing import WIDTH, _paths, drawing
from courtyard.web.ground_figures import Shown

RING = re.compile(r"M(\d+) (\d+)(?:l([^Z]*))?Z")


def shape(path: str) -> shapely.Geometry:
    """The polygons that a path draws, even and odd."""
    rings = []
    for x, y, way in RING.findall(path):
        steps = np.array(way.split(), int).reshape(-1, 2)
        ring = np.cumsum([[int(x), int(y)], *steps], axis=0)
        if len(ring) > 2:
            rings.append(shapely.Polygon(ring))
    whole = shapely.Polygon()
    for ring in rings:
        whole = whole.symmetric_difference(ring.buffer(0))
    return whole


def test_it_draws_rings_and_holes_on_whole_units() -> None:
    outlines = np.array([
        shapely.Polygon(
            [(0, 0), (20.2, 0), (20.2, 20), (0, 20)], [[(5, 5), (5, 9), (9, 9), (9, 5)]]
        ),
        shapely.MultiPolygon([shapely.box(30, 30, 35, 35), shapely.box(50.4, 50.4, 50.45, 50.45)]),
    ])  # fmt: skip
    drawn = _paths(outlines)
    assert shape(drawn[0]).equals(
        shapely.Polygon([(0, 0), (20, 0), (20, 20), (0, 20)], [[(5, 5), (5, 9), (9, 9), (9, 5)]])
    )
    assert drawn[1].endswith("M50 50Z")  # too small for a unit: a point, and no way from it
    assert shape(drawn[1]).equals(shapely.box(30, 30, 35, 35))


def test_it_draws_what_is_there(ground) -> None:
    edition = Edition.objects.get(kind="election_district")
    drawn = drawing(KEEPER, edition)
    kept = dict(
        Outline.objects.filter(area__edition=edition, area__kind=edition.kind).values_list(
            "area__code", "geometry"
        )
    )
    assert set(drawn.paths) == set(kept)
    bounds = np.array([shape(path).bounds for path in drawn.paths.values()])
    assert bounds[:, :2].min() >= 0
    assert bounds[:, 2].max() == WIDTH
    assert bounds[:, 3].max() <= drawn.height + 1
    # As large, each beside the others, as they are on the ground, but for a unit along the border.
    scale = WIDTH / np.ptp(shapely.total_bounds(shapely.from_geojson(list(kept.values())))[::2])
    north = np.cos(np.radians(40.75))
    for code, path in drawn.paths.items():
        there = shapely.from_geojson(kept[code])
        assert abs(shape(path).area - there.area * scale**2 / north) < there.length * scale * 2


def test_it_draws_no_area_of_others(ground) -> None:
    edition = Edition.objects.get(kind="election_district")
    captain = Reader(new_op(), (Grant(Rank.CAPTAIN, ground["34"].path),))
    codes = {code for code in ground if code.startswith("34") and len(code) == 5}
    assert set(drawing(captain, edition).paths) == codes
    assert drawing(Reader(new_op()), edition).paths == {}


def test_it_joins_what_has_one_colour(ground) -> None:
    drawn = drawing(KEEPER, Edition.objects.get(kind="election_district"))
    first, second, *rest = drawn.paths
    shown = {code: Shown(code, 0, 0, 1.0, 4, "") for code in (first, second)}
    found = drawn.by_step(shown)
    assert list(found) == [0, 4]
    assert found[4] == drawn.paths[first] + drawn.paths[second]
    assert found[0] == "".join(drawn.paths[code] for code in rest)
