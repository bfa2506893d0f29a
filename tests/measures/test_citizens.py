"""Turnout among citizens of voting age, where a census table counts them."""

from pathlib import Path

import pytest
from tests.conftest import KEEPER, NOW
from tests.kept import load_results
from tests.measures.the_counts import (
    BEFORE,
    CONTEST,
    EARLIER,
    PRIMARY,
    count_voters,
    districts,
)

from courtyard.journal.op import new_op
from courtyard.journal.scope import reading_as
from courtyard.measures.ground import Found, potential_of
from courtyard.measures.of_area import sheet_of
from courtyard.sources.loading import load_files
from courtyard.web.area_words import whom as whom_of_area
from courtyard.web.first_words import whom

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_district(ground, settings, tmp_path):
    """Two contests, and a loader of how many citizens live in areas."""
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    load_results(settings.COURTYARD_ELECTORATE, BEFORE, PRIMARY)

    def load(citizens: dict[str, int]) -> None:
        path = Path(tmp_path) / "table.csv"
        rows = [f"{code},{many}\n" for code, many in citizens.items()]
        path.write_text("area,citizens_of_voting_age\n" + "".join(rows))
        with reading_as(KEEPER):
            said = {"date": "2018-09-01"}
            load_files([path], by=KEEPER, at=NOW, op=new_op(), said=said)

    return load


def turnout(found: Found) -> dict[str, float]:
    part = next(one.part for one in found.ranking.parts if one.part.key == "turnout")
    return {
        line.area.code: float(value) for line, value in zip(found.lines, part.value, strict=True)
    }


def test_it_names_the_citizens_and_sets_ballots_beside_them(ground, by_district) -> None:
    by_district({"34": 5000, "80": 4000})
    found = potential_of(KEEPER, EARLIER, kind="assembly_district")
    assert found.whom.kind == "citizens"
    assert "citizens of voting age" in whom(found)
    ballots = {one.area.code: 0 for one in found.lines}
    for line in potential_of(KEEPER, EARLIER).lines:
        sheet = next(
            one for one in sheet_of(KEEPER, ground[line.area.code]).results
            if one.contest.contest == EARLIER
        )  # fmt: skip
        ballots[str(ground[line.area.code].parent.code)] += sheet.ballots or sheet.total
    known = turnout(found)
    for code, many in (("34", 5000), ("80", 4000)):
        assert known[code] == pytest.approx(ballots[code] / many, abs=0.01)
    assert found.counts.sources["Census table"].isoformat() == "2018-09-01"
    [of_area] = [
        one for one in sheet_of(KEEPER, ground["34"]).turnouts if one.contest.contest == EARLIER
    ]
    assert (of_area.kind, of_area.could, of_area.did) == ("citizens", 5000, ballots["34"])
    assert "citizens of voting age" in whom_of_area(of_area)


def test_it_counts_the_registered_where_citizens_of_some_areas_are_not_known(
    ground, by_district
) -> None:
    by_district({"34": 5000, "80": 4000})
    count_voters(ground)
    assert potential_of(KEEPER, EARLIER).whom.kind == "registered"  # of single districts
    by_district({one.code: 900 for one in districts(ground)[1:]})
    assert potential_of(KEEPER, EARLIER).whom.kind == "registered"
    # In a closed primary those enrolled could vote, and no other citizen.
    assert potential_of(KEEPER, CONTEST, kind="assembly_district").whom.kind == "enrolled"
