"""Homes of complexes among areas: squares by hand, and random cases against plain loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from courtyard.territory.complexes import Shares, counts_of, is_complex, reach, shared
from courtyard.territory.geometry import metres_per_degree

WEST, NORTH = -73.875, 40.75
EAST_M, NORTH_M = (float(one) for one in metres_per_degree(NORTH))
SQUARES = [
    box(WEST, NORTH - 1, WEST + 1, NORTH + 1),
    box(WEST - 1, NORTH - 1, WEST, NORTH + 1),
]  # fmt: skip


def rows(shares: Shares) -> list[tuple[int, int, float]]:
    columns = (shares.complex.tolist(), shares.area.tolist(), shares.share.round(6).tolist())
    return list(zip(*columns, strict=True))


def test_it_knows_a_complex_by_its_homes() -> None:
    assert is_complex([0, 300, 301]).tolist() == [False, False, True]


def test_it_says_how_far_homes_may_lie() -> None:
    assert reach([0, 2659]).round().tolist() == [0, 252]


def test_it_halves_a_complex_on_a_border() -> None:
    assert rows(shared([WEST], [NORTH], [2659], SQUARES)) == [(0, 0, 0.5), (0, 1, 0.5)]


def test_it_leaves_a_complex_to_the_area_that_holds_its_disc() -> None:
    for metres, areas in ((251, [0, 1]), (253, [0])):
        shares = shared([WEST + metres / EAST_M], [NORTH], [2659], SQUARES)
        assert shares.area.tolist() == areas


def test_it_reaches_as_far_north_as_east() -> None:
    above = [box(WEST - 1, NORTH + 251 / NORTH_M, WEST + 1, NORTH + 1)]
    assert shared([WEST], [NORTH], [2659], above).area.tolist() == [0]
    assert shared([WEST], [NORTH - 2 / NORTH_M], [2659], above).area.tolist() == [-1]


def test_it_shares_only_ground_that_an_area_covers() -> None:
    strip = MultiPolygon([box(WEST, NORTH - 1, WEST + 100 / EAST_M, NORTH + 1)])
    assert rows(shared([WEST], [NORTH], [2659], [strip])) == [(0, 0, 1.0)]


def test_it_says_where_a_complex_touches_no_area() -> None:
    nan = float("nan")
    shares = shared([0, nan, WEST], [0, NORTH, nan], [500, 500, 500], SQUARES)
    assert rows(shares) == [(0, -1, 1.0), (1, -1, 1.0), (2, -1, 1.0)]
    assert rows(shared([WEST], [NORTH], [500], [])) == [(0, -1, 1.0)]
    assert rows(shared([], [], [], SQUARES)) == []


def test_it_gives_no_share_to_an_area_that_is_only_touched() -> None:
    edge = [box(WEST, NORTH, WEST, NORTH + 1), SQUARES[0]]
    assert shared([WEST], [NORTH], [500], edge).area.tolist() == [1]


def test_it_refuses_lists_of_unequal_length() -> None:
    with pytest.raises(ValueError, match="for each complex"):
        shared([WEST, WEST], [NORTH], [500], SQUARES)


STEPS = st.integers(-40, 40)


@given(st.lists(st.tuples(STEPS, STEPS, st.integers(301, 9000)), max_size=12))
def test_it_shares_each_complex_as_a_whole(points) -> None:
    x, y, homes = (np.array(one) for one in zip(*points, strict=True)) if points else ([], [], [])
    grid = [
        box(*(WEST + a / 300, NORTH + b / 300), *(WEST + (a + 1) / 300, NORTH + (b + 1) / 300))
        for a in range(-5, 5)
        for b in range(-5, 5)
    ]
    shares = shared(WEST + np.array(x) / 1000, NORTH + np.array(y) / 1000, homes, grid)
    sums = np.bincount(shares.complex, shares.share, minlength=len(points))
    assert np.allclose(sums, 1)
    assert (shares.share > 0).all()
    assert rows(shares) == sorted(rows(shares))
    for number, (east, north, count) in enumerate(points):
        around = 1.001 * reach(count) / np.array([EAST_M, NORTH_M])  # metres a degree vary a little
        disc = box(*(np.array([WEST + east / 1000, NORTH + north / 1000]) - around),
                   *(np.array([WEST + east / 1000, NORTH + north / 1000]) + around))  # fmt: skip
        for area in shares.area[shares.complex == number]:
            assert area == -1 or grid[area].intersects(disc)


def test_it_counts_homes_by_hand() -> None:
    shares = Shares(
        np.array([0, 0, 1, 2], np.int32), np.array([0, 1, 1, -1], np.int32),
        np.array([0.25, 0.75, 1.0, 1.0]),
    )  # fmt: skip
    counted = counts_of([0, 0, 2, -1], [10, 5, 7, 99], shares, [400, 1000, 500], 4)
    assert counted.value.tolist() == [115, 1300, 7, 0]
    assert counted.low.tolist() == [15, 1000, 7, 0]
    assert counted.high.tolist() == [415, 1400, 7, 0]


def slow_counts(buildings, shares, homes, areas):
    counted = []
    for area in range(areas):
        sure = float(sum(count for at, count in buildings if at == area))
        mine = [row for row in shares if row[1] == area]
        value = sure + sum(share * homes[which] for which, _, share in mine)
        alone = [r for r in mine if sum(other[0] == r[0] for other in shares) == 1]
        low = sure + sum(homes[which] for which, _, _ in alone)
        counted.append((value, low, sure + sum(homes[which] for which, _, _ in mine)))
    return counted


@given(
    st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 300)), max_size=20),
    st.lists(st.sets(st.integers(0, 4), max_size=3), max_size=6),
    st.lists(st.integers(301, 5000), min_size=6, max_size=6),
)
def test_it_counts_as_plain_loops_do(buildings, reached, homes) -> None:
    given_rows = [
        (which, area, 1 / len(areas or [0]))
        for which, areas in enumerate(reached)
        for area in sorted(areas or [-1])
    ]
    columns = [[row[n] for row in given_rows] for n in range(3)]
    shares = Shares(
        np.array(columns[0], np.int32), np.array(columns[1], np.int32), np.array(columns[2], float)
    )
    at, count = [one[0] for one in buildings], [one[1] for one in buildings]
    counted = counts_of(at, count, shares, homes, 5)
    expected = np.array(slow_counts(buildings, given_rows, homes, 5))
    assert np.allclose(np.stack([counted.value, counted.low, counted.high], axis=1), expected)
    assert (counted.low <= counted.value + 1e-6).all()
    assert (counted.value <= counted.high + 1e-6).all()
