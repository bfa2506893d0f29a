"""Longer searches: asked for, made once, as the recipe says, or told to have failed."""

import fcntl
from dataclasses import replace

import numpy as np
import pytest
from tests.canvass.test_told import ground as _ground

from courtyard.canvass.cutting import THOROUGH, Recipe, cut_by
from courtyard.canvass.drafts import draft_of, kept_draft
from courtyard.canvass.wanted import has_failed, is_wanted, search_next, want
from courtyard.canvass.warm import warm_up

ground = _ground


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> None:
    settings.COURTYARD_HOME = tmp_path


@pytest.fixture
def longer(ground) -> Recipe:
    return replace(Recipe.of_size(ground, 15), effort=THOROUGH)


def test_it_makes_what_the_recipe_says_without_the_database(ground, longer) -> None:
    want(longer, ground)
    want(longer, ground)
    assert is_wanted(longer.digest)
    assert search_next()
    assert not is_wanted(longer.digest)
    assert not search_next()
    made = kept_draft(longer, ground)
    assert np.array_equal(made.walk, cut_by(longer, ground).walk)


def test_it_asks_for_nothing_that_is_there(ground, longer) -> None:
    draft_of(longer, ground)
    want(longer, ground)
    assert not is_wanted(longer.digest)


def test_it_keeps_nothing_that_was_stopped(ground, longer) -> None:
    want(longer, ground)
    assert search_next(lambda: True)
    assert kept_draft(longer, ground) is None
    assert is_wanted(longer.digest)


def test_it_leaves_alone_what_another_searches(ground, longer, tmp_path) -> None:
    want(longer, ground)
    with (tmp_path / "drafts" / "wanted" / longer.digest).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not search_next()
    assert search_next()


def test_it_tells_of_a_fault_and_can_be_asked_again(ground, longer, tmp_path) -> None:
    want(longer, ground)
    (tmp_path / "drafts" / f"{ground.digest}.ground.npz").unlink()
    assert search_next()
    assert not is_wanted(longer.digest)
    assert has_failed(longer.digest)
    want(longer, ground)
    assert not has_failed(longer.digest)
    assert search_next()
    assert kept_draft(longer, ground) is not None


def test_it_knows_nothing_of_names_that_are_none() -> None:
    for name in ("", "../x", "ABC"):
        assert not is_wanted(name)
        assert not has_failed(name)


def test_it_warms_up_once_and_again(tmp_path) -> None:
    warm_up()
    warm_up()
    assert [path.name for path in tmp_path.iterdir()] == ["planning.lock"]
