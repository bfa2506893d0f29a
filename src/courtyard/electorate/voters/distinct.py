"""A rule in Python over a column of text, asked once for every distinct value."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

MOST_KNOWN = 200_000  # distinct values remembered from block to block


class Distinct:
    """Answers a column by a rule, and remembers what it was asked from block to block.

    A rule takes one text, without space around and never empty, and returns a text, or a number if
    ``kind``, an Arrow type, says so; None or an empty text where there is no answer. Several
    threads may call.
    """

    def __init__(self, rule: Callable[[str], Any] = str, kind: Any = None) -> None:
        self._rule, self._kind = rule, kind
        self._known: dict[str, Any] = {}
        self._lock = threading.Lock()

    def __call__(self, column: Any) -> Any:
        """Return the answers: dictionary-encoded text, or an array of ``kind``."""
        return self.with_unanswered(column)[0]

    def with_unanswered(self, column: Any) -> tuple[Any, list[tuple[int, str]]]:
        """Return the answers, and place and text of each value that has none."""
        coded = encoded(column)
        asked = [text.strip() for text in coded.dictionary.to_pylist()]
        answers = [self._ask(text) if text else None for text in asked]
        codes = _codes(coded)
        wrong = [at for at, text in enumerate(asked) if text and answers[at] is None]
        unanswered: list[tuple[int, str]] = []
        if wrong:
            places = np.flatnonzero(np.isin(codes, wrong))
            unanswered = [(int(at), asked[codes[at]]) for at in places]
        return self._spread(answers, codes), unanswered

    def _ask(self, text: str) -> Any:
        try:
            return self._known[text]
        except KeyError:
            answer = self._rule(text)
            answer = None if answer == "" else answer
        with self._lock:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[text] = answer
        return answer

    def _spread(self, answers: list[Any], codes: Any) -> Any:
        if self._kind is not None:
            # The last place answers for null, whose code is -1.
            known = np.array([0 if a is None else a for a in answers] + [0], np.int32)
            none = np.array([a is None for a in answers] + [True])
            numbers = pa.array(known[codes], mask=none[codes])
            return numbers.cast(self._kind)
        place = {
            text: at for at, text in enumerate(dict.fromkeys(a for a in answers if a is not None))
        }
        new = np.array([place.get(answer, -1) for answer in answers] + [-1], np.int32)[codes]
        return pa.DictionaryArray.from_arrays(
            pa.array(new, mask=new < 0), pa.array(list(place), pa.string())
        )


def encoded(column: Any) -> Any:
    """Return a column of text as one dictionary-encoded array."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
        column = column.combine_chunks()
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def plain(column: Any) -> Any:
    """Return a column of text that is not dictionary-encoded, as one array."""
    chunk = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return chunk.dictionary_decode() if pa.types.is_dictionary(chunk.type) else chunk


def _codes(coded: Any) -> Any:
    """Return the codes as a numpy array, -1 where there is no value."""
    indices = coded.indices
    if indices.null_count:
        indices = indices.fill_null(-1)
    return indices.to_numpy(zero_copy_only=False)
