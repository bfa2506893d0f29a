"""The page Cut, without a browser: who may, what it says, and that corrections do what they say."""

import re
from html import unescape

import pytest
from django.urls import reverse
from tests.conftest import KEEPER, NOW
from tests.territory.small_supply import built
from tests.web.test_languages import Bare, marked  # noqa: F401  # a fixture

from courtyard.canvass.cuttable import cuttable
from courtyard.canvass.cutting import THOROUGH, Recipe
from courtyard.canvass.drafts import draft_of, recipe_of
from courtyard.canvass.wanted import is_wanted, search_next
from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.territory.acts import count
from courtyard.territory.counting import Counted, Counts
from courtyard.territory.models import Area, Building
from courtyard.web import cut_draft

HOMES = (20, 15, 25, 90, 4)


@pytest.fixture
def districts(ground: dict[str, Area]) -> list[Area]:
    return [ground[code] for code in sorted(ground) if ground[code].kind == "election_district"]


@pytest.fixture
def homes(kept, tmp_path, districts: list[Area]) -> None:
    """A street in each district, with ten houses; the larger two are shared out."""
    built(kept, tmp_path, districts, HOMES)


@pytest.fixture
def district(districts: list[Area]) -> Area:
    """The first of AD 34, which the captain covers and the outsider does not."""
    return next(area for area in districts if area.code.startswith("34"))


def at(area: Area) -> str:
    return reverse("cut", args=[area.id])


