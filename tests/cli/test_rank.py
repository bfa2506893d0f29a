"""`courtyard rank`: the same list as on the page, for people and for programs."""

import csv
import io
import json
import re
from html import unescape

import pytest
from click.testing import CliRunner, Result
from django.urls import reverse
from tests.conftest import KEEPER, NOW
from tests.kept import load_results
from tests.measures.the_counts import (
    BEFORE,
    CONTEST,
    EARLIER,
    PRIMARY,
    count,
    count_homes,
    count_voters,
    districts,
)

from courtyard.cli.rank import rank
from courtyard.journal.op import new_op
from courtyard.measures.acts import set_weights
from courtyard.measures.weights import PARTS


@pytest.fixture(autouse=True)
def results(settings, tmp_path) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    load_results(settings.COURTYARD_ELECTORATE, PRIMARY)


@pytest.fixture
def run(ground):
    count_homes(ground)
    count_voters(ground)

    def ran(*words: str) -> Result:
        return CliRunner().invoke(rank, words)

    return ran


def rows_of(answer: Result) -> list[dict]:
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert isinstance(found, list)
    return found


def test_it_says_what_the_page_says(run, sign_in) -> None:
    rows = rows_of(run("--json"))
    page = unescape(sign_in("administrator").get(reverse("first")).content.decode())
    listed = re.findall(r'<li id="at-(\d+)" value="(\d+)"', page)
    assert listed == [(row["area"], str(row["rank"])) for row in rows]
    for row in rows:
        opened = unescape(
            sign_in("administrator").get(reverse("first"), {"area": row["area"]}).content.decode()
        )
        total = re.search(r'class="first-sum">.*?([\d.]+)</td></tr>', opened)
        assert total
        assert float(total[1]) == pytest.approx(100 * row["score"], abs=0.051)


def test_it_gives_every_part_with_points_that_sum_to_the_score(run) -> None:
    for row in rows_of(run("--json")):
        assert {"rank", "first", "last", "score", "area", "name", "parts", "uncertain",
                "counted_with", "sources"} <= set(row)  # fmt: skip
        assert row["first"] <= row["rank"] <= row["last"]
        parts = row["parts"].values()
        assert sum(part["points"] for part in parts) == pytest.approx(row["score"], abs=1e-5)
        assert all(part["low"] <= part["value"] <= part["high"] for part in parts)
        assert row["turnout_counts"] == "Democratic"
        assert row["sources"] == [
            "New York City Board of Elections, 2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz",
            "Lots of a test, 2026-01-01",
        ]


def test_it_ranks_by_one_measure(run, ground) -> None:
    rows = rows_of(run("--measure", "homes", "--json"))
    assert [row["area"] for row in rows] == [one.code for one in reversed(districts(ground))]
    assert list(rows[0]["parts"]) == ["homes"]


def test_it_keeps_the_ranks_among_all_when_asked_of_one_area(run) -> None:
    every = rows_of(run("--json"))
    some = rows_of(run("--area", "34", "--json"))
    assert some == [row for row in every if row["area"].startswith("34")]
    assert rows_of(run("--limit", "2", "--json")) == every[:2]


def test_it_follows_the_organisations_weights(run, ground) -> None:
    chosen = dict.fromkeys(PARTS, 0) | {"homes": 1}
    set_weights(op=new_op(), by=KEEPER, at=NOW, chosen=chosen)
    assert rows_of(run("--json"))[0]["area"] == districts(ground)[-1].code


def test_it_compares_and_ranks_larger_areas(run, ground, settings) -> None:
    load_results(settings.COURTYARD_ELECTORATE, BEFORE)
    said = ("--before", EARLIER, "--before-candidate", "Jumaane Williams")
    row = rows_of(run("--contest", CONTEST, *said, "--json"))[0]
    assert "support_change" in row["parts"]
    count(ground["34"], homes=1000)
    larger = rows_of(run("--contest", CONTEST, "--kind", "assembly_district", "--json"))
    assert {row["area"] for row in larger} == {"34", "80"}


def test_it_writes_csv_and_geojson_and_a_table(run) -> None:
    rows = rows_of(run("--json"))
    table = list(csv.DictReader(io.StringIO(run("--csv").stdout)))
    assert [row["area"] for row in table] == [row["area"] for row in rows]
    assert float(table[0]["homes_value"]) == rows[0]["parts"]["homes"]["value"]
    shapes = json.loads(run("--geojson").stdout)
    assert [one["properties"]["rank"] for one in shapes["features"]] == list(range(1, 9))
    assert {one["geometry"]["type"] for one in shapes["features"]} <= {"Polygon", "MultiPolygon"}
    printed = run("--limit", "1").stdout.splitlines()
    assert printed[0].startswith("Representative in Congress 14")
    assert len(printed) == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--contest", "x"), "No contest x can be ranked. There is: 2020-06-23"),
        (("--candidate", "y"), "Nobody called y stood. There was: Alexandria"),
        (("--kind", "borough"), "There is: election_district"),
        (("--area", "nowhere"), "There is no area nowhere"),
        (("--measure", "renters"), "renters is not known of any area"),
        (("--measure", "luck"), "support"),
    ],
)
def test_it_refuses_in_a_sentence(run, words, says) -> None:
    refused = run(*words)
    assert refused.exit_code == 2
    assert says in refused.stderr
    assert refused.stdout == ""


def test_it_says_when_nothing_is_loaded(run, settings, tmp_path) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "empty"
    refused = run("--json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "courtyard load" in refused.stderr
