"""What the pages of where to go first say: parts, figures, places and reasons in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from courtyard.measures.ground import Found, Ranked
from courtyard.measures.potential import Reason
from courtyard.measures.weights import PARTS, WrongWeight

from .environment import number, percent

REASONS = 3
WORTH_SAYING = 0.5  # what stands in the worse half is no reason to go there


@dataclass(frozen=True, slots=True)
class Told:
    """One part of an area's score, in words."""

    name: str
    says: str
    figure: str
    interval: str
    few: str
    place: str
    weight: int
    points: str


def part_name(key: str) -> str:
    """What a part is called."""
    return {
        "support": _("Support"),
        "support_change": _("Support since last time"),
        "turnout": _("Turnout"),
        "votes_per_home": _("Votes per 100 homes"),
        "homes": _("Homes"),
        "renters": _("Renters"),
        "stabilised_homes": _("Rent-stabilised homes"),
        "large_buildings": _("Homes in buildings of six and more"),
        "first_time": _("First-time voters"),
        "lapsed": _("Voted before, not lately"),
        "never_voted": _("Registered, no vote yet"),
        "members": _("Members"),
        "committees": _("Committees"),
        "uncontested": _("Seats with a single candidate"),
    }[key]


def part_says(key: str) -> str:
    """One sentence about a part: what it counts, and why more or less of it comes first."""
    return {
        "support": _(
            "Votes for the chosen candidate out of all votes there; where it is high comes first."
        ),
        "support_change": _(
            "How much that share has grown since the other contest; growth comes first."
        ),
        "turnout": _(
            "Who voted out of those who could; where few did, more neighbours are still to be met."
        ),
        "votes_per_home": _(
            "Votes for each 100 homes, where only homes are known; it says nothing of who could "
            "vote."
        ),
        "homes": _("How many homes there are; many behind one walk come first."),
        "renters": _("Homes that are rented out of all; where many rent, many share a landlord."),
        "stabilised_homes": _(
            "Homes whose rent the law limits; their tenants have a right to stand on."
        ),
        "large_buildings": _(
            "Homes in buildings of six and more; neighbours there share stairs and a landlord."
        ),
        "first_time": _(
            "Who voted for the first time, out of those registered; they have just begun."
        ),
        "lapsed": _("Who voted once but not lately, out of those registered; they may come back."),
        "never_voted": _("Who is registered and has not voted yet; nobody may have asked them."),
        "members": _("Members who live there; where there are none, nobody has begun."),
        "committees": _("Committees that meet there; where there is none, one is missing."),
        "uncontested": _("Seats there for which only one candidate stood."),
    }[key]


def told(found: Found, one: Ranked) -> list[Told]:
    """All parts of an area's score, what gives most points first."""
    points = tenths([reason.points for reason in one.reasons], one.score)
    return [
        Told(
            name=part_name(reason.key),
            says=part_says(reason.key),
            figure=figure(reason),
            interval=interval(reason),
            few=few_words(reason.key) if reason.key in one.few else "",
            place=place(reason),
            weight=reason.weight,
            points=number(given),
        )
        for reason, given in zip(one.reasons, points, strict=True)
    ]


def tenths(points: list[float], score: float) -> list[float]:
    """Points of a hundred to one decimal, so rounded that they sum to the score as it is shown."""
    shown = [int(1000 * one) for one in points]
    left = round(1000 * score) - sum(shown)
    rest = sorted(range(len(points)), key=lambda n: shown[n] - 1000 * points[n])
    for n in rest[:left]:
        shown[n] += 1
    return [one / 10 for one in shown]


def reasons(one: Ranked) -> list[str]:
    """The two or three strongest reasons, in words."""
    strong = [reason for reason in one.reasons if reason.standing >= WORTH_SAYING]
    return [
        _("%(figure)s, %(place)s") % {"figure": _phrase(reason, one), "place": place(reason)}
        for reason in strong[:REASONS]
    ]


