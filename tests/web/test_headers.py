"""What every answer carries: a strict policy, and nothing for caches or other sites."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.test_ground_page import result  # noqa: F401  # a fixture
from tests.web.test_permissions import address

from courtyard.web.urls import TABLE

PAGES = sorted(name for name, route in TABLE.items() if "GET" in route.who)
WITHOUT_TRUSTED_TYPES = {"ground"}  # MapLibre writes none yet
CACHED = {"tile", "here"}  # public geometry; the receipt, for those not signed in


@pytest.mark.parametrize("person", ["organiser", None])
def test_it_carries_them_on_every_route(cast, sign_in, person) -> None:
    for name in PAGES:
        answer = sign_in(person).get(address(name))
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert ("require-trusted-types-for 'script'" in policy) or name in WITHOUT_TRUSTED_TYPES
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "geolocation=()" in answer.headers["Permissions-Policy"]
        assert "no-store" in answer.headers["Cache-Control"] or name in CACHED


def test_it_gives_each_answer_a_nonce_of_its_own(cast, sign_in, result) -> None:  # noqa: F811
    client = sign_in("organiser")
    found = [client.get(reverse("ground")).headers["Content-Security-Policy"] for _ in "12"]
    nonces = {tuple(re.findall("'nonce-([^']+)'", policy)) for policy in found}
    assert len(nonces) == 2
    assert all(nonces)


def test_it_clears_the_browser_at_sign_out(cast, sign_in) -> None:
    answer = sign_in("captain").post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_it_takes_reports_and_keeps_nothing_of_them(client, walls, caplog) -> None:
    answer = client.post(
        reverse("csp-report"), b'{"a": "telling"}', content_type="application/json"
    )
    assert answer.status_code == 204
    assert "telling" not in caplog.text


def test_it_clears_nothing_for_a_form_from_elsewhere(cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.member)
    answer = strict.post(reverse("account_logout"))
    assert answer.status_code == 403
    assert "Clear-Site-Data" not in answer.headers


@pytest.mark.parametrize("host", ["elsewhere.example", "testserver:9999", "127.0.0.1"])
def test_it_answers_at_its_own_address_only(client, walls, host: str) -> None:
    answer = client.post(
        reverse("account_reset_password"), {"email": "x@example.org"}, headers={"host": host}
    )
    assert answer.status_code == 400
