"""Another city's files go through without a change of the program, from the load to its pages."""

import csv
import json
import re
from html import unescape
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.test import Client
from tests.kept import Kept, fill

from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.people.models import Account
from courtyard.people.rules import OPERATOR
from courtyard.territory.models import Area, Building

FILES = Path(__file__).parent / "files" / "montreal"
OUTLINES, RESULT = FILES / "districts.geojson", FILES / "2013-11-03_mayor.csv"
MEANT, LAID_OUT = FILES / "districts.toml", FILES / "results.toml"
APART = 0.004
PAGES = (
    "/ground/", "/ground/figures/", "/ground/print/", "/first/", "/first/map/",
    "/first/figures.json", "/area/AREA/", "/building/BUILDING/",
)  # fmt: skip


@pytest.fixture
def montreal(courtyard, kept: Kept, tmp_path: Path):
    """The city with invented streets and buildings, counted."""
    home = tmp_path / "home"

    def load() -> None:
        streets, buildings = invented(tmp_path)
        for words in (
            ("--layout", MEANT, OUTLINES),
            ("--layout", LAID_OUT, RESULT),
            (streets, buildings),
        ):
            loaded = courtyard("load", *words)
            assert loaded.returncode == 0, loaded.stderr
        assert courtyard("count").returncode == 0

    kept.build("montreal", load)
    fill(home, "montreal", lambda into: copytree(home, into, dirs_exist_ok=True))
    return courtyard


def outlines() -> dict[str, shapely.Geometry]:
    found = json.loads(OUTLINES.read_text())["features"]
    return {one["id"]: shapely.from_geojson(json.dumps(one["geometry"])) for one in found}


def invented(folder: Path) -> tuple[Path, Path]:
    """A grid of streets as WKT, and a building in Latin-1 with semicolons on each piece."""
    whole = shapely.union_all(list(outlines().values()))
    west, south, east, north = whole.bounds
    ways = [
        (f"Rue Inventée {n}", x, y, x + APART, y)
        for n, y in enumerate(np.arange(south, north, APART), 1)
        for x in np.arange(west, east, APART)
        if shapely.contains_xy(whole, x + APART / 2, y)
    ]
    streets, buildings = folder / "rues.csv", folder / "immeubles.csv"
    with streets.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "geometry"])
        for name, x, y, to_x, to_y in ways:
            writer.writerow([name, f"LINESTRING ({x:.6f} {y:.6f}, {to_x:.6f} {to_y:.6f})"])
    with buildings.open("w", newline="", encoding="latin-1") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["id", "longitude", "latitude", "homes", "street", "number"])
        for n, (name, x, y, *_) in enumerate(ways):
            writer.writerow([n + 1, f"{x + APART / 2:.6f}", f"{y:.6f}", n % 9 + 1, name, n + 100])
    return streets, buildings


def test_it_ranks_the_districts_of_another_city(montreal) -> None:
    said = montreal("rank", "--json", "--candidate", "Bergeron")
    assert said.returncode == 0, said.stderr
    rows = json.loads(said.stdout)
    assert {row["area"] for row in rows} == set(outlines())
    assert {row["kind"] for row in rows} == {"district"}
    assert all({"support", "homes", "votes_per_home"} <= row["parts"].keys() for row in rows)
    best = min(rows, key=lambda row: row["parts"]["support"]["place"])
    assert (best["area"], best["name"]) == ("112", "112-De Lorimier")
    assert best["parts"]["support"]["value"] == pytest.approx(5933 / 10747, abs=0.01)
    assert sum(row["parts"]["homes"]["value"] for row in rows) > 0
    told = json.loads(montreal("area", "111-Mile-End", "--json").stdout)
    assert (told["code"], told["kind"]) == ("111", "district")
    [result] = told["results"]
    votes = {one["name"]: one["votes"] for one in result["votes"]}
    assert votes == {"Coderre": 1734, "Bergeron": 4782, "Joly": 2514}


