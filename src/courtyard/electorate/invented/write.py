"""Writes an invented voter file and, beside it, what is true of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from courtyard.electorate.refusal import Refused

from .dirt import Dirt, Soiled
from .history import History
from .names import Column
from .ny import LAYOUTS, Texts, columns, lines
from .people import AS_OF, HISTORY, LAYOUT, People, Pools, people
from .truth import Truth

WHAT = "Invented voters in the layout of New York's NYSVOTER. None of these people ever lived."
MOST_ROWS = 100_000_000


def default_name(rows: int, seed: int, layout: str, *, dirty: bool) -> str:
    """The name of a file that says plainly that its people are invented."""
    return f"INVENTED-ny-voters-{layout}-{rows}-seed{seed}{'' if dirty else '-clean'}.txt"


def truth_of(out: Path) -> Path:
    """Where the truth of that file is written."""
    return out.with_name(f"{out.name}.truth.json")


def write_voters(
    out: Path,
    *,
    rows: int,
    seed: int,
    layout: str = "ny47",
    dirty: bool = True,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Writes ``out`` and its truth, and returns the truth. The same seed gives the same bytes.

    ``progress`` is told the number of rows after each portion. Raises Refused for an ``out`` that
    exists and has no truth beside it: that is somebody's file; ValueError for rows out of bounds.
    """
    if not 1 <= rows <= MOST_ROWS:
        raise ValueError(f"rows must be 1 to {MOST_ROWS:,}")
    may_write(out)
    writer = _Writer(rows, seed, layout, dirty=dirty)
    with replacing(out) as file:
        for voters in people(rows, seed, writer.pools):
            file.write(writer.portion(voters))
            if progress:
                progress(len(voters))
    truth = writer.told(out.name, layout, seed, dirty=dirty)
    write_truth(out, truth)
    return truth


def may_write(out: Path) -> None:
    """Raises Refused for a file that was not invented here."""
    if out.exists() and not truth_of(out).exists():
        raise Refused(f"{out.name} is there already and was not invented here",
                      mend="Give another name with --out")  # fmt: skip


def write_truth(out: Path, truth: dict[str, Any]) -> None:
    """Writes what is true of ``out`` beside it."""
    with replacing(truth_of(out)) as file:
        file.write(json.dumps(truth, indent=1, ensure_ascii=False).encode() + b"\n")


def block_of(ready: Column) -> memoryview:
    """The bytes of all lines, one after another, without a copy."""
    end = ready.offset + len(ready)
    _, offsets, data = ready.buffers()
    size = int(np.frombuffer(offsets, dtype=np.int32)[end])
    return memoryview(data)[:size]


class _Writer:
    """Makes the bytes of each portion, and counts."""

    def __init__(self, rows: int, seed: int, layout: str, *, dirty: bool) -> None:
        self._seed, self._fields = seed, LAYOUTS[layout]
        self.pools, self._texts, self._history = Pools.of(seed), Texts.of_all(), History()
        self._dirt = Dirt(seed, rows, self._fields) if dirty else None
        self._portion = 0
        self.truth, self.digest, self.size = Truth(), hashlib.sha256(), 0

    def told(self, name: str, layout: str, seed: int, *, dirty: bool) -> dict[str, Any]:
        """Returns what is true of all that was written."""
        return {
            "invented": True,
            "what": WHAT,
            "file": name,
            "layout": layout,
            "fields": len(self._fields),
            "seed": seed,
            "dirty": dirty,
            "as_of": AS_OF.isoformat(),
            "size": self.size,
            "sha256": self.digest.hexdigest(),
            **self.truth.told(),
        }

    def portion(self, voters: People) -> memoryview:
        """The bytes of one portion."""
        number = self._portion
        rng = np.random.default_rng([self._seed, HISTORY, number])
        votes = self._history.votes(rng, voters)
        written = self._history.written(rng, votes)
        made = columns(np.random.default_rng([self._seed, LAYOUT, number]), voters, self.pools,
                       self._texts, votes, written.texts, self._history.days)  # fmt: skip
        soiled = self._dirt.fields(number, made) if self._dirt else Soiled()
        self.truth.add(voters, votes, written, made, soiled)
        ready = lines(made, self._fields)
        if self._dirt:
            ready = self._dirt.lines(number, ready, soiled)
        self._portion += 1
        block = block_of(ready)
        self.digest.update(block)
        self.size += len(block)
        return block


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that has its name only once it is whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
