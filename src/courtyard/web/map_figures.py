"""The figures of a map on their way to the browser, in columns: a city has thousands of areas."""

from collections.abc import Callable, Collection

from django.http import HttpResponse, JsonResponse

from courtyard.territory.tiling import Tiling

Told = tuple[int, str]  # the step of its colour, and its figure in words


def map_figures(
    codes: Collection[str], tiling: Tiling | None, told: Callable[[str], Told]
) -> HttpResponse:
    """What is told of these areas, as JSON; those that are in no tile are left out.

    `steps` and `figures` stand in the order of the areas' numbers in the tiles, and `numbers` says
    which these are, in runs: the first of a run, and how many follow each other. Names and codes
    are in the tiles.
    """
    places = tiling.places if tiling else {}
    found = sorted((places[code].number, code) for code in codes if code in places)
    each = [told(code) for _, code in found]
    answer = {
        "numbers": _runs([number for number, _ in found]),
        "steps": [step for step, _ in each],
        "figures": [words for _, words in each],
    }
    lean = {"separators": (",", ":"), "ensure_ascii": False}
    return JsonResponse(answer, json_dumps_params=lean)


def _runs(numbers: Collection[int]) -> list[list[int]]:
    """Rising numbers as runs: `1 2 3 7 8` is `[1, 3], [7, 2]`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == sum(found[-1]):
            found[-1][1] += 1
        else:
            found.append([number, 1])
    return found
