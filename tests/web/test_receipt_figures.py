"""What the collective receipt tells: tables, and sums from which nothing held back comes out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.electorate.questions import AreaFigures
from courtyard.web.receipt_figures import Counted, Told, counted, held_back, tells, told

# Areas in short: around and votes; told by themselves are those named at the end.
TABLE = [
    # all may be told
    ("A 30+20, A 12+8, B 50+1", "a0 a1 b2", "A B"),
    # one has too few: the smallest of the others is held back with it
    ("A 30+20, A 12+8, A 5+3, A 90+9, B 50+1", "a0 a3 b4", "A B"),
    # one has all for one
    ("A 30+20, A 40+0, A 90+9, B 50+1", "a2 b3", "A B"),
    # two have too few, together enough and not alike: nobody else is held back
    ("A 30+20, A 5+3, A 4+4, B 50+1", "a0 b3", "A B"),
    # two have too few and together still too few
    ("A 30+20, A 5+0, A 2+1, A 7+6, B 50+1", "a0 b4", "A B"),
    # two have all for the same one
    ("A 30+20, A 20+0, A 30+0, A 9+9, B 50+1", "a0 b4", "A B"),
    # nobody voted in one: it is like any other of too few
    ("A 30+20, A 0+0, A 12+8, B 50+1", "a0 b3", "A B"),
    # the one around has too few: it goes with the smallest other, which is told no more
    ("A 5+3, B 50+1, B 30+30, C 90+90", "b2 c3", "C"),
    # nothing is around
    (". 50+1, . 5+3, . 30+30", ".2", ""),
    ("A 50+1, . 5+3, . 9+9, . 30+30", "a0 .3", "A"),
]


def areas_of(text: str) -> list[Counted]:
    made = []
    for n, one in enumerate(text.split(", ")):
        around, votes = one.split()
        name = "" if around == "." else around
        made.append(Counted((f"{around.lower()}{n}",), name, tuple(map(int, votes.split("+")))))
    return made


@pytest.mark.parametrize(("text", "own", "around"), TABLE, ids=[row[0] for row in TABLE])
def test_it_tells(text: str, own: str, around: str) -> None:
    found = told(areas_of(text))
    assert found is not None
    assert sorted(found.own) == sorted(own.split())
    assert sorted(found.around) == around.split()


@pytest.mark.parametrize("text", ["A 10+0", "A 5+5", "A 100+0, B 20+0", "A 0+0", "A 3+3, B 2+2"])
def test_it_tells_nothing_of_a_contest_of_few_or_of_one_mind(text: str) -> None:
    assert told(areas_of(text)) is None


def test_it_tells_what_is_told_instead() -> None:
    found = told(areas_of("A 300+20, A 12+8, A 5+3, B 5+3, C 50+1, C 30+30"))
    assert found is not None
    assert found.place_of("a0") == ("own", (300, 20))
    assert found.place_of("a2") == ("around", (317, 31))
    assert found.place_of("b3") == ("whole", found.whole)


def test_it_counts_guests_with_their_host() -> None:
    host = AreaFigures("1", "Q", None, (9, 5), 14, None, {})
    guest = replace(host, area="2", counted_in="1", votes=(0, 0), total=0)
    assert counted([guest, host], {"1": "A", "2": "A"}) == [Counted(("1", "2"), "A", (9, 5))]


@st.composite
def contests(draw: st.DrawFn) -> list[Counted]:
    """Contests of few areas and small numbers, where chance gives away the most."""
    names = draw(st.integers(2, 3))
    number = st.one_of(st.integers(0, 12), st.integers(0, 60))
    votes = st.tuples(*[number] * names)
    around = st.sampled_from(["", "A", "B", "C", "D"])
    rows = draw(st.lists(st.tuples(around, votes), min_size=1, max_size=14))
    return [Counted((str(n),), around, votes) for n, (around, votes) in enumerate(rows)]


@given(contests())
def test_it_tells_only_what_may_be_told(areas: list[Counted]) -> None:
    found = told(areas)
    whole = tuple(map(sum, zip(*(one.votes for one in areas), strict=True)))
    assert (found is None) == (not tells(whole))
    if found is not None:
        assert found.whole == whole
        assert all(tells(one.votes) for one in found.own.values())
        assert all(tells(votes) for votes in found.around.values())


@given(contests())
def test_it_gives_nothing_away_by_sums(areas: list[Counted]) -> None:
    """No figure that may not be told is a sum or a difference of figures that are."""
    found = told(areas)
    if found is None:
        return
    equations = np.array(shown(found, areas))
    rank = np.linalg.matrix_rank(equations)
    secrets = [row({n}, areas) for n, one in enumerate(areas) if not tells(one.votes)]
    for around in {one.around for one in areas} - {""}:
        inside = {n for n, one in enumerate(areas) if one.around == around}
        votes = [sum(areas[n].votes[i] for n in inside) for i in range(len(areas[0].votes))]
        secrets += [] if tells(votes) else [row(inside, areas)]
    for secret in secrets:
        assert np.linalg.matrix_rank(np.vstack([equations, secret])) > rank
    held = [n for n, one in enumerate(areas) if one.codes[0] not in found.own]
    for n in held:  # nor does one come out that was held back for the others' sake
        assert np.linalg.matrix_rank(np.vstack([equations, row({n}, areas)])) > rank


@given(contests())
def test_it_leaves_sums_that_may_be_told(areas: list[Counted]) -> None:
    """What is left of a sum without those told in it is of 11 votes or more, not all for one."""
    found = told(areas)
    if found is None:
        return
    sums = {code: [one for one in areas if one.around == code] for code in found.around}
    sums[""] = [one for one in areas if one.around not in found.around]
    for inside in sums.values():
        rest = [one for one in inside if one.codes[0] not in found.own]
        votes = [sum(column) for column in zip(*(one.votes for one in rest), strict=True)]
        assert not rest or (len(rest) > 1 and tells(votes))


@given(contests())
def test_it_holds_back_the_same_in_any_order(areas: list[Counted]) -> None:
    if len({one.total for one in areas}) == len(areas):
        found, other = told(areas), told(areas[::-1])
        assert (found and set(found.own)) == (other and set(other.own))


def test_it_holds_back_none_where_it_need_not() -> None:
    assert held_back(areas_of("A 30+20, A 12+8")) == set()
    assert held_back(areas_of("A 5+5")) is None


def row(some: set[int], areas: list[Counted]) -> list[int]:
    return [int(n in some) for n in range(len(areas))]


def shown(found: Told, areas: list[Counted]) -> list[list[int]]:
    """Every figure that is shown, as a sum over areas."""
    whole = [row(set(range(len(areas))), areas)]
    around = [
        row({n for n, one in enumerate(areas) if one.around == code}, areas)
        for code in found.around
    ]
    own = [row({n}, areas) for n, one in enumerate(areas) if one.codes[0] in found.own]
    return [*whole, *around, *own]
