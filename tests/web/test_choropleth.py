"""Steps of colour: fifths, never crossing, whatever the values."""

from hypothesis import given
from hypothesis import strategies as st

from courtyard.web.choropleth import STEPS, breaks, step

VALUES = st.lists(st.floats(0, 1) | st.integers(0, 3).map(float), min_size=1, max_size=60)


def test_it_makes_fifths_of_ten() -> None:
    values = [float(n) for n in range(10)]
    at = breaks(values)
    assert at == (2.0, 4.0, 6.0, 8.0)
    assert [step(value, at) for value in values] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_it_has_no_steps_without_values() -> None:
    assert breaks([]) == ()


@given(VALUES)
def test_it_gives_more_to_no_lesser_value(values) -> None:
    at = breaks(values)
    steps = [step(value, at) for value in sorted(values)]
    assert steps == sorted(steps)
    assert steps[-1] == STEPS
    assert min(steps) >= 1


@given(VALUES)
def test_it_puts_at_least_a_fifth_at_or_above_each_break(values) -> None:
    for n, at in enumerate(reversed(breaks(values)), 1):
        assert sum(value >= at for value in values) * STEPS >= len(values) * min(n, 1)
