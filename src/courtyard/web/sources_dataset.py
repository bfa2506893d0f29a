"""One dataset: its quality report, its versions, and putting another one in force."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courtyard.electorate.dataset import SET_ASIDE, Version, before, current, versions
from courtyard.electorate.permitted import Permitted, may_read_names
from courtyard.electorate.refusal import Refused
from courtyard.journal.act import NotAllowed
from courtyard.journal.reader import Reader
from courtyard.sources import acts, rules
from courtyard.sources.models import Change

from .acting import op_of
from .source_combined import counted_elsewhere
from .source_labels import field_label, reason_label
from .source_links import Links
from .source_report import Report, without_rows
from .source_words import (
    Names,
    being_loaded,
    megabytes,
    moment,
    permitted_further,
    permitted_sentence,
)

LATEST_CHANGES = 10


def page(request: HttpRequest, name: str) -> HttpResponse:
    """The report of the version in force, or of the one asked for, and all versions."""
    return _page(request, name)


def _page(request: HttpRequest, name: str, problem: str = "") -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    there, in_force, damaged = _versions(name)
    shown = _asked_for(request, there, in_force)
    changes = list(Change.objects.visible_to(reader).filter(dataset=name)[:LATEST_CHANGES])
    names = Names(reader, [one.by for one in changes],
                  [one.manifest.get("loaded_by", "") for one in there])  # fmt: skip
    undone = before(Path(settings.COURTYARD_ELECTORATE), name) if in_force else None
    context = {
        "links": Links.of_dataset(name),
        "shown": shown,
        "in_force": in_force,
        "damaged": damaged,
        "report": Report(_said(reader, shown), shown.manifest),
        "elsewhere": counted_elsewhere(reader, name) if shown == in_force else [],
        "permitted": [
            permitted_sentence(shown.manifest, shown.kind),
            *(permitted_further(shown.manifest) if shown.kind == "voters" else []),
        ],
        "law": Permitted.of(shown.manifest).law,
        "versions": [
            (one, moment(one.manifest), names[one.manifest.get("loaded_by", "")])
            for one in reversed(there)
        ],
        "changes": [(one, names[one.by]) for one in changes],
        "may_load": rules.may_load(reader),
        "may_download": _has_set_aside(shown) and _may_read_rows(reader, shown),
        "has_set_aside": _has_set_aside(shown),
        "before": undone.number if undone else None,
        "spare": max(0, len(there) - rules.KEPT_VERSIONS),
        "kept": rules.KEPT_VERSIONS,
        "size": megabytes,
        "problem": problem,
        "field_label": field_label,
        "reason_label": reason_label,
    }
    status = 409 if problem else 200
    return render(request, "sources/dataset.html", context, status=status, using="jinja2")


def report(request: HttpRequest, name: str) -> HttpResponse:
    """The same report as JSON. What stood in the rows is left out for those who may not read it."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    there, in_force, _damaged = _versions(name)
    shown = _asked_for(request, there, in_force)
    return JsonResponse(_said(reader, shown))


def set_aside(request: HttpRequest, name: str) -> FileResponse:
    """The rows that were set aside, to mend and load again. They hold names.

    For those who may load, and if the dataset's law allows names to be read for an election.
    """
    reader: Reader = request.reader  # type: ignore[attr-defined]
    there, in_force, _damaged = _versions(name)
    shown = _asked_for(request, there, in_force)
    if not _may_read_rows(reader, shown):
        raise NotAllowed
    if not _has_set_aside(shown):
        raise Http404
    return FileResponse(
        (shown.folder / SET_ASIDE).open("rb"),
        as_attachment=True,
        filename=f"{name}-{shown.number}-set-aside.csv",
        content_type="text/csv; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


def put_back(request: HttpRequest, name: str) -> HttpResponse:
    """Asks whether to put another version (or none) in force, and does it."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    there, in_force, _damaged = _versions(name)
    if not rules.may_load(reader):
        raise NotAllowed
    problem = ""
    if request.method == "POST":
        was, to = _number(request.POST.get("was")), _number(request.POST.get("to"))
        try:
            acts.put_back(
                op=op_of(request), by=reader, at=timezone.now(), dataset=name, was=was, to=to
            )
            return redirect("dataset", name)
        except acts.BeingLoaded:
            problem = being_loaded()
        except (acts.Meanwhile, acts.NothingToUndo, Refused):
            problem = _(
                "Another version came into force, or this one is gone. Look at the versions again."
            )
            there, in_force, _damaged = _versions(name)
    wanted = _number(request.POST.get("to") or request.GET.get("to"))
    to_version = next((one for one in there if one.number == wanted), None)
    if wanted and to_version is None and not problem:
        raise Http404
    return _asked_whether(request, name, there, in_force, to_version, problem)


def _asked_whether(
    request: HttpRequest,
    name: str,
    there: list[Version],
    in_force: Version | None,
    to: Version | None,
    problem: str,
) -> HttpResponse:
    context = {
        "links": Links.of_dataset(name),
        "title": there[-1].manifest["title"],
        "in_force": in_force,
        "in_force_loaded": moment(in_force.manifest) if in_force else None,
        "to": to,
        "to_loaded": moment(to.manifest) if to else None,
        "problem": problem,
        "nothing": (to.number if to else None) == (in_force.number if in_force else None),
    }
    status = 409 if problem else 200
    return render(request, "sources/put_back.html", context, status=status, using="jinja2")


def prune(request: HttpRequest, name: str) -> HttpResponse:
    """Removes all but the newest versions, for good."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    _versions(name)
    try:
        acts.prune(
            op=op_of(request), by=reader, at=timezone.now(), dataset=name, keep=rules.KEPT_VERSIONS
        )
    except acts.BeingLoaded:
        return _page(request, name, being_loaded())
    except acts.Meanwhile:
        return _page(request, name, _("Another version came into force. Look at them again."))
    return redirect("dataset", name)


def _versions(name: str) -> tuple[list[Version], Version | None, str]:
    """All versions, the one in force, and what is wrong with it; 404 if there are none."""
    root = Path(settings.COURTYARD_ELECTORATE)
    there = versions(root, name)
    if not there:
        raise Http404
    try:
        return there, current(root, name), ""
    except Refused as refused:
        return there, None, str(refused)


def _asked_for(request: HttpRequest, there: list[Version], in_force: Version | None) -> Version:
    if not request.GET.get("version"):
        return in_force or there[-1]
    number = _number(request.GET.get("version"))
    found = next((one for one in there if one.number == number), None)
    if found is None:
        raise Http404
    return found


def _may_read_rows(reader: Reader, version: Version) -> bool:
    permitted = Permitted.of(version.manifest)
    return rules.may_load(reader) and may_read_names(permitted, "election")


def _said(reader: Reader, version: Version) -> dict[str, Any]:
    """Its report, as far as this reader may know what stood in the rows."""
    said = version.report
    return said if _may_read_rows(reader, version) else without_rows(said)


def _has_set_aside(version: Version) -> bool:
    return (version.folder / SET_ASIDE).is_file()


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
