"""What each part of the list counts: numbers to try out, what they would make of it, and saving."""

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from courtyard.electorate.refusal import Refused
from courtyard.journal.reader import Reader
from courtyard.measures import acts
from courtyard.measures.ground import NothingToRank
from courtyard.measures.models import Weighting
from courtyard.measures.rules import may_set_weights
from courtyard.measures.weights import HEAVIEST, PARTS, Weights, WrongWeight

from . import first_words as words
from .acting import op_of
from .first import Row, View, found_for, row

TOP = 10


@dataclass(frozen=True, slots=True)
class Knob:
    """One part and what it counts; `known` says whether it is known of any area."""

    key: str
    name: str
    says: str
    value: str
    known: bool
    error: str


def page(request: HttpRequest) -> HttpResponse:
    """The weights in force, or those in the address with what they would make of the list."""
    if request.method == "POST":
        return _saved(request)
    return _page(request, request.GET)


def _saved(request: HttpRequest) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    try:
        chosen = _said(request.POST)
        acts.set_weights(op=op_of(request), by=reader, at=timezone.now(), chosen=chosen)
    except WrongWeight:
        return _page(request, request.POST, status=400)
    return redirect(f"{reverse('first-weights')}?saved=1")


def _page(request: HttpRequest, said: QueryDict, status: int = 200) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    in_force = Weighting.objects.visible_to(reader).in_force()
    fault: WrongWeight | None = None
    try:
        weights = Weights(in_force.all() | _said(said))
    except WrongWeight as error:
        fault, weights = error, in_force
    listed, missing = _preview(reader, weights)
    context = {
        "knobs": [_knob(key, said, weights, missing, fault) for key in PARTS],
        "heaviest": HEAVIEST,
        "fault": words.wrong_weight(fault) if fault else "",
        "rows": listed if fault is None else [],
        "numbers": weights.all(),
        "changed": fault is None and weights.all() != in_force.all(),
        "may_save": may_set_weights(reader),
        "saved": "saved" in request.GET,
        "usual": f"{reverse('first-weights')}?{urlencode(Weights().all())}",
        "is_usual": weights.all() == Weights().all(),
    }
    return render(request, "first/weights.html", context, status=status, using="jinja2")


def _said(said: QueryDict) -> dict[str, int]:
    """The numbers of an address or a form. Raises WrongWeight for what is no whole number."""
    chosen: dict[str, int] = {}
    for key in PARTS:
        text = said.get(key, "").strip()
        if key not in said:
            continue
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            raise WrongWeight("not_whole", key, text)
        chosen[key] = int(text)
    Weights(chosen)
    return chosen


def _knob(
    key: str, said: QueryDict, weights: Weights, missing: frozenset[str], fault: WrongWeight | None
) -> Knob:
    return Knob(
        key=key,
        name=words.part_name(key),
        says=words.part_says(key),
        value=said.get(key, str(weights.of(key)))[:12] if fault else str(weights.of(key)),
        known=key not in missing,
        error=words.wrong_weight(fault) if fault and fault.key == key else "",
    )


def _preview(reader: Reader, weights: Weights) -> tuple[list[Row], frozenset[str]]:
    """The top of the list with these weights, and the parts that are known of no area."""
    try:
        found = found_for(reader, View(), weights)
    except (NothingToRank, Refused):
        return [], frozenset(PARTS)
    known = {one.part.key for one in found.ranking.parts}
    silent = {key for key in PARTS if key not in known and weights.of(key)}
    top = [row(one) for one in islice(found, TOP)]
    return top, frozenset(silent)
