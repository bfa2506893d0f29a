"""What every request passes: first a scope for finding out who it is, then the reader's own."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost, ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve

from courtyard.journal.act import Conflict, NotAllowed
from courtyard.journal.reader import NOBODY, Reader
from courtyard.journal.scope import reading_as, turn_to
from courtyard.people.acts import NoSuchInvitation

from . import errors
from .asking import reader_of
from .routes import Least, Route, Who
from .urls import TABLE

GetResponse = Callable[[HttpRequest], HttpResponse]
# Where the addresses begin that have no door.
OPEN = tuple(f"/{route.address.split('<')[0]}" for route in TABLE.values() if route.door is None)


class SignInScope:
    """Opens the wall for finding out who somebody is; it closes with the answer.

    An undeclared method is 405 before anything is asked of the database.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # ALLOWED_HOSTS looks at names only; a link in a mail must not lead to another port either.
        if _host(request) != settings.COURTYARD_HOST:
            return errors.elsewhere(request)
        if methods := _others_only(request):
            return HttpResponseNotAllowed(methods)
        if _is_open(request):
            return self.get_response(request)
        with reading_as(NOBODY, door="sign-in"):
            return self.get_response(request)


def _host(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:
        return ""


def _least(route: Route, method: str | None) -> Least | None:
    return route.who.get("GET" if method == "HEAD" else str(method))


def _others_only(request: HttpRequest) -> list[str]:
    """The methods of an address that has not the one asked for: it is nobody's, whoever asks."""
    try:
        name = resolve(request.path_info).view_name
    except Resolver404:
        return []
    route = TABLE.get(name)
    return list(route.who) if route and _least(route, request.method) is None else []


def _is_open(request: HttpRequest) -> bool:
    return request.path_info.startswith(OPEN)


class ReaderScope:
    """The gate: an undeclared route is 404, the rest by role."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = NOBODY if _is_open(request) else reader_of(request)
        request.reader = reader  # type: ignore[attr-defined]  # what every view asks
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        route = TABLE.get(request.resolver_match.view_name) if request.resolver_match else None
        least = _least(route, request.method) if route else None
        if route is None or least is None:
            raise Http404
        reader: Reader = request.reader  # type: ignore[attr-defined]
        if route.door:
            turn_to(reader, door=route.door)
        if least is Who.ANYBODY:
            return None
        if reader == NOBODY:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        if least is not Who.SIGNED_IN and (reader.rank is None or reader.rank < least):
            raise PermissionDenied
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What acts refuse, as pages: not found, not allowed, sent before in other words."""
        if isinstance(error, ObjectDoesNotExist | NoSuchInvitation):
            return errors.not_found(request)
        if isinstance(error, NotAllowed):
            return errors.refused(request)
        if isinstance(error, Conflict):
            return errors.conflict(request)
        return None
