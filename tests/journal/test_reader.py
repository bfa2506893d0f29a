"""Readers: what roles reach, checked against a slow and obvious reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.journal.reader import NOBODY, Grant, Rank, Reader, rank_of

PATHS = st.lists(st.sampled_from("abc"), max_size=4).map(
    lambda parts: "/" + "".join(f"{part}/" for part in parts)
)
GRANTS = st.lists(st.builds(Grant, st.sampled_from(Rank), PATHS), max_size=5).map(tuple)


@given(GRANTS, PATHS, st.sampled_from(Rank))
def test_it_covers_what_lies_in_an_area_of_at_least_that_role(grants, path, least) -> None:
    parts = path.split("/")[1:-1]
    around = {"/" + "".join(f"{part}/" for part in parts[:n]) for n in range(len(parts) + 1)}
    obvious = any(grant.path in around and grant.rank >= least for grant in grants)
    assert Reader(NOBODY.account, grants).covers(path, least) == obvious


@given(GRANTS)
def test_it_names_the_outermost_paths_only(grants) -> None:
    paths = Reader(NOBODY.account, grants).paths()
    assert not any(a != b and a.startswith(b) for a in paths for b in paths)
    assert {grant.path for grant in grants} >= set(paths)
    assert all(any(grant.path.startswith(path) for path in paths) for grant in grants)


def test_it_knows_its_highest_role() -> None:
    assert NOBODY.rank is None
    assert Reader(NOBODY.account, (Grant(Rank.MEMBER, "/"), Grant(Rank.CAPTAIN, "/a/"))).rank == 3


def test_it_knows_roles_by_their_stored_word() -> None:
    assert [rank_of(rank.code) for rank in Rank] == list(Rank)
    with pytest.raises(ValueError, match="king"):
        rank_of("king")
