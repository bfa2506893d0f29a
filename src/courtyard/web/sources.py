"""The Sources page: what is loaded, what is being read, and handing files in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from courtyard.electorate import dataset
from courtyard.electorate.dataset import Version
from courtyard.electorate.refusal import Refused
from courtyard.jobs.reading import queue_load
from courtyard.journal.act import NotAllowed
from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret
from courtyard.sources import acts, rules, spool
from courtyard.sources.models import Change, Load

from .acting import op_of
from .asking import reader_of
from .source_words import Names, how_far, megabytes, moment, permitted_sentence, state_words
from .sources_listed import listed_ground
from .uploads import FIELD, NoRoom, Spooled, SpoolHandler, TooMany

ENDED_SHOWN = 3
RUNNING_SHOWN = 20  # those whose turn comes first
ENDED_FOR = timedelta(days=7)
# The one policy by which htmx may put an answer of ours into the page (static/js/sources.js).
POLICY = {"trusted-types": ["answers"]}


class HandInForm(forms.Form):
    """What the files do not say themselves, and whether they replace what is loaded."""

    date = forms.DateField(required=False)
    office = forms.CharField(max_length=120, required=False)
    event = forms.CharField(max_length=120, required=False)
    party = forms.CharField(max_length=60, required=False)
    district = forms.CharField(max_length=60, required=False)
    adds = forms.BooleanField(required=False)

    def said(self) -> dict[str, str]:
        """What was said, as words."""
        return {
            name: str(value).strip()
            for name, value in self.cleaned_data.items()
            if name != "adds" and value
        }


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list: a dataset in force, in words."""

    name: str
    title: str
    publisher: str
    permitted: str
    rows: int
    version: int
    loaded: datetime | None
    by: str


