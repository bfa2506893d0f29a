"""A rule in Python over a column of text, asked once for every distinct value."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MOST_KNOWN = 200_000  # distinct values remembered from block to block


Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


class Distinct:
    """Answers a column by a rule, and remembers what it was asked from block to block.

    A rule takes one text, without space around and never empty, and returns a text, or a number if
    ``kind``, an Arrow type, says so; None or an empty text where there is no answer. Several
    threads may call.
    """

    def __init__(self, rule: Callable[[str], Any] = str, kind: Any = None) -> None:
        self._rule, self._kind = rule, kind
        self._lock = threading.Lock()
        self._forget()

    def __call__(self, column: Any) -> Any:
        """Return the answers: dictionary-encoded text, or an array of ``kind``."""
        return self.with_unanswered(column)[0]

    def with_unanswered(self, column: Any) -> tuple[Any, list[tuple[int, str]]]:
        """Return the answers, and place and text of each value that has none."""
        coded = encoded(column)
        asked, codes = coded.dictionary, _codes(coded)
        answers, none, words = self._answers(asked)
        wrong = np.flatnonzero(none[:-1])
        unanswered: list[tuple[int, str]] = []
        if len(wrong):
            told = {int(at): asked[int(at)].as_py().strip() for at in wrong}
            places = np.flatnonzero(np.isin(codes, wrong))
            unanswered = [(int(at), text) for at in places if (text := told[int(codes[at])])]
        return self._spread(answers, none, words, codes), unanswered

    def _forget(self) -> None:
        self._asked = pa.array([], pa.string())
        self._numbers: dict[str, int] = {}  # of answers in text, each with its number
        self._words: list[str] = []
        self._given = np.zeros(0, np.int32)  # the answer to each text asked, and if there is none
        self._none = np.zeros(0, bool)

    def _answers(self, texts: Any) -> tuple[Numbers, Flags, list[str]]:
        """Return answer, and whether there is none, for each text; at the end those of null."""
        with self._lock:
            if len(self._asked) > MOST_KNOWN:
                self._forget()
            place = pc.index_in(texts, value_set=self._asked)
            if place.null_count:
                self._ask(texts.filter(pc.is_null(place)))
                place = pc.index_in(texts, value_set=self._asked)
            at = place.to_numpy(zero_copy_only=False)
            given, none = np.append(self._given[at], 0), np.append(self._none[at], True)
            return given.astype(np.int32), none, self._words

    def _ask(self, texts: Any) -> None:
        given, none = [], []
        for text in texts.to_pylist():
            answer = self._rule(stripped) if (stripped := text.strip()) else None
            none.append(answer is None or answer == "")
            if none[-1]:
                given.append(0)
            elif self._kind is not None:
                given.append(int(answer))  # type: ignore[arg-type]  # a number, as kind says
            else:
                given.append(self._number(str(answer)))
        self._asked = pa.concat_arrays([self._asked, texts.cast(pa.string())])
        self._given = np.concatenate([self._given, np.array(given, np.int32)])
        self._none = np.concatenate([self._none, np.array(none, bool)])

    def _number(self, answer: str) -> int:
        if answer not in self._numbers:
            self._numbers[answer] = len(self._words)
            self._words.append(answer)
        return self._numbers[answer]

    def _spread(self, answers: Numbers, none: Flags, words: list[str], codes: Any) -> Any:
        """Return the answers for every row, from those for every distinct text."""
        if self._kind is not None:
            return pa.array(answers[codes], mask=none[codes]).cast(self._kind)
        used, own = np.unique(answers[~none], return_inverse=True)
        place = np.zeros(len(answers), np.int32)
        place[~none] = own
        dictionary = pa.array([words[at] for at in used], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(place[codes], mask=none[codes]), dictionary)


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
