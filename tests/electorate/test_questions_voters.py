"""Questions of voters on DuckDB, against slow plain answers over random voter files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.electorate.asked import ASKED, BY_ELECTION, WHERE, agree
from tests.electorate.voter_file import Row, invented, stored

from courtyard.electorate.questions import BY, Voters

FILES = st.builds(invented, st.randoms(use_true_random=False), st.integers(0, 30))
PLACES = [word for word in BY if word != "election"]
KEYS = st.lists(st.sampled_from(PLACES), max_size=3, unique=True)


@pytest.mark.parametrize("name", ASKED)
@settings(max_examples=8, deadline=None)
@given(rows=FILES, by=KEYS, where=st.sampled_from(WHERE))
def test_it_answers_as_a_slow_count_does(name: str, rows: list[Row], by: list[str], where) -> None:
    with tempfile.TemporaryDirectory() as folder:
        voters = Voters(stored(Path(folder), rows))
        agree(ASKED[name], voters, rows, tuple(by), where)


@pytest.mark.parametrize("name", BY_ELECTION)
@settings(max_examples=8, deadline=None)
@given(rows=FILES, by=KEYS, where=st.sampled_from(WHERE), at=st.integers(0, 3))
def test_it_answers_by_election(name: str, rows: list[Row], by: list[str], where, at: int) -> None:
    asked = (*by[:at], "election", *by[at:])
    with tempfile.TemporaryDirectory() as folder:
        voters = Voters(stored(Path(folder), rows))
        agree(BY_ELECTION[name], voters, rows, asked, where)


def test_it_answers_alike_over_many_rows(tmp_path: Path) -> None:
    rows = invented(Random(3), 2000)
    voters = Voters(stored(tmp_path, rows))
    for asked in ASKED.values():
        for by, where in (((), WHERE[1]), (("area", "party"), {}), (("status",), WHERE[2])):
            agree(asked, voters, rows, by, where)
    for asked in BY_ELECTION.values():
        agree(asked, voters, rows, ("congress", "election", "party"), {})
