"""Invented voters of given homes: so many of each area cast their ballots, and not one more."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.electorate.test_invented_voters import SPELLED, Row, entries, is_day, read

from courtyard.electorate import questions
from courtyard.electorate.invented import people
from courtyard.electorate.invented.homes import HOME_SHARES, MOST_IN_A_HOME
from courtyard.electorate.invented.placed import Homes, Turnout, placed_name, write_placed_voters
from courtyard.electorate.invented.write import truth_of
from courtyard.electorate.load import Loaded, load
from courtyard.electorate.questions import Where
from courtyard.electorate.refusal import Refused

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEPTEMBER, JUNE, NOVEMBER = date(2018, 9, 13), date(2020, 6, 23), date(2022, 11, 8)
SEED = 7
QUEENS, BRONX = (34001, 34002, 34003, 36010), (82059, 87001, 87002)
EMPTY, COMBINED = 87099, 34003  # without homes; counted in 34002


def homes_of(many: Mapping[int, int]) -> Homes:
    """So many homes in each area, two to a house, each with an address of its own."""
    area = [code for code, homes in many.items() for _ in range(homes)]
    nth = [n for homes in many.values() for n in range(homes)]
    bronx = [code >= 77_000 for code in area]
    return Homes.of(
        area=area,
        street=[f"{code % 1000 + 10} STREET" for code in area],
        number=[f"{n // 80 + 31}-{n // 2 % 40 + 10}" for n in nth],
        unit=["" if n % 8 == 7 else f"{n % 2 + 1}{'AB'[n // 2 % 2]}" for n in nth],
        city=["BRONX" if there else "JACKSON HEIGHTS" for there in bronx],
        zip5=[f"{10_451 if there else 11_372}" for there in bronx],
        county=[3 if there else 41 for there in bronx],
        congress=[14] * len(area),
    )


MANY = dict.fromkeys(QUEENS + BRONX, 450) | {82059: 20, COMBINED: 60}
TURNOUT = (
    Turnout(
        SEPTEMBER, "primary", "DEM",
        {34001: 90, 34002: 0, COMBINED: 35, 36010: 101, 82059: 60, 87001: 1, EMPTY: 40},
    ),
    Turnout(
        JUNE, "primary", "DEM",
        {34001: 120, 34002: 88, COMBINED: 0, 36010: 260, 82059: 90, EMPTY: 55}, {COMBINED: 34002},
    ),
    Turnout(JUNE, "primary", "REP", {34001: 11, 36010: 30, 82059: 5}),
    Turnout(NOVEMBER, "general", "", {34001: 300, 34002: 290, 36010: 310, 82059: 110, 87002: 9}),
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    path: Path
    truth: dict[str, Any]
    homes: Homes
    rows: list[Row]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out, homes = tmp_path_factory.mktemp("placed") / placed_name("town", SEED), homes_of(MANY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PORTION", 900)  # five portions, so that their seams are tested
        write_placed_voters(out, homes, TURNOUT, seed=SEED)
    rows, aside = read(out)
    assert aside == {}
    return Made(out, json.loads(truth_of(out).read_text()), homes, list(rows.values()))


@pytest.fixture(scope="module")
def loaded(made: Made, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Loaded]:
    root = tmp_path_factory.mktemp("electorate")
    [got] = load(root, [made.path], at=AT)
    return root, got


def area_of(row: Row) -> int:
    return int(row["AD"]) * 1000 + int(row["ED"])


def door(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in ("RSTREETNAME", "RADDNUMBER", "RAPARTMENT", "RCITY"))


def ballots(one: Turnout, without: Sequence[int] = ()) -> dict[int, int]:
    """The ballots of each area or areas counted as one, but for those that had none."""
    counted = Counter[int]()
    for area, many in one.voted.items():
        counted[one.counted_in(area)] += many
    return {area: many for area, many in counted.items() if many and area not in without}


def voters(rows: Sequence[Row], one: Turnout) -> dict[int, int]:
    """Who has that election in the file, counted as the ballots are."""
    found = Counter[int]()
    for row in rows:
        voted = entries(row["VoterHistory"])[0]
        here = any(kind == one.type and day == f"{one.day}" for _, kind, _, day in voted)
        if here and row["ENROLLMENT"] == (one.party or row["ENROLLMENT"]):
            assert row["STATUS"] not in ("P", "17")
            found[one.counted_in(area_of(row))] += 1
    return dict(found)


def test_it_loads_with_nothing_set_aside(made: Made, loaded: tuple[Path, Loaded]) -> None:
    _, got = loaded
    assert (got.layout, got.rows_set_aside, got.notes) == ("ny", 0, ())
    assert got.rows_kept == made.truth["rows"] == made.truth["rows_kept"] == len(made.rows)


@pytest.mark.parametrize("one", TURNOUT, ids=lambda one: one.name)
@pytest.mark.parametrize("question", [questions.voted, questions.turnout])
def test_it_answers_with_exactly_the_ballots_of_each_area(
    loaded: tuple[Path, Loaded], one: Turnout, question: Any
) -> None:
    where = Where(party=(one.party,)) if one.party else Where()
    known, name = questions.voters_of(loaded[0]), f"{one.day}-{one.kind}"
    asked = question(known, by=["area"], where=where, election=name)
    found = Counter[int]()
    for row in asked.to_pylist():
        found[one.counted_in(int(row["area"]))] += row["voted"]
    assert {area: many for area, many in found.items() if many} == ballots(one, [EMPTY])


def test_it_lets_nobody_else_vote_on_those_days(made: Made) -> None:
    for one in TURNOUT:
        assert voters(made.rows, one) == ballots(one, [EMPTY])
    held = f"{JUNE}"
    came = [row for row in made.rows if held in [e[3] for e in entries(row["VoterHistory"])[0]]]
    voted = Counter(row["ENROLLMENT"] for row in came)
    assert voted == {"DEM": 120 + 88 + 260 + 90, "REP": 46}


def test_it_shares_out_combined_districts_among_the_homes_of_both(made: Made) -> None:
    came = [row for row in made.rows if f"{JUNE:%Y%m%d}" in row["VoterHistory"]]
    where = Counter(area_of(row) for row in came)
    assert (where[34002], where[COMBINED]) == (88 * 450 // 510, 88 - 88 * 450 // 510)
    june = made.truth["turnout"][1]
    assert june["counted_in"] == {str(COMBINED): 34002}
    assert (june["voted"], june["by_area"]["34001"]) == (613 - 55, 120)


def test_it_has_everybody_live_at_one_of_the_homes(made: Made) -> None:
    names = ("street", "number", "unit", "city", "zip5")
    columns = [[one.decode() for one in getattr(made.homes, name).to_pylist()] for name in names]
    given = set(zip(made.homes.area.tolist(), made.homes.county.tolist(), *columns, strict=True))
    assert len(given) == len(made.homes)
    lived = {(area_of(row), int(row["COUNTYCODE"]), *door(row), row["RZIP5"]) for row in made.rows}
    assert lived <= given
    assert list(made.truth["homes"].values()) == [len(given), len(lived), len(given) - len(lived)]
    assert {row["CD"] for row in made.rows} == {"14"}
    for name in ("RHALFCODE", "RPREDIRECTION", "RPOSTDIRECTION", "RADDRNONSTD"):
        assert {row[name] for row in made.rows} == {""}
    assert {row["RAPARTMENTTYPE"] for row in made.rows if not row["RAPARTMENT"]} == {""}


def test_it_is_understood_home_by_home(made: Made, loaded: tuple[Path, Loaded]) -> None:
    [counted] = questions.doors(questions.voters_of(loaded[0])).to_pylist()
    homes = [door(row) for row in made.rows if row["STATUS"] not in ("P", "17")]
    buildings = {(street, number, city) for street, number, _, city in homes}
    assert list(counted.values()) == [len(homes), len(set(homes)), len(buildings), 0]


def test_it_fills_homes_as_it_says(made: Made) -> None:
    usual = [row for row in made.rows if area_of(row) in (87001, 87002)]  # few ballots
    homes = Counter(door(row) for row in usual)
    shares = np.bincount([*homes.values(), *[0] * (900 - len(homes))], minlength=7) / 900
    assert np.abs(shares - HOME_SHARES).max() < 0.06
    assert 1.05 < len(usual) / 900 < 1.32
    surnames = defaultdict(list)
    for row in usual:
        surnames[door(row)].append(row["LASTNAME"])
    shared = [len(set(names)) == 1 for names in surnames.values() if len(names) == 2]
    assert 0.45 < sum(shared) / len(shared) < 0.85


def test_it_crowds_few_homes_and_says_where_there_are_none(made: Made) -> None:
    crowded = Counter(door(row) for row in made.rows if area_of(row) == 82059)
    assert crowded.total() == 110  # as many as voted: nobody is invented to stay at home
    assert max(crowded.values()) <= MOST_IN_A_HOME
    assert made.truth["too_few_homes"] == {}
    lost = {"2018-09-13-primary DEM": 40, "2020-06-23-primary DEM": 55}
    assert made.truth["without_homes"] == {str(EMPTY): lost}


def test_it_says_what_does_not_fit_in_the_homes(tmp_path: Path) -> None:
    out = tmp_path / placed_name("tight", 1)
    turnout = [Turnout(JUNE, "primary", party, {34001: 40}) for party in ("DEM", "REP")]
    truth = write_placed_voters(out, homes_of({34001: 2, 34002: 5}), turnout, seed=1)
    missing = truth["too_few_homes"]["34001"]
    assert missing == {"2020-06-23-primary DEM": 28, "2020-06-23-primary REP": 28}
    rows = list(read(out)[0].values())
    assert [voters(rows, one) for one in turnout] == [{34001: 12}, {34001: 12}]
    assert sum(area_of(row) == 34001 for row in rows) == 2 * MOST_IN_A_HOME


def test_it_writes_an_empty_file_without_homes(tmp_path: Path) -> None:
    out = tmp_path / placed_name("nowhere", 1)
    truth = write_placed_voters(out, homes_of({}), TURNOUT, seed=1)
    assert (out.read_bytes(), truth["rows"]) == (b"", 0)
    lost = sum(map(Counter, truth["without_homes"].values()), Counter[str]())
    assert lost == {one.name: sum(one.voted.values()) for one in TURNOUT}


def test_it_lets_nobody_vote_too_young_or_unregistered(made: Made) -> None:
    given = {(one.type, one.day.isoformat()) for one in TURNOUT}
    for row in made.rows:
        good, bad = entries(row["VoterHistory"])
        assert bad == []
        assert is_day(row["DOB"])
        assert is_day(row["REGDATE"])
        of_age = f"{int(row['DOB'][:4]) + 18}-{row['DOB'][4:6]}-{row['DOB'][6:]}"
        registered = f"{row['REGDATE'][:4]}-{row['REGDATE'][4:6]}-{row['REGDATE'][6:]}"
        for _, kind, year, day in good:
            assert (day or f"{year}-12-31") >= max(of_age, registered)
            assert (kind, day) not in given or str(day) > max(of_age, registered)


def test_it_writes_what_could_be_mistaken_with_its_day(made: Made) -> None:
    found = Counter(entry for row in made.rows for entry in entries(row["VoterHistory"])[0])
    assert {spelling for spelling, *_ in found} == set(SPELLED)
    years = {(one.type, one.day.year) for one in TURNOUT}
    assert all(day for _, kind, year, day in found if (kind, year) in years)
    assert ("PR", "2018-06-26") in {(kind, day) for _, kind, _, day in found}
    told = [(one["type"], one["year"], one["date"], one["voters"])
            for one in made.truth["elections"]]  # fmt: skip
    counted = Counter(one[1:] for one in found.elements())
    assert set(told) == {(*one, many) for one, many in counted.items()}


def test_it_has_first_voters_lapsed_ones_and_some_who_never_voted(
    loaded: tuple[Path, Loaded],
) -> None:
    known = questions.voters_of(loaded[0])
    first = questions.first_time(known, "2020-06-23-primary")["first_time"][0].as_py()
    lapsed = questions.lapsed(known, date(2020, 1, 1))["lapsed"][0].as_py()
    never = questions.never_voted(known)["never_voted"][0].as_py()
    assert min(first, lapsed, never) > 10


def test_it_enrols_as_many_democrats_as_there_are(tmp_path: Path) -> None:
    out = tmp_path / placed_name("large", 1)
    many = {34000 + district: 300 for district in range(1, 31)}
    turnout = Turnout(JUNE, "primary", "DEM", dict.fromkeys(many, 140))
    truth = write_placed_voters(out, homes_of(many), [turnout], seed=1)
    enrolled = {party: sum(by.values()) for party, by in truth["party_status"].items()}
    assert 0.6 < enrolled["DEM"] / truth["rows"] < 0.7
    assert set(enrolled) == set(people.PARTIES)
    assert truth["turnout"][0]["by_area"] == {str(area): 140 for area in many}


def test_it_gives_the_same_bytes_for_the_same_seed(tmp_path: Path, made: Made) -> None:
    told: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PORTION", 900)
        again, other = (tmp_path / placed_name("again", seed) for seed in (SEED, 8))
        truth = write_placed_voters(again, made.homes, TURNOUT, seed=SEED, progress=told.append)
        write_placed_voters(other, made.homes, TURNOUT, seed=8)
    assert again.read_bytes() == made.path.read_bytes() != other.read_bytes()
    assert json.loads(json.dumps(truth)) | {"file": ""} == made.truth | {"file": ""}
    assert (len(told), sum(told)) == (5, truth["rows"])


def test_it_says_itself_that_it_is_invented(made: Made, tmp_path: Path) -> None:
    assert made.path.name == "INVENTED-ny-voters-town-seed7.txt"
    assert made.truth["invented"] is True
    assert "None of these people ever lived" in made.truth["what"]
    assert made.truth["size"] == made.path.stat().st_size
    with pytest.raises(ValueError, match="begins with INVENTED"):
        write_placed_voters(tmp_path / "voters.txt", made.homes, TURNOUT, seed=1)
    somebodys = tmp_path / "INVENTED-by-somebody-else.txt"
    somebodys.write_text("theirs")
    with pytest.raises(Refused, match="was not invented here"):
        write_placed_voters(somebodys, made.homes, TURNOUT, seed=1)
    assert somebodys.read_text() == "theirs"


GOOD: dict[str, Any] = {
    "area": [34001], "street": ["37 AVENUE"], "number": ["1"], "unit": [""], "city": ["QUEENS"],
    "zip5": ["11372"], "county": [41], "congress": [14],
}  # fmt: skip


def test_it_writes_addresses_as_they_are_given(tmp_path: Path) -> None:
    out = tmp_path / placed_name("odd", 1)
    said: dict[str, Any] = {name: values * 40 for name, values in GOOD.items()}
    said["street"] = pa.chunked_array([['O"NEIL, PLAZA'] * 20, ["CALLE PEÑA"] * 20])
    said |= {"area": np.full(40, 34001, np.int32), "number": ["37-12 1/2"] * 40}
    homes = Homes.of(**said, senate=[13] * 40)
    write_placed_voters(out, homes, [], seed=1)
    rows, aside = read(out)
    assert aside == {}
    streets = {row["RSTREETNAME"].encode("latin-1").decode() for row in rows.values()}
    assert streets == {'O"NEIL, PLAZA', "CALLE PEÑA"}
    assert {row["SD"] for row in rows.values()} == {"13"}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"unit": ["1", "2"]}, "equally long"), ({"area": [151_001]}, "assembly district"),
    ({"area": [34000]}, "assembly district"), ({"area": [34001.5]}, "whole numbers"),
    ({"county": [30]}, "New York City"), ({"congress": [1_000]}, "0 to 999"),
    ({"street": ["37\nAVENUE"]}, "line end"), ({"city": ["A\0B"]}, "line end or NUL"),
    ({"city": [None]}, "no text"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), WRONG)
def test_it_takes_no_homes_that_cannot_be(wrong: dict[str, Any], said: str) -> None:
    assert len(Homes.of(**GOOD)) == 1
    with pytest.raises(ValueError, match=said):
        Homes.of(**GOOD | wrong)


def test_it_takes_no_elections_that_cannot_be(tmp_path: Path) -> None:
    for said in (
        (JUNE, "beauty contest", "", {}), (JUNE, "primary", "WHIG", {}),
        (JUNE, "primary", "", {34001: -1}), (date(1999, 11, 2), "general", "", {}),
        (people.AS_OF, "general", "", {}),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"\w"):
            Turnout(*said)
    democrats, all_of_them = (Turnout(JUNE, "primary", party, {}) for party in ("DEM", ""))
    for twice in ([democrats, democrats], [democrats, all_of_them]):
        with pytest.raises(ValueError, match="given twice"):
            write_placed_voters(tmp_path / "INVENTED.txt", homes_of({}), twice, seed=1)
    round_ = Turnout(JUNE, "primary", "", {}, {34001: 34002, 34002: 34001})
    with pytest.raises(ValueError, match="counted in itself"):
        write_placed_voters(tmp_path / "INVENTED.txt", homes_of({34001: 1}), [round_], seed=1)


AREAS = (34001, 34002, 36010, 87001)
some_ballots = st.dictionaries(st.sampled_from(AREAS), st.integers(0, 60))
# An area is only ever counted in one of a lower number.
some_groups = st.dictionaries(st.sampled_from(AREAS[1:]), st.sampled_from(AREAS)).map(
    lambda found: {area: to for area, to in found.items() if to < area}
)
HELD = (
    (SEPTEMBER, "primary", "DEM"), (JUNE, "primary", "DEM"), (JUNE, "primary", "REP"),
    (JUNE, "presidential-primary", "DEM"), (NOVEMBER, "general", ""),
    (date(2003, 5, 6), "special", ""),
)  # fmt: skip
some_turnouts = st.tuples(
    *(st.builds(Turnout, *map(st.just, said), some_ballots, some_groups) for said in HELD)
)
pools_of = cache(people.Pools.of)


@settings(max_examples=15)
@given(
    many=st.dictionaries(st.sampled_from(AREAS), st.integers(0, 30)),
    turnout=some_turnouts,
    seed=st.integers(0, 2**32),
    portion=st.sampled_from([1, 40, 50_000]),
)
def test_it_is_exact_on_any_ground(
    tmp_path_factory: pytest.TempPathFactory,
    many: dict[int, int],
    turnout: tuple[Turnout, ...],
    seed: int,
    portion: int,
) -> None:
    out = tmp_path_factory.getbasetemp() / placed_name("any", 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PORTION", portion)
        patch.setattr(people.Pools, "of", lambda seed: pools_of(0))
        truth = write_placed_voters(out, homes_of(many), turnout, seed=seed)
    rows, aside = read(out)
    assert aside == {}
    homes = Counter(tuple(row[name] for name in list(row)[4:14]) for row in rows.values())
    assert max(homes.values(), default=0) <= MOST_IN_A_HOME
    for one in turnout:
        lost = Counter[int]()
        for key in ("without_homes", "too_few_homes"):
            for area, by_election in truth[key].items():
                lost[one.counted_in(int(area))] += by_election.get(one.name, 0)
        assert Counter(voters(list(rows.values()), one)) + lost == ballots(one)
        for code, homes_there in many.items():
            here = truth["without_homes"].get(str(one.counted_in(code)), {})
            assert not (homes_there and one.name in here)
    asked = sum(sum(one.voted.values()) for one in turnout)
    assert all(asked > MOST_IN_A_HOME * many[int(area)] for area in truth["too_few_homes"])