def between(one: Ranked) -> str:
    """The ranks between which an area's lies: `between 3rd and 9th`; empty if it is sure."""
    if one.first == one.last:
        return ""
    return _("between %(first)s and %(last)s") % {
        "first": ordinal(one.first),
        "last": ordinal(one.last),
    }


def place(reason: Reason) -> str:
    """An area's place in a part: `12th highest of 446`."""
    said = {"place": ordinal(reason.place), "of": number(reason.of)}
    more = PARTS[reason.key].direction == "more"
    if reason.place == 1:
        return (_("highest of %(of)s") if more else _("lowest of %(of)s")) % said
    if more:
        return _("%(place)s highest of %(of)s") % said
    return _("%(place)s lowest of %(of)s") % said


def figure(reason: Reason) -> str:
    """The figure of a part as its kind is written: `58 %`, `+4 points`, `about 612`."""
    shown = PARTS[reason.key].shown
    if shown == "percent":
        return percent(reason.value, 1 if reason.value < 0.1 else 0)
    if shown == "percentage_points":
        return _("%(points)s points") % {"points": _signed(reason.value)}
    value = number(round(100 * reason.value if shown == "per_100_homes" else reason.value))
    if shown == "number" and reason.low < reason.high:
        return _("about %(value)s") % {"value": value}
    return value


def interval(reason: Reason) -> str:
    """Between what a figure lies with 90 %: `54–62 %`; empty if it is sure."""
    if reason.low == reason.high:
        return ""
    shown = PARTS[reason.key].shown
    if shown == "percent":
        digits = 1 if reason.value < 0.1 else 0
        low = number(round(100 * reason.low, digits))
        return f"{low}–{percent(reason.high, digits)}"
    if shown == "percentage_points":
        return _("%(low)s to %(high)s") % {
            "low": _signed(reason.low),
            "high": _signed(reason.high),
        }
    scale = 100 if shown == "per_100_homes" else 1
    return f"{number(round(scale * reason.low))}–{number(round(scale * reason.high))}"


def ordinal(value: int) -> str:
    """A place in an order: 1st, 2nd, 3rd, 11th."""
    said = {"n": number(value)}
    if value % 100 not in (11, 12, 13):
        if value % 10 == 1:
            return _("%(n)sst") % said
        if value % 10 == 2:
            return _("%(n)snd") % said
        if value % 10 == 3:
            return _("%(n)srd") % said
    return _("%(n)sth") % said


def places(of: int) -> tuple[str, ...]:
    """Every place among so many, in order: `1st of 446`, `2nd of 446`."""
    return _places(of, get_language() or "")


@lru_cache(maxsize=8)
def _places(of: int, language: str) -> tuple[str, ...]:
    """A city has thousands, and they are the same for everybody."""
    del language
    sentence, all_of_them = _("%(place)s of %(of)s"), number(of)
    return tuple(sentence % {"place": ordinal(n), "of": all_of_them} for n in range(1, of + 1))


def few_words(key: str) -> str:
    """What is said instead of a count of so few."""
    if key in ("support", "support_change", "votes_per_home"):
        return _("fewer than 11 votes")
    return _("fewer than 11 people")


def priors(found: Found) -> Iterator[str]:
    """How small areas are pulled towards the whole, a sentence for each part it is done in."""
    for key in ("support", "turnout", "votes_per_home"):
        prior = found.prior(key)
        if prior is None or not any(one.part.key == key for one in found.ranking.parts):
            continue
        said = {"n": number(max(1, round(prior.strength)))}
        if key == "votes_per_home":
            yield _(
                "Votes per home: as if %(n)s more homes were there, with %(rate)s votes per 100."
            ) % (said | {"rate": number(round(100 * prior.mean))})
        elif key == "turnout":
            yield _("Turnout: as if %(n)s more people could vote there, of whom %(share)s did.") % (
                said | {"share": percent(prior.mean)}
            )
        else:
            yield _(
                "Small areas are pulled towards all of them together, as if %(n)s more votes had "
                "been cast there as everywhere: %(share)s for %(name)s."
            ) % (said | {"share": percent(prior.mean), "name": found.candidate.name})