def test_it_shows_the_pages_of_another_city(montreal) -> None:
    who = ("--name", "Ada", "--email", "ada@example.org", "--password", "a-long-password-for-ada")
    assert montreal("administrator", *who).returncode == 0
    answers = pages_of("ada@example.org")
    assert {page: status for page, (status, _) in answers.items() if status != 200} == {}
    text = {page: words(content) for page, (_, content) in answers.items()}
    assert "182-Saint-Jacques" in text["/ground/"]
    assert json.loads(answers["/ground/figures/"][1])["numbers"] == [[1, len(outlines())]]
    assert "Rue Inventée" in text["/area/AREA/"]
    assert "4,782" in text["/area/AREA/"]
    assert "Rue Inventée" in text["/building/BUILDING/"]
    assert "You were one of 9,030 here" in text["/here/2013-11-03-mayor-results/111/"]
    assert len(json.loads(answers["/first/figures.json"][1])["figures"]) == len(outlines())


def pages_of(email: str) -> dict[str, tuple[int, str]]:
    """What the pages say to whoever signs in with this address."""
    client = Client()
    with reading_as(Reader(OPERATOR), door="sign-in"):
        keeper = Account.objects.get(email=email)
        client.force_login(keeper, backend=settings.AUTHENTICATION_BACKENDS[0])
        with reading_as(keeper.reader()):
            district = Area.objects.get(code="111").id
            building = Building.objects.filter(area=district)[0].id
    here = "/here/2013-11-03-mayor-results/"
    pages = {
        page: page.replace("AREA", str(district)).replace("BUILDING", str(building))
        for page in (*PAGES, here, here + "111/")
    }
    said = {page: client.get(address) for page, address in pages.items()}
    return {page: (one.status_code, one.content.decode()) for page, one in said.items()}


def words(content: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content)))


def test_it_knows_a_layout_again_and_says_how_to_write_one(courtyard, tmp_path: Path) -> None:
    unknown = courtyard("load", OUTLINES)
    assert unknown.returncode == 2
    assert "no layout knows its properties" in unknown.stderr
    assert "--layout (docs/guides/your-own-city.md)" in unknown.stderr
    wrong = tmp_path / "wrong.toml"
    for text, says in (
        ('code = "id"\nvalid_from = 2013-01-01\n', "these words are needed"),
        (MEANT.read_text().replace("2013-01-01", '"2013"'), "valid_from must be a day"),
        (MEANT.read_text().replace("{name}", "{nom}"), "a name takes {code}"),
        (MEANT.read_text().replace("2013-01-01", "2018-01-01"), "valid_from is after valid_to"),
    ):
        wrong.write_text(text)
        refused = courtyard("load", "--layout", wrong, OUTLINES)
        assert refused.returncode == 2
        assert says in refused.stderr
    assert courtyard("load", "--layout", MEANT, OUTLINES).returncode == 0
    again = courtyard("load", OUTLINES)
    assert again.returncode == 0
    assert "loaded already" in again.stdout


def test_it_refuses_other_coordinates_and_says_what_to_do(courtyard, tmp_path: Path) -> None:
    metres = json.loads(OUTLINES.read_text())
    for feature in metres["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        moved = shapely.transform(shape, lambda at: (at - [-73.5, 45]) * 100_000)
        feature["geometry"] = json.loads(shapely.to_geojson(moved))
    file = tmp_path / "metres.geojson"
    file.write_text(json.dumps(metres))
    refused = courtyard("load", "--layout", MEANT, file)
    assert refused.returncode == 2
    assert "not in degrees. Export it in WGS84 (EPSG:4326)." in refused.stderr
    named = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32188"}}}
    file.write_text(json.dumps(metres | named))
    refused = courtyard("load", "--layout", MEANT, file)
    assert "coordinates in urn:ogc:def:crs:EPSG::32188. Export it in WGS84" in refused.stderr
    table = tmp_path / "metres.csv"
    table.write_text("id;longitude;latitude;homes\n1;298123.5;5042345.5;4\n")
    streets = invented(tmp_path)[0]
    refused = courtyard("load", streets, table)
    assert refused.returncode == 2
    assert "has no coordinates in degrees (WGS84)" in refused.stderr
