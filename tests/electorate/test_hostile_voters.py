"""Hostile files are refused with a sentence, or load with everything bad set aside."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.electorate.hostile import GOOD, HOSTILE
from tests.electorate.voter_files import AT

from courtyard.electorate.load import load
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.set_aside import read_set_aside
from courtyard.electorate.source import Block, open_source
from courtyard.electorate.voters.cells import NUL, QUOTES, Grid, read_cells

SAID = {"date": "2018-11-06"}


@pytest.fixture(scope="module", params=list(GOOD))
def loaded(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A folder with one good dataset of a kind."""
    root = tmp_path_factory.mktemp("root")
    path = root.with_name("good.csv")
    path.write_text(GOOD[request.param].table)
    load(root, [path], at=AT, said=SAID)
    return request.param, root


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in sorted(root.rglob("*")) if one.is_file()}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_refuses_a_hostile_file_or_sets_aside_what_is_bad(
    loaded: tuple[str, Path], tmp_path: Path, name: str
) -> None:
    kind, root = loaded
    make, answers = HOSTILE[name]
    answer = answers[kind] if isinstance(answers, dict) else answers
    path = tmp_path / name
    make(path, GOOD[kind])
    before = snapshot(root)
    if isinstance(answer, str):
        with pytest.raises(Refused) as refused:
            load(root, [path], at=AT, said=SAID)
        sentence = str(refused.value)
        assert re.search(answer, sentence)
        assert sentence.startswith(shown(name))
        assert refused.value.mend
        assert len(sentence) < 1_500
        assert snapshot(root) == before
        return
    [got] = load(tmp_path / "root", [path], at=AT, said=SAID)
    assert (got.rows_read, got.rows_kept) == answer
    assert got.rows_set_aside == answer[0] - answer[1]
    if got.rows_set_aside:
        aside = [one for _, one in read_set_aside(got.folder / "set-aside.csv")]
        assert len(aside) == got.rows_set_aside
        assert all(one.reason and one.line > 1 for one in aside)
    assert not list(tmp_path.rglob("outside.csv"))
    assert not [one for one in tmp_path.parents if (one / "outside.csv").exists()]


def test_it_lets_no_row_set_aside_run_as_a_formula(tmp_path: Path) -> None:
    good = GOOD["voters"]
    path = tmp_path / "formulas.csv"
    path.write_text(good.table + "=1+1\n@x\n")
    [got] = load(tmp_path / "root", [path], at=AT)
    assert got.rows_set_aside == 2
    raw = (got.folder / "set-aside.csv").read_text().splitlines()[1:]
    assert [line.rsplit(",", 1)[1] for line in raw] == ["'=1+1", "'@x"]


