"""The first half of loading voters: files into staged rows, in blocks, by two threads.

Staged rows are Parquet files in a folder of the draft: our fields as far as one row alone says
them, the numbers of its history's entries, and where the row came from.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from courtyard.electorate.progress import Progress, Tell
from courtyard.electorate.refusal import Refused
from courtyard.electorate.set_aside import SetAside, SetAsideFile
from courtyard.electorate.source import AGAIN, Block, Place, Source, open_source
from courtyard.electorate.voters.cells import Cells, Grid, read_cells
from courtyard.electorate.voters.elections import Entries
from courtyard.electorate.voters.history_rows import HistoryReader, is_election
from courtyard.electorate.voters.layout import voter_layouts
from courtyard.electorate.voters.recognise import VoterFile
from courtyard.electorate.voters.rows import NO_ID, RowReader, Tally, column_kinds

THREADS = 2
AHEAD = 4  # blocks in memory at a time
NEAR = 4  # cells by which a row that was cut wrongly may be off besides
MANY = 1_000  # rows set aside from which on it is asked whether the file is worth reading


@dataclass
class FileCount:
    """What was read of one file."""

    file: str
    size: int
    sha256: str = ""
    rows_read: int = 0
    rows_set_aside: int = 0
    mended: int = 0
    c1: int = 0
    places: Sequence[Place] = ()


@dataclass
class Stage:
    """Everything that the first half hands to the second."""

    folder: Path
    aside: SetAsideFile
    entries: Entries = field(default_factory=Entries)
    tally: Tally = field(default_factory=Tally)
    entry_rows: Counter[int] = field(default_factory=Counter)
    files: list[FileCount] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def voters(self) -> list[Path]:
        """Return the staged voters' files."""
        return sorted(self.folder.glob("voters-*.parquet"))

    @property
    def votes(self) -> list[Path]:
        """Return the staged files of votes that come apart from their voters."""
        return sorted(self.folder.glob("history-*.parquet"))

    @property
    def votes_again(self) -> list[Path]:
        """Return those of votes that are taken over from the version before."""
        return sorted(self.folder.glob("carried-*.parquet"))


def stage_file(stage: Stage, one: VoterFile, tell: Tell) -> None:
    """Read one file into staged rows. Raises Refused if most of it cannot be read."""
    with open_source(one.path) as source, ThreadPoolExecutor(THREADS) as pool:
        count = FileCount(source.name, source.size)
        stage.files.append(count)
        digest = pool.submit(source.digest)
        read = _reader(stage, one)
        for number, (rows, tally, odd, entries) in enumerate(_in_order(pool, source, one, read)):
            _keep(stage, one, number, rows)
            count.rows_read += tally.rows + sum(reason != NO_ID for _, reason, _ in odd)
            stage.tally.add(tally)
            stage.entry_rows.update(entries)
            for line, reason, raw in odd:
                stage.aside.add(SetAside(source.name, line, reason, raw))
            count.rows_set_aside += len(odd)
            if count.rows_set_aside > MANY and 2 * count.rows_set_aside > count.rows_read:
                raise _hopeless(stage, count)
            tell(Progress(source.name, "reading", source.done, source.size, count.rows_read))
        _finish(stage, one, source, count)
        count.sha256 = digest.result()


Odd = tuple[int, str, str]  # line, reason, raw text
Read = Callable[[Cells], tuple[Any, Tally, dict[int, int]]]


def _reader(stage: Stage, one: VoterFile) -> Read:
    source = len(stage.files) - 1
    history = HistoryReader(one, stage.entries) if one.layout.history else None
    if one.layout.part == "history":
        assert history is not None  # noqa: S101  # the layout of such a part has one
        return history.read_alone
    rows = RowReader(one.layout)

    def read(cells: Cells) -> tuple[Any, Tally, dict[int, int]]:
        found, tally = rows.read(cells)
        entries: dict[int, int] = {}
        lists = pa.nulls(len(found), pa.list_(pa.int32()))
        if history is not None:
            lists, entries = history.read_beside(cells)
        found = found.append_column("entries", lists)
        found = found.append_column("source", pa.array(np.full(len(found), source, np.int16)))
        return found, tally, entries

    return read


