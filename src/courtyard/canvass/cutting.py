"""A cut by its recipe: the same ground, settings and steps give the same turfs, to the letter."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from courtyard.plan.turf import Cut, cut
from courtyard.plan.turf_corrections import (
    excluded,
    joined,
    moved,
    pinned,
    rebalanced,
    split,
    unpinned,
)
from courtyard.plan.turf_ground import Bounds

from .cuttable import Cuttable
from .rules import bounds_of

QUICK, THOROUGH = 0.1, 1.0  # of the search's full effort
Step = tuple[str, tuple[int, ...]]


class BadStep(ValueError):
    """A correction that cannot be; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a cut is made: of which ground, with which bounds and seed, and what was corrected.

    A step is a verb of VERBS and whole numbers: parts and turfs as the cut before it numbers them.
    """

    ground: str
    least: int
    most: int
    of: str = "doors"
    seed: int = 1
    effort: float = QUICK
    steps: tuple[Step, ...] = ()

    @classmethod
    def of_size(cls, ground: Cuttable, size: int, **settings: Any) -> "Recipe":
        """Turfs of about so many doors, or minutes with `of="minutes"`. Raises BadSize."""
        least, most = bounds_of(size, settings.get("of", "doors"))
        return cls(ground.digest, least, most, **settings)

    @property
    def size(self) -> int:
        """The size in the middle of the bounds: so many doors, or minutes."""
        return round((self.least + self.most) / 2)

    @property
    def digest(self) -> str:
        """The name of the cut that it makes."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:32]

    @property
    def before(self) -> "Recipe | None":
        """The recipe without its last step; None if it has none."""
        return replace(self, steps=self.steps[:-1]) if self.steps else None

    def then(self, verb: str, *numbers: int) -> "Recipe":
        """The recipe with one step more."""
        return replace(self, steps=(*self.steps, (verb, numbers)))

    def text(self) -> str:
        """The recipe as JSON; `Recipe.read` reads it."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(said, sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> "Recipe":
        """The recipe of a text."""
        said = json.loads(text)
        steps = tuple((verb, tuple(numbers)) for verb, numbers in said.pop("steps"))
        return cls(**said, steps=steps)


VERBS: dict[str, Callable[[Cut, tuple[int, ...]], Cut]] = {
    "move": lambda cut, said: moved(cut, said[1:], said[0]),  # a turf, then parts
    "split": lambda cut, said: split(cut, said[0]),
    "join": lambda cut, said: joined(cut, said[0], said[1]),
    "exclude": excluded,
    "pin": pinned,
    "unpin": unpinned,
    "balance": rebalanced,  # turfs
}
NEEDS = {"move": 2, "join": 2}  # numbers at least; the others one


def cut_by(recipe: Recipe, ground: Cuttable, stop: Callable[[], bool] = lambda: False) -> Cut:
    """Makes the cut of a recipe from the beginning. Raises BadStep, NoSuchTurf, BrokenNetwork."""
    if recipe.ground != ground.digest:
        raise BadStep("The ground has changed since this was cut. Cut it anew.")
    bounds = Bounds(recipe.least, recipe.most, recipe.of)  # type: ignore[arg-type]
    made = cut(
        ground.network, ground.stops, bounds, seed=recipe.seed, effort=recipe.effort, stop=stop
    )
    for step in recipe.steps:
        made = corrected(made, step)
    return made


def corrected(made: Cut, step: Step) -> Cut:
    """The cut after one step more. Raises BadStep, NoSuchTurf."""
    verb, numbers = step
    if verb not in VERBS or len(numbers) < NEEDS.get(verb, 1):
        raise BadStep(f"There is no correction {verb} of {len(numbers)} numbers.")
    return VERBS[verb](made, numbers)
