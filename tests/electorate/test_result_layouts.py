"""Layouts of results: data, and anybody can write one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.layout import layout_of, layouts
from courtyard.electorate.results.loading import ContestResult

Read = Callable[..., list[ContestResult]]

WARDS = """
what = "Results of Rivertown by ward"
publisher = "Clerk of Rivertown"
licence = "Open data of Rivertown"
shape = "rows"
needed = ["area", "unit", "votes"]

[columns]
area = "Ward"
unit = "Choice"
votes = ["Count", "Counted"]
date = "Held on"

[contest]
office = "Mayor"
event = "General Election 2024"

[event]
pattern = '.+'
date = "%d.%m.%Y"

[[area]]
kind = "ward"
from = "{area}"
pattern = 'Ward (?P<code>[0-9]+)'

[units]
tallies = ["Spoilt"]
write_ins = ["Others"]
"""
FILE = b"Counted;Ward;Choice;Held on\n31;Ward 07;Ann Ito;05.11.2024\n4;Ward 7;Spoilt;05.11.2024\n"


def test_it_ships_layouts_that_say_what_they_are() -> None:
    assert [one.name for one in layouts()] == ["area_table", "nyc_boe_edlevel", "openelections"]
    for one in layouts():
        assert one.what
        assert one.publisher
        assert one.licence


def test_it_reads_a_file_by_a_layout_of_the_users_own(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "rivertown wards.toml"
    path.write_text(WARDS)
    [result] = read(FILE, layout=path)
    assert result.contest == "2024-11-05-mayor-rivertown-wards"
    assert result.layout.publisher == "Clerk of Rivertown"
    assert result.area_kind == "ward"
    assert [(r["area"], r["kind"], r["unit"], r["votes"]) for r in result.rows.to_pylist()] == [
        ("7", "candidate", "Ann Ito", 31),
        ("7", "tally", "Spoilt", 4),
    ]
    with pytest.raises(Refused, match="not a kind of file Courtyard reads"):
        read(FILE)
    with pytest.raises(Refused, match="line 1: missing column Choice"):
        read(FILE.replace(b"Choice", b"Name"), layout=path)


def test_it_reads_a_file_by_a_shipped_layout_named(edlevel: type, read: Read) -> None:
    content = edlevel.write([edlevel.row()])  # type: ignore[attr-defined]
    assert read(content, layout="nyc_boe_edlevel")
    with pytest.raises(Refused, match="line 1: missing column"):
        read(content, layout="openelections")
    with pytest.raises(Refused, match=r"there is no layout ohio.* one of: area_table, nyc_boe"):
        read(content, layout="ohio")


BROKEN = {
    "not toml": ("what = ", "the layout is no TOML"),
    "no publisher": (WARDS.replace("publisher", "#"), "the layout has no publisher"),
    "unknown word": ("colour = 3\n" + WARDS, "colour is no word of a layout"),
    "unknown column": (
        WARDS.replace('unit = "Choice"', 'name = "Choice"'),
        "name is no column of ours",
    ),
    "bad pattern": (WARDS.replace("Ward (?P", "Ward (?<"), "the layout cannot be used"),
    "pattern without code": (WARDS.replace("?P<code>", ""), "needs (?P<code>…)"),
    "no areas": (WARDS.replace("[[area]]", "[[file_name]]"), "the layout has no area"),
    "shape": (WARDS.replace('"rows"', '"cube"'), "shape is rows or columns"),
    "units": (WARDS.replace("tallies", "spoils"), "units are ballots, tallies, write_ins"),
    "suffix": ('suffix = "../x"\n' + WARDS, "suffix is small letters"),
    "contest": (WARDS.replace("office =", "seat ="), "seat is no word of a contest"),
    "list for text": (WARDS.replace('from = "{area}"', "from = 3"), "the layout cannot be used"),
}


@pytest.mark.parametrize("which", BROKEN)
def test_it_says_what_is_wrong_with_a_layout(tmp_path: Path, which: str) -> None:
    text, sentence = BROKEN[which]
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(Refused) as refused:
        layout_of(path)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("mine.toml: ")
    assert str(tmp_path) not in str(refused.value)


def test_it_lets_no_layout_take_the_name_of_a_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "openelections.toml"
    path.write_text(WARDS)
    with pytest.raises(Refused, match="the layout has no name of its own"):
        layout_of(path)
    with pytest.raises(Refused, match="the layout cannot be opened"):
        layout_of(tmp_path / "nowhere.toml")