def words(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def draft(answer) -> str:
    """The digest of the draft that a page shows."""
    found = re.search(r'data-figures="[^"]*cut=(\w+)"', answer.content.decode())
    assert found
    return found[1]


@pytest.fixture
def captain(sign_in, homes, district):
    return sign_in("captain")


@pytest.fixture
def correct(captain, district):
    """Posts a correction of a draft; gives the page it leads to."""

    def done(cut: str, verb: str, **said: object):
        answer = captain.post(at(district), {"cut": cut, "verb": verb, **said})
        assert answer.status_code == 303, words(answer)
        return captain.get(answer.url)

    return done


def cut_of(digest: str, area: Area):
    with reading_as(KEEPER):
        ground = cuttable(area, KEEPER)
    return draft_of(recipe_of(digest), ground)


def test_it_says_what_was_cut_in_one_sentence(captain, district) -> None:
    page = captain.get(at(district))
    said = words(page)
    assert page.status_code == 200
    assert re.search(r"\d+ turfs of 40 to 60 doors, .* on average", said)
    cut = cut_of(draft(page), district)
    assert f"{len(cut.doors)} turfs of" in said
    assert int(cut.doors.sum()) == 2 * sum(HOMES)
    assert "larger than a turf, and shared out" in said
    assert "Repeat this cut to the letter" in said
    assert "--doors 50 --seed 1" in said


def test_it_cuts_in_the_size_that_is_asked_for(captain, district) -> None:
    page = captain.get(at(district), {"size": "100"})
    assert "80 to 120 doors" in words(page)
    assert cut_of(draft(page), district).bounds.least == 80


def test_it_cuts_by_the_minutes_at_the_doors(captain, correct, district) -> None:
    page = captain.get(at(district), {"size": "90", "of": "minutes"})
    said = words(page)
    assert re.search(r"turfs? of 72 to 108 minutes at the doors, .* on average", said)
    assert "--minutes 90 --seed 1" in said
    cut = cut_of(draft(page), district)
    assert cut.bounds.loads == (72 * 60, 108 * 60)
    assert int(cut.doors.sum()) == 2 * sum(HOMES)
    part = int(cut.rings[0][0])
    opened = words(captain.get(at(district), {"cut": draft(page), "part": part}))
    assert re.search(r"Without it turf 1 would have .*\d+ min at the doors", opened)
    after = correct(draft(page), "exclude", part=part).content.decode()
    assert re.search(r'id="amount"[^>]* value="90"', after)
    assert re.search(r'<option value="minutes"[^>]* selected>', after)


@pytest.mark.parametrize("unit", ["fathoms", "MINUTES", "<script>", "'; DROP TABLE", "\x00"])
def test_it_takes_an_unknown_unit_for_doors(captain, district, unit) -> None:
    page = captain.get(at(district), {"size": "100", "of": unit})
    assert "80 to 120 doors" in words(page)


BAD = [("doors", one) for one in ("9", "301", "many", "-50", "50.5", "٥٠")]
BAD += [("minutes", one) for one in ("14", "601", "an hour")]


@pytest.mark.parametrize(("unit", "size"), BAD)
def test_it_says_which_sizes_there_are(captain, district, unit, size) -> None:
    page = captain.get(at(district), {"size": size, "of": unit})
    assert page.status_code == 400
    within = {"doors": "10 to 300", "minutes": "15 to 600"}[unit]
    assert f"Say a whole number of {unit} from {within}." in words(page)


@pytest.mark.parametrize("role", ["member", "canvasser"])
def test_it_is_for_captains(sign_in, homes, district, role) -> None:
    for name in ("cut", "cut-turfs"):
        assert sign_in(role).get(reverse(name, args=[district.id])).status_code == 403
    assert sign_in(role).post(at(district), {"verb": "split"}).status_code == 403


def test_it_is_not_there_for_others(sign_in, homes, district, districts) -> None:
    outsider = sign_in("outsider")
    for name in ("cut", "cut-turfs"):
        assert outsider.get(reverse(name, args=[district.id])).status_code == 404
    assert outsider.post(at(district), {"verb": "split"}).status_code == 404
    other = next(area for area in districts if area.code.startswith("80"))
    assert outsider.get(at(other)).status_code == 200


def test_it_shows_nobody_the_draft_of_other_ground(sign_in, captain, district, districts) -> None:
    cut = draft(captain.get(at(district)))
    other = next(area for area in districts if area.code.startswith("80"))
    page = sign_in("outsider").get(at(other), {"cut": cut})
    assert "this draft is of another area" in words(page)
    turfs = reverse("cut-turfs", args=[other.id])
    assert sign_in("outsider").get(turfs, {"cut": cut}).status_code == 404


def test_it_lists_what_the_map_shows(captain, district) -> None:
    page = captain.get(at(district))
    told = captain.get(reverse("cut-turfs", args=[district.id]), {"cut": draft(page)}).json()
    cut = cut_of(draft(page), district)
    assert told["parts"] == cut.walk.tolist()
    assert told["begin"] == cut.begin.tolist()
    assert len(told["words"]) == len(told["colours"]) == len(cut.doors)
    rows = re.findall(r'turf=(\d+)#turf"><span>(\d+)', page.content.decode())
    assert [int(number) for _, number in rows] == list(range(1, len(cut.doors) + 1))


def test_it_opens_a_turf_with_its_walk(captain, district) -> None:
    page = captain.get(at(district))
    cut = cut_of(draft(page), district)
    opened = captain.get(at(district), {"cut": draft(page), "turf": "1"})
    ring = cut.rings[0].tolist()
    listed = [int(one) for one in re.findall(r"part=(\d+)#building", opened.content.decode())]
    assert listed == ring
    assert "Turf 1" in words(opened)


def test_it_says_why_a_building_is_where_it_is(captain, district) -> None:
    page = captain.get(at(district))
    cut = cut_of(draft(page), district)
    part = next(ring for ring in cut.rings if len(ring) > 1)[0]
    said = words(captain.get(at(district), {"cut": draft(page), "part": str(part)}))
    assert re.search(
        r"Here it adds \d+ m to the walk\. Without it turf \d+ would have \d+ doors", said
    )
    assert re.search(r"In turf \d+ it would add \d+ m and make \d+ doors", said)


def several(cut) -> int:
    """A turf of several buildings."""
    return next(n for n, ring in enumerate(cut.rings) if len(ring) > 1)


def test_it_moves_a_building_where_it_stays(captain, correct, district) -> None:
    first = draft(captain.get(at(district)))
    before = cut_of(first, district)
    turf = several(before)
    part, to = int(before.rings[turf][0]), (turf + 1) % len(before.doors)
    page = correct(first, "move", part=part, to=to + 1, turf=turf + 1)
    after = cut_of(draft(page), district)
    assert after.turf[part] == to
    assert part in after.pins
    assert f"is in turf {to + 1} now, and stays there." in words(page)
    assert "1 correction." in words(page)
    assert f"Turf {turf + 1} Close" in words(page)


def test_it_splits_and_joins(captain, correct, district) -> None:
    first = draft(captain.get(at(district)))
    before = cut_of(first, district)
    turf = several(before)
    page = correct(first, "split", turf=turf + 1)
    after = cut_of(draft(page), district)
    assert len(after.doors) == len(before.doors) + 1
    assert f"Turf {turf + 1} was split in two." in words(page)
    page = correct(draft(page), "join", turf=turf + 1, other=len(after.doors))
    assert len(cut_of(draft(page), district).doors) == len(before.doors)
    assert "2 corrections." in words(page)


def test_it_leaves_out_and_takes_in_again(captain, correct, district) -> None:
    first = draft(captain.get(at(district)))
    before = cut_of(first, district)
    part = int(before.rings[several(before)][0])
    page = correct(first, "exclude", part=part)
    without = draft(page)
    assert cut_of(without, district).turf[part] == -1
    assert "Left out" in words(page)
    opened = captain.get(at(district), {"cut": without, "part": str(part)})
    assert "It is in no turf: it was left out." in words(opened)
    page = correct(without, "move", part=part, to=1)
    assert cut_of(draft(page), district).turf[part] == 0


def test_it_pins_and_unpins(captain, correct, district) -> None:
    first = draft(captain.get(at(district)))
    part = int(cut_of(first, district).walk[0])
    page = correct(first, "pin", part=part)
    assert cut_of(draft(page), district).pins == {part}
    assert "Let it be moved" in words(page)
    assert cut_of(draft(correct(draft(page), "unpin", part=part)), district).pins == set()


def test_it_balances_only_where_asked(captain, correct, district) -> None:
    first = draft(captain.get(at(district)))
    before = cut_of(first, district)
    page = correct(first, "balance", turf=several(before) + 1)
    after = cut_of(draft(page), district)
    assert int(after.doors.sum()) == int(before.doors.sum())
    [(verb, numbers)] = recipe_of(draft(page)).steps
    assert verb == "balance"
    assert 1 < len(numbers) <= 7


def test_it_undoes_one_correction_after_the_other(captain, correct, district) -> None:
    first = draft(captain.get(at(district)))
    part = int(cut_of(first, district).walk[0])
    once = draft(correct(first, "pin", part=part))
    twice = draft(correct(once, "unpin", part=part))
    assert draft(correct(twice, "undo")) == once
    assert draft(correct(once, "undo")) == first
    assert draft(correct(first, "undo")) == first


def test_it_does_a_correction_that_is_sent_twice_once(captain, correct, district) -> None:
    first = draft(captain.get(at(district)))
    part = int(cut_of(first, district).walk[0])
    assert draft(correct(first, "pin", part=part)) == draft(correct(first, "pin", part=part))
    with reading_as(KEEPER):
        assert not Entry.objects.filter(act__startswith="canvass").exists()


@pytest.mark.parametrize(
    ("verb", "said", "sentence"),
    [
        ("move", {"part": "0"}, "Choose a turf."),
        ("move", {"part": "0", "to": "900"}, "There is no turf 900"),
        ("move", {"part": "99999", "to": "1"}, "This building is not in the draft."),
        ("move", {"part": "-1", "to": "1"}, "This building is not in the draft."),
        ("pin", {}, "This building is not in the draft."),
        ("split", {"turf": "0"}, "There is no turf 0"),
        ("split", {"turf": "nine"}, "Choose a turf."),
        ("join", {"turf": "1", "other": "1"}, "A turf cannot be joined to itself."),
        ("paint", {"turf": "1"}, "This page knows no such correction."),
        ("", {}, "This page knows no such correction."),
    ],
)
def test_it_says_what_is_wrong_and_changes_nothing(captain, district, verb, said, sentence) -> None:
    cut = draft(captain.get(at(district)))
    answer = captain.post(at(district), {"cut": cut, "verb": verb, **said})
    assert answer.status_code == 400
    assert sentence in words(answer)
    assert "Nothing was changed." in words(answer)
    assert draft(answer) == cut


def test_it_splits_no_turf_of_one_building(captain, district) -> None:
    cut = draft(captain.get(at(district)))
    alone = next(n for n, ring in enumerate(cut_of(cut, district).rings) if len(ring) == 1)
    answer = captain.post(at(district), {"cut": cut, "verb": "split", "turf": alone + 1})
    assert answer.status_code == 400
    assert f"Turf {alone + 1} is one building" in words(answer)


@pytest.mark.parametrize("cut", ["0" * 32, "../../etc", "é", "x" * 99])
def test_it_offers_to_cut_anew_what_is_not_kept(captain, district, cut) -> None:
    page = captain.get(at(district), {"cut": cut})
    assert "This draft is not kept any more" in words(page)
    assert captain.post(at(district), {"cut": cut, "verb": "undo"}).status_code == 200
    turfs = reverse("cut-turfs", args=[district.id])
    assert captain.get(turfs, {"cut": cut}).status_code == 404


def test_it_notices_that_the_ground_has_changed(captain, district) -> None:
    cut = draft(captain.get(at(district)))
    with reading_as(KEEPER):
        one = Building.objects.inside(district).filter(homes=4).first()
        one.doors, one.doors_source, one.homes = "6 doors", "seen", 6
        one.save()
    assert "The ground has changed since this was cut" in words(
        captain.get(at(district), {"cut": cut})
    )


def test_it_says_that_there_are_no_buildings(sign_in, district) -> None:
    page = sign_in("captain").get(at(district))
    assert page.status_code == 200
    assert "No building with homes is known here" in words(page)


def test_it_leads_from_what_is_too_large_to_what_is_inside(captain, ground, monkeypatch) -> None:
    monkeypatch.setattr(cut_draft, "LARGEST", 12)
    page = words(captain.get(at(ground["34"])))
    assert "40 buildings stand here" in page
    assert "Election districts" in page
    assert "courtyard cut" in page


def test_it_answers_htmx_with_the_part_that_changes(captain, district) -> None:
    htmx = {"hx-request": "true", "hx-request-type": "partial"}
    first = captain.get(at(district), headers=htmx)
    assert b"<html" not in first.content
    assert "HX-Request-Type" in first["Vary"]
    said = {"cut": draft(first), "verb": "pin", "part": "0"}
    answer = captain.post(at(district), said, headers=htmx)
    assert answer.status_code == 200
    assert draft(answer) in answer["HX-Push-Url"]
    assert draft(answer) != draft(first)


def test_it_searches_longer_in_the_background(captain, correct, district) -> None:
    first = captain.get(at(district))
    assert "Search longer for shorter walks" in words(first)
    page = correct(draft(first), "search")
    assert draft(page) == draft(first)
    assert "Searching for shorter walks" in words(page)
    correct(draft(first), "search")
    with reading_as(KEEPER):
        longer = Recipe.of_size(cuttable(district, KEEPER), 50, effort=THOROUGH)
    assert is_wanted(longer.digest)
    while is_wanted(longer.digest):  # those of other tests may come before
        assert search_next()
    assert not is_wanted(longer.digest)
    again = words(captain.get(at(district)))
    assert "Searching for shorter walks" not in again
    assert re.search("found (no )?shorter walks", again)
    assert "longer search" in words(captain.get(at(district), {"cut": longer.digest}))


def test_it_sends_every_sentence_through_gettext(captain, correct, district, marked) -> None:  # noqa: F811
    first = captain.get(at(district))
    cut = cut_of(draft(first), district)
    part = next(ring for ring in cut.rings if len(ring) > 1)[0]
    pages = [
        first,
        captain.get(at(district), {"part": str(part)}),
        correct(draft(first), "exclude", part=part),
        captain.get(at(district), {"cut": "0" * 32}),
        captain.get(at(district), {"size": "3"}),
        captain.post(at(district), {"cut": draft(first), "verb": "split"}),
        correct(draft(first), "search"),
    ]
    for page in pages:
        bare = Bare()
        bare.feed(page.content.decode())
        assert bare.found == []


def test_it_is_offered_where_one_looks_at_an_area(sign_in, captain, district) -> None:
    offered = "Cut walks here"
    area = reverse("area", args=[district.id])
    assert offered not in words(sign_in("member").get(area))
    assert offered not in words(captain.get(area))  # its homes are not counted yet
    counts = Counts((Counted(district.id, district.path, "homes", 300.0, 300.0, 300.0, "Lots"),))
    count(op=new_op(), by=KEEPER, at=NOW, counts=counts)
    assert offered in words(captain.get(area))
    assert offered not in words(sign_in("canvasser").get(area))
