"""`courtyard area`: the figures of an area's page, and a clear sentence when none is meant."""

import json
from pathlib import Path

import pytest
from tests.cli.test_commands import DISTRICTS, RESULT
from tests.kept import load_results


@pytest.fixture
def loaded(courtyard, kept, tmp_path: Path):
    def load() -> None:
        assert courtyard("load", DISTRICTS).returncode == 0

    kept.build("districts", load)
    load_results(tmp_path / "home" / "electorate", RESULT)
    return courtyard


def test_it_says_what_is_known_of_an_area(loaded) -> None:
    said = loaded("area", "34003", "--json")
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert (told["code"], told["kind"]) == ("34003", "election_district")
    [result] = told["results"]
    votes = {one["name"]: one["votes"] for one in result["votes"]}
    assert votes["Alexandria Ocasio-Cortez"] == 115
    assert sum(votes.values()) == result["total"] == 157
    assert told["voters"] == {}
    assert told["since"] == []
    rank = told["rank"]
    assert 1 <= rank["first"] <= rank["rank"] <= rank["last"] <= rank["of"]
    assert sum(one["points"] for one in rank["parts"]) == rank["score"]
    by_name, by_id = loaded("area", "ad 34 · ed 003", "--json"), loaded("area", told["id"])
    assert json.loads(by_name.stdout) == told
    assert "73.2%  Alexandria Ocasio-Cortez" in by_id.stdout
    few = json.loads(loaded("area", "34", "--kind", "assembly_district", "--json").stdout)
    assert few["results"][0]["districts"] > 20


def test_it_asks_back_when_it_is_not_clear(loaded, tmp_path: Path) -> None:
    unknown = loaded("area", "AD 34 · ED")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "No area is called “AD 34 · ED”. Alike:" in unknown.stderr
    assert "AD 34 · ED 001" in unknown.stderr
    nothing = loaded("area", "Atlantis")
    assert (nothing.returncode, nothing.stderr) == (2, "No area is called “Atlantis”.\n")
    assert loaded("area", "34003", "--kind", "neighbourhood").returncode == 2
