"""The order of the doors on a walk, and how many minutes it takes."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from courtyard.plan.network import NOWHERE, Metres, Whole
from courtyard.plan.route import Walk


class Stairs(Enum):
    """Where a house without a lift is begun, as the captain sets it."""

    FROM_THE_TOP = -1
    FROM_THE_GROUND = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """What the minutes of a walk are reckoned with: metres and seconds."""

    metres_a_second: float = 1.27  # the slowest group's mean in Bohannon 1997 (women of 70–79)
    floor_up: float = 15.0  # by stairs; assumption
    floor_down: float = 12.0  # by stairs; assumption
    lift_wait: float = 40.0  # until it is there and its doors have shut; assumption
    lift_floor: float = 3.0  # assumption
    door: float = 120.0  # most do not open, some talk for long; assumption


PACE = Pace()


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """Doors in the order of their numbers, a row each: int32[d], but for ``lift``, bool[d].

    ``stop`` is the stop of the walk at which the door's house stands, or NOWHERE. ``entrance``
    tells the entrances of a stop apart, in the order in which they lie. ``floor`` 0 is the
    street's, cellars are below; ``lift`` says whether the entrance has one.
    """

    stop: Whole
    entrance: Whole
    floor: Whole
    lift: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Raises ValueError where the rows are not as many everywhere."""
        sizes = {len(rows) for rows in (self.stop, self.entrance, self.floor, self.lift)}
        if len(sizes) > 1:
            raise ValueError(f"Each door has a stop, an entrance, a floor and a lift: {sizes}.")


@dataclass(frozen=True, slots=True, eq=False)
class DoorWalk:
    """The rows of the doors in the order they are knocked at: int32[d], each once.

    The first ``reached`` are walked to; the others are at stops without a way there, or NOWHERE.
    """

    order: Whole
    reached: int
    metres: float
    minutes: float


def walk_of_doors(
    walk: Walk, doors: Doors, *, stairs: Stairs = Stairs.FROM_THE_TOP, pace: Pace = PACE
) -> DoorWalk:
    """The doors along a walk, one entrance finished before the next, and its minutes.

    With a lift one rides to the top and goes down by the stairs; without one as ``stairs`` says.
    Doors of a floor stand in the order they are given. The minutes are those of the metres, the
    stairs and lifts, and the doors that are reached. Raises ValueError for a stop that the walk
    does not know.
    """
    stops = len(walk.order)
    if len(doors.stop) and not NOWHERE <= doors.stop.min() <= doors.stop.max() < stops:
        raise ValueError(f"A door is at a stop that is not among the {stops} of the walk.")
    turn = np.full(stops + 1, stops)  # the last for NOWHERE
    turn[walk.order] = np.arange(stops)
    way = np.where(doors.lift, Stairs.FROM_THE_TOP.value, stairs.value)
    order = np.lexsort((doors.floor * way, doors.entrance, turn[doors.stop]))
    reached = int((turn[doors.stop] < walk.reached).sum())
    seconds = 60 * minutes_inside(doors, stops, pace)[walk.order[: walk.reached]].sum()
    seconds += walk.metres / pace.metres_a_second
    return DoorWalk(order.astype(np.int32), reached, walk.metres, float(seconds) / 60)


def minutes_inside(doors: Doors, stops: int, pace: Pace = PACE) -> Metres:
    """The minutes each stop takes from entrance to entrance: float64[stops].

    One goes up to an entrance's highest door and down again, by lift if there is one and always
    down by the stairs; to its lowest cellar and up again; and stays a while at each door.
    """
    known = np.flatnonzero(doors.stop != NOWHERE)
    stop, entrance = doors.stop[known], doors.entrance[known]
    each, which = np.unique(np.c_[stop, entrance], axis=0, return_inverse=True)
    top, depth = np.zeros(len(each)), np.zeros(len(each))
    lift = np.zeros(len(each), np.bool_)
    np.maximum.at(top, which, doors.floor[known])
    np.maximum.at(depth, which, -doors.floor[known])
    np.logical_or.at(lift, which, doors.lift[known])
    ride = np.where(top > 0, pace.lift_wait + top * pace.lift_floor, 0.0)
    seconds = np.where(lift, ride, top * pace.floor_up) + top * pace.floor_down
    seconds += depth * (pace.floor_down + pace.floor_up)
    inside = np.bincount(each[:, 0], weights=seconds, minlength=stops)
    return (inside + pace.door * np.bincount(stop, minlength=stops)) / 60
