"""Reads and writes the pattern of doors in a building, as a captain types it: `6 floors × A–F`.

A pattern says the entrances of a building, with `;` between them, each with its name and `:` before
it where there are several. An entrance is a list of these, with commas between them:

    6 floors × A–F          the doors A to F on each of the floors 1 to 6
    floors 2–6 × 1–8        on floors 2 to 6 those from 1 to 8
    floor 7 × A, B, D–F     on one floor these
    3 doors                 a house with so many doors on the ground
    ground floor A–B        the doors there; `ground floor` alone is one door
    basement                one door, or `basement A–B`
    no 4D, 5-2, floor 13    doors that floors × labels would have, and are not there, or a floor
    and PH1, 7A, Office     further doors: one of a floor; PH on top; else on the ground floor

    Stair A: 6 floors × 1–4, no 6-4; Stair B: 6 floors × 1–4, basement

A door's label is of letters and digits, such as A, 12, or B2; where it begins with a digit, a dash
stands between floor and label, as in 5-2. For × there may be x or *, for – any dash; spaces and
small letters do not matter. Only English is read, so that one pattern is the same everywhere.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt

MOST_DOORS = 5_000
MOST_CHARACTERS = 4_000
GROUND, BASEMENT = 0, -1

_LARGEST_HOUSE = 3  # doors, in a guess
_LARGEST_STAIR = 300
_MOST_LEFT_OUT = 3
_LONGEST_SHOWN = 60  # characters of a pattern in a sentence
_FORGIVING = re.IGNORECASE | re.ASCII
_DASH = re.compile(r"\s*[-‐‑‒–—―−]\s*")
_BEFORE_LISTS = re.compile(r"\s+(?=(?:and|no)\s)", _FORGIVING)
_FLOORS = re.compile(
    r"(?:(?P<count>\d{1,3}) ?floors?|floors? (?P<first>\d{1,3})(?:-(?P<last>\d{1,3}))?)"
    r"(?:(?: ?[×*] ?| ?x(?!-) ?| (?=[a-z]?\d*(?:-|$)))(?P<labels>.+))?",
    _FORGIVING,
)
_HOUSE = re.compile(r"(?P<count>\d{1,4}) ?doors?", _FORGIVING)
_LOW = re.compile(
    r"(?:(?P<ground>ground(?: floor)?)|basement)(?:(?: ?[×*] ?| x | )(?P<labels>.+))?", _FORGIVING
)
_LABEL = re.compile(r"[A-Z0-9]{1,12}")
_GAP = re.compile(r"(?<![A-Za-z]) | (?![0-9])")  # a space that is not like that in `PH 1`
_COUNTED = re.compile(r"([A-Z0-9]*?)([0-9]{1,4}|[A-Z])")
_OF_FLOOR = re.compile(r"([0-9]{1,3}) ?(?:-([A-Z0-9]{1,12})|([A-Z][A-Z0-9]{0,11}))")
_TOO_MANY = f"these are over {MOST_DOORS:,} doors, too many for one building."
_LIKE = "such as “6 floors × A–F, no 4D, basement”"


class BadPattern(ValueError):
    """The pattern cannot be read; the sentence says what is wrong, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Door:
    """One door: its entrance ("" where there is one only), floor, and label on that floor.

    The floor is GROUND (0), BASEMENT (-1) or counted from 1; PH stands above the highest. The label
    is "" where a ground floor or basement is one door.
    """

    entrance: str
    floor: int
    label: str

    @property
    def name(self) -> str:
        """What stands on it: `4D`, `4-2`, `PH1`, `basement A`; in a house its label."""
        if self.floor == BASEMENT:
            return f"basement {self.label}".strip()
        if self.floor == GROUND:
            return self.label or "ground floor"
        if self.label.startswith("PH"):
            return self.label
        return (
            f"{self.floor}-{self.label}" if self.label[0].isdigit() else f"{self.floor}{self.label}"
        )


def doors_of(pattern: str) -> list[Door]:
    """The doors of a pattern, entrance by entrance, floor by floor upwards, labels as given.

    Raises BadPattern for what cannot be read, names a door twice, leaves out a door that is not
    there, or has more than MOST_DOORS.
    """
    return [door for _, doors in _entrances(pattern) for door in doors]


def written(pattern: str) -> str:
    """The pattern tidied up: the same doors in the same order. Raises BadPattern as doors_of."""
    return "; ".join(entrance.text() for entrance, _ in _entrances(pattern))


