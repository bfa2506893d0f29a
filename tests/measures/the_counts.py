"""Counts of areas as the loader would have made them, and the real contests of 2018 and 2020.

Each comes with the edition that says that something was counted.
"""

from collections.abc import Mapping
from datetime import date

from tests.conftest import DEMO, NOW

from courtyard.journal.op import new_op
from courtyard.territory.models import Area, Count, Edition

PRIMARY = DEMO / "results" / "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz"
BEFORE = DEMO / "results" / "2018-09-13_lieutenant_governor_by_election_district.csv.gz"
CONTEST = "2020-06-23-democratic-representative-in-congress-14"
EARLIER = "2018-09-13-lieutenant-governor-by-election-district"
VOTED = "voted:2020-06-23-primary"


def count(area: Area, **figures: float | tuple[float, float, float]) -> None:
    """Counts of one area: a figure, or a figure with what it may be. `__` stands for a colon."""
    told = {name.replace("__", ":"): figure for name, figure in figures.items()}
    count_all(area, told)


def count_all(area: Area, told: Mapping[str, float | tuple[float, float, float]]) -> None:
    for measure, figure in told.items():
        value, low, high = figure if isinstance(figure, tuple) else (figure, figure, figure)
        Count(
            id=new_op(), area=area, path=area.path, measure=measure, value=value, low=low,
            high=high, source="Lots of a test", as_of=date(2026, 1, 1),
        ).save(force_insert=True)  # fmt: skip
    Edition(
        id=(op := new_op()), name="Counts", kind="counts", valid_from=NOW.date(),
        valid_to=date(9999, 12, 31), file="", sha256=op.hex,
    ).save(force_insert=True)  # fmt: skip


def count_homes(ground: Mapping[str, Area]) -> None:
    """More homes in each district than in the one before: 100, 200, …"""
    for n, area in enumerate(districts(ground), 1):
        count(area, homes=100 * n, large_buildings=10 * n)


def count_voters(ground: Mapping[str, Area]) -> None:
    """In each district 1000 registered, 600 of them as Democrats; ever more of these voted."""
    for n, area in enumerate(districts(ground), 1):
        told = {
            "registered": 1000,
            "registered:DEM": 600,
            VOTED: 30 * n + 20,
            f"{VOTED}:DEM": 30 * n,
        }
        count_all(area, told | {"first_time": 10 * n, "lapsed": 100, "never_voted": 5})


def districts(ground: Mapping[str, Area]) -> list[Area]:
    found = [one for one in ground.values() if one.kind == "election_district"]
    return sorted(found, key=lambda one: one.code)
