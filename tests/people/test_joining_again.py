"""A form sent again never signs anybody in as somebody else."""

import pytest
from django.test import Client
from django.urls import reverse

from courtyard.journal.op import new_op
from courtyard.people.models import Account, Device
from courtyard.people.rules import OPERATOR
from courtyard.web.access import link_of

SAID = {"name": "New", "email": "new@example.org", "password": "a long password of theirs"}


@pytest.fixture
def link(cast, sign_in):
    """Makes a link as the organiser does."""
    organiser: Client = sign_in("organiser")

    def made() -> str:
        op = new_op()
        area = cast.captain.reader().grants[0].area
        answer = organiser.post(reverse("invite"), {"op": op, "role": "member", "area": area})
        assert link_of(op) in answer.content.decode()
        return reverse("join", args=[link_of(op)])

    return made


def signed_in(client: Client) -> bool:
    return client.get(reverse("devices")).status_code == 200


def test_it_signs_in_whoever_just_joined(link) -> None:
    client = Client()
    assert client.post(link(), SAID | {"op": new_op()}).url == reverse("ground")
    assert signed_in(client)


def test_it_sends_a_second_click_to_sign_in(link) -> None:
    address, op = link(), new_op()
    Client().post(address, SAID | {"op": op})
    again = Client()
    assert again.post(address, SAID | {"op": op}).url == reverse("account_login")
    assert not signed_in(again)
    assert Account.objects.filter(email="new@example.org").count() == 1


def test_it_gives_nobody_anothers_account_by_its_id(link) -> None:
    op = new_op()
    Client().post(link(), SAID | {"op": op})
    thief = Client()
    answer = thief.post(link(), SAID | {"op": op, "password": "a password of the thief"})
    assert answer.status_code == 404
    assert not signed_in(thief)
    assert Device.objects.filter(account_id=op).count() == 1


def test_it_lets_nobody_be_the_terminal(link) -> None:
    client = Client()
    client.post(link(), SAID | {"op": OPERATOR})
    assert Account.objects.get(email="new@example.org").id != OPERATOR
    assert Account.objects.get(id=OPERATOR).email.endswith(".invalid")


def test_it_shows_the_same_link_when_the_form_is_sent_twice(cast, sign_in) -> None:
    organiser, op = sign_in("organiser"), new_op()
    said = {"op": op, "role": "member", "area": cast.captain.reader().grants[0].area}
    for _ in range(2):
        assert link_of(op) in organiser.post(reverse("invite"), said).content.decode()


def test_it_slows_down_those_who_guess(settings, client, walls) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    said = {"login": "member@example.org", "password": "not it"}
    answers = [client.post(reverse("account_login"), said) for _ in range(8)]
    assert any(
        "Too many" in answer.content.decode() or answer.status_code == 429 for answer in answers
    )
