"""`courtyard plan`: a folder to walk an area by, whole or not at all."""

import csv
import io
import json
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.own_city import NORTH, doors_of, streets_of, write_doors
from tests.conftest import ROOT
from tests.territory.small_supply import built

from courtyard.cli import plan_sections, plan_work
from courtyard.cli.plan import plan
from courtyard.territory.models import Area, Building

FILES = {"index.html", "turfs.csv", "stops.csv", "turfs.geojson", "plan.json"}
HOMES = (3, 9, 70)


@pytest.fixture(autouse=True)
def kept_signals() -> None:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def homes(kept, ground, tmp_path) -> int:
    areas = [area for area in ground.values() if area.kind == "election_district"]
    built(kept, tmp_path, areas, HOMES)
    return 2 * sum(HOMES) * len(areas)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(plan, ["--processes", "1", *map(str, words)])


def planned(folder: Path, *words: str | Path) -> dict:
    answer = run("--into", folder, *words)
    assert answer.exit_code == 0, answer.output
    return json.loads((folder / "plan.json").read_text())


def rows_of(path: Path) -> list[dict]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_it_puts_every_home_into_exactly_one_turf(homes, tmp_path) -> None:
    folder = tmp_path / "plan"
    said = planned(folder, "NY-14")
    stops, turfs = rows_of(folder / "stops.csv"), rows_of(folder / "turfs.csv")
    assert sum(int(row["doors"]) for row in stops) == homes == said["doors"]
    assert sum(int(row["doors"]) for row in turfs) == homes
    doors: Counter[str] = Counter()
    for row in stops:
        doors[row["id"]] += int(row["doors"])
    assert doors == {str(one): many for one, many in Building.objects.values_list("id", "homes")}
    shapes = json.loads((folder / "turfs.geojson").read_text())["features"]
    assert len(shapes) == len(turfs) == said["turfs"]
    assert {path.name for path in folder.iterdir()} >= FILES


def test_it_shows_every_turf_and_stop_on_a_sheet_with_a_map(homes, tmp_path) -> None:
    folder = tmp_path / "plan"
    said = planned(folder, "NY-14")
    index = (folder / "index.html").read_text()
    assert index.count("<svg") == 2  # the mark and the map
    assert "<script" not in index
    linked = re.findall(r'<a href="(sheet-\d+\.html)#turf-(\d+)">([\d–, ]+)</a>', index)
    runs = [run.split("–") for _, _, numbers in linked for run in numbers.split(", ")]
    shown = [number for run in runs for number in range(int(run[0]), int(run[-1]) + 1)]
    assert sorted(shown) == list(range(1, said["turfs"] + 1))
    for file, turf, _ in linked:
        assert f'id="turf-{turf}"' in (folder / file).read_text()
    sheets = "".join((folder / file).read_text() for file in {file for file, *_ in linked})
    for row in rows_of(folder / "stops.csv"):
        assert row["address"] in sheets


def test_it_gives_the_same_bytes_for_the_same_seed(homes, tmp_path) -> None:
    planned(tmp_path / "a", "NY-14")
    planned(tmp_path / "b", "NY-14")
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")
    other = planned(tmp_path / "c", "NY-14", "--seed", "2")
    assert other["digest"] != json.loads((tmp_path / "a" / "plan.json").read_text())["digest"]


def test_it_says_how_it_can_be_repeated(homes, tmp_path, ground) -> None:
    said = planned(tmp_path / "plan", "NY-14", "--minutes", "90", "--seed", "7")
    assert said["again"] == (f"courtyard plan {ground['14'].id} --minutes 90 --seed 7 --quick")
    assert said["settings"] == {
        "of": "minutes", "least": 72, "most": 108, "seed": 7, "effort": 0.1,
    }  # fmt: skip
    assert {one["kind"].partition(":")[0] for one in said["sources"]} == {"streets", "buildings"}
    assert [one["recipe"]["steps"] for one in said["parts"]] == [[]]


class TestOfALargeArea:
    @pytest.fixture(autouse=True)
    def large(self, homes, monkeypatch) -> None:
        monkeypatch.setattr(plan_sections, "LARGEST", 10)

    def test_it_plans_each_part_and_loses_no_home(self, homes, tmp_path) -> None:
        folder = tmp_path / "plan"
        said = planned(folder, "NY-14")
        names = [one["name"] for one in said["parts"]]
        assert names == [f"Assembly district {n}, outside of neighbourhoods" for n in (34, 80)]
        assert sum(one["doors"] for one in said["parts"]) == homes
        stops = Counter(row["id"] for row in rows_of(folder / "stops.csv") if not row["share"])
        assert set(stops.values()) == {1}
        for part in said["parts"]:
            assert f'href="{part["folder"]}/index.html"' in (folder / "index.html").read_text()
            assert (folder / part["folder"] / "index.html").exists()
        assert any("in no neighbourhood that is loaded" in line for line in said["told"])

    def test_it_puts_what_is_less_than_a_turf_with_the_nearest(self, homes, tmp_path) -> None:
        one = Area.objects.filter(code__startswith="34", kind="election_district").first()
        elsewhere = Building.objects.filter(area=one, homes=3)
        lonely = Area.objects.get(code="80")
        elsewhere.update(neighbourhood=lonely)
        said = planned(tmp_path / "plan", "NY-14")
        assert sum(part["doors"] for part in said["parts"]) == homes
        assert any("6 homes, less than a turf, planned with" in line for line in said["told"])

    def test_it_makes_the_same_in_several_processes(self, tmp_path) -> None:
        planned(tmp_path / "a", "NY-14")
        planned(tmp_path / "b", "NY-14", "--processes", "2")
        assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


