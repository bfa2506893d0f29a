"""The words of the page Cut."""

from collections.abc import Sequence
from math import isfinite

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courtyard.canvass.cuttable import Cuttable
from courtyard.canvass.cutting import Recipe
from courtyard.canvass.told import Turf
from courtyard.canvass.words import noted
from courtyard.plan.turf import Cut
from courtyard.plan.turf_ground import Bounds
from courtyard.plan.turf_why import Here, There

from .environment import number


def duration(minutes: float) -> str:
    """Minutes as one says them: 1 h 50 min."""
    whole = round(minutes)
    hours, rest = divmod(whole, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def metres(length: float) -> str:
    """Metres of a walk: 370 m, and 12.4 km from two kilometres on."""
    if length < 2000:
        return _("%(metres)s m") % {"metres": number(round(length))}
    return _("%(kilometres)s km") % {"kilometres": number(round(length / 1000, 1))}


def doors(count: int) -> str:
    """So many doors."""
    return ngettext("%(doors)s door", "%(doors)s doors", count) % {"doors": number(count)}


def bounds(recipe: Recipe) -> str:
    """The bounds of a turf: 40 to 60 doors, or 96 to 144 minutes at the doors."""
    told = {"least": recipe.least, "most": recipe.most}
    if recipe.of == "minutes":
        return _("%(least)s to %(most)s minutes at the doors") % told
    return _("%(least)s to %(most)s doors") % told


def load(units: int, within: Bounds) -> str:
    """What a turf holds, as its bounds count: 52 doors, or 1 h 50 min at the doors."""
    if within.of == "minutes":
        return _("%(time)s at the doors") % {"time": duration(units / within.scale)}
    return doors(units)


def _edge(units: int, within: Bounds) -> str:
    return duration(units / within.scale) if within.of == "minutes" else number(units)


def sentence(recipe: Recipe, turfs: Sequence[Turf]) -> str:
    """What was cut, in one sentence or two."""
    count = len(turfs)
    mean = sum(turf.minutes for turf in turfs) / max(count, 1)
    told = {"count": number(count), "bounds": bounds(recipe), "mean": duration(mean)}
    if recipe.of == "minutes":
        said = ngettext(
            "%(count)s turf of %(bounds)s, with the walk %(mean)s.",
            "%(count)s turfs of %(bounds)s, with the walk %(mean)s on average.",
            count,
        )
    else:
        said = ngettext(
            "%(count)s turf of %(bounds)s, %(mean)s on average.",
            "%(count)s turfs of %(bounds)s, %(mean)s on average.",
            count,
        )
    said %= told
    out = sum(turf.out_of_bounds for turf in turfs)
    if not out:
        return said
    return f"{said} {outside(out)}"


def walked(turfs: Sequence[Turf]) -> str:
    """How far all turfs are to walk together."""
    return metres(_walked(turfs))


def is_shorter(turfs: Sequence[Turf], than: Sequence[Turf]) -> bool:
    """Whether some turfs are less to walk than others, in figures that can be seen to differ."""
    return _walked(turfs) < _walked(than) and walked(turfs) != walked(than)


def _walked(turfs: Sequence[Turf]) -> float:
    return sum(turf.metres for turf in turfs if isfinite(turf.metres))


def outside(count: int) -> str:
    """How many turfs are outside the bounds."""
    return ngettext(
        "%(count)s is outside the bounds.", "%(count)s are outside the bounds.", count
    ) % {"count": number(count)}


def notes(cut: Cut) -> list[tuple[str, str]]:
    """What was noted on the way: how many buildings, and what it means."""
    return [
        (
            ngettext("%(count)s building", "%(count)s buildings", len(note.stops))
            % {"count": number(len(note.stops))},
            noted(note.what),
        )
        for note in cut.notes
    ]


def why(here: Here | None, within: Bounds) -> list[str]:
    """What a building costs where it is."""
    if here is None:
        return [_("It is in no turf: it was left out.")]
    said = [_("Here it adds %(metres)s to the walk.") % {"metres": metres(here.metres)}]
    if not here.load_without:
        said.append(_("It is all there is of turf %(turf)s.") % {"turf": here.turf + 1})
    else:
        told = {
            "turf": here.turf + 1,
            "load": load(here.load_without, within),
            "least": _edge(here.bounds[0], within),
        }
        if here.load_without < here.bounds[0]:
            said.append(_("Without it turf %(turf)s would have %(load)s, below %(least)s.") % told)
        else:
            said.append(_("Without it turf %(turf)s would have %(load)s.") % told)
    return said


def why_not(there: There, within: Bounds) -> str:
    """What a building would cost in another turf."""
    said = {
        "turf": there.turf + 1,
        "metres": metres(there.metres),
        "load": load(there.load, within),
        "least": _edge(there.bounds[0], within),
        "most": _edge(there.bounds[1], within),
    }
    if there.load > there.bounds[1]:
        return (
            _("In turf %(turf)s it would add %(metres)s and make %(load)s, above %(most)s.") % said
        )
    if there.load < there.bounds[0]:
        return (
            _("In turf %(turf)s it would add %(metres)s and make %(load)s, below %(least)s.") % said
        )
    return _("In turf %(turf)s it would add %(metres)s and make %(load)s.") % said


def last_step(recipe: Recipe, cut: Cut, ground: Cuttable) -> str:
    """What the last correction did, in words; nothing of a cut without any."""
    if not recipe.steps:
        return ""
    verb, numbers = recipe.steps[-1]
    names = {"one": numbers[0] + 1, "other": numbers[-1] + 1}
    if verb in ("move", "exclude", "pin", "unpin"):
        part = numbers[-1]
        names["name"] = ground.names[cut.parts.stop[part]]
        names["one"] = int(cut.turf[part]) + 1
    said = {
        "move": _("%(name)s is in turf %(one)s now, and stays there."),
        "exclude": _("%(name)s is left out now."),
        "pin": _("%(name)s stays in turf %(one)s now."),
        "unpin": _("%(name)s may be moved again."),
        "split": _("Turf %(one)s was split in two."),
        "join": _("Turfs %(one)s and %(other)s were joined."),
        "balance": _("Turf %(one)s was balanced with its neighbours."),
    }
    return said[verb] % names


def corrections(recipe: Recipe) -> str:
    """How many corrections were made."""
    count = len(recipe.steps)
    return ngettext("%(count)s correction", "%(count)s corrections", count) % {"count": count}
