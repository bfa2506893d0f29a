"""Reading a results file: what is refused, and that the sentence says what and where."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courtyard.electorate import lines
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results import ContestResult, read_results

Read = Callable[..., list[ContestResult]]

OTHER_KINDS = {
    "pdf": (b"%PDF-1.7\n\x00\x01", "this is a PDF document"),
    "xlsx": (b"PK\x03\x04\x14\x00", "an Excel workbook"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook of the old kind"),
    "json": (b'\n {"results": []}', "this is JSON"),
    "html": (b"\xef\xbb\xbf<!doctype html><p>", "this is a web page"),
    "binary": (bytes(range(256)), "line 1: the line contains a NUL byte"),
    "utf16 with mark": ("AD,ED".encode("utf-16"), "the text is in UTF-16"),
    "utf16 without": ("AD,ED\n".encode("utf-16-le"), "text in UTF-16"),
    "gzip twice": (gzip.compress(gzip.compress(b"AD")), "a gzip file inside a gzip file"),
    "gzip of pdf": (gzip.compress(b"%PDF-1.4"), "this is a PDF document"),
    "gzip head": (b"\x1f\x8b", "the gzip file is cut off or damaged"),
    "gzip bad": (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "the gzip file is cut off or damaged"),
    "empty": (b"", "the file is empty"),
    "empty gzip": (gzip.compress(b""), "the file is empty"),
    "blank lines": (b"\n  \r\n\n", "the file is empty"),
    "other csv": (b"name,age\nx,1\n", "line 1: this is not a kind of file Courtyard reads"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_it_refuses_another_kind_of_file(read: Read, kind: str) -> None:
    content, sentence = OTHER_KINDS[kind]
    with pytest.raises(Refused) as refused:
        read(content, "download.csv")
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("download.csv")


def test_it_never_quotes_a_voter_file(read: Read) -> None:
    with pytest.raises(Refused) as refused:
        read(b'"ROSA","LOPEZ","1984-02-03","12 ELDERT ST"\n' * 3)
    assert "not a kind of file Courtyard reads" in str(refused.value)
    assert "LOPEZ" not in str(refused.value)
    assert "ELDERT" not in str(refused.value)


# A usual row with this said otherwise, as line 3 of a file -> what the sentence says.
BAD_ROWS: dict[str, tuple[dict[str, str], str]] = {
    "negative": ({"Tally": "-5"}, "Tally “-5” is not a whole number of 0 or more"),
    "not a number": ({"Tally": "twelve"}, "Tally “twelve” is not"),
    "no number": ({"Tally": ""}, "Tally “” is not"),
    "fraction": ({"Tally": "1.5"}, "Tally “1.5” is not"),
    "comma astray": ({"Tally": "12,34"}, "Tally “12,34” is not"),
    "too big": ({"Tally": "1" * 30}, "Tally “1111"),
    "other digits": ({"Tally": "\u0663"}, "is not a whole number"),
    "no seats": ({"VoteFor": "0"}, "VoteFor “0” is not a whole number of 1 or more"),
    "other seats": ({"VoteFor": "2"}, "the contest elects 2 here and 1 before"),
    "AD": ({"AD": "x"}, "AD “x” is not"),
    "ED 0": ({"ED": "000"}, "ED “000” is not a whole number of 1 or more"),
    "ED high": ({"ED": "1000"}, "AD ED “78 1000” is no area code"),
    "status": ({"Status": "CLOSED"}, "unknown EDAD Status “CLOSED”"),
    "combined": ({"Status": "COMBINED INTO 9"}, "unknown EDAD Status “COMBINED INTO 9”"),
    "month 13": ({"Event": "Primary - 13/01/2020"}, "“Primary - 13/01/2020” does not end with"),
    "30 February": ({"Event": "Primary - 02/30/2020"}, "does not end with a day that can be"),
    "year 20": ({"Event": "Primary - 02/03/0020"}, "does not end with a day that can be"),
    "no date": ({"Event": "Primary"}, "“Primary” does not end with a day that can be"),
    "no unit": ({"Unit": " "}, "Unit Name is empty"),
    "no office": ({"Office": ""}, "Office/Position Title is empty"),
    "conflict": ({"ED": "037", "Tally": "3"}, "“Badrun N. Khan” in area 78037 has 3 here and 2"),
    "duplicate": ({"ED": "37"}, "“Badrun N. Khan” in area 78037 stands here and in line 2"),
    "county": ({"ED": "37", "County": "Queens", "Unit": "X"}, "another county or status here"),
    "two states": (
        {"ED": "37", "Status": "COMBINED INTO 037/78", "Unit": "X"},
        "area 78037 has another county or status here than in line 2",
    ),
    "host missing": (
        {"Status": "COMBINED INTO 099/78", "Tally": "0"},
        "area 78040 is combined into 78099, which is not in the contest",
    ),
    "into itself": (
        {"Status": "COMBINED INTO 040/78", "Tally": "0"},
        "areas are combined in a circle, or through too many: 78040 into 78040",
    ),
    "votes of its own": (
        {"Status": "COMBINED INTO 037/78", "Tally": "5"},
        "area 78040 is combined into 78037 but reports 5 of its own",
    ),
    "same address": (
        {"Office": "Representative, in Congress"},
        "two contests of the file would share the address 2020-06-23-democratic-rep",
    ),
    "no latin name": ({"Office": "市长", "Party": "", "District": ""}, "no name in Latin letters"),
    "control characters": (
        {"Status": "A\x1b[31m"},
        "unknown EDAD Status “A\N{REPLACEMENT CHARACTER}",
    ),
}


@pytest.mark.parametrize("which", BAD_ROWS)
def test_it_refuses_a_bad_row_and_says_where(edlevel: Any, read: Read, which: str) -> None:
    said, sentence = BAD_ROWS[which]
    rows = [edlevel.row(), edlevel.row(**{"ED": "040"} | said)]
    with pytest.raises(Refused) as refused:
        read(edlevel.write(rows, repeated=False), "ny14.csv")
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("ny14.csv, line 3: ")
    assert str(refused.value).endswith(".")


def test_it_refuses_a_circle_of_combined_districts(edlevel: Any, read: Read) -> None:
    rows = [
        edlevel.row(ED=str(n), Status=f"COMBINED INTO {n % 3 + 1:03}/78", Tally="0")
        for n in (1, 2, 3)
    ]
    with pytest.raises(Refused, match="78001 into 78002 into 78003 into 78001"):
        read(edlevel.write(rows))


def test_it_follows_a_chain_only_so_far(edlevel: Any, read: Read) -> None:
    rows = [
        edlevel.row(ED=str(n), Status=f"COMBINED INTO {n + 1:03}/78", Tally="0")
        for n in range(1, 40)
    ]
    with pytest.raises(
        Refused, match="line 20: areas are combined in a circle, or through too many"
    ):
        read(edlevel.write([*rows, edlevel.row(ED="40")]))


# What is done to the bytes of a good file of two rows -> what the sentence says.
DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut in a field": (lambda b: b[:-20], "line 3: the quotation marks in the line do not match"),
    "cut between fields": (lambda b: b[:-6], "line 3: the row has 10 fields where 11"),
    "a field more": (lambda b: b + b'"78",' * 11 + b'"1"\r\n', "line 4: the row has 12 fields"),
    "open quote": (lambda b: b + b'"78,"x\r\n', "line 4: the quotation marks"),
    "latin-1": (lambda b: b.replace(b"Khan", b"Kh\xe1n"), "line 2: the line contains bytes that"),
    "NUL": (lambda b: b.replace(b"Khan", b"Kh\0n", 1), "line 2: the line contains a NUL byte"),
    "long line": (lambda b: b + b"x" * 70000, "line 4: the line is longer than 64 KiB"),
    "no rows": (lambda b: b.split(b"\n")[0], "the file has column names but no rows"),
    "column gone": (lambda b: b.replace(b"Tally", b"Votes"), "line 1: missing column Tally"),
    "columns gone": (
        lambda b: b.replace(b"Tally", b"Votes").replace(b"EDAD Status", b"Status"),
        "missing columns EDAD Status, Tally",
    ),
    "column twice": (
        lambda b: b.replace(b'"AD",', b'"AD","AD",', 1),
        "line 1: there are two columns named AD",
    ),
    "header again": (lambda b: b + b.split(b"\n")[0] + b"\n", "line 4: VoteFor “VoteFor” is not"),
}


@pytest.mark.parametrize("which", DAMAGE)
def test_it_refuses_a_damaged_file_and_says_where(edlevel: Any, read: Read, which: str) -> None:
    damage, sentence = DAMAGE[which]
    good = edlevel.write([edlevel.row(), edlevel.row(ED="40")], repeated=False)
    assert read(good)
    with pytest.raises(Refused) as refused:
        read(damage(good))
    assert sentence in str(refused.value)


def test_it_refuses_a_row_that_repeats_other_names(edlevel: Any, read: Read) -> None:
    good = edlevel.write([edlevel.row(), edlevel.row(ED="40")])
    bad = (
        b'"County"'.join(good.rsplit(b'"County"', 1)[:1])
        + b'"Borough"'
        + good.rsplit(b'"County"', 1)[1]
    )
    with pytest.raises(Refused, match="line 2: the row names other columns than the first row"):
        read(bad)


def test_it_refuses_every_cut_of_the_packed_real_file(real: Path, read: Read) -> None:
    content = real.read_bytes()
    for keep in (10, 100, len(content) // 2, len(content) - 8, len(content) - 1):
        with pytest.raises(Refused, match="the gzip file is cut off or damaged"):
            read(content[:keep])


def test_it_refuses_what_is_not_a_file_and_shows_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused) as missing:
        read_results(tmp_path / "nowhere.csv")
    assert str(missing.value).startswith("nowhere.csv: there is no such file.")
    with pytest.raises(Refused, match="this is not a file") as folder:
        read_results(tmp_path)
    assert str(tmp_path.parent) not in str(folder.value) + str(missing.value)
    with pytest.raises(Refused):
        read_results(Path("a\0b"))


def test_it_stops_at_its_bound_of_text(
    edlevel: Any, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lines.MOST_TEXT == 256 << 20
    monkeypatch.setattr(lines, "MOST_TEXT", 1 << 20)
    row = edlevel.write([edlevel.row()])
    bomb = gzip.compress(row + (b" " * 60_000 + b"\n") * 40)
    assert len(bomb) < 10_000
    with pytest.raises(Refused, match=r"more than 1 MiB of text"):
        read(bomb)


def test_it_stops_at_its_bound_of_lines(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_LINES", 100)
    with pytest.raises(Refused, match=r"line 101: .* or 100 lines"):
        read(b"\n" * 200)


@pytest.mark.parametrize("packed", [True, False])
def test_it_never_holds_a_long_line(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "line.csv"
    if packed:  # 300 MB of text in 300 kB: the gzip format lets members follow each other
        path.write_bytes(gzip.compress(b"x" * 3_000_000) * 100)
    else:
        with path.open("wb") as file:
            file.write(b"x" * 100_000)
            file.truncate(300_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(Refused, match="line 1: the line is longer than 64 KiB"):
            read_results(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
