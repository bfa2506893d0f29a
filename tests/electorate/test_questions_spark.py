"""Every question once more on Spark: the same answers as DuckDB's and as a plain count."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.electorate.asked import ASKED, BY_ELECTION, WHERE, agree
from tests.electorate.voter_file import Row, invented, stored

from courtyard.electorate import questions
from courtyard.electorate.dataset import writing
from courtyard.electorate.questions import Voters, Where
from courtyard.electorate.refusal import Refused

MASTER = "spark://local[2]"
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(
        not (find_spec("pyspark") and shutil.which("java")), reason="needs Java and pyspark"
    ),
    # pyspark leaves sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ROWS = invented(Random(11), 400)
SLUG = "2020-06-23-democratic-mayor"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the characters that the engine takes for a pattern; Spark ends afterwards."""
    folder = tmp_path_factory.mktemp("electorate") / "mine [2020]*? {a,b} %20"
    stored(folder, ROWS)
    yield folder
    from pyspark.sql import SparkSession

    if session := SparkSession.getActiveSession():
        session.stop()


@pytest.fixture(scope="module")
def voters(root: Path) -> Voters:
    return questions.voters_of(root, engine=MASTER)


@pytest.mark.parametrize("name", ASKED)
def test_it_answers_as_a_slow_count_does(name: str, voters: Voters) -> None:
    for by, where in (((), WHERE[1]), (("area", "party"), {}), (("status",), WHERE[2])):
        agree(ASKED[name], voters, ROWS, by, where)


@pytest.mark.parametrize("name", BY_ELECTION)
def test_it_answers_by_election(name: str, voters: Voters) -> None:
    for by in (("election",), ("area", "election", "party")):
        agree(BY_ELECTION[name], voters, ROWS, by, {})


def test_it_counts_nobody_where_there_is_nobody(tmp_path: Path) -> None:
    nobody: list[Row] = []
    voters = Voters(stored(tmp_path, nobody), MASTER)
    for name in ("registered", "turnout", "doors"):
        agree(ASKED[name], voters, nobody, (), {})


def test_it_tells_the_same_names_and_sums(root: Path, voters: Voters) -> None:
    duckdb = Voters(voters.version)
    asked = {"area": "34003", "purpose": "election"}
    there = questions.names(duckdb, **asked)
    assert there.num_rows > 10
    assert questions.names(voters, **asked).equals(there)
    assert questions.summary(voters).equals(questions.summary(duckdb))
    assert questions.elections(voters).equals(questions.elections(duckdb))


def test_it_adds_up_a_contest_alike(root: Path) -> None:
    lines = [
        ("34003", "Bronx", "candidate", "Ana Ruiz", 3),
        ("34003", "Bronx", "candidate", "Ana Ruiz", 4),
        ("9001", "Bronx", "candidate", "Bo Li", 2),
        ("9001", "Bronx", "tally", "Public Counter", 5),
    ]
    names = ("area", "county", "kind", "unit", "votes")
    with writing(root, "results", SLUG) as draft:
        columns = dict(zip(names, map(list, zip(*lines, strict=True)), strict=True))
        pq.write_table(pa.table(columns), draft.folder / "results.parquet")
        said = {"title": "Mayor", "layout": "edlevel", "publisher": "nobody"}
        said |= {"ballot_units": ["Public Counter"]}
        draft.put_in_force({**said, "rows_read": 4, "rows_kept": 4})
    found = questions.figures(root, SLUG, engine=MASTER)
    assert [(one.area, one.votes, one.ballots) for one in found] == [
        ("9001", (0, 2), 5),
        ("34003", (7, 0), None),
    ]
    assert found == questions.figures(root, SLUG)
    assert questions.candidates(root, SLUG, engine=MASTER) == questions.candidates(root, SLUG)


def test_it_says_so_when_files_are_gone(tmp_path: Path) -> None:
    version = stored(tmp_path, invented(Random(1), 4))
    (version.folder / "voters" / "part-1.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(Refused, match="Spark could not read"):
        questions.registered(Voters(version, MASTER))


@pytest.mark.parametrize("engine", ["spark://", "spark://x", "spark://a b:1", "spark://local[2"])
def test_it_refuses_an_address_that_is_none(voters: Voters, engine: str) -> None:
    with pytest.raises(Refused, match="no address of Spark"):
        questions.registered(Voters(voters.version, engine), where=Where())
