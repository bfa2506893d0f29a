"""Points in areas and beside lines: tables by hand, and random cases against a slow reference."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from courtyard.territory.geometry import (
    LEFT,
    NOWHERE,
    ON,
    RIGHT,
    Nearest,
    areas_of,
    metres_per_degree,
    nearest_line,
)

NAN = float("nan")
RING = Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior])
TWO_ISLANDS = MultiPolygon([box(20, 0, 21, 1), box(22, 0, 23, 1)])
SHARED = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
WEST, NORTH = -73.875, 40.75  # both exact in binary, and so are the steps below
STEP = 2.0**-10  # of a degree: 82 m eastwards, 108 m northwards
EAST_M, NORTH_M = (float(one) for one in metres_per_degree(NORTH))


@pytest.mark.parametrize(
    ("point", "outlines", "index"),
    [
        ((0.5, 0.5), SHARED, 0),
        ((1.5, 0.5), SHARED, 1),
        ((2.5, 0.5), SHARED, NOWHERE),
        ((1, 0.5), SHARED, 0),
        ((1, 0.5), SHARED[::-1], 0),
        ((1, 1), SHARED, 0),
        ((2, 0.5), SHARED, 1),
        ((0, 0), SHARED, 0),
        ((0.5, 1.5), SHARED, NOWHERE),
        ((NAN, 0.5), SHARED, NOWHERE),
        ((0.5, NAN), SHARED, NOWHERE),
        ((float("inf"), 0.5), SHARED, NOWHERE),
        ((0.5, 0.5), [], NOWHERE),
        ((0.5, 0.5), [Polygon(), box(0, 0, 1, 1)], 1),
        ((0.5, 0.5), [box(0, 0, 1, 1), box(0, 0, 2, 2)], 0),
        ((1, 1), [RING], 0),
        ((4, 4), [RING], NOWHERE),
        ((4, 4), [RING, box(3, 3, 6, 6)], 1),
        ((3, 4), [RING, box(3, 3, 6, 6)], 0),
        ((20.5, 0.5), [TWO_ISLANDS], 0),
        ((21.5, 0.5), [TWO_ISLANDS], NOWHERE),
        ((22.5, 0.5), [TWO_ISLANDS], 0),
        ((0.5, 0.5), [Polygon([(0, 0, 7), (0, 1, 7), (1, 0, 7)])], 0),
    ],
)
def test_it_finds_the_area_of_a_point(point, outlines, index) -> None:
    assert areas_of([point[0]], [point[1]], outlines).tolist() == [index]


def test_it_has_no_areas_for_no_points() -> None:
    found = areas_of([], [], SHARED)
    assert found.dtype == np.int32
    assert found.tolist() == []


@pytest.mark.parametrize(("longitude", "latitude"), [([1, 2], [1]), ([[1]], [[1]]), (1, 1)])
def test_it_refuses_lists_of_unequal_length(longitude, latitude) -> None:
    with pytest.raises(ValueError, match="equally long"):
        areas_of(longitude, latitude, SHARED)
    with pytest.raises(ValueError, match="equally long"):
        nearest_line(longitude, latitude, [])


def test_it_leaves_outlines_and_points_as_they_are() -> None:
    longitude, latitude = np.array([1.5, 0.5]), np.array([0.5, 0.5])
    areas_of(longitude, latitude, SHARED)
    assert longitude.tolist() == [1.5, 0.5]
    assert not shapely.is_prepared(SHARED).any()


def test_it_finds_the_areas_of_many_points() -> None:
    rows = 60
    outlines = [box(n % rows, n // rows, n % rows + 1, n // rows + 1) for n in range(rows**2)]
    longitude, latitude = np.random.default_rng(1).random((2, 50_000)) * (rows + 1)
    inside = (longitude < rows) & (latitude < rows)
    expected = np.where(inside, np.floor(latitude) * rows + np.floor(longitude), NOWHERE)
    assert (areas_of(longitude, latitude, outlines) == expected).all()


CORNERS = st.tuples(st.integers(0, 6), st.integers(0, 6))
TRIANGLES = st.lists(CORNERS, min_size=3, max_size=3).map(Polygon).filter(lambda one: one.area)
BOXES = st.tuples(CORNERS, CORNERS).map(lambda two: box(*two[0], *two[1])).filter(
    lambda one: one.is_valid and one.area
)  # fmt: skip
SINGLE = TRIANGLES | BOXES
OUTLINES = SINGLE | st.tuples(SINGLE, SINGLE).map(lambda two: two[0] ^ two[1]).filter(
    lambda one: one.geom_type in ("Polygon", "MultiPolygon")
)
QUARTERS = st.integers(-2, 26).map(lambda n: n / 4) | st.floats(-1, 7) | st.just(NAN)


def slow_area(x: float, y: float, outlines: list) -> int:
    return next((n for n, one in enumerate(outlines) if one.covers(Point(x, y))), NOWHERE)


@given(st.lists(OUTLINES, max_size=6), st.lists(st.tuples(QUARTERS, QUARTERS), max_size=30))
@settings(max_examples=150, deadline=None)
def test_it_finds_the_areas_that_a_slow_search_finds(outlines, points) -> None:
    found = areas_of([x for x, _ in points], [y for _, y in points], outlines)
    assert found.tolist() == [slow_area(x, y, outlines) for x, y in points]


def street(*corners: tuple[float, float]) -> LineString:
    """Corners in steps east and north of one place in Queens."""
    return LineString([(WEST + STEP * x, NORTH + STEP * y) for x, y in corners])


def beside(x: float, y: float, *lines: LineString | MultiLineString, within=250.0) -> Nearest:
    return nearest_line([WEST + STEP * x], [NORTH + STEP * y], lines, within=within)


EASTWARDS = street((0, 0), (4, 0))
NORTHWARDS = street((0, 0), (0, 4))
SHARP = street((0, 0), (4, 0), (0, 1))  # turns left, nearly back
LOOP = street((0, 0), (4, 0), (0, 1), (0, 0))


@pytest.mark.parametrize(
    ("point", "lines", "line", "side", "steps_along"),
    [
        ((1, 1), [EASTWARDS], 0, LEFT, 1),
        ((1, -1), [EASTWARDS], 0, RIGHT, 1),
        ((1, 0), [EASTWARDS], 0, ON, 1),
        ((0, 0), [EASTWARDS], 0, ON, 0),
        ((-1, 0), [EASTWARDS], 0, ON, 0),
        ((5, 0), [EASTWARDS], 0, ON, 4),
        ((5, 1), [EASTWARDS], 0, LEFT, 4),
        ((1, 1), [EASTWARDS.reverse()], 0, RIGHT, 3),
        ((3, 1), [NORTHWARDS, EASTWARDS], 1, LEFT, 3),
        ((-1, -1), [NORTHWARDS, EASTWARDS], 0, LEFT, 0),
        ((-1, -1), [EASTWARDS, NORTHWARDS], 0, RIGHT, 0),
        ((1, 1), [EASTWARDS, EASTWARDS.reverse()], 0, LEFT, 1),
        ((1, 4), [EASTWARDS], NOWHERE, ON, NAN),
        ((NAN, 0), [EASTWARDS], NOWHERE, ON, NAN),
        ((0, 0), [], NOWHERE, ON, NAN),
        ((0, 0), [LineString()], NOWHERE, ON, NAN),
        ((0, 0), [street((0, 0), (0, 0)), EASTWARDS], 1, ON, 0),
        ((3, 1), [street((0, 0), (2, 0), (2, 0), (4, 0))], 0, LEFT, 3),
        ((2, 1), [street((0, 0), (2, 0), (4, 0))], 0, LEFT, 2),
        ((5, 0.25), [SHARP], 0, RIGHT, 4),
        ((5, -0.25), [SHARP], 0, RIGHT, 4),
        ((5, 0.25), [SHARP.reverse()], 0, LEFT, None),
        ((1, 0.25), [SHARP], 0, LEFT, 1),
        ((-0.5, -0.5), [LOOP], 0, RIGHT, 0),
        ((4, 1), [MultiLineString([street((0, 0), (1, 0)), street((3, 0), (5, 0))])], 0, LEFT, 2),
        ((2, 0), [MultiLineString([street((0, 0), (1, 0)), street((4, 0), (5, 0))])], 0, ON, 1),
    ],
)
def test_it_finds_the_line_and_its_side(point, lines, line, side, steps_along) -> None:
    found = beside(*point, *lines)
    assert (found.line.tolist(), found.side.tolist()) == ([line], [side])
    if steps_along is not None:
        expected = pytest.approx(steps_along * STEP * EAST_M, rel=1e-4, nan_ok=True)
        assert found.along.tolist() == [expected]


def test_it_tells_the_outer_side_of_a_sharp_ring_where_it_closes() -> None:
    ring = street((4, 0), (0, 1), (0, 0), (4, 0))
    for y in (-0.25, 0, 0.25):
        assert beside(5, y, ring).side.tolist() == [RIGHT]


def test_it_measures_metres_on_the_ellipsoid() -> None:
    assert beside(1, 1, EASTWARDS).metres[0] == pytest.approx(STEP * NORTH_M)
    assert beside(1, 1, NORTHWARDS).metres[0] == pytest.approx(STEP * EAST_M, rel=1e-4)
    assert metres_per_degree(0)[0] == pytest.approx(111_319.491)
    assert metres_per_degree(0)[1] == pytest.approx(110_574.276)
    assert metres_per_degree([45.0])[0] == pytest.approx([78_846.806])
    assert metres_per_degree([45.0])[1] == pytest.approx([111_131.778])


def test_it_looks_no_further_than_it_is_told() -> None:
    away = STEP * NORTH_M
    assert beside(1, 1, EASTWARDS, within=away + 0.01).line.tolist() == [0]
    assert beside(1, 1, EASTWARDS, within=away - 0.01).line.tolist() == [NOWHERE]
    assert beside(1, 1, EASTWARDS, within=1e6).line.tolist() == [0]
    for within in (0, -1, NAN):
        with pytest.raises(ValueError, match="more than 0"):
            beside(1, 1, EASTWARDS, within=within)


def test_it_answers_in_plain_arrays_for_no_points() -> None:
    found = nearest_line([], [], [EASTWARDS])
    kinds = [found.line.dtype, found.metres.dtype, found.along.dtype, found.side.dtype]
    assert kinds == [np.int32, np.float64, np.float64, np.int8]
    assert len(found.line) == len(found.metres) == len(found.along) == len(found.side) == 0


def test_it_finds_the_lines_of_many_points_in_threads() -> None:
    lines = [street((0, y), (40, y)) for y in range(40)]
    x, y = np.random.default_rng(1).random((2, 50_000)) * 39
    found = nearest_line(WEST + STEP * x, NORTH + STEP * y, lines)
    clear = np.abs(y % 1 - 0.5) > 0.01
    assert (found.line == np.round(y))[clear].all()
    assert (found.side == np.where(y > np.round(y), LEFT, RIGHT))[clear].all()
    assert found.along == pytest.approx(x * STEP * EAST_M, rel=2e-2)


PLACES = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda at: (at[0] / 2, at[1] / 2))
LINES = st.lists(st.lists(PLACES, min_size=2, max_size=5), min_size=1, max_size=5)
RINGS = st.lists(PLACES, min_size=3, max_size=6).filter(lambda one: Polygon(one).is_valid)
ANYWHERE = st.tuples(st.floats(-3, 9), st.floats(-3, 9))


def round_the_point(line: LineString, x: float, y: float) -> LineString:
    """The line in metres east and north of the point."""
    east, north = metres_per_degree(y)
    return LineString([((a - x) * float(east), (b - y) * float(north)) for a, b in line.coords])


@given(LINES, ANYWHERE)
@settings(max_examples=200, deadline=None)
def test_it_finds_the_line_that_a_slow_search_finds(corners, at) -> None:
    lines = [street(*one) for one in corners]
    x, y = WEST + STEP * at[0], NORTH + STEP * at[1]
    drawn = [round_the_point(one, x, y) if one.length else LineString() for one in lines]
    metres = [Point(0, 0).distance(one) if one.length else np.inf for one in drawn]
    least = min(metres)
    assume(abs(least - 250) > 0.1)
    found = nearest_line([x], [y], lines)
    line = int(found.line[0])
    if least > 250:
        assert line == NOWHERE
        return
    assert found.metres[0] == pytest.approx(metres[line], abs=1e-6)
    assert metres[line] == pytest.approx(least, rel=1e-4, abs=1e-3)
    assert nearest_line([x], [y], lines + lines).line.tolist() == [line]  # of equals the first
    foot = drawn[line].interpolate(float(found.along[0]))
    assert foot.distance(Point(0, 0)) == pytest.approx(least, abs=0.1)


@given(RINGS, ANYWHERE)
@settings(max_examples=200, deadline=None)
def test_it_has_the_inside_of_a_ring_to_its_left(corners, at) -> None:
    ring = street(*corners, corners[0])
    ring = ring if shapely.is_ccw(ring) else ring.reverse()
    x, y = WEST + STEP * at[0], NORTH + STEP * at[1]
    found = nearest_line([x], [y], [ring], within=5_000)
    assume(found.metres[0] > 0.01)
    inside = Polygon(ring.coords).covers(Point(x, y))
    assert found.side.tolist() == [LEFT if inside else RIGHT]
    back = nearest_line([x], [y], [ring.reverse()], within=5_000)
    assert back.side.tolist() == [RIGHT if inside else LEFT]
