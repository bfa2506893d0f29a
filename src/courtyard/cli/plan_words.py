"""The words on the pages of a plan, in the language of the installation."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courtyard.canvass.told import Place
from courtyard.plan.turf_ground import Note

EXACT = 600  # minutes; more are told in hours


def number(value: float) -> str:
    """A figure: 46,577."""
    return f"{round(value):,}"


def doors(count: int) -> str:
    """So many doors."""
    said = ngettext("%(doors)s door", "%(doors)s doors", int(count))
    return said % {"doors": number(count)}


def turfs(count: int) -> str:
    """So many turfs."""
    return ngettext("%(count)s turf", "%(count)s turfs", count) % {"count": number(count)}


def duration(minutes: float) -> str:
    """Minutes as one says them: 1 h 50 min, and 23 h from ten hours on."""
    whole = round(minutes) if minutes < EXACT else 60 * round(minutes / 60)
    hours, rest = divmod(whole, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": number(hours)}
    return _("%(hours)s h %(minutes)s min") % {"hours": number(hours), "minutes": rest}


def metres(length: float) -> str:
    """Metres of a walk: 370 m, and 12.4 km from two kilometres on."""
    if length < 2000:
        return _("%(metres)s m") % {"metres": number(length)}
    return _("%(kilometres)s km") % {"kilometres": f"{length / 1000:,.1f}"}


def place(which: Place) -> str:
    """Which share of a building is meant; nothing of a whole one."""
    if which.share is None:
        return ""
    if which.share.first is None or which.share.last is None:
        return _("share %(at)s of %(of)s, to be surveyed") % {"at": which.at, "of": which.of}
    (entrance, floor), (last, top) = which.share.first, which.share.last
    said = {"entrance": entrance + 1, "floor": floor + 1, "last": last + 1, "top": top + 1}
    if entrance != last:
        return (
            _("entrance %(entrance)s, floor %(floor)s, to entrance %(last)s, floor %(top)s") % said
        )
    if floor == top:
        return _("entrance %(entrance)s, floor %(floor)s") % said
    return _("entrance %(entrance)s, floors %(floor)s–%(top)s") % said


def note(one: Note) -> str:
    """What was noted on the way, and of how many buildings."""
    known = {
        "shared out": _("larger than a turf, and shared out by entrance and floor"),
        "to be surveyed": _(
            "shared out by number only, until somebody has been there and counted its doors"
        ),
        "out of bounds": _("in a turf that could not be brought within the bounds"),
        "in pieces": _("in a turf over streets that do not meet, as far as is known"),
        "island": _("where fewer live than make a turf, and no street leads away"),
        "off the network": _("far from any street that is loaded; the way there is a guess"),
        "without a place": _("whose place is not known; they follow the list"),
        "not to be cut evenly": _("in an area that no number of turfs holds evenly"),
    }
    count = len(one.stops)
    many = ngettext("%(count)s building", "%(count)s buildings", count) % {"count": number(count)}
    return f"{many} {known.get(one.what, one.what)}"
