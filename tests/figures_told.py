"""What a map is told of its areas, read as its script does: in the order of their numbers."""

from collections.abc import Mapping
from typing import Any

Told = dict[str, tuple[int, str, int]]  # by code: step, figure in words, number in the tiles


def by_code(answer: Mapping[str, Any], codes: Mapping[int, str]) -> Told:
    """The answer of the server by the codes that the tiles have for these numbers."""
    numbers = [one for first, many in answer["numbers"] for one in range(first, first + many)]
    columns = zip(numbers, answer["steps"], answer["figures"], strict=True)
    return {codes[number]: (step, words, number) for number, step, words in columns}
