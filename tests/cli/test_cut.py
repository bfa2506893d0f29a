"""`courtyard cut`: turfs of an area, and of files of one's own."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.own_city import NORTH, SOUTH, doors_of, streets_of, write_doors
from tests.territory.small_supply import built

from courtyard.cli.cut import cut

POLYGONS = json.dumps(
    {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": []}}
    ]}
)  # fmt: skip


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cut, [str(word) for word in words])


def turfs_of(answer: Result) -> list[dict]:
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)["turfs"]


def refused(*words: str | Path) -> str:
    answer = run(*words)
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    return answer.stderr


@pytest.fixture
def homes(kept, ground, tmp_path) -> int:
    areas = [area for area in ground.values() if area.kind == "election_district"]
    built(kept, tmp_path, areas, (3, 9, 70))
    return 2 * (3 + 9 + 70) * len(areas)


class TestOfAnArea:
    def test_it_puts_every_door_into_exactly_one_turf(self, homes) -> None:
        turfs = turfs_of(run("NY-14", "--doors", "20", "--json"))
        assert sum(turf["doors"] for turf in turfs) == homes
        whole: Counter[str] = Counter()
        for turf in turfs:
            assert turf["doors"] == sum(stop["doors"] for stop in turf["stops"])
            whole.update({stop["id"]: stop["doors"] for stop in turf["stops"]})
        assert set(whole.values()) == {3, 9, 70}

    def test_it_gives_the_same_bytes_for_the_same_seed(self, homes) -> None:
        first, again = (run("NY-14", "--doors", "20", "--json").stdout for _ in range(2))
        assert first == again
        assert first != run("NY-14", "--doors", "20", "--seed", "2", "--json").stdout

    def test_it_gives_stops_in_walking_order_as_csv(self, homes) -> None:
        turfs = turfs_of(run("NY-14", "--json"))
        rows = list(csv.DictReader(io.StringIO(run("NY-14", "--csv").stdout)))
        told = [(str(turf["turf"]), stop["id"]) for turf in turfs for stop in turf["stops"]]
        assert [(row["turf"], row["id"]) for row in rows] == told

    def test_it_gives_polygons_and_points_as_geojson(self, homes) -> None:
        found = json.loads(run("NY-14", "--geojson").stdout)["features"]
        shapes = [one for one in found if one["properties"]["is"] == "turf"]
        assert {one["geometry"]["type"] for one in shapes} <= {"Polygon", "MultiPolygon"}
        points = [one for one in found if one["properties"]["is"] == "stop"]
        assert sum(one["properties"]["doors"] for one in points) == homes

    def test_it_cuts_by_minutes(self, homes) -> None:
        recipe = json.loads(run("NY-14", "--minutes", "60", "--json").stdout)["recipe"]
        assert (recipe["of"], recipe["least"], recipe["most"]) == ("minutes", 48, 72)

    def test_it_prints_a_table_for_people(self, homes) -> None:
        answer = run("NY-14")
        assert f"{homes:,} doors in" in answer.stdout
        assert "larger than a turf" in answer.stderr

    def test_it_refuses_an_area_without_homes(self, ground) -> None:
        assert "No homes are known in NY-14" in refused("NY-14")

    def test_it_refuses_an_area_that_is_not_there(self, ground) -> None:
        assert "No area is called “Atlantis”" in refused("Atlantis")


class TestOfFilesOfOnesOwn:
    def test_it_puts_every_door_into_exactly_one_turf(self, tmp_path) -> None:
        doors, streets = doors_of(tmp_path), streets_of(tmp_path)
        turfs = turfs_of(run("--doors-file", doors, "--streets", streets, "--json"))
        rows = list(csv.DictReader(doors.read_text().splitlines()))
        stops = Counter(stop["id"] for turf in turfs for stop in turf["stops"])
        assert stops == Counter(row["id"] for row in rows)
        assert sum(turf["doors"] for turf in turfs) == sum(int(row["doors"]) for row in rows)

    def test_it_crosses_a_river_only_at_its_bridge(self, tmp_path) -> None:
        doors, streets = doors_of(tmp_path), streets_of(tmp_path)
        words = ("--doors-file", doors, "--streets", streets, "--doors", "30", "--json")
        for turf in turfs_of(run(*words)):
            banks = {stop["id"].split("-")[0] for stop in turf["stops"]}
            far = any("-far-" in stop["id"] for stop in turf["stops"])
            assert len(banks) == 1 or not far, turf

    def test_it_reads_streets_from_wkt_as_from_geojson(self, tmp_path) -> None:
        doors = doors_of(tmp_path)
        drawn = run("--doors-file", doors, "--streets", streets_of(tmp_path), "--json")
        typed = run("--doors-file", doors, "--streets", streets_of(tmp_path, wkt=True), "--json")
        assert turfs_of(drawn) == turfs_of(typed)

    def test_it_says_that_ways_are_guessed_without_streets(self, tmp_path) -> None:
        answer = run("--doors-file", doors_of(tmp_path), "--json")
        assert turfs_of(answer)
        assert "ways are guessed" in answer.stderr
        assert "ways are guessed" in json.loads(answer.stdout)["remarks"][0]

    def test_it_reads_geojson_points_and_other_names_of_columns(self, tmp_path) -> None:
        table = turfs_of(run("--doors-file", doors_of(tmp_path), "--json"))
        features = [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [
                float(row["longitude"]), float(row["latitude"])]},
             "properties": {"ID": row["id"], "Units": int(row["doors"]), "addr": row["address"]}}
            for row in csv.DictReader(doors_of(tmp_path).read_text().splitlines())
        ]  # fmt: skip
        path = tmp_path / "doors.json"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        assert turfs_of(run("--doors-file", path, "--json")) == table

    def test_it_shares_a_house_out_by_the_floors_it_is_told(self, tmp_path) -> None:
        path = write_doors(tmp_path, [f"tall,{NORTH},120,1 High Street,10"], "floors")
        shares = [
            turf["stops"][0]["share"] for turf in turfs_of(run("--doors-file", path, "--json"))
        ]
        assert len(shares) == 2
        assert all(share.startswith("entrance 1, floors") for share in shares)

    def test_it_keeps_doors_whose_place_is_not_known(self, tmp_path) -> None:
        rows = [f"a,{NORTH},30,1 A", "b,,,12,2 A", f"c,{SOUTH},30,3 A", "d,0,0,5,4 A"]
        answer = run("--doors-file", write_doors(tmp_path, rows), "--json")
        turfs = turfs_of(answer)
        assert sum(turf["doors"] for turf in turfs) == 77
        assert "line 3: it has no coordinates" in answer.stderr
        assert "line 5: it has no coordinates" in answer.stderr

    def test_it_sets_single_rows_aside_and_names_them(self, tmp_path) -> None:
        rows = [f"a,{NORTH},30,1 A", f"b,{NORTH},many,2 A", f"c,{SOUTH},-3,3 A", "d,1",
                f"a,{SOUTH},4,5 A", f"e,{SOUTH},0,6 A", f"f,{SOUTH},2.5,7 A"]  # fmt: skip
        answer = run("--doors-file", write_doors(tmp_path, rows), "--json")
        assert sum(turf["doors"] for turf in turfs_of(answer)) == 30
        aside = {row["where"]: row["why"] for row in json.loads(answer.stdout)["set_aside"]}
        assert aside == {
            "line 3": "“many” is no number of doors",
            "line 4": "“-3” is no number of doors",
            "line 5": "it has another number of fields",
            "line 6": "an earlier row has the same id; 4 doors",
            "line 8": "“2.5” is no number of doors",
        }
        assert "line 3: “b”: “many” is no number of doors" in answer.stderr

    def test_it_guards_cells_a_spreadsheet_would_take_for_formulas(self, tmp_path) -> None:
        path = write_doors(tmp_path, [f"=1+1,{NORTH},30,=HYPERLINK(1)"])
        [row] = csv.DictReader(io.StringIO(run("--doors-file", path, "--csv").stdout))
        assert (row["id"], row["address"]) == ("'=1+1", "'=HYPERLINK(1)")

    def test_it_cuts_one_door_and_doors_in_one_place(self, tmp_path) -> None:
        for rows in ([f"a,{NORTH},1,x"], [f"{n},{NORTH},20,x" for n in range(5)]):
            turfs = turfs_of(run("--doors-file", write_doors(tmp_path, rows), "--json"))
            assert sum(turf["doors"] for turf in turfs) in (1, 100)


class TestItRefuses:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "empty"),
            ("id,longitude,latitude,doors\n", "it holds no rows"),
            ("id,lat,doors\n1,45,3\n", "it has no column for the longitude; there is id, lat"),
            ("id,lon,lat\n1,-73.6,45\n", "it has no column for the number of doors"),
            ("lon,lat,doors\n,,3\n", "no row of it has coordinates"),
            ("lon,lat,doors\n45.5,-73.6,3\n", "which seem to be swapped"),
            ("lon,lat,doors\n35.7,139.7,3\n", "which seem to be swapped"),
            ("x,y,doors\n299000,5040000,3\n", "no degrees of a place with homes"),
            ("lon,lat,doors\n-73.6,45.5,few\n", "no row of it has doors; line 2: “few”"),
            (POLYGONS, "are Polygons"),
            ('{"type": "Feature"}', "no collection of features"),
            ("{", "no JSON that can be read"),
            ("%PDF-1.4", "PDF"),
        ],
    )  # fmt: skip
    def test_it_refuses_doors_it_cannot_read(self, tmp_path, text, said) -> None:
        path = tmp_path / "doors.csv"
        path.write_text(text)
        sentence = refused("--doors-file", path)
        assert said in sentence
        assert sentence.startswith("doors.csv")

    def test_it_refuses_a_huge_file(self, tmp_path, monkeypatch) -> None:
        monkeypatch.setattr("courtyard.canvass.own_table.MOST_ROWS", 10)
        assert "more than the 10 that are cut at once" in refused(
            "--doors-file", doors_of(tmp_path)
        )
        monkeypatch.setattr("courtyard.canvass.own_table.MOST_BYTES", 10)
        assert "Cut it by areas" in refused("--doors-file", doors_of(tmp_path))

    def test_it_refuses_streets_of_another_place(self, tmp_path) -> None:
        path = tmp_path / "streets.csv"
        path.write_text('wkt\n"LINESTRING (13.4 52.5, 13.5 52.5)"\n')
        sentence = refused("--doors-file", doors_of(tmp_path), "--streets", path)
        assert "no street is near the doors" in sentence
        assert "swapped" in sentence

    def test_it_refuses_streets_that_are_no_lines(self, tmp_path) -> None:
        path = tmp_path / "streets.csv"
        for text, said in (
            ("wkt\nPOINT (1 2)\n", "are Points"),
            ("wkt\nnonsense\n", "no row of it is a line"),
            ("name\nHigh Street\n", "no column for the line of a street"),
            ('wkt\n"LINESTRING (300000 5040000, 300100 5040000)"\n', "not in degrees"),
        ):
            path.write_text(text)
            assert said in refused("--doors-file", doors_of(tmp_path), "--streets", path)

    def test_it_refuses_words_that_do_not_fit_together(self, tmp_path, ground) -> None:
        doors = doors_of(tmp_path)
        assert "Say which area" in refused()
        assert "not both" in refused("NY-14", "--doors-file", doors)
        assert "not both" in refused("--doors-file", doors, "--doors", "50", "--minutes", "90")
        assert "Say --doors-file too" in refused("NY-14", "--streets", doors)
        assert "10 to 300 doors" in refused("--doors-file", doors, "--doors", "0")
        assert "15 to 600 minutes" in refused("--doors-file", doors, "--minutes", "5")
        assert "no such file" in refused("--doors-file", tmp_path / "none.csv")
