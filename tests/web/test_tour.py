"""The demonstration's first page: six steps, each to something that this reader may open."""

import re

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def demonstration(settings) -> None:
    settings.COURTYARD_DEMO = True


def links(client: Client) -> list[str]:
    page = client.get("/").content.decode()
    steps = page[page.index('class="steps"') : page.index("</ol>")]
    assert steps.count("<li>") == 6
    return re.findall(r'href="([^"]+)"', steps)


def test_it_leads_organisers_through_six_steps(cast, sign_in) -> None:
    client = sign_in("organiser")
    found = links(client)
    assert len(found) == 6
    for href in found:
        assert client.get(href).status_code == 200


def test_it_leads_nobody_where_they_may_not_go(cast, sign_in) -> None:
    client = sign_in("canvasser")
    found = links(client)
    assert len(found) == 5
    for href in found:
        assert client.get(href).status_code == 200


def test_it_asks_those_outside_to_sign_in(client: Client, walls) -> None:
    for href in links(client):
        assert client.get(href).status_code in (200, 302)


def test_it_is_not_there_where_people_organise(client: Client, walls, settings) -> None:
    settings.COURTYARD_DEMO = False
    assert 'class="steps"' not in client.get("/").content.decode()


def test_it_sends_those_inside_to_the_ground(cast, sign_in, settings) -> None:
    settings.COURTYARD_DEMO = False
    assert sign_in("member").get("/").headers["Location"] == "/ground/"