def _in_order(
    pool: ThreadPoolExecutor, source: Source, one: VoterFile, read: Read
) -> Iterator[tuple[Any, Tally, list[Odd], dict[int, int]]]:
    """Yield what each block holds, in the order of the file, a few blocks ahead at a time."""
    grid = one.grid
    kinds = column_kinds(one.layout)
    wanted = {column: kind for column, kind in kinds.items() if column not in one.missing}
    wanted |= dict.fromkeys(_history_columns(one), pa.string())

    def work(block: Block) -> tuple[Any, Tally, list[Odd], dict[int, int]]:
        cells = read_cells(_without_header(block, one.header_lines), grid, wanted)
        rows, tally, entries = read(cells)
        rows, nameless = _without_id(rows, block, grid)
        return rows, tally, _sealed(cells.odd, one) + nameless, entries

    waiting: deque[Future[Any]] = deque()
    for block in source.blocks(b'"' if grid.quoted else None):
        waiting.append(pool.submit(work, block))
        if len(waiting) == AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _sealed(odd: list[Odd], one: VoterFile) -> list[Odd]:
    """Return rows that could not be cut, without the text of those that may be confidential.

    Such a row is one in which a cell near the flag's place holds its value: near by as many cells
    as the row has too many or too few, and NEAR more. A row of a vote history does not say whose
    it is, so none of its text is kept where the dataset has confidential voters.
    """
    flag = one.layout.confidential
    if one.layout.part == "history":
        same = [layout for layout in voter_layouts() if layout.dataset == one.layout.dataset]
        hidden = any(layout.confidential for layout in same)
        return [(line, reason, "" if hidden else text) for line, reason, text in odd]
    if flag is None:
        return odd

    at = one.grid.columns.index(flag.column)

    def may_be(text: str) -> bool:
        cells = text.split(one.grid.delimiter)
        off = abs(len(cells) - len(one.grid.columns)) + NEAR
        return any(flag.hides(cell) for cell in cells[max(0, at - off) : at + off + 1])

    return [(line, reason, "" if may_be(text) else text) for line, reason, text in odd]


def _without_id(rows: Any, block: Block, grid: Grid) -> tuple[Any, list[Odd]]:
    """Return the rows that have a voter id, and those that have none as set aside."""
    if not rows["voter_id"].null_count:
        return rows, []
    none = rows.filter(pc.is_null(rows["voter_id"])).select(["line", "confidential"]).to_pylist()
    aside = [
        (
            one["line"],
            NO_ID,
            "" if one["confidential"] else block.row(one["line"], quoted=grid.quoted),
        )
        for one in none
    ]
    return rows.filter(pc.is_valid(rows["voter_id"])), aside


def _history_columns(one: VoterFile) -> list[str]:
    rule = one.layout.history
    return [c for c in one.grid.columns if is_election(c, rule)] if rule else []


def _without_header(block: Block, lines: int) -> Block:
    if not lines or block.first_line > 1:
        return block
    return Block(2, block.data[block.data.find(b"\n") + 1 :])


def _keep(stage: Stage, one: VoterFile, number: int, rows: Any) -> None:
    name = f"{one.layout.part}-{len(stage.files):03}-{number:05}.parquet"
    if len(rows):
        write_staged(rows, stage.folder / name)


def write_staged(rows: Any, path: Path) -> None:
    """Write rows that are read once more and then removed: quickly, not small."""
    coded = [name for name in rows.column_names if pa.types.is_dictionary(rows[name].type)]
    pq.write_table(rows, path, compression="none", use_dictionary=coded, write_statistics=False)


def _finish(stage: Stage, one: VoterFile, source: Source, count: FileCount) -> None:
    count.mended, count.c1, count.places = source.mended, source.c1, source.places
    if not count.rows_read:
        raise Refused("the file has column names but no rows", mend=AGAIN, file=source.name)
    if 2 * count.rows_set_aside > count.rows_read:
        raise _hopeless(stage, count)
    if not source.ended:
        stage.notes.append(f"The last line of {source.name} has no line end; it may be cut off.")
    if one.missing:
        many = "columns" if len(one.missing) > 1 else "column"
        stage.notes.append(f"{source.name} lacks the {many} {', '.join(one.missing)}.")


def _hopeless(stage: Stage, count: FileCount) -> Refused:
    reason = stage.aside.reasons()[0]
    what = (
        f"{count.rows_set_aside:,} of the first {count.rows_read:,} rows cannot be read; "
        f"most often: {reason['reason']}"
    )
    mend = "Is it the layout that fits? Name another with --layout, or download the file again"
    return Refused(what, mend=mend, file=count.file, line=reason["first_lines"][0])
