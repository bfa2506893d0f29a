"""Names and numbers of streets: streets by hand, and random ones that must keep the rules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point

from courtyard.territory.addressing import GIVEN, INVENTED, addresses, named, strokes

WEST, NORTH = -73.875, 40.75
STEP = 2.0**-10  # of a degree: 82 m eastwards, 108 m northwards
NONE = float("nan")


def line(*corners: tuple[float, float]) -> LineString:
    return LineString([(WEST + x * STEP, NORTH + y * STEP) for x, y in corners])


# A street of four pieces, the second and the fourth drawn backwards.
FOUR = [
    line((0, 0), (1, 0)),
    line((2, 0), (1, 0)),
    line((2, 0), (3, 0.2)),
    line((4, 0.2), (3, 0.2)),
]
CROSSING = [
    line((0, 0), (1, 0)), line((1, 0), (2, 0)),
    line((1, 0), (1, 1)), line((1.1, -1), (1, 0)),
]  # fmt: skip
ROUND = [(np.cos(turn), np.sin(turn)) for turn in np.linspace(0, 2 * np.pi, 13)]
LOOP = [line(*ROUND[start : start + 3]) for start in range(0, 12, 2)]


@pytest.mark.parametrize(
    ("lines", "names", "expected"),
    [
        (FOUR, ["", "", "", ""], [0, 0, 0, 0]),
        (FOUR, ["A St", "A St", "", ""], [0, 0, 1, 1]),
        (FOUR, ["43RD ST", "43rd Street", "43rd st.", " 43rd  street"], [0, 0, 0, 0]),
        (FOUR, ["A St", "B St", "A St", "A St"], [0, 1, 2, 2]),
        (CROSSING, ["", "", "", ""], [0, 0, 1, 1]),
        (CROSSING, ["", "B St", "", "B St"], [0, 1, 2, 3]),
        (LOOP, [""] * 6, [0] * 6),
        ([line((0, 0), (1, 0)), line((1, 0), (2, 0.78))], ["", ""], [0, 1]),
        ([line((0, 0), (1, 0)), line((1, 0), (2, 0.4))], ["", ""], [0, 0]),
        ([line((0, 0), (1, 0)), line((2, 0), (3, 0))], ["", ""], [0, 1]),
        ([line((0, 0), (1, 0), (1, 1), (0, 0))], [""], [0]),
        ([line((0, 0), (0, 0)), line((0, 0), (1, 0))], ["", ""], [0, 1]),
        ([], [], []),
    ],
)
def test_it_joins_pieces_into_strokes(lines, names, expected) -> None:
    found = strokes(lines, names)
    assert found.dtype == np.int32
    assert found.tolist() == expected


def test_it_joins_the_straightest_pair_first() -> None:
    fork = [line((0, 0), (1, 0)), line((1, 0), (2, 0.3)), line((1, 0), (2, -0.1))]
    assert strokes(fork, ["", "", ""]).tolist() == [0, 1, 0]
    assert strokes(fork, ["", "", "Other St"]).tolist() == [0, 0, 1]


def test_it_refuses_what_is_no_line_and_lists_of_unequal_length() -> None:
    with pytest.raises(ValueError, match="Line 1 is no linestring"):
        strokes([FOUR[0], MultiLineString([FOUR[1]])], ["", ""])
    with pytest.raises(ValueError, match="Line 0 is no linestring"):
        strokes([LineString()], [""])
    with pytest.raises(ValueError, match="a name each"):
        strokes(FOUR, [""])


def test_it_names_a_stroke_by_one_name() -> None:
    found = named(CROSSING, ["A St", "A St", "", ""], seed=1)
    assert found.names[:2] == ["A St", "A St"]
    assert found.names[2] == found.names[3] != ""
    assert found.source.tolist() == [GIVEN, GIVEN, INVENTED, INVENTED]


def comb(teeth: int) -> list[LineString]:
    """Streets that do not meet."""
    return [line((0, tooth), (1 + tooth % 7 / 7, tooth)) for tooth in range(teeth)]


def test_it_invents_no_name_twice() -> None:
    lines = comb(4000)
    names = named(lines, [""] * len(lines), seed=1).names
    assert len(set(names)) == len(lines)
    assert not any(character.isdigit() for name in names for character in name)


def test_it_invents_no_name_that_is_given() -> None:
    lines = comb(60)
    taken = named(lines[:30], [""] * 30, seed=1).names
    given = [name.upper().replace(" STREET", " ST").replace(" AVENUE", " AVE") for name in taken]
    # The same lines again, unnamed, beside others that have the names they would be given.
    found = named(lines, [""] * 30 + given, seed=1)
    heard = [name.upper().replace(" STREET", " ST").replace(" AVENUE", " AVE")
             for name in found.names[:30]]  # fmt: skip
    assert not set(heard) & set(given)


def test_it_invents_by_the_seed_and_not_by_the_order() -> None:
    lines = [*comb(40), *(one for one in LOOP)]
    names = named(lines, [""] * len(lines), seed=1).names
    turned = named([one.reverse() for one in lines[::-1]], [""] * len(lines), seed=1).names
    assert turned[::-1] == names
    assert named(lines, [""] * len(lines), seed=2).names != names


def numbers_on(lines, names, buildings, published=None) -> list[str]:
    columns = zip(*buildings, strict=True) if buildings else ([], [], [])
    return addresses(lines, names, *columns, published or {}, seed=1).numbers


def test_it_numbers_a_street_whichever_way_its_pieces_are_drawn() -> None:
    """In the west and the east of each piece a building to its south, the right, and its north."""
    lengths = [82.3, 82.3, 85.2, 82.3]
    buildings = []
    for piece, length in enumerate(lengths):
        back = piece % 2 == 1
        for east in (10, length - 10):
            for south in (True, False):
                along = length - east if back else east
                buildings.append((piece, along, 1 if south != back else -1))
    numbers = [int(one) for one in numbers_on(FOUR, [""] * 4, buildings)]
    south, north = numbers[0::2], numbers[1::2]
    assert all(number % 2 == 0 for number in south)
    assert all(number % 2 == 1 for number in north)
    assert south == sorted(south)
    assert north == sorted(north)
    assert [number // 100 for number in south] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert numbers[:2] == [12, 11]


def test_it_counts_who_stands_on_the_line_to_the_right() -> None:
    there, back = (
        numbers_on([shape], [""], [(0, 40, 0)]) for shape in (FOUR[0], FOUR[0].reverse())
    )
    assert int(there[0]) % 2 == int(back[0]) % 2 == 0


def test_it_takes_more_hundreds_where_a_side_has_more_than_49() -> None:
    def last(count: int) -> tuple[int, int]:
        buildings = [*((0, 40 + n / 1000, 1) for n in range(count)), (1, 10, 1)]
        numbers = [int(one) for one in numbers_on(FOUR, ["A St"] * 4, buildings)]
        assert len(set(numbers)) == len(numbers)
        assert max(numbers[:-1]) < numbers[-1]
        return max(numbers[:-1]), numbers[-1] // 100

    assert last(49) == (98, 1)
    assert last(50)[1] == 2
    assert last(99) == (198, 2)
    assert last(100)[1] == 3


def test_it_keeps_published_numbers_and_leaves_them_out() -> None:
    buildings = [(0, 10 + n, 1) for n in range(49)]
    published = {3: "2 TO 6", 4: "10", 5: " 37-21 ", 6: "10", 7: ""}
    found = addresses(FOUR, ["A St"] * 4, *zip(*buildings, strict=True), published, seed=1)
    assert found.numbers[3:7] == ["2 TO 6", "10", "37-21", "10"]
    assert found.number_sources.tolist()[3:8] == [GIVEN] * 4 + [INVENTED]
    invented = [int(n) for n, s in zip(found.numbers, found.number_sources, strict=True) if s]
    assert not {2, 6, 10} & set(invented)
    assert invented == sorted(set(invented))
    assert {number % 2 for number in invented} == {0}


def test_it_takes_another_hundred_where_published_numbers_fill_one() -> None:
    buildings = [(0, 1.0 + n, 1) for n in range(60)] + [(1, 5.0, 1)]
    published = {n: str(2 * n) for n in range(1, 50)}
    numbers = numbers_on(FOUR, ["A St"] * 4, buildings, published)
    assert int(numbers[0]) == 100
    assert int(numbers[60]) > 200
    assert len(set(numbers)) == 61


def test_it_leaves_numbers_of_other_streets_alone() -> None:
    buildings = [(0, 10, 1), (2, 10, 1)]
    apart = numbers_on(CROSSING, ["A St", "A St", "B St", "B St"], buildings)
    assert (
        numbers_on(
            CROSSING, ["A St", "A St", "B St", "B St"], [*buildings, (0, 1, 1)], {2: apart[1]}
        )[:2]
        == apart
    )


def test_it_numbers_all_strokes_of_one_name_in_one_run() -> None:
    apart = [line((5, 5), (6, 5)), line((0, 0), (1, 0))]
    buildings = [(0, 40, 1), (1, 40, 1)]
    numbers = numbers_on(apart, ["43RD ST", "43rd Street"], buildings)
    assert [int(one) // 100 for one in numbers] == [1, 0]


def test_it_gives_no_number_without_a_street() -> None:
    found = addresses(FOUR, [""] * 4, [-1, -1, 0], [NONE, NONE, 5], [0, 0, 1], {1: "7"}, seed=1)
    assert found.numbers[:2] == ["", "7"]
    assert found.number_sources.tolist() == [-1, GIVEN, INVENTED]
    assert addresses([], [], [], [], [], {}, seed=1).numbers == []


def test_it_refuses_what_does_not_fit_together() -> None:
    with pytest.raises(ValueError, match="from 0 to 3"):
        numbers_on(FOUR, [""] * 4, [(4, 1, 1)])
    with pytest.raises(ValueError, match="equally many"):
        addresses(FOUR, [""] * 4, [0, 1], [1], [1], {}, seed=1)
    with pytest.raises(ValueError, match="none of 1"):
        numbers_on(FOUR, [""] * 4, [(0, 1, 1)], {1: "5"})


CORNERS = st.tuples(st.integers(0, 3), st.integers(0, 3))
PIECES = st.tuples(CORNERS, CORNERS, st.sampled_from(["", "", "A St", "a street", "B Ave"])).filter(
    lambda one: one[0] != one[1]
)
THOUSANDTHS = st.integers(0, 1000).map(lambda n: n / 1000)
BUILDINGS = st.tuples(st.integers(-1, 7), THOUSANDTHS, st.integers(-1, 1))
TOWNS = st.tuples(
    st.lists(PIECES, min_size=8, max_size=8),
    st.lists(BUILDINGS, max_size=80),
    st.dictionaries(st.integers(0, 79), st.integers(1, 130).map(str), max_size=20),
)


def slow_walks(lines, stroke) -> dict[int, list[tuple[int, bool]]]:
    """Each stroke's pieces as one walks them, found by trying all ends; not of those with loops."""
    walks = {}
    for number in set(stroke.tolist()):
        pieces = np.flatnonzero(stroke == number).tolist()
        corners = [lines[piece].coords[at] for piece in pieces for at in (0, -1)]
        ends = [one for one in corners if corners.count(one) == 1]
        if len(ends) != 2 or any(corners.count(one) > 2 for one in corners):
            continue
        (x, y), (u, v) = ends
        ahead = (u - x) * 0.7575, v - y
        here = ends[0] if max(ahead, key=abs) > 0 else ends[1]
        walk = []
        while pieces:
            piece = next(p for p in pieces if here in (lines[p].coords[0], lines[p].coords[-1]))
            walk.append((piece, here != lines[piece].coords[0]))
            here = lines[piece].coords[0 if walk[-1][1] else -1]
            pieces.remove(piece)
        walks[number] = walk
    return walks


