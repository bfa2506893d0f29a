"""A page of an area's buildings, beside the plain way: all of them sorted, and cut out."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from courtyard.territory.finding import walking
from courtyard.web.area_buildings import PAGE, comparable, walked

STREETS = ("81 St", "81st Street", "Calm Road", "A Way")
HOUSES = st.tuples(st.sampled_from(STREETS), st.integers(1, 40))


@given(houses=st.lists(HOUSES, max_size=3 * PAGE), page=st.integers(0, 3))
def test_it_gives_a_page_as_if_all_were_sorted(houses: list[tuple[str, int]], page: int) -> None:
    found = [
        (UUID(int=n).hex, street, str(number), "BX 1", 1)
        for n, (street, number) in enumerate(houses)
    ]
    heard = {street: comparable(street) for street in STREETS}
    plain = sorted(found, key=lambda one: (heard[one[1]], walking(one[2])))
    expected = [UUID(one[0]) for one in plain[page * PAGE : (page + 1) * PAGE]]
    assert walked(found, heard, page * PAGE) == expected
