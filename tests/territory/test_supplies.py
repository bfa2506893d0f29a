"""Streets, buildings and addresses as their publishers write them, and what is wrong with some."""

import csv
import gzip
import io
import json

import pytest
from tests.conftest import DEMO

from courtyard.electorate.refusal import Refused
from courtyard.territory.boundaries import Unreadable
from courtyard.territory.odd import DOUBLE, NO_LINE, report
from courtyard.territory.supplies import read_supply, supply_of

LOTS = DEMO / "buildings" / "ny14_lots_2016.csv.gz"
ADDRESSES = DEMO / "buildings" / "ny14_stabilised_addresses.csv.gz"
HEAD = "bbl,borough,block,lot,unitsres,latitude,longitude,modzcta"


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes, name: str = "table.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def lots(*rows: str) -> str:
    return "\n".join((HEAD, *rows)) + "\n"


def test_it_reads_every_lot_of_the_district_and_says_which_stand_twice() -> None:
    found = read_supply(LOTS)
    assert (len(found), int(found.homes.sum())) == (73_399, 271_280)
    assert [(one.about, one.what, one.kept) for one in found.odd] == [
        ("2039730012", DOUBLE, False),
        ("4001780025", DOUBLE, False),
    ]
    said = report(found.files, len(found), found.odd)
    assert (said["rows_read"], said["rows_kept"], said["rows_set_aside"]) == (73_401, 73_399, 2)
    [double] = said["set_aside"]
    with gzip.open(LOTS, "rt") as file:
        lines = file.read().splitlines()
    for line, code in zip(double["first_lines"], double["about"], strict=True):
        assert lines[line - 1].startswith(code)
        assert sum(one.startswith(code) for one in lines[: line - 1]) == 1
    assert found.word("block")[0] == "BX 2605"


def test_it_knows_addresses_of_buildings_by_their_code() -> None:
    found = read_supply(LOTS).with_addresses(read_supply(ADDRESSES))
    with gzip.open(ADDRESSES, "rt") as file:
        first = {row["bbl"]: row for row in reversed(list(csv.DictReader(file)))}
    known = dict(zip(found.word("code"), found.word("address"), strict=True))
    assert {code: text for code, text in known.items() if text} == {
        code: row["address"] for code, row in first.items()
    }
    assert sum(map(bool, found.word("stabilised"))) == len(first) == 3_246


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            ["1,BX,1,1,3,,-73.9,10451", "2,BX,1,2,3,40.8,-73.9,10451"],
            "line 2: 1: it has no coordinates",
        ),
        (["1,BX,1,1,3,140.8,-73.9,1", "2,BX,1,2,3,40.8,-73.9,1"], "line 2"),
        ([",BX,1,1,3,40.8,-73.9,1", "2,BX,1,2,3,40.8,-73.9,1"], "line 2: it has no id"),
        (
            ["1,BX,1,1,many,40.8,-73.9,1"],
            "line 2: “many”: it says no number of homes; none are counted",
        ),
        (["1,BX,1,1,-4,40.8,-73.9,1"], "“-4”: it says no number of homes"),
        (["1,BX,1,1,3,40.8,-73.9,1", "1,BX"], "line 3: it has another number of fields"),
    ],
)
def test_it_tells_what_cannot_be_placed_and_keeps_the_rest(written, rows, told) -> None:
    found = read_supply(written(lots(*rows)))
    assert len(found) == 1
    assert [told in str(one) for one in found.odd] == [True]


def test_it_refuses_a_file_of_which_nothing_can_be_placed(written) -> None:
    with pytest.raises(Unreadable, match=r"table.csv, line 2: 1: it has no coordinates.*mend it"):
        read_supply(written(lots("1,BX,1,1,3,,,10451")))
    with pytest.raises(Unreadable, match="holds no rows"):
        read_supply(written(lots()))
    with pytest.raises(Unreadable, match="not a table"):
        read_supply(written(lots('1,BX,1,1,3,"40.8"x,-73.9,1')))


@pytest.mark.parametrize("text", ["", "name,votes\nx,1\n", "{}", "[1]", b"\x00\x01\x02"])
def test_it_leaves_other_files_to_others(written, text) -> None:
    assert supply_of(written(text)) is None
    assert supply_of(written(text, "table.geojson")) is None


def test_it_reads_a_plain_table_and_geojson_of_another_city(written) -> None:
    table = "id,longitude,latitude,homes,street,number\na,-0.1,51.5,4,High Street,7\n"
    found = read_supply(written(table))
    assert (found.layout.name, found.homes.tolist()) == ("plain_buildings", [4])
    point = {"type": "Point", "coordinates": [-0.1, 51.5]}
    line = {"type": "LineString", "coordinates": [[-0.1, 51.5], [-0.1, 51.51]]}
    several = {"type": "MultiLineString", "coordinates": [line["coordinates"]]}
    for geometry, properties, of in (
        (point, {"id": 7.0, "homes": 4}, "buildings"),
        (line, {"name": "High Street"}, "streets"),
        (several, {"name": "High Street"}, "streets"),
    ):
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        whole = {"type": "FeatureCollection", "features": [feature, {"type": "Feature"}]}
        found = read_supply(written(json.dumps(whole), "x.geojson"))
        assert (found.layout.of, len(found), len(found.odd)) == (of, 1, 1)
    assert found.longitude.tolist() == [-0.1]


def test_it_reads_lines_as_wkt_and_says_which_are_none(written) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([
        ("geometry", "name"), ("LINESTRING (0 0, 0 1)", "A Street"), ("POINT (0 0)", ""),
        ("LINESTRING EMPTY", ""), ("nonsense", "B"),
    ])  # fmt: skip
    found = read_supply(written(out.getvalue()))
    assert (len(found), found.latitude.tolist()) == (1, [0.5])
    assert [(one.line, one.what) for one in found.odd] == [(n, NO_LINE) for n in (3, 4, 5)]


def test_it_refuses_what_is_no_text_of_a_table(written) -> None:
    path = written(b"bbl,borough" + b"\x00" * 10)
    assert supply_of(path) is None
    with pytest.raises((Unreadable, Refused)):
        read_supply(path)
