"""The collective receipt: for everybody, in the publisher's figures, and of nobody alone."""

import io
import re
from html import unescape
from types import SimpleNamespace

import pytest
from django.conf import settings as told_settings
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image
from tests.conftest import DEMO, ROOT
from tests.kept import load_results
from tests.web.test_ground_page import result  # noqa: F401  # a fixture

from courtyard.electorate.questions import candidates, contests, figures
from courtyard.journal.reader import NOBODY
from courtyard.journal.scope import reading_as
from courtyard.people.models import Account, Device, Role
from courtyard.territory.models import Area, Edition, Outline
from courtyard.web.receipt import _area_address, contact_link
from courtyard.web.receipt_drawing import MOST_DOTS, crowd, qr
from courtyard.web.receipt_ground import of_day
from courtyard.web.receipt_picture import COLOURS, Bar, Picture

CONTEST = "2020-06-23-democratic-representative-in-congress-14"
EARLIER = DEMO / "results" / "2018-09-13_lieutenant_governor_by_election_district.csv.gz"
COUNTY = DEMO / "results" / "20180626__ny__primary__county.csv"
PAGES = ("here-area", "here-postcard", "here-picture")


def address(area: str, name: str = "here-area", contest: str = CONTEST) -> str:
    return reverse(name, args=[contest, area])


@pytest.fixture
def page(result, ground, client):  # noqa: F811
    def opened(area: str, name: str = "here-area", **query: str) -> str:
        answer = client.get(address(area, name), query)
        assert answer.status_code == 200
        return words(answer.content.decode())

    return opened


def words(text: str) -> str:
    """What the main part says, without marks."""
    main = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\u202f", " ").split())


