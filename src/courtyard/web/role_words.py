"""The roles in words."""

from django.utils.translation import gettext as _


def role_name(code: str) -> str:
    """A stored role as people say it."""
    return {
        "member": _("Member"),
        "canvasser": _("Canvasser"),
        "captain": _("Captain"),
        "organiser": _("Organiser"),
        "administrator": _("Administrator"),
    }[code]
