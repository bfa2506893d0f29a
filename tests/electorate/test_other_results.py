"""Real files of other states and countries, chosen by somebody who had not read the loader."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from courtyard.electorate.load import load
from courtyard.electorate.questions import candidates
from courtyard.electorate.refusal import Refused

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FILES = Path(__file__).parent / "files" / "results"
SPECIAL = {"event": "Special Election"}


def totals(root: Path, name: str, said: dict[str, str], **how: Any) -> tuple[list, dict]:
    loaded = load(root, [FILES / name], at=NOW, said=said, **how)
    return loaded, {
        one.dataset: {name.name: name.votes for name in candidates(root, one.dataset)}
        for one in loaded
    }


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        (
            "oe_ia_20091124_special_house33_precinct_CRonly.csv",  # returns alone end its lines
            {"date": "2009-11-24", **SPECIAL},
            {"Kirsten Running": 1527, "Joshua Thurston": 420, "Write-ins": 6},
        ),
        (
            "oe_pa_20140128_special_house78_CRonly.csv",
            {"date": "2014-01-28", **SPECIAL},
            {"TOPPER, JESSE": 4629, "BARRON, BARBARA L.": 925},
        ),
        (
            "oe_ga_20071106_special_house127.csv",
            {"date": "2007-11-06", **SPECIAL},
            {"Maddox": 2295, "Fletcher": 1883, "Gardner": 1348},
        ),
        (
            "oe_ga_20150106_special_house120_greene_precinct.csv",  # rows that add up the county
            {"date": "2015-01-06", **SPECIAL},
            {"TREY RHODES": 1324, "JESSE COPELAN": 519, "JESSE JOHNSON": 318,
             "DEBBIE BARTLETT": 172, "GARY GERRARD": 158},
        ),
    ],
)  # fmt: skip
def test_it_counts_as_the_publisher(
    tmp_path: Path, name: str, said: dict[str, str], expected: dict[str, int]
) -> None:
    _, found = totals(tmp_path, name, said)
    assert list(found.values()) == [expected]


def test_it_counts_both_primaries_of_a_county(tmp_path: Path) -> None:
    said = {"date": "2006-06-06", "event": "Primary Election"}
    _, found = totals(tmp_path, "oe_ms_20060606_primary_issaquena_precinct.csv", said)
    assert {"THOMPSON, BENNIE G.": 253, "ESPY, CHUCK": 151, "BENFORD, DOROTHY": 4} in found.values()
    assert len(found) == 2


def test_it_counts_a_whole_ballot(tmp_path: Path) -> None:
    said = {"date": "2018-11-06", "event": "General Election"}
    _, found = totals(tmp_path, "oe_pa_20181106_general_forest_precinct.csv", said)
    governor = next(votes for name, votes in found.items() if "governor" in name)
    assert governor["WAGNER / BARTOS"] == 1159
    assert governor["WOLF / FETTERMAN"] == 745


def test_it_says_which_rows_of_a_scanned_file_it_cannot_tell(tmp_path: Path) -> None:
    """Four cells are no numbers, and two precincts have the same name and other votes."""
    name = "oe_ia_20110118_special_senate35_precinct.csv"
    (loaded,), found = totals(tmp_path, name, {"date": "2011-01-18", **SPECIAL})
    assert (loaded.rows_read, loaded.rows_set_aside) == (160, 8)
    (votes,) = found.values()
    assert votes["Jack Whitver"] == 4773 - 283
    assert votes["John Calhoun"] == 2739 - 220
    assert loaded.notes[0].startswith("INCOMPLETE")
    assert "Polk/ANKENY 1" in loaded.notes[0]


def test_it_reads_a_table_of_another_country_by_a_mapping(tmp_path: Path) -> None:
    said = {"date": "2013-11-03", "office": "Mayor"}
    name = "tbl_montreal2013_district_plotly.csv"
    (loaded,), found = totals(tmp_path, name, said, layout=FILES / "montreal.toml")
    assert (loaded.rows_read, loaded.rows_set_aside) == (58, 0)
    assert list(found.values()) == [{"Coderre": 149467, "Joly": 123062, "Bergeron": 118637}]
    with pytest.raises(Refused, match="58 of 58 rows cannot be read"):
        load(tmp_path, [FILES / name], at=NOW, said=said)


def test_it_refuses_a_file_whose_areas_are_all_called_alike(tmp_path: Path) -> None:
    path = tmp_path / "alike.csv"
    rows = [f"Here,Mayor,,A,{n}" for n in range(1, 121)]
    path.write_text("\n".join(["county,office,district,candidate,votes", *rows]) + "\n")
    with pytest.raises(Refused, match="119 of 120 rows cannot be kept"):
        load(tmp_path / "root", [path], at=NOW, said={"date": "2020-01-02", **SPECIAL})