@given(TOWNS)
def test_it_numbers_any_town_by_the_rules(town) -> None:
    pieces, buildings, published = town
    lines = [line(start, end) for start, end, _ in pieces]
    names = [name for _, _, name in pieces]
    length = [one.length * 1e5 for one in lines]
    at = [place for place, _, _ in buildings]
    way = [share * length[place] / 3 if place >= 0 else NONE for place, share, _ in buildings]
    side = [where for _, _, where in buildings]
    kept = {index: text for index, text in published.items() if index < len(buildings)}
    found = addresses(lines, names, at, way, side, kept, seed=1)
    stroke = strokes(lines, names)

    heard = [name.casefold().replace(" street", " st") for name in found.streets]
    seen = {(heard[at[index]], text) for index, text in kept.items() if at[index] >= 0}
    for index, place in enumerate(at):
        if index in kept:
            assert found.numbers[index] == kept[index]
        elif place < 0:
            assert found.numbers[index] == ""
        else:
            assert (heard[place], found.numbers[index]) not in seen
            seen.add((heard[place], found.numbers[index]))

    for walk in slow_walks(lines, stroke).values():
        for parity in (0, 1):
            passed = []
            for piece, back in walk:
                here = []
                for index in range(len(buildings)):
                    if at[index] == piece and index not in kept:
                        right = (-side[index] if back else side[index]) >= 0
                        if right == (parity == 0):
                            place = -way[index] if back else way[index]
                            here.append((place, int(found.numbers[index])))
                assert all(number % 2 == parity for _, number in here)
                by_number = sorted(here, key=lambda one: one[1])
                assert [one[0] for one in by_number] == sorted(one[0] for one in here)
                passed += [one[1] for one in by_number]
            assert passed == sorted(passed)


