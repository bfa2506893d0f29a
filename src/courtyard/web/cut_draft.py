"""The draft that is looked at: of which area and ground, by which recipe, or why there is none."""

from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.http import Http404, HttpRequest

from courtyard.canvass.cuttable import Cuttable, cuttable
from courtyard.canvass.cutting import QUICK, THOROUGH, Recipe
from courtyard.canvass.drafts import draft_of, recipe_of
from courtyard.canvass.rules import may_cut
from courtyard.canvass.told import Turf, turfs
from courtyard.canvass.wanted import has_failed, is_wanted, want
from courtyard.journal.act import NotAllowed
from courtyard.journal.reader import Reader
from courtyard.plan.turf import Cut
from courtyard.territory.models import Area, Building

from .cut_asked import View

LARGEST = 8000  # buildings that are cut while somebody waits for the page


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A recipe, the cut it makes of the ground, and what is told of its turfs."""

    recipe: Recipe
    ground: Cuttable
    cut: Cut
    turfs: list[Turf]


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no draft: `large`, `empty`, `size`, `gone` or `changed`; its recipe if known."""

    why: str
    recipe: Recipe | None = None
    buildings: int = 0


def area_to_cut(request: HttpRequest, area: UUID) -> Area:
    """The area to be cut. Raises Http404 if it is not the reader's, NotAllowed below captain."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    found: Area | None = (
        Area.objects.visible_to(reader).select_related("edition").filter(id=area).first()
    )
    if found is None:
        raise Http404
    if not may_cut(reader, found.path):
        raise NotAllowed
    return found


def ground_of(reader: Reader, area: Area) -> Cuttable | Missing:
    """The ground of an area, unless it is too large to cut on a page, or has no buildings."""
    homes = Building.objects.visible_to(reader).inside(area).filter(homes__gt=0)
    count = homes.order_by().count()
    if count > LARGEST:
        return Missing("large", buildings=count)
    ground = cuttable(area, reader)
    return ground if len(ground.ids) else Missing("empty")


def draft(view: View, ground: Cuttable) -> Draft | Missing:
    """The draft of a view; one that was named is only looked up, and never another area's."""
    if not view.cut:
        if view.size is None:
            return Missing("size")
        return drawn(Recipe.of_size(ground, view.size, of=view.unit), ground)
    recipe = recipe_of(view.cut)
    if recipe is None:
        return Missing("gone")
    if recipe.ground != ground.digest:
        return Missing("changed", recipe)
    return drawn(recipe, ground)


def drawn(recipe: Recipe, ground: Cuttable) -> Draft:
    """The draft of a recipe, kept in this process as well as in the home. Raises NoSuchTurf."""
    return _drawn(_Asked(recipe, ground))


@dataclass(frozen=True, slots=True)
class Longer:
    """How far a longer search for the same cut is: `offered`, `searching`, `failed` or `found`.

    `found` is its draft; of one that is the result of a longer search itself, `quick` is the one
    before.
    """

    state: str
    found: Draft | None = None
    quick: Draft | None = None


def longer_of(draft: Draft) -> Longer | None:
    """The longer search for a draft; None once it was corrected: that would be lost."""
    if draft.recipe.steps:
        return None
    if draft.recipe.effort == THOROUGH:
        before = replace(draft.recipe, effort=QUICK)
        return Longer("is", quick=drawn(before, draft.ground) if recipe_of(before.digest) else None)
    longer = replace(draft.recipe, effort=THOROUGH)
    if recipe_of(longer.digest):
        return Longer("found", found=drawn(longer, draft.ground))
    if is_wanted(longer.digest):
        return Longer("searching")
    return Longer("failed" if has_failed(longer.digest) else "offered")


def ask_longer(draft: Draft) -> None:
    """Asks the worker to search longer for the same cut. Asked twice, it is searched once."""
    want(replace(draft.recipe, effort=THOROUGH, steps=()), draft.ground)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    recipe: Recipe
    ground: Cuttable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.recipe == other.recipe

    def __hash__(self) -> int:
        return hash(self.recipe)


@lru_cache(maxsize=16)
def _drawn(asked: _Asked) -> Draft:
    made = draft_of(asked.recipe, asked.ground)
    return Draft(asked.recipe, asked.ground, made, turfs(made, asked.ground))
