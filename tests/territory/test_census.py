"""Census tables: citizens of voting age by area, with their margins, and what matches nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import KEEPER, NOW, Cast

from courtyard.electorate.refusal import Refused
from courtyard.journal.act import NotAllowed
from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.sources.loading import holds_ground, load_files
from courtyard.territory.acts import (
    CountedBefore,
    LoadedBefore,
    NoSuchAreas,
    count,
    load_census,
    put_back,
)
from courtyard.territory.boundaries import Unreadable
from courtyard.territory.census import census_of, own_layout, read_census
from courtyard.territory.counting import Counts
from courtyard.territory.models import Area, Count, Edition, Report

pytestmark = pytest.mark.django_db
DAY = "2018-12-31"
# As the Census Bureau writes it: state legislative districts, lower chamber, with their groups.
CVAP = """geoname,lntitle,geoid,lnnumber,tot_est,tot_moe,cvap_est,cvap_moe
"Assembly District 34 (2018), New York",Total,620L200US36034,1,128010,2200,66105,1410
"Assembly District 34 (2018), New York",Not Hispanic or Latino,620L200US36034,2,60000,900,41000,850
"Assembly District 80 (2018), New York",Total,620L200US36080,1,131200,2500,71050,1600
"Assembly District 81 (2018), New York",Total,620L200US36081,1,129000,2500,80000,1500
"Queens County, New York",Total,0500000US36034,1,2300000,0,1200000,9000
"""


@pytest.fixture
def table(tmp_path):
    def write(text: str = CVAP, name: str = "SLDL.csv") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def load(path: Path, day: str = DAY, **how) -> list:
    with reading_as(KEEPER):
        return load_files([path], by=KEEPER, at=NOW, op=new_op(), said={"date": day}, **how)


def counts(**wanted) -> dict[str, tuple[float, float, float]]:
    rows = Count.objects.exclude(edition=None).filter(**wanted)
    return {code: of for code, *of in rows.values_list("area__code", "value", "low", "high")}


def test_it_reads_citizens_of_voting_age_with_their_margin(ground, table) -> None:
    assert holds_ground(table())
    [made] = load(table())
    assert (made.rows_read, made.rows_kept, made.rows_set_aside) == (4, 2, 2)
    assert counts(measure="citizens_of_voting_age") == {
        "34": [66105, 66105 - 1410, 66105 + 1410],
        "80": [71050, 71050 - 1600, 71050 + 1600],
    }
    one = Count.objects.get(measure="population", area__code="34")
    assert (one.value, one.as_of.isoformat(), one.path) == (128010, DAY, one.area.path)
    assert "Citizens of voting age" in one.source


def test_it_says_which_rows_and_which_areas_have_no_other(ground, table) -> None:
    load(table(CVAP.replace("620L200US36080", "620L200US36180")))
    said = Report.objects.get(edition__kind="census:census_cvap").said
    [aside] = said["set_aside"]
    assert aside["rows"] == 3
    assert aside["about"] == ["620L200US36180", "620L200US36081", "0500000US36034"]
    assert aside["first_lines"] == [4, 5, 6]
    assert said["notes"] == ["Assembly district 80: no row in this table"]


def test_it_wants_a_day_on_which_the_boundaries_hold(ground, table) -> None:
    with pytest.raises(Unreadable, match="--date 2020-12-31"):
        load(table(), "")
    with pytest.raises(Refused, match="no day"):
        load(table(), "end of 2018")
    with pytest.raises(NoSuchAreas, match="Load their boundaries first"):
        load(table(), "2023-12-31")
    assert not Edition.objects.filter(kind__startswith="census").exists()


def test_it_reads_a_plain_table_by_code_ocd_id_and_geoid(ground, table) -> None:
    text = (
        "area,kind,renters,renters_margin\n34,assembly_district,1000,50\n"
        'ocd-division/country:us/state:ny/sldl:80,,2000,9000\n5000000US3614,,"9,000",\n'
        "80,election_district,5,\n34,,7,\n,,3,\n34003,,many,\n34003,1\n"
    )
    [made] = load(table(text, "renters.csv"))
    assert counts(measure="renters") == {
        "34": [1000, 950, 1050], "80": [2000, 0, 11000], "14": [9000, 9000, 9000],
    }  # fmt: skip
    said = Report.objects.get(edition__kind="census:plain_census").said
    assert {one["reason"]: one["first_lines"] for one in said["set_aside"]} == {
        "no area of that id is loaded for that day": [5],
        "an earlier row has the same id": [6],
        "it has no id": [7],
        "it says no number of people": [8],
        "it has another number of fields": [9],
    }
    assert made.rows_read == 8


def test_it_reads_a_layout_that_somebody_wrote(ground, table, tmp_path) -> None:
    layout = tmp_path / "mine.toml"
    layout.write_text(
        'name = "b"\npublisher = "p"\nlicence = "l"\nedition = "Tenants 2018"\narea = "ad"\n'
        'as_of = 2018-07-01\n[measures.renters]\nvalue = "B25003_003E"\nmargin = "B25003_003M"\n'
    )
    path = table("ad,B25003_003E,B25003_003M\n34,31000,900\n")
    with reading_as(KEEPER):
        load_files([path], by=KEEPER, at=NOW, op=new_op(), layout=str(layout))
    assert counts(measure="renters") == {"34": [31000, 30100, 31900]}
    assert own_layout(tmp_path / "none.toml") is None
    layout.write_text(layout.read_text().replace("measures.renters", "measures.homes"))
    with pytest.raises(Refused, match="citizens_of_voting_age, population, renters"):
        own_layout(layout)
    layout.write_text('[measures.renters]\nworth = "x"\n')
    with pytest.raises(Refused, match="these words are needed"):
        own_layout(layout)


def test_it_stays_when_the_rest_is_counted_anew(ground, table) -> None:
    load(table())
    count(op=new_op(), by=KEEPER, at=NOW, counts=Counts(()))
    assert len(counts(measure="population")) == 2


def test_it_is_replaced_by_next_years_table_and_put_back(ground, table) -> None:
    load(table())
    [old] = Edition.objects.filter(kind="census:census_cvap")
    assert load(table())[0].notes == ("This very file is loaded already. Nothing was changed.",)
    load(table(CVAP.replace("66105", "70000")), "2019-12-31")
    assert counts(measure="citizens_of_voting_age")["34"][0] == 70000
    [now] = Edition.objects.filter(kind="census:census_cvap").in_force()
    assert now.first == old.id
    put_back(op=new_op(), by=KEEPER, at=NOW, first=old.id, was=now.id, to=old.id)
    assert counts(measure="citizens_of_voting_age")["34"][0] == 66105


def test_it_counts_nobody_twice(ground, table) -> None:
    load(table())
    with pytest.raises(CountedBefore, match="population of the same areas"):
        load(table("area,kind,population\n34,assembly_district,5\n", "b.csv"))
    load(table("area,kind,renters\n34,assembly_district,5\n", "b.csv"))
    assert len(counts(area__code="34")) == 1
    assert Count.objects.filter(area__code="34").count() == 3


def test_it_is_loaded_once_and_by_administrators(ground, cast: Cast, table) -> None:
    read = read_census(table(), NOW.date().replace(year=2018))
    op = new_op()
    assert load_census(op=op, by=KEEPER, at=NOW, table=read) == load_census(
        op=op, by=KEEPER, at=NOW, table=read
    )
    with pytest.raises(LoadedBefore):
        load_census(op=new_op(), by=KEEPER, at=NOW, table=read)
    for person in ("organiser", "outsider"):
        by = cast[person].reader()
        with reading_as(by), pytest.raises(NotAllowed):
            load_census(op=new_op(), by=by, at=NOW, table=replace(read))


@pytest.mark.parametrize(
    "text", ["", "area,votes\n34,1\n", "geoid,cvap_est\n1,2\n", "id,population\n1,2\n", "\x00"]
)
def test_it_leaves_other_tables_to_others(table, text) -> None:
    assert census_of(table(text)) is None


def test_it_keeps_the_ids_by_which_others_know_an_area(ground) -> None:
    known = dict(Area.objects.exclude(ocd_id="").values_list("ocd_id", "geoid"))
    assert known == {
        "ocd-division/country:us/state:ny/cd:14": "500US3614",
        "ocd-division/country:us/state:ny/sldl:34": "620US36034",
        "ocd-division/country:us/state:ny/sldl:80": "620US36080",
    }
