"""The server visits itself first."""

import os
import threading

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from courtyard.canvass import warm


@pytest.fixture
def wsgi(monkeypatch: pytest.MonkeyPatch):
    """What the server runs, without the thread that it starts."""
    before = os.umask(0o077)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)  # that of the test; its transaction goes on
    monkeypatch.setattr(threading.Thread, "start", lambda _thread: None)
    from courtyard import wsgi as module

    yield module
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    os.umask(before)


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize("url", ["http://testserver", "https://testserver"])
def test_it_makes_a_page_before_anybody_asks(wsgi, settings, monkeypatch, url) -> None:
    settings.COURTYARD_URL, settings.SECURE_SSL_REDIRECT = url, url.startswith("https")
    assert wsgi.visit(wsgi.PUBLIC) == "200 OK"
    monkeypatch.setattr(warm, "warm_up", lambda: None)
    wsgi.warm_up_quietly()
