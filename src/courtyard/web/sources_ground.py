"""One publication of boundaries, streets, buildings or people counted: its report, its editions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courtyard.journal.act import NotAllowed
from courtyard.journal.op import further_id
from courtyard.journal.reader import Reader
from courtyard.sources import rules as loading
from courtyard.sources.counting import count_ground
from courtyard.territory import acts, rules
from courtyard.territory.ground_layout import NO_END
from courtyard.territory.models import Edition, Report

from .acting import op_of
from .source_labels import field_label, reason_label
from .source_links import Links
from .source_report import Report as Told
from .source_words import Names, megabytes


@dataclass(frozen=True, slots=True)
class Shown:
    """An edition as the pages of a dataset name its versions."""

    edition: Edition
    number: int
    said: dict[str, Any]
    by: UUID | None

    @property
    def manifest(self) -> dict[str, Any]:
        """What a dataset's manifest says."""
        one = self.edition
        return {"title": one.name, "publisher": one.publisher, **self.said}

    @property
    def loaded_at(self) -> datetime | None:
        """When it was loaded."""
        return self.edition.loaded_at

    @property
    def is_in_force(self) -> bool:
        """Whether it stands now."""
        return self.edition.replaced_at is None


def shown_editions(reader: Reader, first: UUID) -> list[Shown]:
    """The editions of a ground that were not pruned, with their numbers, the oldest first."""
    line = Edition.objects.visible_to(reader).filter(first=first).exclude(kind=acts.COUNTS)
    ordered = list(line.order_by("loaded_at", "id"))
    reports = {
        one.edition_id: one for one in Report.objects.visible_to(reader).filter(edition__in=ordered)
    }
    return [
        Shown(one, n, found.said if found else {}, found.by if found else None)
        for n, one in enumerate(ordered, 1)
        for found in [reports.get(one.id)]
        if one.pruned_at is None
    ]


def page(request: HttpRequest, first: UUID, problem: str = "") -> HttpResponse:
    """The report of the edition in force, or of the one asked for, and all editions."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    there, now = _there(reader, first)
    asked = request.GET.get("version")
    shown = next((one for one in there if str(one.number) == asked), None)
    if asked and shown is None:
        raise Http404
    shown = shown or now or there[-1]
    names = Names(reader, [one.by for one in there])
    before = [one.number for one in there if now and one.number < now.number]
    follows = shown.edition.of in acts.OFS
    context = {
        "links": Links.of_ground(first),
        "shown": shown,
        "in_force": now,
        "damaged": "",
        "report": Told(_said(shown), {}),
        "permitted": [days(shown.edition), _("They name nobody.")],
        "law": shown.edition.licence,
        "versions": [(one, one.loaded_at, names[one.by]) for one in reversed(there)],
        "changes": [],
        "elsewhere": [],
        "may_load": follows and rules.may_load_ground(reader),
        "may_download": False,
        "has_set_aside": False,
        "before": before[-1] if before else None,
        "spare": max(0, len(there) - loading.KEPT_VERSIONS),
        "kept": loading.KEPT_VERSIONS,
        "size": megabytes,
        "problem": problem,
        "field_label": field_label,
        "reason_label": reason_label,
    }
    status = 409 if problem else 200
    return render(request, "sources/dataset.html", context, status=status, using="jinja2")


def put_back(request: HttpRequest, first: UUID) -> HttpResponse:
    """Asks whether to put another edition (or none) in force, and does it; then counts anew."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    there, now = _there(reader, first)
    if not (rules.may_load_ground(reader) and there[0].edition.of in acts.OFS):
        raise NotAllowed
    by_number = {str(one.number): one for one in there}
    wanted = (request.POST.get("to") or request.GET.get("to")) or ""
    to, problem = by_number.get(wanted), ""
    if wanted and to is None:
        raise Http404
    if request.method == "POST":
        was = by_number.get(request.POST.get("was", ""))
        if not (problem := _done(request, first, was, to)):
            return redirect("ground-source", first)
        there, now = _there(reader, first)
    context = {
        "links": Links.of_ground(first),
        "title": there[-1].edition.name,
        "in_force": now,
        "in_force_loaded": now.loaded_at if now else None,
        "to": to,
        "to_loaded": to.loaded_at if to else None,
        "problem": problem,
        "nothing": to == now,
    }
    status = 409 if problem else 200
    return render(request, "sources/put_back.html", context, status=status, using="jinja2")


def prune(request: HttpRequest, first: UUID) -> HttpResponse:
    """Removes what stood in all but the newest editions, for good."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    _there(reader, first)
    said = {"first": first, "keep": loading.KEPT_VERSIONS}
    acts.prune(op=op_of(request), by=reader, at=timezone.now(), **said)
    return redirect("ground-source", first)


def days(edition: Edition) -> str:
    """For which days an edition holds, in words."""
    if edition.of == "census":
        return _("Figures of %(day)s.") % {"day": edition.valid_from.isoformat()}
    if edition.valid_to == NO_END:
        return _("Holds from %(first)s.") % {"first": edition.valid_from.isoformat()}
    first, last = edition.valid_from.isoformat(), edition.valid_to.isoformat()
    return _("Holds from %(first)s to %(last)s.") % {"first": first, "last": last}


def _done(request: HttpRequest, first: UUID, was: Shown | None, to: Shown | None) -> str:
    """Puts it back; or says why not."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    op, now = op_of(request), timezone.now()
    editions = {"was": was.edition.id if was else None, "to": to.edition.id if to else None}
    try:
        acts.put_back(op=op, by=reader, at=now, first=first, **editions)
    except acts.NoStreets:
        return _("Buildings stand on these streets, and no others are loaded.")
    except (acts.Meanwhile, acts.NothingToUndo):
        return _(
            "Another version came into force, or this one is gone. Look at the versions again."
        )
    if to is None or to.edition.of != "streets":  # streets count nobody
        count_ground(op=further_id(op, "count"), by=reader, at=now)
    return ""


def _there(reader: Reader, first: UUID) -> tuple[list[Shown], Shown | None]:
    """The editions of a ground, and the one in force; 404 if there are none."""
    there = shown_editions(reader, first)
    if not there:
        raise Http404
    return there, next((one for one in there if one.is_in_force), None)


def _said(shown: Shown) -> dict[str, Any]:
    """Its report, with the id of each row beside its line."""
    said = dict(shown.said)
    said["set_aside"] = [
        {**one, "first_lines": [_line(n, one) for n in range(len(one["first_lines"]))]}
        for one in said.get("set_aside") or []
    ]
    if changes := said.get("changes"):
        said["changes"] = {"against": shown.number - 1, **changes}
    return said


def _line(n: int, reason: dict[str, Any]) -> str:
    line, about = reason["first_lines"][n], reason.get("about") or []
    return f"{line} ({about[n]})" if n < len(about) else str(line)
