"""How questions are asked: of which file, by what words, for which purpose, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from tests.electorate.asked import rows_of
from tests.electorate.voter_file import ELECTIONS, NASTY, Plain, invented, stored

from courtyard.electorate import questions
from courtyard.electorate.permitted import NotPermitted
from courtyard.electorate.questions import BadQuestion, Ballot, Contest, Voters, Where, voters_of
from courtyard.electorate.refusal import Refused

ROWS = invented(Random(5), 300)
DAY = date(2020, 6, 23)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("electorate") / "mine [2020]*?"
    stored(folder, ROWS)
    return folder


@pytest.fixture
def voters(root: Path) -> Voters:
    return voters_of(root)


def test_it_finds_the_only_voter_file(root: Path) -> None:
    assert voters_of(root) == voters_of(root, "ny-voters")


def test_it_says_which_files_there_are(root: Path, tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="no voter file is loaded"):
        voters_of(tmp_path)
    for name in ("a-voters", "b-voters"):
        stored(tmp_path, [], name=name)
    with pytest.raises(BadQuestion, match="a-voters, b-voters"):
        voters_of(tmp_path)
    for name in ("no-voters", "../secret", ""):
        with pytest.raises(BadQuestion, match="Loaded: ny-voters"):
            voters_of(root, name)


def test_it_orders_rows_as_people_count(voters: Voters) -> None:
    areas = questions.registered(voters, by=("area",))["area"].to_pylist()
    assert areas == ["9001", "34003", "34010", NASTY, None]
    pairs = questions.voted(voters, by=("election", "house")).select(["election", "house"])
    names = sorted(name for name, *_ in ELECTIONS)
    assert rows_of(pairs.slice(0, 3)) == [(names[0], "34"), (names[0], "39"), (names[0], "9")]
    assert pairs["house"].to_pylist()[:3] == ["9", "34", "39"]


def test_it_refuses_words_it_does_not_know(voters: Voters) -> None:
    with pytest.raises(BadQuestion, match=r"“partei”\. There is: party, area"):
        questions.registered(voters, by=("partei",))
    with pytest.raises(BadQuestion, match="“election”"):
        questions.doors(voters, by=("election",))
    with pytest.raises(BadQuestion, match=r"no congress “15”\. There is: 7, 14\.$"):
        questions.registered(voters, where=Where(congress=("14", "15")))
    with pytest.raises(BadQuestion, match=r"no election “2018-primary”.*2018-06-26-primary"):
        questions.first_time(voters, "2018-primary")
    with pytest.raises(BadQuestion, match="turnout is of an election"):
        questions.turnout(voters, by=("area",))


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "\\' OR 1=1 --", 'x"; DROP VIEW voters', "\0", "%"]
)
def test_it_takes_a_value_for_nothing_but_a_value(voters: Voters, text: str) -> None:
    with pytest.raises(BadQuestion, match="there is no county"):
        questions.registered(voters, where=Where(county=(text,)))
    assert questions.registered(voters).num_rows == 1


def test_it_never_names_the_confidential(voters: Voters) -> None:
    for area in ("34003", "9001", NASTY):
        found = questions.names(voters, area=area, purpose="election").to_pylist()
        lives = [
            row for row in ROWS
            if row["area"] == area and row["status"] in ("active", "inactive")
        ]  # fmt: skip
        shown = {row["voter_id"] for row in lives if not row["confidential"]}
        assert {row["voter_id"] for row in found} == shown
        assert any(row["confidential"] for row in lives)
        counted = questions.registered(voters, where=Where(area=(area,)))
        assert counted["registered"].to_pylist() == [len(lives)]
        place = [(one["street"], len(one["number"]), one["number"]) for one in found]
        assert place == sorted(place)


def test_it_names_nobody_whose_standing_is_unknown(tmp_path: Path) -> None:
    row = next(one for one in ROWS if not one["confidential"] and one["area"])
    row = row | {"confidential": None, "status": "active"}
    voters = Voters(stored(tmp_path, [row]))
    assert questions.names(voters, area=row["area"], purpose="election").num_rows == 0


def test_it_asks_for_what_names_are_read(voters: Voters, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match=r"allows: election\. The law of the test"):
        questions.names(voters, area="34003", purpose="organising")
    with pytest.raises(BadQuestion, match="no purpose “selling”"):
        questions.names(voters, area="34003", purpose="selling")
    with pytest.raises(BadQuestion, match="one area at a time"):
        questions.names(voters, area="", purpose="election")
    unsaid = Voters(stored(tmp_path, ROWS, permitted=None))
    with pytest.raises(NotPermitted, match="no purpose"):
        questions.names(unsaid, area="34003", purpose="election")


@pytest.mark.parametrize(
    ("primaries", "codes"),
    [
        ("closed", {"DEM"}),
        ("semi-closed", {"DEM", "BLK", None}),
        ("open", {"DEM", "REP", "BLK", "O'X", None}),
    ],
)
def test_it_asks_a_primary_of_its_own(tmp_path: Path, primaries: str, codes: set) -> None:
    voters = Voters(stored(tmp_path, ROWS, primaries=primaries))
    found = questions.eligible(voters, Ballot(DAY, "Democratic"), by=("party",))
    assert set(found["party"].to_pylist()) == codes
    plain = Plain(ROWS, ("party",)).eligible(DAY, lambda party: party in codes)
    assert sorted(rows_of(found), key=str) == sorted(plain, key=str)


def test_it_does_not_guess_who_may_vote(tmp_path: Path, voters: Voters) -> None:
    unsaid = Voters(stored(tmp_path, ROWS, primaries="unknown"))
    with pytest.raises(BadQuestion, match="does not say who may vote in a primary"):
        questions.eligible(unsaid, Ballot(DAY, "DEM"))
    with pytest.raises(BadQuestion, match=r"no party “Whig”.*DEM \(Democratic\)"):
        questions.eligible(voters, Ballot(DAY, "Whig"))


def test_it_takes_birthdays_on_the_day(tmp_path: Path) -> None:
    leap = date(2024, 2, 29)
    born = (date(2006, 2, 28), date(2006, 3, 1), date(2006, 2, 27), None)
    rows = [ROWS[0] | {"born": day, "born_year": None, "status": "active"} for day in born]
    voters = Voters(stored(tmp_path, rows))
    assert rows_of(questions.eligible(voters, Ballot(leap))) == [(3,)]
    assert rows_of(questions.eligible(voters, Ballot(date(2024, 3, 1)))) == [(4,)]


CONGRESS = Contest(
    contest="x", title="Primary", event="Primary Election 2020", party="Democratic",
    office="Representative in Congress", district="14", vote_for=1, date=DAY, publisher="p",
    licence="l", source="s", sha256="", layout="", area_kind="", rows_read=0, rows_kept=0,
    version=1, loaded_at="", notes=(), combined={},
)  # fmt: skip


def test_it_knows_the_district_of_an_office() -> None:
    found = questions.ballot_of(CONGRESS, Where(county=("Bronx",)))
    assert found == Ballot(DAY, "Democratic", Where(congress=("14",)))
    general = replace(CONGRESS, event="General Election", title="t", office="Member of Assembly",
                      district="034")  # fmt: skip
    assert questions.ballot_of(general) == Ballot(DAY, "", Where(house=("34",)))
    governor = replace(CONGRESS, office="Governor", district="")
    assert questions.ballot_of(governor) == Ballot(DAY, "Democratic")
    mayor = replace(CONGRESS, office="Mayor", district="")
    with pytest.raises(BadQuestion, match="Say where"):
        questions.ballot_of(mayor)
    city = Where(county=("Bronx", "Queens"))
    assert questions.ballot_of(mayor, city).where == city


WHOLE_STATES = (
    "President", "PRESIDENT OF THE UNITED STATES", "U.S. President", "President/Vice President",
    "Governor", "Lieutenant Governor", "Lt. Governor", "Governor and Lieutenant Governor",
    "Governor/Lieutenant Governor", "United States Senator", "U.S. Senate", "US Senate",
    "Attorney-General", "Secretary of State", "State Comptroller",
)  # fmt: skip
NOT_WHOLE_STATES = (
    "Borough President", "Village President", "President of the City Council", "Governor's Council",
    "Council President", "County Attorney General Counsel", "Deputy Secretary of State",
    "Comptroller",
)  # fmt: skip


@pytest.mark.parametrize("office", WHOLE_STATES)
def test_it_knows_the_offices_of_the_whole_state(office: str) -> None:
    contest = replace(CONGRESS, office=office, district="")
    assert questions.ballot_of(contest) == Ballot(DAY, "Democratic")


@pytest.mark.parametrize("office", NOT_WHOLE_STATES)
def test_it_takes_no_other_office_for_one_of_the_whole_state(office: str) -> None:
    contest = replace(CONGRESS, office=office, district="")
    with pytest.raises(BadQuestion, match="Say where"):
        questions.ballot_of(contest)
    somewhere = Where(county=("Bronx",))
    assert questions.ballot_of(contest, somewhere).where == somewhere


@pytest.mark.parametrize(
    ("office", "where"),
    [
        ("REPRESENTATIVE IN CONGRESS", Where(congress=("14",))),
        ("U.S. House", Where(congress=("14",))),
        ("US House of Representatives", Where(congress=("14",))),
        ("State Senate", Where(senate=("14",))),
        ("State Senator", Where(senate=("14",))),
        ("State Assembly", Where(house=("14",))),
        ("Member of the Assembly", Where(house=("14",))),
        ("House of Delegates", Where(house=("14",))),
        ("Assembly District Leader", None),
        ("Delegate to the State Senate Convention", None),
    ],
)
def test_it_knows_the_offices_of_districts(office: str, where: Where | None) -> None:
    contest = replace(CONGRESS, office=office)
    if where:
        assert questions.ballot_of(contest).where == where
    else:
        with pytest.raises(BadQuestion, match="Say where"):
            questions.ballot_of(contest)


@pytest.mark.parametrize(
    "event", ["Democratic Runoff", "Democratic Run-off", "Primary Runoff 2020"]
)
def test_it_takes_a_runoff_of_a_party_for_its_primary(event: str) -> None:
    contest = replace(CONGRESS, event=event, title="t")
    assert questions.ballot_of(contest).primary == "Democratic"


@pytest.mark.parametrize("party", ["", " "])
@pytest.mark.parametrize("event", ["Democratic Runoff", "Primary Election 2020", "PRIMARIES", ""])
def test_it_never_lets_every_party_vote_in_a_primary(event: str, party: str) -> None:
    title = "" if event else "U.S. House 14, Democratic Runoff"
    contest = replace(CONGRESS, event=event, title=title, party=party)
    with pytest.raises(BadQuestion, match="--on 2020-06-23 --primary PARTY --congress 14"):
        questions.ballot_of(contest)


def test_it_lets_every_party_vote_in_a_general_election() -> None:
    for event in ("General Election 2020", "General Election Runoff", "Special Election 2020"):
        contest = replace(CONGRESS, event=event, title="t", party="Democratic")
        assert questions.ballot_of(contest).primary == ""
    attorney = replace(CONGRESS, office="Attorney General", district="", event="Runoff",
                       title="Attorney General, Runoff", party="")  # fmt: skip
    with pytest.raises(BadQuestion, match="--primary PARTY"):
        questions.ballot_of(attorney)


def test_it_refuses_a_day_before_1900(voters: Voters) -> None:
    for day in (date(1, 1, 1), date(1899, 12, 31)):
        with pytest.raises(BadQuestion, match="before 1900"):
            questions.eligible(voters, Ballot(day))
    assert rows_of(questions.eligible(voters, Ballot(date(1900, 1, 1))))


def test_it_sums_a_file_up(voters: Voters) -> None:
    rows = questions.summary(voters).to_pylist()
    told = {(row["what"], row["which"]): row["voters"] for row in rows}
    assert told["all", None] == len(ROWS)
    assert told["confidential", None] == sum(row["confidential"] for row in ROWS)
    assert told["status", "removed"] == sum(row["status"] == "removed" for row in ROWS)
    name, day = "2020-06-23-primary", DAY
    assert told["election", name] == sum(name in row["history"] for row in ROWS)
    known = {row["election"]: row["date"] for row in questions.elections(voters).to_pylist()}
    assert known[name] == day
    assert known["2016-general"] is None
    assert len(known) == len(ELECTIONS)


def test_it_says_when_a_file_is_damaged(tmp_path: Path) -> None:
    version = stored(tmp_path, ROWS)
    (version.folder / "voters" / "part-1.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(Refused, match="damaged") as refused:
        questions.registered(Voters(version))
    assert not isinstance(refused.value, BadQuestion)
    (version.folder / "elections.parquet").unlink()
    with pytest.raises(Refused, match="damaged"):
        questions.elections(Voters(version))


def test_it_knows_its_engines(voters: Voters) -> None:
    with pytest.raises(Refused, match=r"“oracle” is no engine\. Set COURTYARD_ENGINE"):
        questions.registered(Voters(voters.version, "oracle"))


def test_it_needs_no_pandas_and_loads_ibis_late(root: Path) -> None:
    program = (
        "import sys; sys.modules['pandas'] = None\n"
        "from pathlib import Path\n"
        "from courtyard.electorate.questions import registered, voters_of\n"
        "assert 'ibis' not in sys.modules\n"
        "print(registered(voters_of(Path(sys.argv[1])))['registered'][0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(root)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == Plain(ROWS).registered()[0][0]
