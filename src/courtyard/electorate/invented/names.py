"""Names put together from syllables, so that they are nobody's, and drawn as real ones fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]
Column = Any  # a pyarrow array of bytes

_SYLLABLES = (
    "BA BE BI BO BU CA CE CO DA DE DI DO FA FE GA GE GO HA HE HO JA JO KA KE KI KO LA LE LI LO LU "
    "MA ME MI MO NA NE NI NO PA PE PO RA RE RI RO RU SA SE SI SO TA TE TI TO VA VE VI WA WE YO ZA"
)
SYLLABLES = tuple(_SYLLABLES.split())
ENDINGS = ("", "N", "S", "R", "L", "T", "ND", "RS")
_SYLLABLE, _ENDING = (pa.array(words, pa.binary()) for words in (SYLLABLES, ENDINGS))


def invented_names(rng: np.random.Generator, count: int, syllables: int) -> Column:
    """``count`` different names of that many syllables (2 or 3) and an ending, in no order."""
    known = len(SYLLABLES)
    codes = rng.choice(known**syllables * len(ENDINGS), count, replace=False)
    rest, ending = np.divmod(codes, len(ENDINGS))
    places = [rest // known**place % known for place in reversed(range(syllables))]
    parts = [_SYLLABLE.take(pa.array(place)) for place in places]
    return pc.binary_join_element_wise(*parts, _ENDING.take(pa.array(ending)), b"")


def column(values: list[bytes]) -> Column:
    """The values as a column of bytes, to be taken from by number."""
    return pa.array(values, pa.binary())


@dataclass(frozen=True, slots=True)
class Zipf:
    """Draws numbers below ``len(cumulated)``: the first far more often than the last."""

    cumulated: npt.NDArray[np.float64]

    @classmethod
    def of(cls, count: int, exponent: float) -> Zipf:
        """The n-th of ``count`` is drawn in proportion to n ** -exponent."""
        weights = np.arange(1, count + 1, dtype=np.float64) ** -exponent
        return cls(np.cumsum(weights) / weights.sum())

    def draw(self, rng: np.random.Generator, count: int) -> Numbers:
        """``count`` numbers."""
        found = np.searchsorted(self.cumulated, rng.random(count))
        return np.minimum(found, len(self.cumulated) - 1)


def weighted(rng: np.random.Generator, shares: npt.ArrayLike, count: int) -> Numbers:
    """``count`` numbers below ``len(shares)``, each as often as its share says."""
    cumulated = np.cumsum(np.asarray(shares, dtype=np.float64))
    found = np.searchsorted(cumulated, rng.random(count) * cumulated[-1], side="right")
    numbers: Numbers = np.minimum(found, len(cumulated) - 1)
    return numbers