# The body is read by the view's own handler, after its rule was asked; so is the form's token.
@csrf_exempt
@csp_replace(POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """What is loaded; for htmx only the part that changes. Files are handed in by POST."""
    if request.method == "POST":
        return _hand_in(request)
    template = "sources/page.html"
    if request.headers.get("HX-Request-Type") == "partial":
        template = "sources/part.html"
    response = render(request, template, _context(request), using="jinja2")
    patch_vary_headers(response, ["HX-Request-Type"])
    return response


def cancel(request: HttpRequest, load: UUID) -> HttpResponse:
    """Stops a load; its bytes are removed."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    try:
        stopped = acts.cancel(op=op_of(request), by=reader, at=timezone.now(), load=load)
    except acts.TooLate:
        context = _context(request) | {
            "error_title": _("It was not stopped"),
            "error": _("It is being put in force at this moment. You can undo it afterwards."),
        }
        return render(request, "sources/page.html", context, status=409, using="jinja2")
    spool.remove(stopped.spool)
    return redirect("sources")


def _hand_in(request: HttpRequest) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if not rules.may_load(reader):
        raise NotAllowed  # before a byte of the files is read
    if not rules.may_wait_too(acts.running_of(reader)):
        return _not_taken(request, _too_many_wait())
    handler = SpoolHandler(request)
    request.upload_handlers = [handler]
    try:
        return _taken_in(request, handler)
    except (StopUpload, MultiPartParserError):
        return _not_taken(request, _why(handler))
    except acts.TooManyWait:
        return _not_taken(request, _too_many_wait())
    finally:
        if not handler.kept:
            spool.remove(handler.spool)


@csrf_protect
def _taken_in(request: HttpRequest, handler: SpoolHandler) -> HttpResponse:
    form = HandInForm(request.POST)
    # An upload takes its time, and a role may have ended meanwhile.
    with reading_as(request.reader, door="sign-in"):  # type: ignore[attr-defined]
        reader = reader_of(request)
    files = [one for one in request.FILES.getlist(FIELD) if isinstance(one, Spooled)]
    if handler.refused or not files or not form.is_valid():
        return _not_taken(request, _why(handler, files=bool(files)), form)
    load = acts.hand_in(
        op=op_of(request),
        by=reader,
        at=timezone.now(),
        files=[{"name": one.path.name, "size": one.size} for one in files],
        spool=Secret(handler.spool),
        said=form.said(),
        adds=form.cleaned_data["adds"],
    )
    handler.kept = load.spool == handler.spool  # sent twice, the first one counts
    if handler.kept:
        queue_load(load)
    there = reverse("sources")
    return JsonResponse({"next": there}) if _by_script(request) else redirect(there)


def _too_many_wait() -> str:
    return _(
        "%(count)s loads of yours wait or are being read already. Nothing was kept. "
        "Wait until one of them is done, or stop one."
    ) % {"count": rules.MOST_WAITING}


def _why(handler: SpoolHandler, *, files: bool = True) -> str:
    """Why files were not taken in."""
    if isinstance(handler.refused, NoRoom):
        return _(
            "The disk of this server has room for %(room)s more, and these files have %(needed)s. "
            "Nothing was kept. Make room, or load fewer files at once."
        ) % {"room": megabytes(handler.refused.room), "needed": megabytes(handler.refused.needed)}
    if isinstance(handler.refused, TooMany):
        return _("Too many files at once. Nothing was kept. Load at most 50 together.")
    if not files:
        return _("No file was chosen. Choose at least one, then load it.")
    return _("The files did not arrive whole. Nothing was kept. Load them again.")


def _not_taken(request: HttpRequest, why: str, form: HandInForm | None = None) -> HttpResponse:
    if form and form.errors:
        why = _("The date could not be understood. Write it as year-month-day: 2018-09-13.")
    if _by_script(request):
        return JsonResponse({"error": why}, status=400)
    context = _context(request) | {"error": why}
    return render(request, "sources/page.html", context, status=400, using="jinja2")


def _by_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _context(request: HttpRequest) -> dict[str, Any]:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    kept, damaged = _in_force()
    grounds = listed_ground(reader)
    loads = Load.objects.visible_to(reader)
    running = list(loads.running().order_by("at", "id")[: RUNNING_SHOWN + 1])
    more = loads.running().count() - RUNNING_SHOWN if len(running) > RUNNING_SHOWN else 0
    running = running[:RUNNING_SHOWN]
    lately = loads.filter(ended_at__gt=timezone.now() - ENDED_FOR).order_by("-ended_at")
    ended = list(lately[:ENDED_SHOWN])
    names = Names(reader, [one.by for one in [*running, *ended]],
                  [one.manifest.get("loaded_by", "") for one in kept])  # fmt: skip
    kept.sort(key=lambda one: one.name, reverse=True)  # the latest contest first
    listed = [_listed(one, names) for one in kept]
    return {
        "voters": [one for one, of in zip(listed, kept, strict=True) if of.kind == "voters"],
        "results": [one for one, of in zip(listed, kept, strict=True) if of.kind == "results"],
        "titles": {one.name: one.title for one in listed},
        "grounds": grounds,
        "out": _taken_out(reader, {one.name for one in kept} | set(damaged)),
        "more_running": more,
        "running": [(one, *how_far(one), names[one.by]) for one in running],
        "ended": [(one, *state_words(one.state), names[one.by]) for one in ended],
        "damaged": damaged,
        "may_load": rules.may_load(reader),
        "room": spool.room(),
        "size": megabytes,
        "error": "",
        "error_title": "",
        "stage_of_no_return": rules.PUTTING_IN_FORCE,
    }


def _in_force() -> tuple[list[Version], list[str]]:
    """Every dataset in force that can be read, and the names of those that are damaged."""
    root = Path(settings.COURTYARD_ELECTORATE)
    kept, damaged = list[Version](), list[str]()
    for name in dataset.names(root):
        try:
            found = dataset.current(root, name)
        except Refused:
            damaged.append(name)
        else:
            kept += [found] if found else []
    return kept, damaged


def _listed(one: Version, names: Names) -> Listed:
    said = one.manifest
    return Listed(
        one.name,
        str(said["title"]),
        str(said["publisher"]),
        permitted_sentence(said, one.kind),
        int(said["rows_kept"]),
        one.number,
        moment(said),
        names[said.get("loaded_by", "")],
    )


def _taken_out(reader: Reader, in_force: set[str]) -> list[str]:
    """Datasets of which somebody left nothing in force; they can be put back."""
    taken = Change.objects.visible_to(reader).filter(now=None).values_list("dataset", flat=True)
    return sorted(set(taken) - in_force)
