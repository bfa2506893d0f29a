"""The fixed words of a quality report in the reader's language, by what the report says."""

from django.utils.translation import gettext as _


def field_label(name: str) -> str:
    """What a field is called; nothing for one without a word of its own."""
    return _of_a_voter().get(name) or _of_a_result().get(name, "")


def reason_label(reason: str) -> str:
    """Why rows were set aside, for the reasons that are always the same; else nothing.

    What stands behind a colon is about one row and not said here.
    """
    return {
        "it has no voter id": _("It has no voter id."),
        "it has another number of fields": _("It has another number of fields."),
        "its quotation marks do not match": _("Its quotation marks do not match."),
        "it contains a nul byte": _("It contains a NUL byte."),
        "an earlier row has the same voter id": _("An earlier row has the same voter id."),
        "it names other columns than the first row": _("It names other columns than the first."),
        "an earlier row has the same id": _("An earlier row has the same id."),
        "it has no id": _("It has no id."),
        "it has no line that can be read": _("It has no line that can be read."),
        "it has no coordinates in degrees (wgs84)": _("It has no coordinates in degrees (WGS84)."),
        "it says no number of people": _("It says no number of people."),
        "no area of that id is loaded for that day": _(
            "No area of that id is loaded for that day."
        ),
        "several areas have that id": _(
            "Several areas have that id: say which in a column “kind”."
        ),
        "other reasons": _("Other reasons."),
    }.get(reason.partition(":")[0].rstrip(".").casefold(), "")


def _of_a_voter() -> dict[str, str]:
    return {
        "voter_id": _("voter id"),
        "last_name": _("last name"),
        "first_name": _("first name"),
        "middle_name": _("middle name"),
        "name_suffix": _("name suffix"),
        "born": _("date of birth"),
        "born_year": _("year of birth"),
        "party": _("party"),
        "status": _("status"),
        "registered": _("registered since"),
        "congress": _("congressional district"),
        "senate": _("state senate district"),
        "house": _("state house district"),
        "address": _("address"),
        "number": _("house number"),
        "street": _("street"),
        "side": _("side of the street"),
        "unit": _("apartment"),
        "city": _("city"),
        "zip": _("ZIP code"),
        "building": _("building"),
        "elections": _("elections voted in"),
        "confidential": _("confidential"),
    }


def _of_a_result() -> dict[str, str]:
    return {
        "area": _("area"),
        "county": _("county"),
        "office": _("office"),
        "event": _("election"),
        "date": _("day of the vote"),
        "district": _("district"),
        "total": _("total"),
        "share": _("share"),
        "votes": _("votes"),
    }