def test_it_is_for_everybody_and_keeps_nothing(result, ground, client) -> None:  # noqa: F811
    every = [reverse("here"), reverse("here-contest", args=[CONTEST])]
    every += [address(area, name) for name in PAGES for area in ("34003", "34054")]
    for path in every:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert not answer.cookies, path
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert {"Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        assert b"csrf" not in answer.content


def test_it_is_kept_by_no_cache_for_those_inside(result, sign_in) -> None:  # noqa: F811
    answer = sign_in("member").get(address("34003"))
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_it_says_the_publishers_figures(result, page, settings) -> None:  # noqa: F811
    root = settings.COURTYARD_ELECTORATE
    names = candidates(root, CONTEST)
    area = next(one for one in figures(root, CONTEST) if one.area == "34003")
    text = page("34003")
    assert f"You were one of {area.total} here" in text
    assert f"{area.total} votes for Representative in Congress were counted in AD 34" in text
    for one, votes in zip(names, area.votes, strict=True):
        name = "Written in" if one.write_in else one.name
        said = rf"{re.escape(name)} {votes:,} [\d.]+ % {one.votes:,} [\d.]+ %"
        assert re.search(said, text), name
    assert "All votes for this office" in text
    assert "62,582" in text
    assert text.count("New York City Board of Elections") >= 2
    assert text.count("June 23, 2020") >= 3


@pytest.mark.whole_ground
def test_it_adds_up_to_what_the_publisher_counted(result, ground, client) -> None:  # noqa: F811
    """Every page opens; those of areas told by themselves and of the rest make up the whole."""
    listed = client.get(reverse("here")).content.decode()
    codes = re.findall(rf'href="/here/{CONTEST}/(\d+)/"', listed)
    assert len(codes) == len(set(codes)) == 446
    assert "3 more districts have a result, but their names are not loaded" in listed
    assert "62,582 votes were counted" in listed
    for code in codes[::40]:
        assert client.get(address(code)).status_code == 200


@pytest.mark.whole_ground
def test_it_tells_those_counted_together_under_both(result, page) -> None:  # noqa: F811
    guest, host = page("34055"), page("34053")
    assert "too few votes were counted" in guest  # 14 votes, held back with their neighbours'
    assert "too few votes were counted" in host
    guest, host = page("30035"), page("30063")
    total = re.search(r"You were one of ([\d,]+) here", guest)
    assert total
    assert f"You were one of {total[1]} here" in host
    assert "counts this district together with" in guest
    assert "counts this district together with" in host


@pytest.mark.whole_ground
def test_it_tells_of_what_is_around_where_too_few_voted(result, page) -> None:  # noqa: F811
    text = page("34047")  # 8 votes
    assert "You were one of 9,958 here" in text
    assert "Assembly district 34, as far as it took part" in text
    assert " 8 votes" not in text
    assert "no comparison" in text
    text = page("26001")  # the only district of its assembly district, so it is one with the whole
    assert "You were one of 62,582 here" in text


@pytest.mark.parametrize(
    "path",
    ["/here/no-such-contest/", f"/here/{CONTEST}/99999/", f"/here/{CONTEST}/99999/picture.png",
     f"/here/{CONTEST}/99999/postcard/", "/here/no-such-contest/34003/", f"/here/{CONTEST}/x/y/z/",
     f"/here/{CONTEST}/34003%00/"],
)  # fmt: skip
def test_it_knows_no_other(result, ground, client, path) -> None:  # noqa: F811
    assert client.get(path).status_code == 404


def test_it_answers_when_nothing_is_loaded(walls, client, settings, tmp_path) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path
    answer = client.get(reverse("here"))
    assert answer.status_code == 200
    assert "No result is published here yet" in answer.content.decode()


def test_it_finds_an_area(result, ground, client) -> None:  # noqa: F811
    def found(text: str) -> list[str]:
        answer = client.get(reverse("here"), {"find": text}).content.decode()
        return re.findall(rf'href="/here/{CONTEST}/(\d+)/', answer)

    assert found("34/003") == ["34003"]
    assert found("34003") == ["34003"]
    assert found("<script>") == []


@pytest.mark.parametrize("code", ["34003", "Ward 3/A~1", "Nº 5 & 6?", "100%"])
@pytest.mark.parametrize("lang", ["", "es"])
def test_it_leads_to_areas_by_their_codes(code: str, lang: str) -> None:
    contest = SimpleNamespace(contest=CONTEST)
    asked = RequestFactory().get("/here/", {"lang": lang} if lang else {})
    whole = reverse("here-area", args=[CONTEST, code]) + (f"?lang={lang}" if lang else "")
    assert _area_address(asked, contest)(code) == whole


def test_it_compares_on_the_same_boundaries_only(result, page, settings) -> None:  # noqa: F811
    assert "No earlier contest is loaded" in page("34003")
    root = settings.COURTYARD_ELECTORATE
    load_results(root, COUNTY)
    assert "No earlier contest is loaded" in page("34003")  # that one is of other areas
    load_results(root, EARLIER)
    earlier = next(one for one in contests(root) if "ieutenant" in one.office)
    then = next(one.total for one in figures(root, earlier.contest) if one.area == "34003")
    now = next(one.total for one in figures(root, CONTEST) if one.area == "34003")
    text = page("34003")
    assert f"{abs(now - then)} votes {'more' if now > then else 'fewer'} than the last time" in text
    assert "another office" in text


def test_it_does_not_compare_other_ground(result, page, settings, monkeypatch) -> None:  # noqa: F811
    load_results(settings.COURTYARD_ELECTORATE, EARLIER)

    def drawn_anew(drawn, contest):
        return None if contest.date.year == 2018 else of_day(drawn, contest)

    monkeypatch.setattr("courtyard.web.receipt.of_day", drawn_anew)
    assert "within other boundaries" in page("34003")


def test_it_speaks_the_language_of_the_address(result, ground, client) -> None:  # noqa: F811
    answer = client.get(address("34003"), {"lang": "es"})
    text = answer.content.decode()
    assert '<html lang="es"' in text
    assert answer.headers["Content-Language"] == "es"
    assert "23 de junio de 2020" in text
    assert not answer.cookies
    assert f'href="{address("34003", "here-postcard")}?lang=es"' in text
    assert f"{address('34003', 'here-picture')}?lang=es" in text
    assert '<html lang="en"' in client.get(address("34003"), {"lang": "xx"}).content.decode()


def test_it_says_how_to_reach_the_organisation(result, page, sign_in, settings) -> None:  # noqa: F811
    assert "How to reach us" not in page("34003")
    inside = sign_in("member").get(address("34003")).content.decode()
    assert "COURTYARD_CONTACT" in inside
    settings.COURTYARD_ORGANISATION = "Neighbours <b>here</b>"
    settings.COURTYARD_CONTACT = "us@neighbours.example"
    assert "We are Neighbours <b>here</b>" in page("34003")
    assert "us@neighbours.example" in page("34003", "here-postcard")
    text = sign_in(None).get(address("34003")).content.decode()
    assert 'href="mailto:us@neighbours.example"' in text
    assert "<b>here</b>" not in text


@pytest.mark.parametrize(
    ("contact", "link"),
    [("us@x.example", "mailto:us@x.example"), ("https://x.example/a?b", "https://x.example/a?b"),
     ("(718) 555-0100", "tel:7185550100"), ("+1 718 555 0100", "tel:+17185550100"),
     ("javascript:alert(1)", ""), ("the laundromat on 82nd Street", ""),
     ("us@x.example?bcc=a@b.example", "mailto:us@x.example%3Fbcc%3Da@b.example"), ("", ""),
     ("data:text/html,x", "")],
)  # fmt: skip
def test_it_leads_to_pages_mail_and_telephones_only(contact: str, link: str) -> None:
    found = contact_link(contact)
    assert found == link or (found == "" and "?" in contact)


def test_it_makes_a_picture_to_share(result, ground, client) -> None:  # noqa: F811
    path = address("34003", "here-picture")
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(answer.content) < 100_000
    for etag in (answer.headers["ETag"], f"W/{answer.headers['ETag']}"):  # the latter if gzipped
        again = client.get(path, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, {"lang": "es"}).headers["ETag"] != answer.headers["ETag"]
    head = client.get(address("34003")).content.decode()
    assert f'property="og:image" content="{told_settings.COURTYARD_URL}{path}"' in head
    assert f'property="og:url" content="{told_settings.COURTYARD_URL}{address("34003")}"' in head


def test_it_draws_long_and_foreign_names() -> None:
    bars = tuple(Bar("Nguyễn Łukasz " * 9, "1,234 · 50 %", share) for share in (0, 0.5, 1))
    picture = Picture("You were one of 1,234,567 here " * 3, "Ñandú " * 40, "x" * 400, bars, "", "")
    with Image.open(io.BytesIO(picture.png())) as image:
        assert image.size == (1200, 630)


def test_it_draws_in_the_colours_of_the_look() -> None:
    tokens = (ROOT / "src/courtyard/web/static/css/tokens.css").read_text()
    for name, colour in COLOURS.items():
        assert f"--{name}: light-dark({colour}," in tokens


def test_it_prints_postcards_with_a_code(page, client) -> None:
    text = page("34003", "here-postcard")
    assert text.count("You were one of") == 4
    assert text.count("votes in the whole contest") == 4
    assert page("34003", "here-postcard", one="1").count("You were one of") == 1
    answer = client.get(address("34003", "here-postcard"), {"lang": "es"}).content.decode()
    assert qr(f"http://testserver{address('34003')}?lang=es").path in answer


@pytest.mark.parametrize("votes", [1, 11, 24, 150, 151, 1500, 1501, 62_582, 10**7, 10**9])
def test_it_draws_a_dot_for_every_vote(votes: int) -> None:
    drawn = crowd(votes)
    dots = drawn.path.count("h0")
    assert dots <= MOST_DOTS or votes > 10**8
    assert (dots - 1) * drawn.scale < votes <= dots * drawn.scale
    column, row = drawn.marked
    assert row * drawn.columns + column < dots or votes == 1


@pytest.mark.whole_ground
def test_it_asks_the_database_little(result, ground, django_assert_max_num_queries) -> None:  # noqa: F811
    client = Client()
    client.get(address("34003"))
    for path in (reverse("here"), *(address("34003", name) for name in PAGES)):
        with django_assert_max_num_queries(12):  # with the savepoints and scopes of PostgreSQL
            client.get(path)


@pytest.mark.postgresql
@pytest.mark.skipif(
    "postgresql" not in told_settings.DATABASES["default"]["ENGINE"], reason="needs PostgreSQL"
)
def test_it_opens_nothing_but_names_behind_the_wall(cast, sign_in) -> None:
    sign_in("captain")
    for reader in (NOBODY, cast.captain.reader(), cast.administrator.reader()):
        with reading_as(reader, door="public"):
            assert Area.objects.count() == Area.objects.published().count() > 8
            assert Edition.objects.exists()
            for model in (Outline, Account, Device, Role):
                assert not model.objects.exists(), model
    with reading_as(NOBODY, door="reading"):
        assert not Area.objects.exists()
