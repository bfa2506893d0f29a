"""What can make an area the place to go first, and how much each of it counts here."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Direction = Literal["more", "less"]
Kind = Literal["share", "change", "rate", "count"]
Shown = Literal["percent", "percentage_points", "number", "per_100_homes"]

HEAVIEST = 10  # the weight of what matters most; 0 leaves a part out


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a part is: whether more or less of it is sought, how it is counted, how it is shown.

    A share lies in 0…1, a change of a share in −1…1; a rate is so many a home, a count so many.
    `weight` is what the part counts for until an organisation says otherwise. `says` is for
    whoever reads this file; people on a page get their own sentence in their own language.
    """

    key: str
    direction: Direction
    kind: Kind
    shown: Shown
    weight: int
    says: str


def _table(*meanings: Meaning) -> Mapping[str, Meaning]:
    return MappingProxyType({one.key: one for one in meanings})


PARTS = _table(
    Meaning("support", "more", "share", "percent", 5, "votes for us out of all votes there"),
    Meaning("support_change", "more", "change", "percentage_points", 2, "support since last time"),
    Meaning("turnout", "less", "share", "percent", 5, "who voted out of who could"),
    Meaning(
        "votes_per_home", "less", "rate", "per_100_homes", 3, "votes where only homes are known"
    ),
    Meaning("homes", "more", "count", "number", 4, "homes there"),
    Meaning("renters", "more", "share", "percent", 2, "homes that are rented out of all"),
    Meaning("stabilised_homes", "more", "count", "number", 2, "homes whose rent the law holds"),
    Meaning("large_buildings", "more", "count", "number", 2, "homes in buildings of six and more"),
    Meaning("first_time", "more", "share", "percent", 1, "voters who voted for the first time"),
    Meaning("lapsed", "more", "share", "percent", 2, "registered who voted before, not lately"),
    Meaning("never_voted", "more", "share", "percent", 2, "registered who never voted"),
    Meaning("members", "less", "count", "number", 3, "members who live there"),
    Meaning("committees", "less", "count", "number", 5, "committees that meet there"),
    Meaning("uncontested", "more", "count", "number", 1, "seats there with a single candidate"),
)


class WrongWeight(ValueError):
    """A weight that cannot be taken. `fault` is a code, so that a page can say it in its words."""

    def __init__(
        self,
        fault: Literal["unknown", "not_whole", "out_of_range", "nothing_left"],
        key: str = "",
        value: object = None,
    ) -> None:
        self.fault, self.key, self.value = fault, key, value
        sentences = {
            "unknown": f"{key!r} is no part of the ranking; these are: {', '.join(PARTS)}",
            "not_whole": f"the weight of {key!r} must be a whole number, not {value!r}",
            "out_of_range": f"the weight of {key!r} must lie in 0–{HEAVIEST}, not at {value!r}",
            "nothing_left": "at least one part must have a weight above 0",
        }
        super().__init__(sentences[fault])


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts for an organisation, 0 to 10; a part not named has the usual weight."""

    chosen: Mapping[str, int] | None = None

    def __post_init__(self) -> None:
        for key, weight in (self.chosen or {}).items():
            if key not in PARTS:
                raise WrongWeight("unknown", key, weight)
            if isinstance(weight, bool) or not isinstance(weight, int):
                raise WrongWeight("not_whole", key, weight)
            if not 0 <= weight <= HEAVIEST:
                raise WrongWeight("out_of_range", key, weight)
        if not any(self.of(key) for key in PARTS):
            raise WrongWeight("nothing_left")
        object.__setattr__(self, "chosen", MappingProxyType(dict(self.chosen or {})))

    def of(self, key: str) -> int:
        """The weight of one part."""
        return (self.chosen or {}).get(key, PARTS[key].weight)

    def all(self) -> dict[str, int]:
        """Every part's weight, in the order of PARTS."""
        return {key: self.of(key) for key in PARTS}
