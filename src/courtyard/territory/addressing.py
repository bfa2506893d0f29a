"""Gives pieces of streets a name each and buildings a number each, where none is published.

What is made up here looks like an address and is none: the sources beside it say which it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from .geometry import NOWHERE, RIGHT, Degrees, Metres, Places, metres_per_degree

GIVEN, INVENTED = 0, 1
SHARPEST_TURN = 35.0  # degrees; after a sharper one a walker is in another street

_LOOK_AHEAD = 10.0  # metres; at corners the first vertex of a piece is often drawn crooked
_SAME_PLACE = 1e-7  # degrees, a centimetre
_HUNDRED = 100
_A_SIDE = 49  # numbers a side in the first hundred: 1 to 97, 2 to 98

_KINDS = {
    "st": "street", "av": "avenue", "ave": "avenue", "rd": "road", "pl": "place", "ln": "lane",
}  # fmt: skip
# Of what an invented name is made: its kind, one part or two, and where needed a word before.
_WORDS = """
Street Avenue Street Road Place Lane;
Alder Amber Apple Ash Aspen Bay Beech Birch Bramble Brook Cedar Cherry Clover Copper Coral Crane
Dove Elder Elm Falcon Fern Finch Fox Garnet Hazel Heather Heron Holly Ivy Jasper Juniper Laurel
Lark Lilac Linden Magnolia Maple Mill Myrtle Oak Olive Orchard Otter Pear Pine Plover Plum Poplar
Quarry Quince Robin Rose Rowan Sage Spruce Stone Swan Sycamore Thorn Tulip Walnut Willow Wren Yew;
bank beck bridge brook bury cliff combe cote cove cross dale dean den edge field fold ford gate
glen grove haven head hill holm hurst land lea mead mere moor mount ridge rise shaw side stead
stone stow ton vale view ward well wick wold wood worth;
North East South West Old New Upper Lower"""
_POOLS = [words.split() for words in _WORDS.split(";")]
_TRIES = (2, 8, 20)  # of the plain names, of the compound ones, of those with a word before

Walk = list[tuple[int, bool]]  # pieces as one walks them, and whether from their second end


@dataclass(frozen=True, slots=True)
class Named:
    """A name for each piece, and its source (int8): GIVEN (0) or INVENTED (1)."""

    names: list[str]
    source: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Addresses:
    """For each line its street and whence its name comes, for each building the like of its number.

    Sources (int8) are GIVEN (0) or INVENTED (1); a building without a line or a published number
    has the number "" and the source -1.
    """

    streets: list[str]
    street_sources: npt.NDArray[np.int8]
    numbers: list[str]
    number_sources: npt.NDArray[np.int8]


def strokes(lines: Sequence[BaseGeometry], names: Sequence[str]) -> npt.NDArray[np.int32]:
    """For each piece of a street the number of its stroke, counted from 0 as they appear.

    A stroke is a street as a walker knows it: pieces that meet in an end, turn there by no more
    than SHARPEST_TURN, and are all unnamed ("") or bear one name. Where more than two meet, the
    straightest pair is joined first. `43RD ST` and `43rd Street` are one name. Takes linestrings
    in degrees; raises ValueError for anything else, and on unequal lengths.
    """
    heard = [_heard(name) for name in names]
    number = np.full(len(heard), NOWHERE, np.int32)
    walks = _walks(_pieces(lines, heard), heard)
    for stroke, walk in enumerate(sorted(walks, key=lambda walk: min(walk)[0])):
        number[[piece for piece, _ in walk]] = stroke
    return number


def named(lines: Sequence[BaseGeometry], names: Sequence[str], *, seed: int) -> Named:
    """Gives each stroke without a name an invented one, by which no other street is known.

    An invented name hangs on the seed and the shape of the stroke, not on the order of the lines
    or the way they are drawn; a street more changes few of them. Raises ValueError as strokes.
    """
    heard = [_heard(name) for name in names]
    pieces = _pieces(lines, heard)
    return _named(pieces, names, heard, _walks(pieces, heard), seed)


def addresses(
    lines: Sequence[BaseGeometry],
    names: Sequence[str],
    building_line: npt.ArrayLike,
    along: npt.ArrayLike,
    side: npt.ArrayLike,
    published: Mapping[int, str],
    *,
    seed: int,
) -> Addresses:
    """Gives each line a street's name, and each building a number in its street.

    Takes the lines' names ("" where unknown), and of buildings what nearest_line answers: the
    index of the line, or -1, the metres along it and the side. `published` has numbers by the
    building's index; they are kept as they are, even where two buildings bear the same.

    Invented numbers are even on the right of a street and odd on its left, and rise along each
    side of it, northwards or eastwards; who stands on the line is counted to the right. Each line
    begins a new hundred, and takes more of them where there are over 49 buildings on a side. All
    strokes of one name are one run, in which no invented number occurs twice, or in a published
    one ("2001 TO 2015" has two). Raises ValueError as strokes.
    """
    pieces = _pieces(lines, heard := [_heard(name) for name in names])
    walks = _walks(pieces, heard)
    streets = _named(pieces, names, heard, walks, seed)
    line = _whole(building_line, len(heard))
    kept = {index: text.strip() for index, text in published.items() if text.strip()}
    if kept and not 0 <= min(kept) <= max(kept) < len(line):
        raise ValueError(f"A number is published for a building that is none of {len(line)}.")
    numbers, sources = [""] * len(line), np.full(len(line), NOWHERE, np.int8)
    known_as = [_heard(name) for name in streets.names]
    runs = _runs(pieces, known_as, walks)
    beside = _beside(pieces, runs, line, along, side, np.fromiter(kept, np.intp, len(kept)))
    taken = _taken(kept, line, known_as)
    for street, run in runs.items():
        for building, number in _numbered(run, beside, taken.get(street, set())):
            numbers[building], sources[building] = str(number), INVENTED
    for building, text in kept.items():
        numbers[building], sources[building] = text, GIVEN
    return Addresses(streets.names, streets.source, numbers, sources)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The n pieces: piece i has the ends 2i and 2i + 1, whichever way it was drawn.

    `reversed` says whether it was drawn from 2i + 1 to 2i. `key` is its shape, and `rank` its place
    among the shapes; `heading` are unit vectors from an end into the piece.
    """

    key: npt.NDArray[np.object_]
    rank: Places
    reversed: npt.NDArray[np.bool_]
    length: Metres
    end: Degrees
    heading: npt.NDArray[np.float64]


