"""What the Ground page says of its figures: tips, legends, heads of columns, whence they are."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from courtyard.electorate.questions import Contest

from .environment import day, number, percent, writers
from .ground_figures import Figures, Shown

MINUS = "\N{MINUS SIGN}"
Writer = Callable[[float], str]


def contest_name(contest: Contest) -> str:
    """A contest in one line: `Democratic primary …, 23 June 2020`."""
    return f"{contest.title}, {day(contest.date)}"


def source(contest: Contest) -> str:
    """Where the figures of a contest are from, in one line."""
    return f"{contest.publisher}, {contest.source}"


def count_name(key: str) -> str:
    """What a measure of counts is called; nothing for one of a contest."""
    return {
        "homes": _("Homes"),
        "large-buildings": _("Homes in buildings of six and more"),
        "stabilised-homes": _("Homes in buildings with rent-stabilised homes"),
        "registered": _("Registered voters"),
        "enrolled": _("Enrolled in the party of this primary"),
        "turnout": _("Turnout"),
        "votes-per-100-homes": _("Votes per 100 homes"),
    }.get(key, "")


def title(figures: Figures) -> str:
    """What the colours show."""
    if figures.unit == "points":
        return _("Change in share, in percentage points")
    if figures.unit == "more":
        votes = figures.compared is not None and figures.compared.of_votes
        return _("Change in votes for the office") if votes else _("Change in ballots cast")
    if figures.measure.name:
        return _("Share for %(name)s") % {"name": figures.measure.name}
    return count_name(figures.measure.key) or _("Ballots cast")


def none_words(figures: Figures) -> str:
    """Why an area may have no figure."""
    if figures.unit == "points":
        return _("fewer than 11 votes in one of the two, or none counted here")
    if figures.unit == "share":
        return _("fewer than 11 votes, or none counted here")
    if figures.unit in ("ballots", "more"):
        return _("nothing reported")
    if figures.unit == "turnout":
        return _("fewer than 11 who could, did, or did not; or nothing counted")
    return _("fewer than 11, or nothing counted")


def figure_words(figures: Figures) -> Callable[[str], str]:
    """Writes the figure of an area, by its code, as the tip on the map says it."""
    write, nothing = _sentence(figures), _("nothing reported")

    def written(code: str) -> str:
        shown = figures.shown.get(code)
        if shown is None:
            return nothing
        return few_words(figures, shown) if shown.value is None else write(shown)

    return written


def _sentence(figures: Figures) -> Callable[[Shown], str]:
    """The sentence of a figure that is known; looked up once, for a city has thousands."""
    write, share = writers()
    if figures.is_change:
        changed = _("%(change)s: %(then)s then, %(now)s now")
        return lambda shown: (
            changed
            % {
                "change": change(figures, shown.value or 0, write),
                "then": side(figures, shown.then, write, share),
                "now": side(figures, shown.now, write, share),
            }
        )
    if figures.is_share:
        said = _("%(share)s · %(votes)s of %(total)s votes")
        if figures.unit == "turnout":
            said = _("%(share)s · %(votes)s of %(total)s who could")
        return lambda shown: (
            said
            % {
                "share": share(shown.value or 0),
                "votes": write(shown.votes),
                "total": write(shown.total),
            }
        )
    if figures.unit == "ballots":
        cast = _("%(votes)s ballots cast")
        return lambda shown: cast % {"votes": write(shown.votes)}
    return lambda shown: f"{value(figures, shown)} {between(shown)}".strip()


def few_words(figures: Figures, shown: Shown) -> str:
    """Why this area has no figure."""
    if figures.is_change:
        few = _("fewer than 11 votes in one of the two")
        return few if shown.few else _("nothing reported in one of the two")
    if not shown.few:
        return _("nothing reported")
    of_votes = figures.unit in ("share", "rate")
    return _("fewer than 11 votes") if of_votes else _("fewer than 11 people")


def value(figures: Figures, shown: Shown) -> str:
    """An area's figure in its column."""
    if shown.value is None:
        return ""
    if figures.is_change:
        return change(figures, shown.value)
    if figures.is_share:
        return percent(shown.value)
    written = number(round(shown.value))
    sure = shown.low == shown.high
    return written if sure else _("about %(value)s") % {"value": written}


def between(shown: Shown) -> str:
    """Between what a figure lies that is not sure; empty if it is."""
    if shown.low is None or shown.high is None or shown.low == shown.high:
        return ""
    low, high = number(round(shown.low)), number(round(shown.high))
    return _("(between %(low)s and %(high)s)") % {"low": low, "high": high}


def change(figures: Figures, by: float, write: Writer = number) -> str:
    """A change with its sign: `+4` points or ballots."""
    size = 100 * by if figures.unit == "points" else by
    rounded = round(size, 1) if figures.unit == "points" and abs(size) < 10 else round(size)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return sign + write(abs(rounded) or 0)


def side(
    figures: Figures, figure: float | None, write: Writer = number, share: Writer = percent
) -> str:
    """What one of two contests had; a dash where it is not told."""
    if figure is None:
        return "–"
    return share(figure) if figures.unit == "points" else write(round(figure))


def legend(figures: Figures) -> list[str]:
    """The five labels under the colours, from few to many; empty where a step has no areas."""
    at = figures.breaks
    if not at:
        return []
    if figures.is_change:
        return _of_change(figures)
    write = percent if figures.is_share else lambda one: number(round(one))
    first = _("under %(value)s") % {"value": write(at[0])}
    last = _("%(value)s and over") % {"value": write(at[-1])}
    return ["" for _ in range(4 - len(at))] + [first, *(write(one) for one in at[:-1]), last]


