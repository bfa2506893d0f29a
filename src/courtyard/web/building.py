"""The page of one building: its address, its doors, and a form for who has been there."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courtyard.journal.reader import Reader
from courtyard.territory.acts import correct_doors
from courtyard.territory.doors import BadPattern, doors_of, written
from courtyard.territory.models import Area, Building, Edition, Segment
from courtyard.territory.rules import may_correct

from .acting import op_of
from .area_words import by_entrance, kind_of

LONGEST = 400


def page(request: HttpRequest, building: UUID) -> HttpResponse:
    """A building of the reader's ground, and the form that corrects its doors."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    seen = Building.objects.visible_to(reader).same_as(building)
    found = seen.select_related("edition").first()
    if found is None:
        raise Http404
    typed, error = found.doors, ""
    if request.method == "POST":
        typed = request.POST.get("doors", "")
        if not (error := _corrected(request, found, typed)):
            return redirect("building", building)
    context = _context(reader, found) | {"typed": typed, "error": error}
    status = 400 if error else 200
    return render(request, "area/building.html", context, status=status, using="jinja2")


def _corrected(request: HttpRequest, found: Building, typed: str) -> str:
    """Writes down what was typed; or says what is wrong with it."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    try:
        if max(len(typed), len(written(typed))) > LONGEST:
            return _("This is longer than can be kept: say it in at most 400 characters.")
        correct_doors(
            op=op_of(request), by=reader, at=timezone.now(), building=found.id, doors=typed
        )
    except BadPattern as error:
        return str(error)
    return ""


def _context(reader: Reader, found: Building) -> dict[str, Any]:
    around = [UUID(part) for part in f"{found.path}{found.hood}".split("/") if part]
    areas = Area.objects.visible_to(reader).filter(id__in=around).order_by("path")
    before, after = _beside(reader, found)
    try:
        doors = doors_of(found.doors)
    except BadPattern:  # kept from before a rule became stricter
        doors = []
    street = Segment.objects.visible_to(reader).filter(
        id__in=[found.segment_id] if found.segment_id else []
    )
    editions = Edition.objects.visible_to(reader)
    ids = {found.edition_id, *street.values_list("edition", flat=True)}
    return {
        "building": found,
        "doors": by_entrance(doors),
        "areas": [(kind_of(one.kind), one) for one in areas],
        "may_correct": may_correct(reader, found.path, found.hood),
        "before": before,
        "after": after,
        "editions": editions.filter(id__in=ids).order_by("name"),
    }


def _beside(reader: Reader, found: Building) -> tuple[Building | None, Building | None]:
    """The buildings before and after it on the same side of its street."""
    if found.segment_id is None:
        return None, None
    side = Building.objects.visible_to(reader).filter(segment=found.segment_id, side=found.side)
    row = list(side.order_by("along", "number", "id"))
    at = next(n for n, one in enumerate(row) if one.id == found.id)
    return row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None
