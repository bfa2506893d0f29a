"""Languages: every sentence goes through gettext; tools/languages.py has each in Spanish."""

import sys
from html.parser import HTMLParser
from importlib import import_module

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.urls import reverse
from tests.house.test_acts_policy import loaded_buildings
from tests.sources.handing_in import CONTEST, handed_in
from tests.web.test_ground_page import result  # noqa: F401  # a fixture

from courtyard.people.models import Invitation
from courtyard.web.urls import OWN

# The look is for those who build; its samples are in plain English on purpose.
SAMPLES = {"look", "building"}
ROOMS = ("courtyard.web.", "courtyard.canvass.")
NO_PAGE = {"health", "robots", "ground-figures", "first-figures", "tile", "basemap",
           "dataset-report", "set-aside", "here-picture", "cut-turfs"}  # fmt: skip
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect"}


class Bare(HTMLParser):
    """Collects text (and spoken attributes) that did not come through gettext.

    What is data and not a sentence carries translate="no", or stands between the marks.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        quiet = tag in ("script", "style") or told.get("translate") == "no"
        for name in ("aria-label", "placeholder", "title", "alt"):
            if told.get(name) and not quiet:
                self.look(told[name] or "")
        if tag not in VOID:
            self.open.append((tag, quiet))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(quiet for _, quiet in self.open):
            self.look(data)

    def look(self, text: str) -> None:
        outside, depth = "", 0
        for letter in text:
            depth += letter == "⟦"
            outside += letter if depth == 0 else ""
            depth -= letter == "⟧"
        words = outside.replace("Courtyard", "")
        if any(letter.isalpha() for letter in words):
            self.found.append(text.strip())


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language in which every sentence says that it was translated."""
    made = engines["jinja2"].env
    import_module("courtyard.web.urls")
    for name, module in list(sys.modules.items()):
        if name.startswith(ROOMS) and hasattr(module, "_"):
            monkeypatch.setattr(module, "_", lambda text: f"⟦{text}⟧")
        if name.startswith(ROOMS) and hasattr(module, "ngettext"):
            monkeypatch.setattr(
                module, "ngettext", lambda one, many, n: f"⟦{one if n == 1 else many}⟧"
            )
    made.install_gettext_callables(
        lambda text: f"⟦{text}⟧", lambda one, many, n: f"⟦{one if n == 1 else many}⟧", newstyle=True
    )
    made.cache.clear()
    yield
    from django.utils.translation import gettext, ngettext

    made.install_gettext_callables(gettext, ngettext, newstyle=True)
    made.cache.clear()


def test_it_sends_every_sentence_through_gettext(marked, result, cast, sign_in) -> None:  # noqa: F811
    organiser = sign_in("organiser")
    made = organiser.post(
        reverse("invite"), {"role": "captain", "area": str(cast.captain.reader().grants[0].area)}
    )
    link = made.content.decode().split("/join/")[1].split("/")[0]
    assert Invitation.objects.filter(accepted_at=None).exists()
    handed_in(cast)
    administrator = sign_in("administrator")
    administrator.post(reverse("sources"), {"files": SimpleUploadedFile("letter.csv", b"hello")})
    of_sources = {"sources": [], "dataset": [CONTEST], "put-back": [CONTEST]}
    buildings = loaded_buildings()
    of_sources |= {"ground-source": [buildings], "ground-put-back": [buildings]}
    said = {"here-contest": [CONTEST], "here-area": [CONTEST, "34001"], "join": [link]}
    said |= {"here-postcard": [CONTEST, "34001"], **of_sources}
    said["area"] = said["cut"] = [cast.captain.reader().grants[0].area]
    bare = {}
    for route in OWN:
        if "GET" not in route.who or route.name in SAMPLES | NO_PAGE:
            continue
        client = sign_in(None) if route.name in ("start", "join") else organiser
        client = administrator if route.name in of_sources else client
        answer = client.get(reverse(route.name, args=said.get(route.name)), {"area": "34001"})
        assert answer.status_code == 200, route.name
        page = Bare()
        page.feed(answer.content.decode())
        if page.found:
            bare[route.name] = page.found
    for query in ({"show": "ballots"}, {"find": "nowhere"}):
        page = Bare()
        page.feed(organiser.get(reverse("ground"), query).content.decode())
        bare |= {str(query): page.found} if page.found else {}
    assert bare == {}, bare


def test_it_speaks_the_readers_language(client, walls) -> None:
    answer = client.get("/", headers={"accept-language": "es-AR,es;q=0.9"})
    text = answer.content.decode()
    assert '<html lang="es"' in text
    assert "From voters to neighbours" not in text


def test_it_keeps_the_language_that_was_chosen(client, walls) -> None:
    answer = client.post(reverse("language"), {"language": "es", "next": "/look/"})
    assert (answer.status_code, answer.url) == (302, "/look/")
    assert '<html lang="es"' in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "x:y"])
def test_it_goes_nowhere_else_afterwards(client, walls, elsewhere: str) -> None:
    assert client.post(reverse("theme"), {"theme": "dark", "next": elsewhere}).url == "/"
