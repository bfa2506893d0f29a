"""Who may do what: every route × method × person, from the table; an undeclared route fails."""

from itertools import product
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.conftest import PLACES, Cast

from courtyard.journal.reader import Rank
from courtyard.journal.scope import reading_as
from courtyard.web.routes import CLOSED, Who
from courtyard.web.urls import TABLE

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
PEOPLE = (*PLACES, None)
NOTHING = UUID(int=1)
ARGUMENTS = {
    "tile": ["0" * 64, 0, 0, 0],
    "basemap": ["none", 0, 0, 0],
    "area": [NOTHING],
    "cut": [NOTHING],
    "cut-turfs": [NOTHING],
    "building": [NOTHING],
    "cancel-load": [NOTHING],
    "here-contest": ["no-such-contest"],
    "here-area": ["no-such-contest", "34001"],
    "here-postcard": ["no-such-contest", "34001"],
    "here-picture": ["no-such-contest", "34001"],
    "dataset": ["no-such-dataset"],
    "dataset-report": ["no-such-dataset"],
    "set-aside": ["no-such-dataset"],
    "put-back": ["no-such-dataset"],
    "prune": ["no-such-dataset"],
    "ground-source": [NOTHING],
    "ground-put-back": [NOTHING],
    "ground-prune": [NOTHING],
    "withdraw": [NOTHING],
    "end-role": [NOTHING],
    "pass-role": [NOTHING],
    "end-device": [NOTHING],
    "join": ["no-such-link"],
    "account_reset_password_from_key": ["x", "y"],
    "account_confirm_email": ["x"],
    "mfa_edit_webauthn": [1],
    "mfa_remove_webauthn": [1],
}
# Routes that send an unknown caller elsewhere, or answer by themselves, once they let them in.
LET_IN = {200, 204, 302, 303, 400, 404}
# Where the rule asks for more than a rank: one loads files who organises everywhere.
RULE_ASKS_MORE = {("sources", "POST"), ("first-weights", "POST")}


def names() -> set[str]:
    """Every named address Django would answer."""

    def walk(patterns: list[URLPattern | URLResolver]) -> set[str]:
        found: set[str] = set()
        for one in patterns:
            if isinstance(one, URLResolver):
                found |= walk(one.url_patterns)
            else:
                assert one.name, f"{one} has no name: declare it in the table of routes"
                found.add(one.name)
        return found

    return walk(get_resolver().url_patterns)


def address(name: str) -> str:
    return reverse(name, args=ARGUMENTS.get(name, []))


def test_it_declares_every_route() -> None:
    assert names() == set(TABLE) | CLOSED
    assert not set(TABLE) & CLOSED


def expected(name: str, method: str, person: str | None) -> set[int]:
    """What the table promises, in status codes."""
    least = TABLE[name].who.get("GET" if method == "HEAD" else method)
    rank = PLACES[person][0] if person else None
    if least is None:
        return {405}
    if least is Who.ANYBODY:
        return LET_IN
    if person is None:
        return {302}
    if isinstance(least, Rank) and (rank is None or rank < least):
        return {403}
    return LET_IN | {403} if (name, method) in RULE_ASKS_MORE else LET_IN


@pytest.mark.parametrize("person", PEOPLE)
def test_it_answers_each_person_as_the_table_says(cast: Cast, sign_in, person) -> None:
    wrong, login = [], reverse("account_login")
    client, refused = sign_in(person), False
    for name, method in product(sorted(TABLE), METHODS):
        if person and not refused and not client.session.get("device"):
            client = sign_in(person)  # signing out is one of the routes
        answer = client.generic(method, address(name), secure=False)
        refused = answer.status_code == 405
        if answer.status_code not in expected(name, method, person):
            wrong.append((name, method, answer.status_code))
        if (
            person
            and answer.status_code == 302
            and "reset" not in name
            and name not in ("account_logout", "mfa_authenticate")
        ):
            wrong += [(name, method, "sent to sign in")] * answer.url.startswith(login)
        if person is None and expected(name, method, person) == {302}:
            assert answer.url.startswith(reverse("account_login"))
    assert not wrong


def test_it_asks_nothing_before_it_refuses_a_method(
    cast: Cast, sign_in, django_assert_num_queries
) -> None:
    client = sign_in("organiser")
    for name, method in product(sorted(TABLE), METHODS):
        if expected(name, method, "organiser") == {405}:
            with django_assert_num_queries(0):
                assert client.generic(method, address(name)).status_code == 405, (name, method)


def test_it_answers_404_on_what_is_closed(cast: Cast, sign_in) -> None:
    for name, person in product(CLOSED, PEOPLE):
        assert sign_in(person).get(address(name)).status_code == 404, (name, person)


@pytest.mark.parametrize(
    "path",
    ["/.git/HEAD", "/.env", "/admin/", "/metrics", "/openapi.json", "/static/../settings.py",
     "/src/courtyard/settings.py", "/account/social/", "/__debug__/"],
)  # fmt: skip
def test_it_has_nothing_else(client: Client, walls: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_it_answers_404_for_other_peoples_things(cast: Cast, sign_in) -> None:
    from courtyard.people.models import Device, Invitation, Role

    sign_in("captain")
    organiser = sign_in("organiser")
    organiser.post(reverse("invite"), {"role": "member", "area": str(area_of(cast))})
    invitation = Invitation.objects.filter(accepted_at=None).get()
    role = Role.objects.get(account=cast.member)
    device = Device.objects.filter(account=cast.captain).first()
    outsider = sign_in("outsider")
    for name, thing in (("end-role", role), ("end-device", device)):
        assert outsider.post(reverse(name, args=[thing.id])).status_code == 404, name
    assert outsider.post(reverse("withdraw", args=[invitation.id])).status_code == 403
    with reading_as(cast.member.reader()):
        assert Role.objects.get(id=role.id).ended_at is None


def area_of(cast: Cast) -> UUID:
    grant = cast.captain.reader().grants[0]
    assert grant.area
    return grant.area


def test_it_refuses_a_form_from_another_site(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.member)
    answer = strict.post(reverse("theme"), {"theme": "dark"})
    assert answer.status_code == 403
    assert "theme" not in answer.cookies
