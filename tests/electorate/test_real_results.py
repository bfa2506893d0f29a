"""The real files load to the totals their publishers give."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from courtyard.electorate.results.loading import ContestResult, read_results

Read = Callable[..., list[ContestResult]]


@pytest.fixture(scope="module")
def folder(real: Path) -> Path:
    return real.parent


def totals(result: ContestResult, areas: set[str] | None = None) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in result.rows.to_pylist():
        if areas is None or row["area"] in areas:
            found[row["unit"]] += row["votes"]
    return found


def test_it_reads_the_certified_primary_of_2018_by_county(folder: Path) -> None:
    gathered = read_results([folder / "20180626__ny__primary__county.csv"])
    assert len(gathered.contests) == 19
    assert gathered.files[0].rows_read == 311
    assert sum(one.rows_read for one in gathered.contests) == 311
    slug = "2018-06-26-democratic-u-s-house-14-openelections-ny-by-county"
    [ny14] = [one for one in gathered.contests if one.contest == slug]
    assert totals(ny14) == {"Alexandria Ocasio-Cortez": 16898, "Joseph Crowley": 12880}
    assert totals(ny14, {"Bronx"}) == {"Alexandria Ocasio-Cortez": 4503, "Joseph Crowley": 4072}
    assert (ny14.area_kind, ny14.rows_set_aside) == ("county", 0)


def test_it_reads_election_night_of_2018_by_assembly_district(folder: Path) -> None:
    name = "2018-06-26_primary_by_assembly_district_election_night.csv"
    said = {"office": "Representative in Congress", "district": "14", "party": "DEM"}
    [result] = read_results([folder / name], said=said).contests
    assert totals(result) == {"Alexandria Ocasio Cortez": 15897, "Joseph Crowley": 11761}
    assert sum(totals(result).values()) == 27658
    assert result.area_kind == "assembly_district"
    assert len(set(result.rows["area"].to_pylist())) == 14
    assert result.notes[0] == "These are figures of election night, not certified ones."
    assert result.notes[1].endswith("the least 78 with 60%.")
    [alone] = read_results([folder / name]).contests
    assert alone.rows.equals(result.rows)


def test_it_reads_lieutenant_governor_of_2018_in_the_whole_city(folder: Path) -> None:
    name = "2018-09-13_lieutenant_governor_by_election_district.csv.gz"
    [result] = read_results([folder / name]).contests
    assert totals(result) == {"Jumaane Williams": 434393, "Kathy C. Hochul": 375056}
    assert sum(totals(result).values()) == 809449
    assert len(set(result.rows["area"].to_pylist())) == result.rows_read == 5719
    assert (result.rows_set_aside, result.notes) == (0, ())


def test_it_reads_april_2016_in_the_districts_of_today(folder: Path) -> None:
    shapes = folder.parent / "areas" / "election_districts_2018-2021.geojson"
    inside = {str(one["properties"]["ed"]) for one in json.loads(shapes.read_text())["features"]}
    files = [
        folder / f"20160419__ny__primary__{one}__precinct.csv.gz" for one in ("bronx", "queens")
    ]
    gathered = read_results(files)
    democratic, republican = gathered.contests
    assert democratic.contest == "2016-04-19-democratic-president-openelections-ny"
    found = totals(democratic, inside)
    assert (found["Bernie Sanders"], found["Hillary Clinton"]) == (26778, 36898)
    assert totals(republican)["Donald J. Trump"] == 25282
    assert [one.rows_read for one in gathered.files] == [14043, 18969]
    assert democratic.rows_read + republican.rows_read == 14043 + 18969
    assert democratic.ballot_units == ()  # the file has no line of those cast at the polls
    assert "Public Counter" in republican.ballot_units


def test_it_reads_the_same_contest_alike_from_two_publishers(
    folder: Path, real_result: ContestResult
) -> None:
    files = [
        folder / f"20200623__ny__primary__{one}__precinct.csv.gz" for one in ("bronx", "queens")
    ]
    [district] = [one for one in read_results(files).contests if one.key.district == "14"]
    assert district.contest == f"{real_result.contest}-openelections-ny"
    assert (district.title, district.area_kind) == (real_result.title, real_result.area_kind)

    def figures(result: ContestResult) -> set[tuple[str, str, int]]:
        return {
            (row["area"], row["unit"].replace("Scattered", "Write-ins"), row["votes"])
            for row in result.rows.to_pylist()
        }

    assert figures(district) == figures(real_result)
    assert set(district.ballot_units) == set(real_result.ballot_units)