def whom(found: Found) -> str:
    """Whom the turnout counts, or that nobody knows who could vote."""
    if not any(one.part.key == "turnout" for one in found.ranking.parts):
        return _(
            "How many could vote in this contest is not loaded, so there is no turnout: the list "
            "says votes per 100 homes. Some neighbours there may not vote at all."
        )
    if found.whom.kind == "enrolled":
        return _(
            "Turnout counts those enrolled as %(party)s, for nobody else could vote in this "
            "primary. They are those on the voter file today."
        ) % {"party": found.whom.party}
    if found.whom.kind == "citizens":
        return _(
            "Turnout sets the ballots cast beside the citizens of voting age, whom a census table "
            "counts, registered or not. Neighbours who may not vote are in no turnout."
        )
    return _(
        "Turnout counts everybody registered on the voter file today. Neighbours who may not vote "
        "are in no turnout."
    )


def missing(found: Found) -> str:
    """Which parts are known of no area, in one sentence; empty if all are."""
    names = ", ".join(part_name(key).lower() for key in found.missing)
    if not names:
        return ""
    return _("Not known yet of any area, and so not counted: %(names)s.") % {"names": names}


def kind_name(kind: str) -> str:
    """A kind of area, several of it."""
    known = {
        "election_district": _("Election districts"),
        "assembly_district": _("Assembly districts"),
        "neighbourhood": _("Neighbourhoods"),
    }
    return known.get(kind, kind.replace("_", " ").capitalize())


def wrong_weight(error: WrongWeight) -> str:
    """Why a weight cannot be taken, and what to write instead."""
    if error.fault == "nothing_left":
        return _("Give at least one part a weight above 0; otherwise every area is alike.")
    if error.fault == "unknown":
        return _("“%(key)s” is no part of the list.") % {"key": error.key}
    said = {"name": part_name(error.key), "value": str(error.value)[:40]}
    return _("%(name)s: write a whole number from 0 to 10, not “%(value)s”.") % said


def _phrase(reason: Reason, one: Ranked) -> str:
    """A figure with its noun, as it stands in a reason."""
    key, value = reason.key, figure(reason)
    around = f" ({interval(reason)})" if interval(reason) else ""
    if key in one.few:
        around = f" ({interval(reason)}; {few_words(key)})"
    return _noun(key, round(reason.value)) % {"value": value} + around


def _noun(key: str, count: int) -> str:
    """The sentence that says what a figure counts; asked for alone, as a list has hundreds."""
    match key:
        case "homes":
            return ngettext("%(value)s home", "%(value)s homes", count)
        case "stabilised_homes":
            return ngettext(
                "%(value)s rent-stabilised home", "%(value)s rent-stabilised homes", count
            )
        case "large_buildings":
            return ngettext(
                "%(value)s home in buildings of six and more",
                "%(value)s homes in buildings of six and more",
                count,
            )
        case "votes_per_home":
            return _("%(value)s votes per 100 homes")
        case "renters":
            return _("%(value)s of homes rented")
    return _of_people(key)


def _of_people(key: str) -> str:
    match key:
        case "support":
            return _("support %(value)s")
        case "support_change":
            return _("support changed by %(value)s")
        case "turnout":
            return _("turnout %(value)s")
        case "first_time":
            return _("%(value)s voted for the first time")
        case "lapsed":
            return _("%(value)s voted before, not lately")
        case "never_voted":
            return _("%(value)s registered without a vote yet")
    return f"{part_name(key)} %(value)s"


def _signed(share: float) -> str:
    points = round(100 * share)
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{number(abs(points))}"
