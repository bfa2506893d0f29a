"""Reading a results file: what is refused or set aside, and that a sentence says why and where."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courtyard.electorate.refusal import Refused
from courtyard.electorate.results import gathering, reading
from courtyard.electorate.results.loading import ContestResult, read_results

Read = Callable[..., list[ContestResult]]


def zipped(content: bytes, *names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return made.getvalue()


OTHER_KINDS = {
    "pdf": (b"%PDF-1.7\n\x00\x01", "this is a PDF document"),
    "xlsx": (
        zipped(b"<workbook/>", "xl/workbook.xml", "xl/a.xml"),
        "the zip archive holds 2 files",
    ),
    "zip cut": (b"PK\x03\x04\x14\x00", "the archive is cut off or damaged"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook of the old kind"),
    "json": (b'\n {"results": []}', "this is JSON"),
    "html": (b"\xef\xbb\xbf<!doctype html><p>", "this is a web page"),
    "binary": (bytes(range(256)), "this is a binary file"),
    "utf16 with mark": ("AD,ED".encode("utf-16"), "the text is in UTF-16"),
    "utf16 without": ("AD,ED\n".encode("utf-16-le"), "text in UTF-16"),
    "gzip twice": (gzip.compress(gzip.compress(b"AD")), "a gzip file inside an archive"),
    "gzip of pdf": (gzip.compress(b"%PDF-1.4"), "this is a PDF document"),
    "gzip head": (b"\x1f\x8b", "the archive is cut off or damaged"),
    "gzip bad": (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "the archive is cut off or damaged"),
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


# A usual row with this said otherwise, as line 3 of a file -> the reason it is set aside for.
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
    "AD": ({"AD": "x"}, "AD ED “x 040” is no area code"),
    "ED 0": ({"ED": "000"}, "AD ED “78 000” is no area code"),
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
        "another contest has its address 2020-06-23-democratic-representative-in-c",
    ),
    "no latin name": (
        {"Office": "市长", "Party": "", "District": ""},
        "has no name in Latin letters",
    ),
    "no event": ({"Event": ""}, "Event is empty"),
    "control characters": (
        {"Status": "A\x1b[31m"},
        "unknown EDAD Status “A\N{REPLACEMENT CHARACTER}",
    ),
}


@pytest.mark.parametrize("which", BAD_ROWS)
def test_it_sets_a_bad_row_aside_and_says_loudly_what_is_missing(
    edlevel: Any, read: Read, which: str
) -> None:
    said, reason = BAD_ROWS[which]
    good = [edlevel.row(), edlevel.row(Unit="Samuel H. Sloan")]
    rows = [good[0], edlevel.row(**{"ED": "040"} | said), good[1]]
    content = edlevel.write(rows, repeated=False)
    [result] = read(content, "ny14.csv")
    [aside] = result.set_aside
    assert reason in aside.reason
    assert (aside.source, aside.line) == ("ny14.csv", 3)
    assert aside.row == content.decode().splitlines()[2]
    assert (result.rows_read, result.rows_set_aside) == (3, 1)
    assert result.rows["line"].to_pylist() == [2, 4]
    loud = [
        note for note in result.notes if note.startswith("INCOMPLETE. ny14.csv: set aside 1 row")
    ]
    assert len(loud) == (which != "duplicate")  # then nothing is missing


def test_it_says_which_areas_are_incomplete(edlevel: Any, read: Read) -> None:
    rows = [edlevel.row(ED=str(n), Tally="x" if n in (2, 4) else "1") for n in range(1, 7)]
    [result] = read(edlevel.write(rows))
    [note] = result.notes
    assert note == (
        "INCOMPLETE. results.csv: set aside 2 rows in areas 78002, 78004; "
        "the totals lack what stands there."
    )
    assert sum(result.rows["votes"].to_pylist()) == 4


def test_it_tells_a_row_of_one_contest_from_those_of_another(edlevel: Any, read: Read) -> None:
    rows = [
        edlevel.row(),
        edlevel.row(ED="40", Office="Mayor", Tally="x"),
        edlevel.row(Office="Mayor"),
    ]
    congress, mayor = read(edlevel.write(rows))
    assert (congress.rows_read, congress.set_aside, congress.notes) == (1, (), ())
    assert (mayor.rows_read, mayor.rows_set_aside) == (2, 1)
    rows[1]["VoteFor"] = ""  # a damaged line may be of any contest
    content = edlevel.write(rows, repeated=False).replace(b'"Bronx"', b'"Bro"nx"', 2)
    content = content.replace(b'"Bro"nx"', b'"Bronx"', 1)
    for one in read(content):
        assert one.rows_set_aside == 1
        assert "of unknown areas" in one.notes[0]


def test_it_refuses_a_file_more_than_half_of_which_cannot_be_read(edlevel: Any, read: Read) -> None:
    rows = [edlevel.row(ED=str(n), Tally="x" if n > 2 else "1") for n in range(1, 6)]
    with pytest.raises(Refused) as refused:
        read(edlevel.write(rows), "ny14.csv")
    assert str(refused.value).startswith(
        "ny14.csv, line 3: 3 of 5 rows cannot be read; here: Tally “x” is not a whole number"
    )


def test_it_sets_a_circle_of_combined_districts_aside(edlevel: Any, read: Read) -> None:
    rows = [
        edlevel.row(ED=str(n), Status=f"COMBINED INTO {n % 3 + 1:03}/78", Tally="0")
        for n in (1, 2, 3)
    ]
    [result] = read(edlevel.write([*rows, edlevel.row(ED="9")]))
    assert result.combined == {}
    assert [one.line for one in result.set_aside] == [1, 2, 3]
    assert "78001 into 78002 into 78003 into 78001" in result.set_aside[0].reason
    with pytest.raises(Refused, match="there is no contest in it"):
        read(edlevel.write(rows))


def test_it_follows_a_chain_only_so_far(edlevel: Any, read: Read) -> None:
    rows = [
        edlevel.row(ED=str(n), Status=f"COMBINED INTO {n + 1:03}/78", Tally="0")
        for n in range(1, 40)
    ]
    [result] = read(edlevel.write([*rows, edlevel.row(ED="40")]))
    assert len(result.combined) == 19
    assert {one.line for one in result.set_aside} == set(range(1, 21))
    assert "in a circle, or through too many" in result.set_aside[0].reason


# What is done to the bytes of a good file of three rows -> the one row set aside, and why.
DAMAGE: dict[str, tuple[Callable[[bytes], bytes], int, str]] = {
    "cut in a field": (lambda b: b[:-20], 4, "its quotation marks do not match"),
    "cut between fields": (lambda b: b[:-6], 4, "it has 10 fields where 11 are expected"),
    "a field more": (lambda b: b + b'"78",' * 11 + b'"1"\r\n', 5, "it has 12 fields where 11"),
    "open quote": (lambda b: b + b'"78,"x\r\n', 5, "its quotation marks do not match"),
    "NUL": (lambda b: b.replace(b"Khan", b"Kh\0n", 1), 2, "it contains a NUL byte"),
    "header again": (lambda b: b + b.split(b"\n")[0] + b"\n", 5, "it repeats the column names"),
}


@pytest.mark.parametrize("which", DAMAGE)
def test_it_sets_a_damaged_row_aside(edlevel: Any, read: Read, which: str) -> None:
    damage, line, reason = DAMAGE[which]
    good = edlevel.write([edlevel.row(ED=n) for n in ("37", "40", "41")], repeated=False)
    [result] = read(damage(good))
    [aside] = result.set_aside
    assert (aside.line, reason in aside.reason) == (line, True)
    assert any("INCOMPLETE" in note for note in result.notes) == (which != "header again")


# What is done to the bytes of a good file -> what the sentence says.
HOPELESS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "long line": (lambda b: b + b"x" * 300_000, "line 4: the line is longer than 256 KiB"),
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
    "many columns": (lambda b: b"a," * 60_000 + b, "line 1: there are 60,011 columns"),
    "quote in the header": (lambda b: b'"' + b, "the first row cannot be read"),
}


@pytest.mark.parametrize("which", HOPELESS)
def test_it_refuses_a_file_of_which_nothing_can_be_known(
    edlevel: Any, read: Read, which: str
) -> None:
    damage, sentence = HOPELESS[which]
    good = edlevel.write([edlevel.row(), edlevel.row(ED="40")], repeated=False)
    assert read(good)
    with pytest.raises(Refused) as refused:
        read(damage(good))
    assert sentence in str(refused.value)


def test_it_sets_a_row_aside_that_repeats_other_names(edlevel: Any, read: Read) -> None:
    good = edlevel.write([edlevel.row(), edlevel.row(ED="40")])
    before, after = good.rsplit(b'"County"', 1)
    [result] = read(before + b'"Borough"' + after)
    assert [one.reason for one in result.set_aside] == ["it names other columns than the first row"]


def test_it_refuses_every_cut_of_the_packed_real_file(real: Path, read: Read) -> None:
    content = real.read_bytes()
    for keep in (10, 100, len(content) // 2, len(content) - 8, len(content) - 1):
        with pytest.raises(Refused, match="the archive is cut off or damaged"):
            read(content[:keep])


def test_it_refuses_what_is_not_a_file_and_shows_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused) as missing:
        read_results([tmp_path / "nowhere.csv"])
    assert str(missing.value).startswith("nowhere.csv: there is no such file.")
    with pytest.raises(Refused, match="this is not a file") as folder:
        read_results([tmp_path])
    assert str(tmp_path.parent) not in str(folder.value) + str(missing.value)
    with pytest.raises(Refused):
        read_results([Path("a\0b")])


@pytest.mark.parametrize("packing", [gzip.compress, lambda text: zipped(text, "results.csv")])
def test_it_stops_unpacking_a_bomb(
    edlevel: Any, read: Read, packing: Callable[[bytes], bytes]
) -> None:
    bomb = packing(edlevel.write([edlevel.row()]) + (b" " * 200_000 + b"\n") * 400)
    assert len(bomb) < 200_000
    with pytest.raises(Refused, match="unpacks to more than 250 times its size"):
        read(bomb)


def test_it_stops_at_its_bounds(edlevel: Any, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [edlevel.row(ED=str(n), Office=f"Office {n}", Tally="1") for n in range(1, 9)]
    content = edlevel.write([*rows, edlevel.row(Tally="x"), edlevel.row(Tally="y")])
    for bound, most, sentence in (
        ("MOST_CONTESTS", 5, "line 6: the files hold more than 5 contests"),
        ("MOST_ROWS", 6, "line 7: there are more than 6 rows"),
        ("MOST_SET_ASIDE", 1, "line 10: more than 1 rows cannot be read"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(reading, bound, most)
            with pytest.raises(Refused, match=sentence):
                read(content)


def test_it_stops_at_its_bounds_of_one_contest(
    edlevel: Any, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = edlevel.write([edlevel.row(ED=str(n), Unit=f"Name {n}") for n in range(1, 9)] * 2)
    for bound, most, sentence in (
        ("MOST_AREAS", 5, "line 6: a contest has more than 5 areas"),
        ("MOST_NAMES", 6, "line 8: a contest has more than .* or 6 names"),
        ("MOST_REPEATED", 3, "results.csv: more than 3 rows stand there again"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(gathering, bound, most)
            with pytest.raises(Refused, match=sentence):
                read(content)


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
        with pytest.raises(Refused, match="line 1: the line is longer than 256 KiB"):
            read_results([path])
        assert tracemalloc.get_traced_memory()[1] < 64_000_000
    finally:
        tracemalloc.stop()