def _of_change(figures: Figures) -> list[str]:
    less_far, less, more, far = (change(figures, one) for one in figures.breaks)
    return [
        _("under %(value)s") % {"value": less_far},
        _("under %(value)s") % {"value": less},
        _("much as before"),
        _("over %(value)s") % {"value": more},
        _("over %(value)s") % {"value": far},
    ]


def heads(figures: Figures) -> list[tuple[str, str, bool]]:
    """The columns of the list: by what they sort, what they are called, whether they are small."""
    name = ("name", _("District"), False)
    if figures.is_change:
        three = (_("Change"), _("Then"), _("Now"))
        keys = ("value", "then", "now")
    elif figures.unit == "turnout":
        three, keys = (_("Turnout"), _("Voted"), _("Could")), ("value", "votes", "total")
    elif figures.unit == "share":
        three, keys = (_("Share"), _("Votes"), _("Of")), ("value", "votes", "total")
    else:
        label = count_name(figures.measure.key) or _("Ballots")
        return [name, ("value", label, False)]
    return [name, *((key, label, key == "total") for key, label in zip(keys, three, strict=True))]


def plain(columns: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """The same columns where nothing can be sorted."""
    return [{key: one[key] for key in ("label", "num", "minor")} for one in columns]


def sentence(figures: Figures) -> list[str]:
    """What is shown, whom it counts, and of which day."""
    if figures.is_change:
        return _changed(figures)
    if figures.known is not None:
        return _known(figures)
    measure, date = figures.measure, day(figures.contest.date)
    if not measure.name:
        return [_ballots(figures)]
    if measure.share is None:
        return [
            _("%(name)s: no vote was counted. %(date)s.") % {"name": measure.name, "date": date}
        ]
    said = {
        "name": measure.name,
        "votes": number(measure.votes),
        "share": percent(measure.share, 1),
        "date": date,
    }
    return [_("%(name)s: %(votes)s votes in the whole contest, %(share)s. %(date)s.") % said]


def _ballots(figures: Figures) -> str:
    said = {"votes": number(figures.measure.votes), "date": day(figures.contest.date)}
    if "primary" in figures.contest.event.lower():
        return (
            _(
                "%(votes)s ballots cast, by people enrolled in the party of this primary. This is "
                "a count, not a turnout. %(date)s."
            )
            % said
        )
    return _("%(votes)s ballots cast. This is a count, not a turnout. %(date)s.") % said


def _changed(figures: Figures) -> list[str]:
    compared = figures.compared
    if compared is None or compared.candidate is None:
        return []
    said = {
        "name": figures.measure.name,
        "date": day(figures.contest.date),
        "then_name": compared.candidate.name,
        "then_date": day(compared.contest.date),
        "then": side(figures, compared.then),
        "now": side(figures, compared.now),
        "contest": compared.contest.title,
    }
    if figures.unit == "points":
        first = _("%(name)s, %(date)s: %(now)s. %(then_name)s, %(then_date)s: %(then)s.")
    elif compared.of_votes:
        first = _(
            "Votes for the office, %(date)s: %(now)s. %(then_date)s: %(then)s. Ballots are not "
            "reported of both."
        )
    else:
        first = _("Ballots cast, %(date)s: %(now)s. %(then_date)s: %(then)s.")
    second = _("Compared with %(contest)s, in the districts that both counted.")
    return [first % said, second % said]


def _known(figures: Figures) -> list[str]:
    known = figures.known
    if known is None:
        return []
    turnout = _("Who voted in this contest, of those registered today.")
    if known.party:
        turnout = _(
            "Who voted in this contest, of those enrolled as %(party)s today: nobody else could."
        )
    if known.citizens:
        turnout = _(
            "Ballots in this contest, of the citizens of voting age by a census table, registered "
            "or not."
        )
    first = {
        "homes": _("%(count)s homes in these districts."),
        "large-buildings": _(
            "%(count)s homes in buildings of six homes and more in these districts."
        ),
        "stabilised-homes": _(
            "%(count)s homes in buildings with rent-stabilised homes in these districts."
        ),
        "registered": _(
            "%(count)s people are registered here today. Neighbours who may not register are not "
            "among them."
        ),
        "enrolled": _(
            "%(count)s people are enrolled as %(party)s here today: only they could vote in this "
            "primary."
        ),
        "turnout": turnout,
        "votes-per-100-homes": _(
            "Votes in this contest for each 100 homes. Who could vote is not counted in it."
        ),
    }[figures.measure.key] % {"count": number(figures.measure.votes), "party": known.party}
    invented = _("These voters are invented; only the ballots cast are real.")
    return [first, invented] if known.invented else [first]


def whence(figures: Figures) -> list[str]:
    """Where counts are from and of which day, a line each."""
    if figures.known is None:
        return []
    return [
        _("Counts: %(source)s.") % {"source": f"{name}, {day(as_of)}"}
        for name, as_of in figures.known.sources
    ]


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Surnames, where each is one word that no other name ends in; else the whole name."""
    last = {name: name.split()[-1] for name in names if name.split()}
    once = Counter(last.values())
    plain = re.compile(r"[^\W\d_][\w'’-]{2,}")
    return {
        name: word if once[word] == 1 and plain.fullmatch(word) else name
        for name, word in last.items()
    }