@given(st.lists(PIECES, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_it_finds_the_same_strokes_in_any_order(pieces, random) -> None:
    unique = {frozenset((start, end)): (start, end, name) for start, end, name in pieces}
    drawn = [(line(start, end), name) for start, end, name in unique.values()]
    order = random.sample(range(len(drawn)), len(drawn))
    mixed = [drawn[n][0].reverse() if random.random() < 0.5 else drawn[n][0] for n in order]
    first = strokes([shape for shape, _ in drawn], [name for _, name in drawn])
    second = strokes(mixed, [drawn[n][1] for n in order])
    alike = first[order][:, None] == first[order][None, :]
    assert (alike == (second[:, None] == second[None, :])).all()


def test_it_works_beside_points_that_were_placed() -> None:
    """What nearest_line answers goes in as it is."""
    from courtyard.territory.geometry import nearest_line

    houses = [
        Point(WEST + x * STEP, NORTH + y * STEP) for x, y in [(0.5, 0.1), (0.5, -0.1), (1.5, 0.1)]
    ]
    near = nearest_line([one.x for one in houses], [one.y for one in houses], FOUR)
    found = addresses(FOUR, ["Linden St"] * 4, near.line, near.along, near.side, {}, seed=1)
    assert found.numbers == ["49", "50", "149"]
