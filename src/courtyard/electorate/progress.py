"""How far a load has come, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["reading", "sorting", "comparing", "putting in force"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load has come: bytes ``done`` of ``total`` of a file, and rows so far."""

    file: str
    stage: Stage
    done: int
    total: int
    rows: int


Tell = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tell nobody."""