class TestOfFilesOfOnesOwn:
    def test_it_plans_another_city_without_anything_loaded(self, tmp_path) -> None:
        folder = tmp_path / "plan"
        said = planned(
            folder, "--doors-file", doors_of(tmp_path), "--streets", streets_of(tmp_path)
        )
        assert said["area"] is None
        doors = sum(int(row["doors"]) for row in rows_of(tmp_path / "doors.csv"))
        assert sum(int(row["doors"]) for row in rows_of(folder / "stops.csv")) == doors

    def test_it_says_what_was_set_aside_and_guessed(self, tmp_path) -> None:
        rows = [f"a,{NORTH},30,<b>1 A</b>", f"b,{NORTH},many,2 A", "c,,,12,3 A"]
        planned(tmp_path / "plan", "--doors-file", write_doors(tmp_path, rows))
        page = (tmp_path / "plan" / "index.html").read_text()
        assert "line 3" in page
        assert "line 4: it has no coordinates" in page
        assert "ways are guessed" in page
        assert "<b>1 A" not in page + (tmp_path / "plan" / "sheet-01.html").read_text()

    def test_it_guards_cells_a_spreadsheet_would_take_for_formulas(self, tmp_path) -> None:
        path = write_doors(tmp_path, [f"=1+1,{NORTH},30,=HYPERLINK(1)"])
        planned(tmp_path / "plan", "--doors-file", path)
        [row] = rows_of(tmp_path / "plan" / "stops.csv")
        assert (row["id"], row["address"]) == ("'=1+1", "'=HYPERLINK(1)")


class TestTheFolder:
    @pytest.fixture
    def doors(self, tmp_path) -> Path:
        return doors_of(tmp_path)

    def test_it_replaces_a_plan_and_nothing_else(self, tmp_path, doors) -> None:
        folder = tmp_path / "plan"
        planned(folder, "--doors-file", doors)
        (folder / "old.html").touch()
        planned(folder, "--doors-file", doors)
        assert not (folder / "old.html").exists()
        (folder / "plan.json").rename(folder / "letters.json")
        answer = run("--into", folder, "--doors-file", doors)
        assert answer.exit_code == 2
        assert "holds something else than a plan" in answer.stderr
        assert (folder / "letters.json").exists()

    @pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("No space left"), RuntimeError])
    def test_it_leaves_nothing_half_written(self, tmp_path, doors, monkeypatch, error) -> None:
        planned(tmp_path / "plan", "--doors-file", doors)
        before = bytes_of(tmp_path)

        def broken(*_: object) -> str:
            raise error

        monkeypatch.setattr(plan_work, "_csv", broken)
        assert run("--into", tmp_path / "plan", "--doors-file", doors).exit_code == 1
        assert run("--into", tmp_path / "new", "--doors-file", doors).exit_code == 1
        assert bytes_of(tmp_path) == before

    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    def test_it_leaves_no_folder_when_it_is_killed(self, tmp_path, doors, how) -> None:
        command = [sys.executable, "-m", "tests.cli.slow_plan", str(doors), str(tmp_path / "plan")]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr
            assert process.stderr.readline() == "begun\n"
            assert list(tmp_path.glob(".plan.new-*"))
            process.send_signal(how)
            process.wait(60)
        assert process.returncode != 0
        assert not (tmp_path / "plan").exists()
        planned(tmp_path / "plan", "--doors-file", doors)  # also sweeps what was left
        assert not list(tmp_path.glob(".plan.*"))


class TestItRefuses:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ((), "Say which area is planned"),
            (("Atlantis",), "No area is called “Atlantis”"),
            (("NY-14",), "No homes are known in NY-14"),
            (("NY-14", "--doors", "5"), "A turf has 10 to 300 doors, not 5."),
            (("NY-14", "--doors", "50", "--minutes", "90"), "not both"),
            (("NY-14", "--doors-file", "doors.csv"), "not both"),
            (("NY-14", "--streets", "streets.csv"), "Say --doors-file too"),
            (("--doors-file", "none.csv"), "no such file"),
        ],
    )
    def test_it_refuses_what_cannot_be_planned(self, ground, tmp_path, words, said) -> None:
        answer = run("--into", tmp_path / "plan", *words)
        assert answer.exit_code == 2
        assert said in answer.stderr
        assert list(tmp_path.iterdir()) == []
