"""What is told of a cut in words, on the page and on paper alike."""

from django.utils.translation import gettext as _

from .told import Place


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


def noted(what: str) -> str:
    """What a note of a cut means."""
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
    return known.get(what, what)
