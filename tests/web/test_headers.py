"""What every answer carries: a strict policy, and nothing for caches or other sites."""

import re

import pytest
from django.urls import reverse

from tests.web.test_permissions import address
from courtyard.web.urls import TABLE

PAGES = sorted(name for name, route in TABLE.items() if "GET" in route.who)
WITHOUT_TRUSTED_TYPES = {"ground"}  # MapLibre writes none yet
CACHED = {"outlines"}  # public geometry, and only in the reader's own browser


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


def test_it_gives_each_answer_a_nonce_of_its_own(cast, sign_in) -> None:
    client = sign_in("organiser")
    found = [client.get(reverse("account_login")).headers["Content-Security-Policy"] for _ in "12"]
    nonces = {tuple(re.findall("'nonce-([^']+)'", policy)) for policy in found}
    assert len(nonces) == 1 or all(nonces)


def test_it_clears_the_browser_at_sign_out(cast, sign_in) -> None:
    answer = sign_in("captain").post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_it_takes_reports_and_keeps_nothing_of_them(client, walls, caplog) -> None:
    answer = client.post(reverse("csp-report"), b'{"a": "telling"}', content_type="application/json")
    assert answer.status_code == 204
    assert "telling" not in caplog.text
