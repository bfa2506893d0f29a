"""Patterns of doors: what a captain types, what it means, and what is guessed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from courtyard.territory.doors import (
    BASEMENT,
    GROUND,
    MOST_DOORS,
    BadPattern,
    Door,
    doors_of,
    guess,
    guesses,
    in_order,
    written,
)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("1 door", "1"),
        ("3 doors", "1 2 3"),
        ("0 doors", ""),
        ("2 floors × A–C", "1A 1B 1C 2A 2B 2C"),
        ("2 floors × A, B, D", "1A 1B 1D 2A 2B 2D"),
        ("floors 2–3 × 1–2", "2-1 2-2 3-1 3-2"),
        ("floor 3 × B2", "3B2"),
        ("2 floors × 2 doors", "1-1 1-2 2-1 2-2"),
        ("1 floor × 09–11", "1-09 1-10 1-11"),
        ("1 floor × B1–3", "1B1 1B2 1B3"),
        ("2 floors × A–C, no 2B, 1C", "1A 1B 2A 2C"),
        ("4 floors × A, no floor 2, 3A", "1A 4A"),
        ("4 floors × A, no floors 2–3", "1A 4A"),
        ("3 floors × 1, no 11", "2-1 3-1"),
        ("2 floors × A, basement", "basement 1A 2A"),
        ("1 floor × A, basement A–B, ground floor", "basement_A basement_B ground_floor 1A"),
        ("ground floor A–B, floor 1 × A", "A B 1A"),
        ("1 floor × A, and PH1, PH2, 1C, Office", "OFFICE 1A 1C PH1 PH2"),
        ("floors 1–2 × A–B, floor 3 × A", "1A 1B 2A 2B 3A"),
        ("2 doors, basement", "basement 1 2"),
    ],
)
def test_it_finds_the_doors(pattern, names) -> None:
    said = [door.name.replace(" ", "_") for door in doors_of(pattern)]
    assert " ".join(said) == names


def test_it_finds_the_doors_of_several_entrances() -> None:
    doors = doors_of("Stair A: 2 floors × 1–2, no 2-2; Lobby: basement, and PH1")
    assert doors == [
        Door("Stair A", 1, "1"), Door("Stair A", 1, "2"), Door("Stair A", 2, "1"),
        Door("Lobby", BASEMENT, ""), Door("Lobby", GROUND + 1, "PH1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("6 floors × A–F, no 4D, basement", "6 floors × A–F, no 4D, basement"),
        ("  6 FLOORS x a - f no 4-d AND basement ", "6 floors × A–F, no 4D, basement"),
        ("6floors*A—F,basement,no 4 d", "6 floors × A–F, no 4D, basement"),
        ("6 floors a-f and ph 1,ph2, 7 a", "6 floors × A–F, and PH1–PH2, 7A"),
        ("6 floors x X-Z", "6 floors × X–Z"),
        ("floors 1-1 × 1,2,3,5", "1 floor × 1–3, 5"),
        ("4 floors × 1–4, no 41, 41", "4 floors × 1–4, no 4-1"),
        ("1 doors", "1 door"),
        ("Stair  A : 1 door;\tstair B:2 DOORS ;", "Stair A: 1 door; stair B: 2 doors"),
        ("ground a, basement, 2 floors × A", "2 floors × A, ground floor A, basement"),
        ("41 floors × A, 1A, no 41A", "41 floors × A, 1A, no 41A"),
    ],
)
def test_it_writes_a_pattern_in_one_way(typed, normal) -> None:
    assert written(typed) == normal
    assert written(normal) == normal
    assert doors_of(normal) == doors_of(typed)


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "is empty"),
        (" ; ", "is empty"),
        ("6 flors × A", "“6 flors × A”: this cannot be read"),
        ("6 floors", "which doors are on a floor"),
        ("0 floors × A", "counted upwards from 1"),
        ("floors 6–2 × A", "counted upwards from 1"),
        ("6 floors × F–A", "runs backwards"),
        ("6 floors × A–4", "a row as A–F"),
        ("6 floors × Ä", "letters and digits"),
        ("6 floors × A–F, A", "the door 1A is there 2 times"),
        ("6 floors × A, and 2A", "the door 2A is there 2 times"),
        ("6 floors × A–F, no 9Z", "“9Z”: no floor has this door"),
        ("6 floors × A–F, no floor 7", "no such floor"),
        ("11 floors × 1–11, no 111", "Write “1-11” or “11-1”"),
        ("6 floors × A, no basement", "after “no”"),
        ("6 floors × A, no ", "“no”: this cannot be read"),
        ("floors 1 to 2", "cannot be read"),
        ("6 floors with basement", "cannot be read"),
        ("6 floors × A basement", "a row as A–F"),
        ("6 floors × 1 2 3", "a row as A–F"),
        ("6 floors × A–F basement", "a row as A–F"),
        ("1 floor × A, and 7B basement", "such as “and 7A, 7-2”"),
        ("6 floors × A, and 12", "such as “and 7A, 7-2”"),
        ("2 doors, 3 doors", "its doors already"),
        ("basement, basement", "said twice"),
        ("basement, C", "“C”: this cannot be read"),
        ("A: 1 door; a: 1 door", "a name of its own"),
        ("1 door; 2 doors", "a name of its own"),
        ("A: B: 1 door", "two colons"),
        ("Stair A: ", "no doors"),
        ("999 floors × 1–9999", "over 5,000 doors"),
        ("A: 9 floors × 1–500; B: 9 floors × 1–500", "over 5,000 doors"),
        ("9999 doors", "over 5,000 doors"),
        ("1 door" + " " * 5_000, "longer than 4,000"),
    ],
)
def test_it_says_what_is_wrong(pattern, says) -> None:
    for read in (doors_of, written):
        with pytest.raises(BadPattern) as wrong:
            read(pattern)
        assert says in str(wrong.value)


def test_it_refuses_a_list_without_an_item() -> None:
    for pattern in ("1 door, and", "no", "and", "2 floors × A, no"):
        with pytest.raises(BadPattern):
            doors_of(pattern)


LABELS = st.sampled_from(
    ["A", "A–F", "b-d", "1–8", "01–12", "C, E", "B1–B3", "PH1", "AA–AD", "9998-9999", "10000", "7B"]
)
FLOORS = st.sampled_from(["1 floor", "6 floors", "floors 2–4", "floor 3", "12 floors"])
STACKS = st.builds("{} {} {}".format, FLOORS, st.sampled_from(["×", "x", "*"]), LABELS)
OTHERS = st.sampled_from(
    ["basement", "ground floor A–B", "no 4D", "no 1-1, 2A", "no floor 3", "and PH1", "and 7A, 7-1",
     "3 doors", "1 door", "Office", "no 11", "2 floors", "× A", "and A–C", "4", "0 doors"]
)  # fmt: skip
BODIES = st.lists(STACKS | OTHERS, min_size=1, max_size=4).map(", ".join)
PATTERNS = st.lists(
    st.builds(str.__add__, st.sampled_from(["", "A: ", "Stair b: "]), BODIES), max_size=3
).map("; ".join)


@given(PATTERNS | st.text("6 floors×AF,no4D;:–x", max_size=40))
@example("12 floors × 1–12, no 1-12")
def test_it_reads_what_it_wrote(pattern) -> None:
    try:
        doors = doors_of(pattern)
    except BadPattern:
        return
    normal = written(pattern)
    assert doors_of(normal) == doors
    assert written(normal) == normal
    assert len({(door.entrance, door.name) for door in doors}) == len(doors)


@pytest.mark.parametrize(
    ("homes", "pattern"),
    [
        (0, "0 doors"),
        (1, "1 door"),
        (3, "3 doors"),
        (4, "2 floors × A–B"),
        (5, "3 floors × A–B, no 3B"),
        (6, "3 floors × A–B"),
        (20, "5 floors × A–D"),
        (31, "5 floors × A–F, floor 6 × A"),
        (34, "6 floors × A–F, no 6E, 6F"),
        (61, "7 floors × A–I, no 7H, 7I"),
        (300, "30 floors × A–J"),
        (400, "Stair 1: 20 floors × A–J; Stair 2: 20 floors × A–J"),
    ],
)
def test_it_guesses_a_pattern(homes, pattern) -> None:
    assert guess(homes) == pattern


def test_it_guesses_as_many_doors_as_there_are_homes() -> None:
    for homes in [*range(400), *range(400, 3000, 97), 3000, MOST_DOORS]:
        assert len(doors_of(guess(homes))) == homes
        assert written(guess(homes)) == guess(homes)


@given(st.integers(0, 3000))
def test_it_guesses_as_many_doors_as_any_number_of_homes(homes) -> None:
    assert len(doors_of(guess(homes))) == homes


@pytest.mark.parametrize("homes", [-1, MOST_DOORS + 1])
def test_it_guesses_nothing_for_what_is_no_building(homes) -> None:
    with pytest.raises(ValueError, match="can be guessed"):
        guess(homes)


def test_it_guesses_for_many() -> None:
    assert guesses([1, 36, 1]) == ["1 door", "6 floors × A–F", "1 door"]
    assert guesses([]) == []


@pytest.mark.parametrize(
    ("lift", "top_down", "names"),
    [
        (True, True, "2A 2B 1A 1B ground_floor PH1 1A"),
        (True, False, "2A 2B 1A 1B ground_floor PH1 1A"),
        (False, True, "2A 2B 1A 1B ground_floor PH1 1A"),
        (False, False, "ground_floor 1A 1B 2A 2B 1A PH1"),
    ],
)
def test_it_orders_the_doors_as_one_walks(lift, top_down, names) -> None:
    doors = doors_of("Z: 2 floors × A–B, ground floor; B: 1 floor × A, and PH1")
    walked = in_order(doors, lift=lift, top_down=top_down)
    assert [door.name for door in walked] == [name.replace("_", " ") for name in names.split()]
