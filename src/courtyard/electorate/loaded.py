"""What one load made of a dataset, told to whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Loaded:
    """The version in force after a load, and how many rows of the files it took in.

    ``voters``: how many there are in the version, ``confidential`` ones among them; 0 of a result.
    """

    dataset: str
    version: int
    layout: str
    rows_read: int
    rows_kept: int
    rows_set_aside: int
    confidential: int
    notes: tuple[str, ...]
    folder: Path
    voters: int = 0
