"""The terminal, as a newcomer uses it: exit codes, only data with --json, sentences."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.conftest import DEMO, ROOT
from tests.kept import load_results

RESULT = DEMO / "results" / "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz"
DISTRICTS = DEMO / "areas" / "election_districts_2018-2021.geojson"


def kept(folder: Path) -> dict[Path, bytes]:
    """Every file of the electorate, by its path."""
    found = (folder / "home" / "electorate").rglob("*")
    return {path: path.read_bytes() for path in found if path.is_file()}


@pytest.mark.sqlite
def test_it_loads_the_real_result_and_counts_as_the_publisher(process) -> None:
    loaded = process("load", RESULT, "--json")
    assert loaded.returncode == 0, loaded.stderr
    (told,) = json.loads(loaded.stdout)
    assert (told["rows_read"], told["rows_set_aside"]) == (4064, 0)
    rows = json.loads(process("results", "--json").stdout)
    assert {"contest", "date", "area", "candidate", "votes", "source"} <= set(rows[0])
    votes: Counter[str] = Counter()
    for row in rows:
        votes[row["candidate"].split()[-1]] += row["votes"]
    assert votes["Ocasio-Cortez"] == 46577
    assert votes["Caruso-Cabrera"] == 11337
    assert votes["Khan"] == 3119
    assert votes["Sloan"] == 1406
    assert len({row["area"] for row in rows}) == 449


def test_it_loads_again_without_changing_anything(courtyard) -> None:
    for _ in range(2):
        assert courtyard("load", RESULT, DISTRICTS).returncode == 0
    assert json.loads(courtyard("load", RESULT, "--json").stdout)[0]["version"] == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n", "picture.csv"),
        ("cut.csv.gz", RESULT.read_bytes()[:5000], "cut.csv.gz"),
        ("utf16.csv", "AD,ED\n".encode("utf-16"), "utf16.csv"),
        ("cut.geojson", DISTRICTS.read_bytes()[:5000], "line"),
        ("other.geojson", b'{"type":"FeatureCollection","features":[{}]}', "no layout"),
    ],
)
def test_it_refuses_in_a_sentence_and_leaves_what_was(
    courtyard, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    load_results(tmp_path / "home" / "electorate", RESULT)
    before = kept(tmp_path)
    assert before
    bad = tmp_path / name
    bad.write_bytes(content)
    refused = courtyard("load", bad)
    assert refused.returncode == 2
    assert refused.stderr.startswith("Not loaded. ")
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
    assert str(tmp_path) not in refused.stderr
    assert kept(tmp_path) == before


def test_it_says_when_a_file_is_not_there(courtyard) -> None:
    refused = courtyard("load", "nowhere.csv")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "nowhere.csv" in refused.stderr


def test_it_makes_the_first_administrator_and_no_second(courtyard) -> None:
    said = ("--name", "Ada", "--email", "ada@example.org", "--password", "a long password here")
    assert courtyard("administrator", *said).returncode == 0
    again = courtyard("administrator", *said)
    assert again.returncode == 2
    assert "invitation" in again.stderr


def test_it_refuses_a_weak_password(courtyard) -> None:
    weak = courtyard("administrator", "--name", "A", "--email", "a@b.org", "--password", "1234")
    assert weak.returncode == 2


@pytest.mark.sqlite
def test_it_checks_the_installation_without_silencing_anything(process) -> None:
    """At an address of its own; tools/test.py checks it as it is at first, at localhost."""
    checked = process("check", COURTYARD_URL="https://courtyard.example")
    assert checked.returncode == 0, checked.stderr
    assert "SILENCED" not in (ROOT / "src" / "courtyard" / "settings.py").read_text()


def test_it_does_not_mix_the_demonstration_with_people(courtyard) -> None:
    courtyard("administrator", "--name", "Ada", "--email", "ada@example.org",
              "--password", "a long password here")  # fmt: skip
    refused = courtyard("demo")
    assert refused.returncode == 2
    assert "COURTYARD_HOME" in refused.stderr
