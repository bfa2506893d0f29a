"""The words on the pages of a plan, in the language of the installation."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courtyard.canvass.words import noted
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


def note(one: Note) -> str:
    """What was noted on the way, and of how many buildings."""
    count = len(one.stops)
    many = ngettext("%(count)s building", "%(count)s buildings", count) % {"count": number(count)}
    return f"{many} {noted(one.what)}"
