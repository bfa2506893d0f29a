"""Drafts: the same recipe makes the same cut to the letter, kept or made anew, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.canvass.test_told import ground as _ground

from courtyard.canvass import drafts
from courtyard.canvass.cuttable import named
from courtyard.canvass.cutting import BadStep, Recipe, cut_by
from courtyard.canvass.drafts import draft_of, forget_old, kept_draft, recipe_of
from courtyard.plan.turf_corrections import NoSuchTurf

ground = _ground


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> None:
    settings.COURTYARD_HOME = tmp_path


def same(one, other) -> bool:
    arrays = all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("turf", "walk", "begin", "doors", "metres")
    )
    return arrays and one.notes == other.notes and one.pins == other.pins


def recipes(ground) -> list[Recipe]:
    plain = Recipe.of_size(ground, 15)
    moved = plain.then("move", 0, 5)
    return [plain, moved, moved.then("exclude", 2), moved.then("split", 0).then("balance", 0, 1)]


def test_it_makes_the_same_cut_to_the_letter(ground) -> None:
    for recipe in recipes(ground):
        assert same(cut_by(recipe, ground), cut_by(recipe, ground))
        made = draft_of(recipe, ground)
        assert same(made, cut_by(recipe, ground))
        assert same(made, draft_of(recipe, ground))
        assert same(made, kept_draft(recipe, ground))


def test_it_makes_again_what_was_forgotten(ground, tmp_path) -> None:
    for recipe in recipes(ground):
        made = draft_of(recipe, ground)
        for path in (tmp_path / "drafts").glob("*.npz"):
            path.unlink()
        assert kept_draft(recipe, ground) is None
        assert same(made, draft_of(recipe, ground))


def test_it_finds_a_recipe_by_the_name_of_its_draft(ground) -> None:
    for recipe in recipes(ground):
        draft_of(recipe, ground)
        assert recipe_of(recipe.digest) == recipe
        assert Recipe.read(recipe.text()) == recipe
    for name in ("", "0" * 32, "../../etc/passwd", "ABC"):
        assert recipe_of(name) is None


def test_it_goes_back_by_the_recipe_before(ground) -> None:
    plain, moved, *_ = recipes(ground)
    assert moved.before == plain
    assert plain.before is None
    assert len({one.digest for one in recipes(ground)}) == 4


def test_it_makes_nothing_of_other_ground(ground) -> None:
    recipe = Recipe.of_size(ground, 15)
    draft_of(recipe, ground)
    doors = ground.stops.doors.copy()
    doors[0] += 1
    rows = list(zip(ground.ids, ground.names, ground.invented.tolist(), strict=True))
    stops = replace(ground.stops, doors=doors)
    other = named(ground.name, ground.network, stops, rows, ground.degrees)
    assert other.digest != ground.digest
    assert kept_draft(recipe, other) is None
    with pytest.raises(BadStep, match="ground has changed"):
        draft_of(recipe, other)


def test_it_keeps_nothing_of_a_correction_that_cannot_be(ground, tmp_path) -> None:
    plain = Recipe.of_size(ground, 15)
    for step in (("paint", 1), ("move", 1), ("split",)):
        with pytest.raises(BadStep):
            draft_of(plain.then(*step), ground)
    with pytest.raises(NoSuchTurf):
        draft_of(plain.then("split", 900), ground)
    assert len(list((tmp_path / "drafts").glob("*.npz"))) == 1


def test_it_forgets_what_nobody_looks_at(ground) -> None:
    recipe = Recipe.of_size(ground, 15)
    draft_of(recipe, ground)
    now = datetime.now(UTC)
    assert forget_old(now) == 0
    assert recipe_of(recipe.digest) == recipe
    assert forget_old(now + timedelta(seconds=drafts.KEPT + 60)) == 1
    assert recipe_of(recipe.digest) is None
