"""Corrections of a cut as they are posted: one more step of its recipe, or one less."""

from collections.abc import Mapping

import numpy as np
from django.utils.translation import gettext as _

from courtyard.canvass.beside import beside
from courtyard.canvass.cutting import Step
from courtyard.plan.network import NOWHERE

from .cut_asked import View, whole
from .cut_draft import Draft, drawn

NEIGHBOURS = 6  # turfs that are balanced with one


class Wrong(ValueError):
    """What was posted cannot be done; the sentence says why."""


def corrected(draft: Draft, said: Mapping[str, str], view: View) -> View:
    """Where the draft with one correction more, or with the last one undone, is looked at.

    Raises Wrong. Sent twice, it is the same draft.
    """
    verb = said.get("verb", "")
    if verb == "undo":
        before = draft.recipe.before
        after = drawn(before, draft.ground) if before else draft
        turf = view.turf if view.turf <= len(after.turfs) else 0
        return View(view.area, cut=after.recipe.digest, turf=turf, only=view.only)
    step = _step(verb, draft, said)
    after = drawn(draft.recipe.then(step[0], *step[1]), draft.ground)
    stays = step[1][0] if verb in ("pin", "unpin") else None
    turf = _landed(draft, after, step)
    return View(view.area, cut=after.recipe.digest, turf=turf, part=stays, only=view.only)


def _step(verb: str, draft: Draft, said: Mapping[str, str]) -> Step:
    if verb == "move":
        part, to = _part(draft, said), _turf(draft, said, "to")
        if draft.cut.turf[part] == to:
            raise Wrong(_("It is in turf %(turf)s already.") % {"turf": to + 1})
        return verb, (to, part)
    if verb in ("exclude", "pin", "unpin"):
        part = _part(draft, said)
        if draft.cut.turf[part] == NOWHERE:
            raise Wrong(_("It is left out: move it into a turf first."))
        return verb, (part,)
    if verb not in ("split", "join", "balance"):
        raise Wrong(_("This page knows no such correction."))
    turf = _turf(draft, said, "turf")
    if verb == "split":
        if len(draft.turfs[turf].parts) < 2:
            raise Wrong(
                _("Turf %(turf)s is one building and cannot be split.") % {"turf": turf + 1}
            )
        return verb, (turf,)
    if verb == "balance":
        return verb, (turf, *beside(draft.cut, draft.ground, turf, NEIGHBOURS))
    other = _turf(draft, said, "other")
    if other == turf:
        raise Wrong(_("A turf cannot be joined to itself."))
    return verb, (turf, other)


def _turf(draft: Draft, said: Mapping[str, str], name: str) -> int:
    """A turf that was posted, as the cut numbers it: pages count from 1."""
    number = whole(said.get(name, ""))
    if number is None:
        raise Wrong(_("Choose a turf."))
    if not 1 <= number <= len(draft.turfs):
        told = {"turf": number, "count": len(draft.turfs)}
        raise Wrong(_("There is no turf %(turf)s: they are 1 to %(count)s.") % told)
    return number - 1


def _part(draft: Draft, said: Mapping[str, str]) -> int:
    part = whole(said.get("part", ""))
    if part is None or part >= len(draft.cut.turf):
        raise Wrong(_("This building is not in the draft."))
    return part


def _landed(before: Draft, after: Draft, step: Step) -> int:
    """The turf that is opened afterwards, from 1: the one that was corrected, as it is now."""
    verb, numbers = step
    if verb in ("split", "join", "balance"):
        return int(after.cut.turf[before.turfs[numbers[0]].parts[0]]) + 1
    part = numbers[-1]
    turf = int(before.cut.turf[part])
    ring = before.turfs[turf].parts if turf != NOWHERE else ()
    stayed = np.array([one for one in ring if one != part or verb in ("pin", "unpin")], dtype=int)
    anchor = int(stayed[0]) if len(stayed) else part
    return int(after.cut.turf[anchor]) + 1