def _heard(name: str) -> str:
    """The name as one hears it: `43RD ST` and `43rd Street` are the same."""
    words = name.casefold().replace(".", " ").split()
    return " ".join([*words[:-1], _KINDS.get(words[-1], words[-1])]) if words else ""


def _pieces(lines: Sequence[BaseGeometry], heard: Sequence[str]) -> _Pieces:
    shapes = shapely.force_2d(np.asarray(lines, dtype=object))
    if len(shapes) != len(heard):
        raise ValueError(f"{len(shapes)} lines and {len(heard)} names: a name each is needed.")
    wrong = np.flatnonzero((shapely.get_type_id(shapes) != 1) | shapely.is_empty(shapes))
    if len(wrong):
        raise ValueError(f"Line {wrong[0]} is no linestring: cut multilinestrings into parts.")
    ends = shapely.get_coordinates(_ends(shapes)).reshape(-1, 2, 2)
    east, north = (ends[:, 1] - ends[:, 0]).T
    ring = (east == 0) & (north == 0)
    backward = np.where(ring, ~shapely.is_ccw(shapes), (east < 0) | (east == 0) & (north < 0))
    shapes = np.where(backward, shapely.reverse(shapes), shapes)
    key = np.asarray(shapely.to_wkb(shapes), dtype=object)
    rank = np.argsort(np.argsort(key, kind="stable"))
    end = shapely.get_coordinates(_ends(shapes))
    flat = _flat(shapes, end[::2])
    return _Pieces(key, rank, backward, shapely.length(flat), end, _heading(flat))


