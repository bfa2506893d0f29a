"""A layout of one's own: the example of the documents loads, and what cannot be is refused."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.electorate.voter_files import AT, FILES, paths, taken

from courtyard.electorate.load import load
from courtyard.electorate.refusal import Refused
from courtyard.electorate.voters.layout import voter_layout

DOCUMENT = Path(__file__).parents[2] / "docs" / "voter-files.md"


def block(kind: str) -> str:
    [found] = re.findall(rf"^```{kind}\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "members.toml"
    path.write_text(block("toml"))
    return path


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_it_reads_the_example_of_the_documents(own: Path, tmp_path: Path, delimiter: str) -> None:
    text = io.StringIO()
    rows = list(csv.reader(io.StringIO(block("csv"))))
    csv.writer(text, delimiter=delimiter).writerows(rows)
    file = tmp_path / "members"
    file.write_text(text.getvalue())
    got = taken(tmp_path / "root", [file], layout=own)
    assert got.got.dataset == "fair-haven-voters"
    assert (got.got.rows_kept, got.got.confidential) == (3, 1)
    assert got.voters() == {"2024-08-13-primary": 1, "2024-11-05-general": 3}
    first = got.by_id()["1001"]
    assert first | {
        "last_name": "Bakedo", "born": date(1980, 3, 4), "party": "D", "status": "active",
        "area": "Fair Haven/12", "house": "7", "number": "12", "street": "ELM ST", "side": "even",
        "unit": "2B", "zip": "06513", "elections": ["2024-08-13-primary", "2024-11-05-general"],
        "methods": [0, 6],
    } == first  # fmt: skip
    assert set(got.by_id()) == {"1001", "1002"}
    assert got.report["left_out"] == [
        {"column": "Phone", "why": "consent to be called is asked, not taken from a file"}
    ]


def test_it_refuses_a_file_without_the_column_of_the_confidential(own: Path, root: Path) -> None:
    rows = [row[:-2] + row[-1:] for row in csv.reader(io.StringIO(block("csv")))]
    file = own.with_name("members.csv")
    file.write_text("\n".join(",".join(row) for row in rows))
    with pytest.raises(Refused, match="no column Protected, which says who is confidential"):
        load(root, [file], at=AT, layout=own)
    assert not list(root.rglob("voters*"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


def test_it_refuses_a_file_that_is_not_in_the_layout_named(own: Path, root: Path) -> None:
    with pytest.raises(Refused, match="not in the layout members"):
        load(root, paths("co"), at=AT, layout=own)
    with pytest.raises(Refused, match=r"not in the layout nc\. It is for: North Carolina"):
        load(root, paths("co"), at=AT, layout="nc")


def test_it_loads_a_header_in_another_order_that_lacks_columns(tmp_path: Path) -> None:
    [path] = paths("co")
    rows = list(csv.reader(io.StringIO(path.read_text())))
    width = len(rows[0])
    lacking = {"HOUSE_SUFFIX", "NAME_SUFFIX", "CONGRESSIONAL"}
    order = [at for at in reversed(range(width)) if rows[0][at] not in lacking]
    text = io.StringIO()
    csv.writer(text).writerows([[row[at] for at in order] for row in rows if len(row) == width])
    other = tmp_path / "list.csv"
    other.write_text(text.getvalue())
    got, whole = taken(tmp_path / "a", [other]), taken(tmp_path / "b", [path])
    assert got.got.notes == (
        "list.csv lacks the columns NAME_SUFFIX, CONGRESSIONAL, HOUSE_SUFFIX.",
    )
    expected = {id_: row | {"congress": None} for id_, row in whole.by_id().items()}
    assert got.by_id() == expected


def test_it_loads_a_history_that_lacks_a_column(tmp_path: Path) -> None:
    text = (FILES / "nc_ncvhis1.txt").read_text()
    history = tmp_path / "ncvhis.txt"
    history.write_text(text.replace('"voting_method"', '"method_of_voting"', 1))
    got = taken(tmp_path / "root", [FILES / "nc_ncvoter1.txt", history])
    assert got.voters()["2024-11-05-general"] == 18
    assert {how for row in got.rows for how in row["methods"]} == {0}
    assert "ncvhis.txt lacks the column voting_method." in got.got.notes


def test_it_loads_a_file_whose_columns_hold_no_election(tmp_path: Path) -> None:
    rows = list(csv.reader(io.StringIO((FILES / "oh_ALLEN.txt").read_text())))
    file = tmp_path / "ohio.csv"
    with file.open("w", newline="") as text:
        csv.writer(text).writerows([row[:46] for row in rows if len(row) == len(rows[0])])
    got = taken(tmp_path / "root", [file])
    assert (len(got.rows), got.elections) == (40, [])


def without(said: dict[str, Any], *path: str) -> None:
    for name in path[:-1]:
        said = said[name]
    del said[path[-1]]


def put(said: dict[str, Any], value: Any, *path: str) -> None:
    for name in path[:-1]:
        said = said[name]
    said[path[-1]] = value


LACKING = (
    ("kind",), ("file",), ("fields",), ("dataset",), ("what",), ("publisher",), ("licence",),
    ("file", "header"), ("fields", "voter_id"), ("confidential", "column"),
)  # fmt: skip


@pytest.mark.parametrize("path", LACKING, ids=".".join)
def test_it_refuses_a_layout_that_does_not_say_what_is_needed(path: tuple[str, ...]) -> None:
    said = tomllib.loads(block("toml"))
    without(said, *path)
    with pytest.raises(Refused, match=f"the layout does not say .*{path[-1]}"):
        voter_layout("own", said)


# What is put where -> what the sentence says.
WRONG: tuple[tuple[Any, tuple[str, ...], str], ...] = (
    ("boundaries", ("kind",), "“boundaries” is no kind of voter file"),
    ("../../outside", ("dataset",), "is no name of a dataset"),
    ("Voters", ("dataset",), "is no name of a dataset"),
    (7, ("what",), "not all text"),
    ("sometimes", ("primaries",), "is no kind of primaries: closed, semi-closed"),
    (["selling"], ("permitted", "uses"), "“selling” is no purpose. The purposes are election"),
    ("Race", ("fields", "race"), "fields.race is not a field of ours. The fields there are: v"),
    ("Door", ("address", "door"), "address.door is not a field of ours"),
    ("Birth date", ("fields", "born"), "fields.born does not say how a date is written"),
    (3, ("fields", "last_name"), "cannot be understood"),
    ([], ("fields", "last_name"), "is no list of texts"),
    ("house [0-9]+", ("fields", "house", "pattern"), "no group"),
    ("(", ("fields", "house", "pattern"), "cannot be understood"),
    ("here", ("fields", "status", "codes", "A"), "“here” is no status: active, inactive"),
    (1, ("fields", "party", "codes", "D"), "the codes of fields.party are not all text"),
    ("", ("file", "delimiter"), "is no delimiter: it is one character"),
    ("::", ("file", "delimiter"), "is no delimiter"),
    ('"', ("file", "delimiter"), "is no delimiter"),
    (False, ("file", "header"), "does not say file.columns, the order"),
    ("Y", ("confidential", "values"), "is no list of texts"),
    ([{"columns": ["County"], "times": 1000}], ("area",), "an area with times is of two columns"),
    ("history", ("kind",), "of a file of history has one of the shapes rows, columns"),
    ("rows", ("history", "shape"), "[history] of shape rows has no fields"),
    ("lines", ("history", "shape"), "shape is none of list, rows, columns"),
    (["(?P<date>x)"], ("history", "spellings"), "does not name type and one of date and year"),
    (["("], ("history", "spellings"), "is no pattern"),
    ("", ("history", "date_format"), "reads dates and has no date_format"),
    ([1], ("history", "date_format"), "date_format is no text"),
    ([1900, 2100], ("history", "years"), "years is not a first and a last year"),
    ("maybe", ("history", "types", "GENERAL"), "says “maybe” for “GENERAL”. Known are general"),
    ("owl", ("history", "methods", "MAIL"), "says “owl” for “MAIL”"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "path", "sentence"), WRONG, ids=[f"{'.'.join(p)}={v}" for v, p, _ in WRONG]
)
def test_it_refuses_a_layout_that_says_what_cannot_be(
    value: Any, path: tuple[str, ...], sentence: str
) -> None:
    said = tomllib.loads(block("toml"))
    put(said, value, *path)
    with pytest.raises(Refused) as refused:
        voter_layout("own", said)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"columns": ["a", "b"]}, "the layout reads Voter No, which is not among its columns"),
        ({"columns": ["Voter No", "Voter No"]}, "two columns Voter No"),
        ({"columns": ["Voter No"], "proof": {"Age": "x"}}, "the layout reads Age, which is not"),
    ],
)
def test_it_refuses_columns_that_do_not_fit(change: dict[str, Any], sentence: str) -> None:
    said = tomllib.loads(block("toml"))
    for name in ("history", "area", "confidential", "address"):
        del said[name]
    said["fields"] = {"voter_id": "Voter No"}
    said["file"] = {"header": False} | change
    with pytest.raises(Refused) as refused:
        voter_layout("own", said)
    assert sentence in str(refused.value)


NO_LAYOUTS = {
    "not toml": (b'kind = "voters"\n[', "this is not TOML"),
    "not utf-8": (b'kind = "voters"\n# \xff\n', "the layout cannot be read"),
    "empty table": (b'kind = "voters"\n', "the layout does not say file"),
}


@pytest.mark.parametrize("which", NO_LAYOUTS)
def test_it_names_the_layout_that_cannot_be_read(root: Path, tmp_path: Path, which: str) -> None:
    content, sentence = NO_LAYOUTS[which]
    layout = tmp_path / "mine.toml"
    layout.write_bytes(content)
    with pytest.raises(Refused) as refused:
        load(root, paths("co"), at=AT, layout=layout)
    assert str(refused.value).startswith(f"mine.toml: {sentence}")


def test_it_says_that_there_is_no_such_layout(root: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"nowhere\.toml"):
        load(root, paths("co"), at=AT, layout=tmp_path / "nowhere.toml")
    with pytest.raises(Refused, match="atlantis"):
        load(root, paths("co"), at=AT, layout="atlantis")