@lru_cache(maxsize=4096)
def guess(homes: int) -> str:
    """A plausible pattern with exactly so many doors. It is a guess, and to be marked as one.

    Raises ValueError for fewer than 0 or more than MOST_DOORS: such a lot is no building.
    """
    if not 0 <= homes <= MOST_DOORS:
        raise ValueError(f"{homes} homes: the doors of 0 to {MOST_DOORS} homes can be guessed.")
    if homes <= _LARGEST_HOUSE:
        return f"{homes} door" if homes == 1 else f"{homes} doors"
    stairs = -(-homes // _LARGEST_STAIR)
    if stairs == 1:
        return _guessed_stair(homes)
    sizes = (homes // stairs + (number < homes % stairs) for number in range(stairs))
    return "; ".join(f"Stair {n}: {_guessed_stair(size)}" for n, size in enumerate(sizes, 1))


def guesses(homes: npt.ArrayLike) -> list[str]:
    """The guess for each of many numbers of homes."""
    numbers, place = np.unique(np.asarray(homes, dtype=np.int64), return_inverse=True)
    patterns = [guess(number) for number in numbers.tolist()]
    return [patterns[at] for at in place.tolist()]


def in_order(doors: Iterable[Door], *, lift: bool, top_down: bool = True) -> list[Door]:
    """The doors as one walks them: one entrance after the other, each floor by floor.

    With a lift one rides up and comes down from the top; without one, `top_down=False` goes up from
    the bottom. Entrances and labels stay in the order in which they are given.
    """
    down = -1 if lift or top_down else 1
    given = list(doors)
    entrances = {name: place for place, name in enumerate(dict.fromkeys(d.entrance for d in given))}
    return sorted(given, key=lambda door: (entrances[door.entrance], down * door.floor))


def _guessed_stair(homes: int) -> str:
    """As many floors as are usual for so many homes; the top floor may have fewer doors."""
    usual = min(5, -(-homes // 2)) if homes <= 20 else 6 if homes <= 60 else -(-homes // 10)
    wide = -(-homes // usual)
    full, over = divmod(homes, wide)
    letters = ascii_uppercase[:wide]
    if over and wide - over > _MOST_LEFT_OUT:
        return f"{full} floors × A–{letters[-1]}, floor {full + 1} × {_runs(letters[:over])}"
    if over:
        absent = ", ".join(f"{full + 1}{letter}" for letter in letters[over:])
        return f"{full + 1} floors × A–{letters[-1]}, no {absent}"
    return f"{full} floors × A–{letters[-1]}"


@dataclass(frozen=True, slots=True)
class _Stack:
    """Floors with one and the same list of labels."""

    first: int
    last: int
    labels: list[str]

    def text(self) -> str:
        floors = f"floors {self.first}–{self.last}"
        if self.first == 1:
            floors = "1 floor" if self.last == 1 else f"{self.last} floors"
        elif self.first == self.last:
            floors = f"floor {self.last}"
        return f"{floors} × {_runs(self.labels)}"


@dataclass(slots=True)
class _Entrance:
    """What was said of one entrance. `onto` is the list that a mere label goes on with."""

    name: str
    stacks: list[_Stack] = field(default_factory=list)
    low: dict[int, list[str]] = field(default_factory=dict)
    house: int | None = None
    absent: list[str] = field(default_factory=list)
    absent_floors: list[int] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    onto: list[str] | None = None

    def read(self, said: str) -> None:
        """Takes in one of the things that stand between commas."""
        lead, _, rest = said.partition(" ")
        leaving, adding = lead.lower() == "no", lead.lower() == "and"
        item = rest if leaving or adding else said
        if leaving or adding:
            self.onto = self.absent if leaving else self.added
        floors, low, house = (one.fullmatch(item) for one in (_FLOORS, _LOW, _HOUSE))
        if floors and not floors["labels"] and self.onto is self.absent:
            self.absent_floors += range(*_span(floors, said))
        elif leaving and (floors or low or house):
            raise _bad(said, "after “no”, name single doors or floors, such as “no 4D, floor 13”.")
        elif floors:
            self._stand(floors, said)
        elif low:
            self._lie(low, said)
        elif house:
            self._live(int(house["count"]), said)
        elif self.onto is None or not item:
            raise _bad(said, f"this cannot be read: begin with the floors or doors, {_LIKE}.")
        else:
            self.onto += [item] if self.onto is self.absent else self._labels(item, said)

    def _stand(self, floors: re.Match[str], said: str) -> None:
        if not floors["labels"]:
            raise _bad(said, "which doors are on a floor? Write them after ×, such as “× A–F”.")
        first, end = _span(floors, said)
        house = _HOUSE.fullmatch(floors["labels"])
        text = f"1-{house['count']}" if house else floors["labels"]
        self.onto = _labels(text, said)
        self.stacks.append(_Stack(first, end - 1, self.onto))

    def _lie(self, low: re.Match[str], said: str) -> None:
        floor = GROUND if low["ground"] else BASEMENT
        if floor in self.low:
            raise _bad(said, "this is said twice of one entrance: put its doors into one list.")
        self.low[floor] = _labels(low["labels"], said) if low["labels"] else [""]
        self.onto = self.low[floor] if low["labels"] else None

    def _live(self, count: int, said: str) -> None:
        if self.house is not None:
            raise _bad(said, "this entrance has its doors already: say one number of doors.")
        self.house, self.onto = count, None

    def _labels(self, item: str, said: str) -> list[str]:
        """The labels of an item; of what is added, a number before them is the floor."""
        if self.onto is not self.added or not item[0].isdigit():
            return _labels(item, said)
        floor, label = _of_floor(item)
        if not floor:
            raise _bad(said, "say floor and label of a door that is added, such as “and 7A, 7-2”.")
        return [f"{floor}-{label}"]

    def size(self) -> int:
        """How many doors there may be, before any is left out."""
        stacks = sum((one.last - one.first + 1) * len(one.labels) for one in self.stacks)
        return stacks + (self.house or 0) + sum(map(len, self.low.values())) + len(self.added)

    def gone(self) -> list[tuple[int, str]]:
        """The doors left out one by one."""
        if not self.absent:
            return []
        standing = dict.fromkeys(self._standing())
        closely: dict[str, list[tuple[int, str]]] = {}
        for floor, label in standing:
            closely.setdefault(f"{floor}{label}", []).append((floor, label))
        gone = []
        for item in self.absent:
            door = _of_floor(item)
            meant = [door] if door in standing else closely.get(_closely(item), [])
            if not meant:
                raise _bad(item, "no floor has this door, so it cannot be left out: mend its name.")
            if len(meant) > 1:
                ways = " or ".join(f"“{floor}-{label}”" for floor, label in meant)
                raise _bad(item, f"which floor is that, and which door? Write {ways}.")
            gone.append(meant[0])
        return list(dict.fromkeys(gone))

    def doors(self) -> list[Door]:
        """The doors, floor by floor."""
        standing = list(self._standing())
        floors, without = {floor for floor, _ in standing}, set(self.absent_floors)
        if unknown := without - floors:
            raise _bad(f"no floor {min(unknown)}", "there is no such floor: mend its number.")
        gone = set(self.gone())
        found = [(floor, label) for floor, labels in self.low.items() for label in labels]
        found += [(GROUND, str(number + 1)) for number in range(self.house or 0)]
        found += [one for one in standing if one not in gone and one[0] not in without]
        added = [_of_floor(one) for one in self.added]
        top = max([GROUND, *floors, *(floor for floor, _ in added)]) + 1
        found += [(floor or top * label.startswith("PH"), label) for floor, label in added]
        return [Door(self.name, *one) for one in sorted(found, key=lambda one: one[0])]

    def text(self) -> str:
        """The same in the one way in which it is written."""
        absent = [Door("", *one).name for one in self.gone()]
        absent += [f"floor {floor}" for floor in dict.fromkeys(self.absent_floors)]
        low = {"ground floor": self.low.get(GROUND), "basement": self.low.get(BASEMENT)}
        added = [Door("", *_of_floor(one)).name for one in self.added if "-" in one]
        added = [_runs(one for one in self.added if "-" not in one), *added]
        items = [
            "" if self.house is None else f"{self.house} door{'s' * (self.house != 1)}",
            *(stack.text() for stack in self.stacks),
            f"no {', '.join(absent)}" if absent else "",
            *(f"{where} {_runs(labels)}".strip() for where, labels in low.items() if labels),
            f"and {', '.join(filter(None, added))}" if self.added else "",
        ]
        return (f"{self.name}: " if self.name else "") + ", ".join(filter(None, items))

    def _standing(self) -> Iterator[tuple[int, str]]:
        """What floors × labels give, before any is left out."""
        for stack in self.stacks:
            for floor in range(stack.first, stack.last + 1):
                yield from ((floor, label) for label in stack.labels)


def _entrances(pattern: str) -> list[tuple[_Entrance, list[Door]]]:
    if len(pattern) > MOST_CHARACTERS:
        raise BadPattern(f"The pattern is longer than {MOST_CHARACTERS:,} characters: shorten it.")
    entrances: list[tuple[_Entrance, list[Door]]] = []
    for part in filter(None, (" ".join(part.split()) for part in pattern.split(";"))):
        entrance = _entrance(part)
        if entrance.name.casefold() in (other.name.casefold() for other, _ in entrances):
            raise _bad(part, "each entrance needs a name of its own, such as “Stair B: …”.")
        doors = entrance.doors()
        name, times = Counter(door.name for door in doors).most_common(1)[0] if doors else ("", 1)
        if times > 1:
            raise _bad(part, f"the door {name} is there {times} times: name each door once.")
        entrances.append((entrance, doors))
        if sum(len(doors) for _, doors in entrances) > MOST_DOORS:
            raise _bad(part, _TOO_MANY)
    if not entrances:
        raise BadPattern(f"The pattern is empty: write the floors and their doors, {_LIKE}.")
    return entrances


def _entrance(part: str) -> _Entrance:
    name, _, body = part.rpartition(":")
    if ":" in name:
        raise _bad(part, "there are two colons: put “;” between two entrances.")
    entrance = _Entrance(name.strip())
    items = _BEFORE_LISTS.sub(", ", _DASH.sub("-", body)).split(",")
    for item in filter(None, map(str.strip, items)):
        entrance.read(item)
        if entrance.size() > MOST_DOORS:
            raise _bad(item, _TOO_MANY)
    if not (entrance.stacks or entrance.low or entrance.added or entrance.house is not None):
        raise _bad(part, f"this entrance has no doors: write its floors and doors, {_LIKE}.")
    return entrance


def _span(floors: re.Match[str], said: str) -> tuple[int, int]:
    """The first floor, and the one after the last."""
    first = int(floors["first"] or 1)
    last = int(floors["count"] or floors["last"] or first)
    if not 1 <= first <= last:
        raise _bad(said, "floors are counted upwards from 1: for others write “ground floor”.")
    return first, last + 1


def _labels(item: str, said: str) -> list[str]:
    first, dash, last = ("" if _GAP.search(item) else _closely(item)).partition("-")
    if _LABEL.fullmatch(first) and not dash:
        return [first]
    (prefix, begin), (again, end) = _counted(first), _counted(last)
    alike = again in ("", prefix) and begin.isdigit() == end.isdigit()
    if not (begin and end and alike):
        raise _bad(said, "a door has letters and digits: write one, or a row as A–F or 1–8.")
    if begin.isdigit():
        wide = len(begin) if begin.startswith("0") else 0
        row = [prefix + str(number).zfill(wide) for number in range(int(begin), int(end) + 1)]
    else:
        row = [prefix + chr(letter) for letter in range(ord(begin), ord(end) + 1)]
    if not row:
        raise _bad(said, "the row runs backwards: begin it with the lower end.")
    return row


def _runs(labels: Iterable[str]) -> str:
    """The labels as they are written: those that follow one another as a row."""
    runs: list[list[str]] = []
    for label in labels:
        if runs and label == _after(runs[-1]):
            runs[-1].append(label)
        else:
            runs.append([label])
    return ", ".join("–".join(dict.fromkeys((run[0], run[-1]))) for run in runs)


def _after(run: Sequence[str]) -> str:
    """The label that goes on the row; "" after the last number that a row can have."""
    (_, begin), (prefix, end) = _counted(run[0]), _counted(run[-1])
    if not end.isdigit():
        return prefix + chr(ord(end) + 1)
    wide = len(begin) if begin.startswith("0") else 0
    return "" if end == "9999" else prefix + str(int(end) + 1).zfill(wide)


def _counted(label: str) -> tuple[str, str]:
    """What stays in a row, and the number or letter that counts; "" twice for what is no label."""
    found = _COUNTED.fullmatch(label)
    return (found[1], found[2]) if found else ("", "")


def _of_floor(item: str) -> tuple[int, str]:
    """The floor and the label of a door such as `4D` or `4-2`; without a floor it is 0."""
    found = _OF_FLOOR.fullmatch(item.upper())
    return (int(found[1]), found[2] or found[3]) if found else (0, _closely(item))


def _closely(item: str) -> str:
    return item.replace(" ", "").upper()


def _bad(said: str, wrong: str) -> BadPattern:
    return BadPattern(f"“{said[:_LONGEST_SHOWN]}”: {wrong}")
