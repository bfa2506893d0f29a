"""Where to go first: areas in the order of what the organisation looks for, each with its why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from courtyard.electorate.refusal import Refused
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import Reader
from courtyard.measures.collected import Line
from courtyard.measures.ground import (
    Found,
    NothingToRank,
    Ranked,
    key_of,
    potential_of,
    rankable,
)
from courtyard.measures.models import Weighting
from courtyard.measures.weights import Weights

from . import first_words as words
from .environment import number
from .ground import View as GroundView
from .ground import contest_name, source
from .ground_list import PRINTED, Named, matches

PAGE = 25
NAMED = 3  # areas in the sentence that answers the page


@dataclass(frozen=True, slots=True)
class View:
    """What is being looked at. All of it stands in the address."""

    contest: str = ""
    candidate: str = ""
    before: str = ""
    stood: str = ""
    kind: str = ""
    find: str = ""
    page: int = 1
    area: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "View":
        """From the query of an address; what makes no sense there is left at its default."""
        page = said.get("page", "1")
        texts = ("contest", "candidate", "before", "stood", "kind", "area")
        return cls(
            find=said.get("find", "")[:80].strip(),
            page=int(page) if page.isdecimal() and len(page) < 5 else 1,
            **{name: said.get(name, "")[:120] for name in texts},
        )

    def address(self, name: str = "first", **changes: Any) -> str:
        """The address of this view with changes; defaults are left out."""
        said = asdict(replace(self, **changes))
        query = urlencode({key: one for key, one in said.items() if one and one != 1})
        return reverse(name) + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list in words."""

    code: str
    name: str
    within: str
    together: str
    rank: int
    between: str
    reasons: list[str]
    mark: str


def page(request: HttpRequest) -> HttpResponse:
    """The list, and for one area why it stands where it does."""
    return render(request, "first/page.html", _context(request), using="jinja2")


def printed(request: HttpRequest) -> HttpResponse:
    """The same on paper, of a city in parts."""
    context = _context(request, size=PRINTED)
    if not context["found"]:
        raise Http404
    view: View = context["view"]
    context["printed"] = PRINTED
    context["part"] = lambda page: view.address("first-print", area="", page=page)
    return render(request, "first/print.html", context, using="jinja2")


def found_for(reader: Reader, view: View, weights: Weights | None = None) -> Found:
    """The ranking that a view shows. A candidate nobody voted for then is the leading one.

    Raises NothingToRank, and Refused if a stored result is damaged.
    """
    weights = weights or Weighting.objects.visible_to(reader).in_force()

    def of(candidate: str) -> Found:
        return potential_of(
            reader,
            view.contest,
            candidate=candidate,
            before=view.before,
            stood=view.stood,
            kind=view.kind,
            weights=weights,
        )

    try:
        return of(view.candidate)
    except NothingToRank as nothing:
        if nothing.fault != "no_such_candidate":
            raise
    return of("")


def asked(request: HttpRequest) -> tuple[View, Found]:
    """What the address of a request asks for; Http404 where there is nothing to rank."""
    view = View.of(request.GET)
    try:
        return view, found_for(request.reader, view)  # type: ignore[attr-defined]
    except (Refused, NothingToRank) as error:
        raise Http404 from error


def row(one: Ranked) -> Row:
    """A line in words."""
    mark = ""
    if one.is_complex:
        mark = _("rests on homes of a complex that may lie next door")
    elif one.uncertain:
        mark = _("rests on a figure that is not sure")
    return Row(
        code=one.line.area.code,
        name=one.line.area.name,
        within=one.line.area.within,
        together=", ".join(area.name for area in one.line.others),
        rank=one.rank,
        between=words.between(one),
        reasons=words.reasons(one),
        mark=mark,
    )


def _context(request: HttpRequest, *, size: int = PAGE) -> dict[str, Any]:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    view = View.of(request.GET)
    nothing = {"view": view, "found": None, "fault": "", "damaged": ""}
    try:
        found = found_for(reader, view)
    except Refused as error:  # a stored result is damaged: say so, and not as if all were well
        return nothing | {"damaged": str(error)}
    except NothingToRank as error:
        if error.asked:
            raise Http404 from error
        return nothing | {"fault": error.fault}
    lines = [n for n in found.order() if _matches(found.lines[n], view.find)]
    chosen_at = _chosen(found, view.area)
    chosen = None if chosen_at is None else found.at(chosen_at)
    pages = max(1, -(-len(lines) // size))
    at = min(view.page, pages)
    if chosen_at in lines:  # wherever one comes from, the page on which it stands
        at = lines.index(chosen_at) // size + 1
    return {
        "view": view,
        "found": found,
        "rows": [row(found.at(n)) for n in lines[(at - 1) * size : at * size]],
        "count": len(lines),
        "page": at,
        "pages": pages,
        "chosen": chosen,
        "told": words.told(found, chosen) if chosen else [],
        "unknown": [words.part_name(key) for key in chosen.unknown] if chosen else [],
        "score": number(round(100 * chosen.score, 1)) if chosen else "",
        "fewest": FEWEST,
        **about(reader, view, found),
    }


def _chosen(found: Found, code: str) -> int | None:
    """The line of the area whose reasons are asked for. Raises Http404 for one that is not here."""
    if not code:
        return None
    for n in found.order():
        if any(code == area.code for area in found.lines[n].areas):
            return n
    raise Http404


def about(reader: Reader, view: View, found: Found) -> dict[str, Any]:
    """What a page says around the list: how it is reckoned, from what, and what else there is."""
    held = [held[0] for held in rankable(reader)]
    before = found.before
    return {
        "contest_name": contest_name(found.contest),
        "lead": _lead(found),
        "whom": words.whom(found),
        "missing": words.missing(found),
        "priors": list(words.priors(found)),
        "compared": _compared(found),
        "contests": [(one.contest, contest_name(one)) for one in held],
        "befores": [
            (one.contest, contest_name(one)) for one in held if one.contest != found.contest.contest
        ],
        "candidates": [(key_of(one), one.name) for one in found.candidates],
        "then": [(key_of(one), one.name) for one in before.candidates] if before else [],
        "stood": key_of(before.candidate) if before and before.candidate else "",
        "chosen_candidate": key_of(found.candidate),
        "kinds": [(kind, words.kind_name(kind)) for kind in found.kinds],
        "map_address": GroundView(
            contest=found.contest.contest, show=key_of(found.candidate)
        ).address(),
        "sources": [source(found.contest), *sorted(found.counts.sources)],
    }


def _lead(found: Found) -> str:
    """The answer in one sentence: where to begin."""
    first = [_unbroken(one.line.area.name) for one in islice(found, NAMED)]
    if not first:
        return _("Nothing is known of any area yet.")
    return _("Begin with %(names)s.") % {"names": ", ".join(first)}


def _compared(found: Found) -> str:
    before = found.before
    if before is None:
        return ""
    said = {"contest": contest_name(before.contest), "name": found.candidate.name}
    if before.fault == "boundaries":
        return _("Not compared with %(contest)s: other boundaries held then.") % said
    if before.candidate is None:
        return (
            _(
                "Not compared yet with %(contest)s: %(name)s did not stand then. Choose with whose "
                "votes to compare."
            )
            % said
        )
    return _("Compared with the votes for %(then)s in %(contest)s.") % (
        said | {"then": before.candidate.name}
    )


def _matches(line: Line, find: str) -> bool:
    return not find or any(
        matches(Named(area.code, area.name, area.within), find) for area in line.areas
    )


def _unbroken(name: str) -> str:
    return name.replace(" ", "\N{NO-BREAK SPACE}")