def _ends(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    ends: npt.NDArray[np.object_] = shapely.get_point(shapes[:, None], [0, -1])
    return ends


def _flat(shapes: npt.NDArray[np.object_], start: Degrees) -> npt.NDArray[np.object_]:
    """The pieces in metres, each on a map of its own."""
    corner, piece = shapely.get_coordinates(shapes, return_index=True)
    scale = np.column_stack(metres_per_degree(start[:, 1]))
    flat = shapely.linestrings((corner - start[piece]) * scale[piece], indices=piece)
    return np.asarray(flat, dtype=object)


def _heading(flat: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    within = shapely.line_interpolate_point(flat[:, None], [_LOOK_AHEAD, -_LOOK_AHEAD])
    way = shapely.get_coordinates(within) - shapely.get_coordinates(_ends(flat))
    with np.errstate(invalid="ignore"):  # a piece without length has no heading
        heading: npt.NDArray[np.float64] = way / np.hypot(way[:, 0], way[:, 1])[:, None]
    return heading


def _walks(pieces: _Pieces, heard: Sequence[str]) -> list[Walk]:
    """The strokes, each in the order and direction in which it is walked."""
    partner = _partners(pieces, heard)
    ranked = np.repeat(2 * np.argsort(pieces.rank), 2)
    ranked[1::2] += 1
    alone = np.asarray(partner, dtype=np.intp)[ranked] == NOWHERE
    starts = [*ranked[alone].tolist(), *ranked.tolist()]  # the last for what goes in a circle
    seen: set[int] = set()
    followed = (list(_followed(start, partner, seen)) for start in starts)
    return [_turned(walk, pieces) for walk in followed if walk]


def _partners(pieces: _Pieces, heard: Sequence[str]) -> list[int]:
    """For each end the one that goes on from it, or -1."""
    corner = np.round(pieces.end / _SAME_PLACE).astype(np.int64)
    _, node = np.unique(corner, axis=0, return_inverse=True)
    kinds, name = np.unique(np.asarray(heard, dtype=object), return_inverse=True)
    meeting = node.reshape(-1) * max(len(kinds), 1) + np.repeat(name, 2)
    one, other = _pairs(meeting, np.repeat(pieces.rank, 2))
    straight = -(pieces.heading[one] * pieces.heading[other]).sum(axis=1)
    turn = np.round(np.degrees(np.arccos(np.clip(straight, -1, 1))), 6)
    fit = np.flatnonzero((turn <= SHARPEST_TURN) & (one // 2 != other // 2))
    rank = np.repeat(pieces.rank, 2)
    fit = fit[np.lexsort((rank[other[fit]], rank[one[fit]], turn[fit]))]
    partner = [NOWHERE] * len(pieces.end)
    for here, there in zip(one[fit].tolist(), other[fit].tolist(), strict=True):
        if partner[here] == partner[there] == NOWHERE:
            partner[here], partner[there] = there, here
    return partner


def _pairs(meeting: npt.NDArray[np.int64], rank: Places) -> tuple[Places, Places]:
    """All pairs of ends that meet; of each pair the one of lower rank comes first."""
    order = np.lexsort((rank, meeting))
    ones, others = [order[:0]], [order[:0]]
    for apart in range(1, len(order)):
        pair = np.flatnonzero(meeting[order[:-apart]] == meeting[order[apart:]])
        if not len(pair):
            break
        ones.append(order[pair])
        others.append(order[pair + apart])
    return np.concatenate(ones), np.concatenate(others)


def _followed(end: int, partner: Sequence[int], seen: set[int]) -> Iterator[tuple[int, bool]]:
    while end != NOWHERE and end // 2 not in seen:
        seen.add(end // 2)
        yield end // 2, end % 2 == 1
        end = partner[end ^ 1]


def _turned(walk: Walk, pieces: _Pieces) -> Walk:
    """The walk northwards or eastwards, whichever is more of its way."""
    start = pieces.end[_entry(walk[0])]
    way = pieces.end[_entry(walk[-1]) ^ 1] - start
    east, north = way * np.array(metres_per_degree(start[1]))
    if (east if abs(east) > abs(north) else north) >= 0:
        return walk
    return [(piece, not back) for piece, back in reversed(walk)]


def _entry(step: tuple[int, bool]) -> int:
    return 2 * step[0] + step[1]


def _named(
    pieces: _Pieces, names: Sequence[str], heard: Sequence[str], walks: list[Walk], seed: int
) -> Named:
    given = [" ".join(name.split()) for name in names]
    source = np.where([not name for name in heard], INVENTED, GIVEN).astype(np.int8)
    used = set(heard)
    unnamed = [[piece for piece, _ in walk] for walk in walks if not heard[walk[0][0]]]
    foremost = {min(stroke, key=pieces.rank.__getitem__): stroke for stroke in unnamed}
    for piece in sorted(foremost, key=pieces.rank.__getitem__):
        name = next(one for one in _inventions(pieces.key[piece], seed) if _heard(one) not in used)
        used.add(_heard(name))
        for each in foremost[piece]:
            given[each] = name
    return Named(given, source)


def _inventions(key: bytes, seed: int) -> Iterator[str]:
    """Names without end, the plain ones first; which, the key and the seed decide."""
    for attempt in count():
        said = f"{seed} {attempt}".encode() + key
        draw = int.from_bytes(blake2b(said, digest_size=16).digest(), "big")
        picks = []
        for pool in _POOLS:
            draw, pick = divmod(draw, len(pool))
            picks.append(pool[pick])
        kind, first, second, before = picks
        plain, compound, possible = (attempt < most for most in _TRIES)
        stem = first if plain or first.lower() == second else first + second
        name = f"{stem} {kind}" if compound else f"{before} {stem} {kind}"
        yield name if possible else f"{name} {attempt}"


def _runs(pieces: _Pieces, known_as: Sequence[str], walks: list[Walk]) -> dict[str, Walk]:
    """Each street's pieces in the order of its numbers: its strokes from the south-west on."""
    runs: dict[str, Walk] = {}
    start = pieces.end.sum(axis=1)
    for walk in sorted(walks, key=lambda walk: (start[_entry(walk[0])], pieces.rank[walk[0][0]])):
        runs.setdefault(known_as[walk[0][0]], []).extend(walk)
    return runs


def _whole(building_line: npt.ArrayLike, lines: int) -> npt.NDArray[np.int64]:
    line = np.asarray(building_line, dtype=np.int64)
    if line.ndim != 1 or (len(line) and not -1 <= line.min() <= line.max() < lines):
        raise ValueError(f"A building's line must be from 0 to {lines - 1}, or -1 where none is.")
    return line


@dataclass(frozen=True, slots=True)
class _Beside:
    """Buildings in the order in which one passes them, and the share of the line passed by then.

    Those on the left of piece i stand from start[2i] on, those on its right from start[2i + 1].
    """

    building: list[int]
    share: list[float]
    start: list[int]

    def of(self, row: int) -> tuple[list[int], list[float]]:
        here = slice(self.start[row], self.start[row + 1])
        return self.building[here], self.share[here]


def _beside(
    pieces: _Pieces,
    runs: Mapping[str, Walk],
    line: npt.NDArray[np.int64],
    along: npt.ArrayLike,
    side: npt.ArrayLike,
    kept: Places,
) -> _Beside:
    back = pieces.reversed.copy()
    for run in runs.values():
        turned = [piece for piece, against in run if against]
        back[turned] = ~back[turned]
    waiting = line != NOWHERE
    waiting[kept] = False
    building = np.flatnonzero(waiting)
    on, against = line[building], back[line[building]]
    way, sides = np.asarray(along, dtype=np.float64), np.asarray(side, dtype=np.int64)
    if not way.shape == sides.shape == line.shape:
        raise ValueError(
            "Lines, metres along them and sides are needed for equally many buildings."
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(np.nan_to_num(way[building] / pieces.length[on], nan=0.5), 0, 1)
    share = np.where(against, 1 - share, share)
    right = np.where(against, -sides[building], sides[building]) * RIGHT >= 0
    row = 2 * on + right
    order = np.lexsort((share, row))
    start = np.searchsorted(row[order], np.arange(2 * len(back) + 1))
    return _Beside(building[order].tolist(), share[order].tolist(), start.tolist())


def _taken(
    kept: Mapping[int, str], line: npt.NDArray[np.int64], known_as: Sequence[str]
) -> dict[str, set[int]]:
    """By street the numbers that occur in those published there."""
    taken: dict[str, set[int]] = defaultdict(set)
    for building, text in kept.items():
        if line[building] != NOWHERE:
            digits = re.findall(r"(?<!\d)\d{1,9}(?!\d)", text)
            taken[known_as[line[building]]] |= set(map(int, digits))
    return taken


def _numbered(run: Walk, beside: _Beside, taken: set[int]) -> Iterator[tuple[int, int]]:
    """The buildings of one street, each with its number."""
    begin = 0
    for piece, _ in run:
        left, right = beside.of(2 * piece), beside.of(2 * piece + 1)
        most = max(len(left[0]), len(right[0]))
        end = begin + _HUNDRED * (most // (_A_SIDE + 1) + 1)
        while True:
            odd = [n for n in range(begin + 1, end - 2, 2) if n not in taken] if left[0] else []
            even = [n for n in range(begin + 2, end, 2) if n not in taken] if right[0] else []
            short = max(len(left[0]) - len(odd), len(right[0]) - len(even))
            if short <= 0:
                break
            end += _HUNDRED * (short // (_A_SIDE + 1) + 1)
        yield from zip(left[0], _spread(left[1], odd), strict=True)
        yield from zip(right[0], _spread(right[1], even), strict=True)
        begin = end


def _spread(shares: Sequence[float], free: Sequence[int]) -> Iterable[int]:
    """For each share, rising, a free number about as far into them, higher than the one before."""
    last = -1
    for left, share in zip(range(len(shares), 0, -1), shares, strict=True):
        last = min(max(int(share * len(free)), last + 1), len(free) - left)
        yield free[last]