WORST = ("zeros.csv.gz", "long_line.csv", "wide.csv", "rows.csv.gz")
ALONE = """
import sys
from pathlib import Path
from tests.electorate.hostile import GOOD, HOSTILE
from tests.electorate.voter_files import AT
from courtyard.electorate.load import load
from courtyard.electorate.refusal import Refused
for path in map(Path, sys.argv[2:]):
    try:
        load(Path(sys.argv[1]), [path], at=AT, said={"date": "2018-11-06"})
    except Refused:
        print(path.name)
# Not ru_maxrss, which a program has from the one that started it.
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def test_it_stays_under_512_megabytes_with_the_worst(tmp_path: Path) -> None:
    for name in WORST:
        HOSTILE[name][0](tmp_path / name, GOOD["voters"])
    files = [str(tmp_path / name) for name in WORST]
    command = [sys.executable, "-c", ALONE, str(tmp_path / "root"), *files]
    place = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=place)
    *refused, kilobytes = done.stdout.split()
    assert refused == list(WORST)
    assert int(kilobytes) < 512 << 10


# Random tables, written by a slow and obvious writer and read by blocks.

COLUMNS = ("a", "b", "c")
CELL = st.text(
    st.one_of(
        st.sampled_from('",\n\r \0x'),
        st.sampled_from("é\u2028\u0085’"),
        st.characters(max_codepoint=0x2FF, exclude_characters="\r\n\0"),
    ),
    max_size=6,
)
KINDS = ("good", "ragged", "nul", "latin", "blank")


def written(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, dict[int, list[str]], dict[int, str]]:
    """A table's bytes, and by line number its rows and what is to be set aside."""
    content, line = b"a,b,c\n", 2
    rows: dict[int, list[str]] = {}
    odd: dict[int, str] = {}
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12)):
        cells = draw(st.lists(CELL, min_size=3, max_size=3))
        cells = [cell.replace("\0", "").replace("\r", "") for cell in cells]
        encoding = "utf-8"
        if kind == "ragged":
            cells = [cell.replace("\n", "") for cell in cells] * draw(st.integers(0, 1)) + ["x"]
            odd[line] = Grid(COLUMNS, ",").fields(len(cells))
        elif kind == "nul":
            cells = ["x\0y", *(cell.replace("\n", "") for cell in cells[1:])]
            odd[line] = NUL
        elif kind == "latin":
            encoding = "latin-1"
            cells = ["Ñ" + "".join(c for c in cell if ord(c) < 0x80) for cell in cells]
            rows[line] = cells
        elif kind == "good":
            rows[line] = cells
        text = "" if kind == "blank" else written(cells)
        content += text.encode(encoding) + draw(st.sampled_from([b"\n", b"\r\n"]))
        line += text.count("\n") + 1
    return content, rows, odd


def read(path: Path) -> tuple[dict[int, list[str]], dict[int, str], int]:
    """Every row and every odd row by line number, and how many there are of both."""
    rows: dict[int, list[str]] = {}
    odd: dict[int, str] = {}
    count = 0
    for block in blocks(path):
        cells = read_cells(block, Grid(COLUMNS, ","), dict.fromkeys(COLUMNS, pa.string()))
        found = [[row[name] or "" for name in COLUMNS] for row in cells.table.to_pylist()]
        rows |= dict(zip(cells.lines.tolist(), found, strict=True))
        odd |= {line: reason for line, reason, _ in cells.odd}
        count += len(found) + len(cells.odd)
    return rows, odd, count


def blocks(path: Path) -> Iterator[Block]:
    with open_source(path) as source:
        for block in source.blocks():
            data = block.data.split(b"\n", 1)[1] if block.first_line == 1 else block.data
            yield Block(block.first_line + (block.first_line == 1), data)


@settings(max_examples=300, deadline=None)
@given(made=tables())
def test_it_reads_every_row_of_a_random_table_once(
    made: tuple[bytes, dict[int, list[str]], dict[int, str]], tmp_path_factory: Any
) -> None:
    content, rows, odd = made
    path = tmp_path_factory.getbasetemp() / "random.csv"
    path.write_bytes(content)
    found, aside, count = read(path)
    assert found == rows
    assert aside == odd
    assert count == len(rows) + len(odd)


def one_line(content: bytes) -> bytes:
    """Without line ends; and without byte order marks, which Arrow takes away before a line."""
    return content.replace(b"\n", b"").replace(b"\xef\xbb\xbf", b"")


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(st.binary(max_size=12).map(one_line), max_size=12),
    ended=st.booleans(),
)
def test_it_loses_no_line_of_random_bytes(
    lines: list[bytes], ended: bool, tmp_path_factory: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(b"a,b,c\n" + b"\n".join(lines) + (b"\n" if ended else b""))
    found, aside, count = read(path)
    assert count == len(found) + len(aside)  # no line number stands twice
    assert all(2 <= line < 2 + len(lines) for line in (*found, *aside))
    assert all(reason.startswith(("it has another", NUL, QUOTES)) for reason in aside.values())
    numbers = sorted([*found, *aside])
    for number, line in enumerate(lines, 2):
        if line.decode("latin-1").strip() and number not in numbers:
            # What is no row of its own stands inside a quoted field of a row before.
            before = max((one for one in numbers if one < number), default=0)
            assert any("\n" in cell for cell in found.get(before, ()))
