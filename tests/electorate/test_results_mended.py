"""Rows of results that were set aside, mended, and loaded again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.electorate.mending import (
    BRONX,
    HEAD,
    JUDGE,
    MAYOR,
    QUEENS,
    ROWS,
    aside,
    file_of,
    hurt_load,
    in_force,
    take,
    totals,
    written,
)

from courtyard.electorate import dataset
from courtyard.electorate.dataset import slugs, versions
from courtyard.electorate.refusal import Refused
from courtyard.electorate.set_aside import SetAside, read_set_aside, write_set_aside


def test_it_adds_mended_rows_and_keeps_the_others_aside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    [first] = hurt_load(tmp_path, BRONX, ROWS)
    assert (first.rows_read, first.rows_kept, first.rows_set_aside) == (4, 2, 2)
    rows = aside(root)
    [second] = take(root, file_of(tmp_path / "m.csv", rows, _3="2/77,Mayor,DEM,Ann,4"))
    assert (second.version, second.rows_read, second.rows_kept, second.rows_set_aside) == (
        2,
        4,
        3,
        1,
    )
    assert totals(root, MAYOR) == {"Ann": 12}
    assert aside(root) == rows[1:]
    assert second.notes[0].startswith(f"INCOMPLETE. {BRONX}: set aside 1 row in area 77004")
    assert second.notes[-1] == f"Mended after they were set aside: 1 row of {BRONX}."
    [source] = in_force(root, MAYOR).manifest["sources"]
    [of_first] = versions(root, MAYOR)[0].manifest["sources"]
    assert source["sha256"] == of_first["sha256"]
    assert (source["file"], source["rows_mended"]) == (BRONX, 1)
    assert in_force(root, MAYOR).report["changes"]["added"] == 1
    kept = [one for _, one in read_set_aside(second.folder / "mended.csv")]
    assert [(one.source, one.line, one.row) for one in kept] == [
        (BRONX, 3, "2/77,Mayor,DEM,Ann,4"),
        (BRONX, 5, "4/77,Mayor,DEM,Ann,y"),
    ]


def test_it_changes_nothing_when_the_same_rows_are_loaded_twice(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    mended = file_of(tmp_path / "m.csv", aside(root), _3="2/77,Mayor,DEM,Ann,4")
    assert [one.version for one in take(root, mended)] == [2]
    [again] = take(root, mended)
    assert (again.version, again.notes) == (
        2,
        ("These rows are in force as they stand in the file; nothing changed.",),
    )
    assert [one.number for one in versions(root, MAYOR)] == [1, 2]


def test_it_takes_the_rest_from_the_same_file_later(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    rows, right = aside(root), "2/77,Mayor,DEM,Ann,4"
    [bad] = take(root, file_of(tmp_path / "m.csv", rows, _3=right, _5="4/77,Mayor,DEM,Ann,-1"))
    assert bad.rows_set_aside == 1
    assert [(one.line, one.row) for _, one in aside(root)] == [(5, "4/77,Mayor,DEM,Ann,-1")]
    [good] = take(root, file_of(tmp_path / "m.csv", rows, _3=right, _5="4/77,Mayor,DEM,Ann,7"))
    assert (good.rows_kept, good.rows_set_aside, totals(root, MAYOR)) == (4, 0, {"Ann": 19})
    assert not any("INCOMPLETE" in note for note in good.notes)
    [other] = take(root, file_of(tmp_path / "m.csv", rows, _3=right, _5="4/77,Mayor,DEM,Ann,8"))
    assert (other.version, totals(root, MAYOR)) == (4, {"Ann": 20})


def test_it_counts_no_row_twice(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    same, other = "3/77,Mayor,DEM,Ann,5", "3/77,Mayor,DEM,Ann,6"
    [got] = take(root, file_of(tmp_path / "m.csv", aside(root), _3=same, _5=other))
    assert (got.rows_kept, got.rows_set_aside, totals(root, MAYOR)) == (2, 2, {"Ann": 8})
    assert [(one.line, one.reason) for _, one in aside(root)] == [
        (4, "“Ann” in area 77003 stands here and in line 3"),
        (5, "“Ann” in area 77003 has 6 here and 5 in line 3"),
    ]


def test_it_keeps_mended_rows_when_the_publishers_file_is_loaded_again(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    take(root, file_of(tmp_path / "m.csv", aside(root), _3="2/77,Mayor,DEM,Ann,4"))
    [again] = hurt_load(tmp_path, BRONX, ROWS)
    assert (again.version, totals(root, MAYOR)) == (2, {"Ann": 12})
    assert "In it the row that was mended since stays" in again.notes[0]
    dataset.restore(root, MAYOR, 1)
    [mended] = take(root, file_of(tmp_path / "m.csv", aside(root), _5="4/77,Mayor,DEM,Ann,1"))
    assert totals(root, MAYOR) == {"Ann": 9}
    [new] = hurt_load(tmp_path, BRONX, [*ROWS[:3], "4/77,Mayor,DEM,Ann,2"])
    assert (new.version, totals(root, MAYOR)) == (mended.version + 1, {"Ann": 10})
    assert new.notes[-1] == f"No more as mended before: 1 row of {BRONX}."


def test_it_mends_one_county_beside_another(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    hurt_load(tmp_path, QUEENS, ["1/34,Mayor,DEM,Ann,7", "2/34,Mayor,DEM,Ann,z"])
    rows = aside(root)
    assert [one.source for _, one in rows] == [BRONX, BRONX, QUEENS]
    right = {"_3": "2/77,Mayor,DEM,Ann,4"}
    [got] = take(root, file_of(tmp_path / "m.csv", rows[:2], **right))
    assert (totals(root, MAYOR), got.rows_set_aside) == ({"Ann": 19}, 2)
    [both] = take(root, file_of(tmp_path / "q.csv", rows[2:], _3="2/34,Mayor,DEM,Ann,1"))
    assert (totals(root, MAYOR), both.rows_read, both.rows_set_aside) == ({"Ann": 20}, 6, 1)
    mended = [note for note in both.notes if note.startswith("Mended after")]
    assert [note.split()[-1] for note in mended] == [f"{BRONX}.", f"{QUEENS}."]


def test_it_mends_rows_of_several_files_and_contests_at_once(tmp_path: Path) -> None:
    root, judge = tmp_path / "root", [one.replace("Mayor", "Judge") for one in ROWS]
    hurt_load(tmp_path, BRONX, [*ROWS, *judge])
    hurt_load(tmp_path, QUEENS, ["1/34,Mayor,DEM,Ann,7", "2/34,Mayor,DEM,Ann,z"])
    rows = aside(root)
    said = [
        (name, SetAside(one.source, one.line, one.reason, one.row[:-1] + "9")) for name, one in rows
    ]
    take(root, file_of(tmp_path / "m.csv", said))
    assert (totals(root, MAYOR), totals(root, JUDGE)) == ({"Ann": 42}, {"Ann": 26})
    assert aside(root) == []


def test_it_mends_a_row_of_no_known_contest_wherever_it_may_be_of(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, [*ROWS[:1], "1/77,Judge,DEM,Bo,2", "2/77,Mayor"])
    assert [name for name, _ in aside(root)] == [JUDGE, MAYOR]
    mended = file_of(tmp_path / "m.csv", aside(root, JUDGE), _4="2/77,Mayor,DEM,Ann,4")
    judge, mayor = sorted(take(root, mended), key=lambda one: one.dataset)
    assert (judge.version, judge.rows_read, judge.rows_set_aside) == (2, 1, 0)
    assert f"Line 4 of {BRONX}, mended, is not of this contest, but of {MAYOR}." in judge.notes
    assert (mayor.version, mayor.rows_kept, totals(root, MAYOR)) == (2, 2, {"Ann": 7})


def test_it_makes_the_contest_that_only_a_mended_row_is_of(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, [*ROWS[:1], "1/77,Judge,DEM,Bo,x"])
    assert slugs(root) == [MAYOR]
    mended = file_of(tmp_path / "m.csv", aside(root), _3="1/77,Judge,DEM,Bo,2")
    assert sorted(one.dataset for one in take(root, mended)) == [JUDGE, MAYOR]
    assert totals(root, JUDGE) == {"Bo": 2}


def test_it_leaves_a_contest_as_it_is_that_was_taken_out_or_replaced(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, [*ROWS[:1], "1/77,Judge,DEM,Bo,2", "2/77,Mayor"])
    rows = aside(root, JUDGE)
    hurt_load(tmp_path, BRONX, ROWS[:1])
    assert in_force(root, MAYOR).number == 2
    mended = file_of(tmp_path / "m.csv", rows, _4="2/77,Mayor,DEM,Ann,4")
    [judge] = take(root, mended)
    assert (judge.dataset, totals(root, MAYOR)) == (JUDGE, {"Ann": 3})
    assert judge.notes[-2].startswith(f"Line 4 of {BRONX}, mended, is not of this contest")


def test_it_says_when_a_mended_row_is_of_a_county_in_force_from_another_file(
    tmp_path: Path, edlevel: Any
) -> None:
    root = tmp_path / "root"
    row = edlevel.row
    bad = row(AD="34", ED="2", County="Queens", Tally="x")
    both = edlevel.write([row(), row(AD="34", County="Queens"), bad], repeated=False).decode()
    bronx = edlevel.write([row(Tally="9")], repeated=False).decode()
    take(root, written(tmp_path, "both.csv", both.splitlines()))
    take(root, written(tmp_path, "bronx.csv", bronx.splitlines()))
    [name] = slugs(root)
    text = edlevel.write([row(ED="3", Tally="5")], repeated=False).decode().splitlines()[1]
    rows = aside(root)
    [got] = take(root, file_of(tmp_path / "m.csv", rows, _4=text))
    [(_, again)] = aside(root)
    assert again.reason == "Bronx is in force from another file: bronx.csv"
    assert (got.rows_set_aside, sum(totals(root, name).values())) == (1, 11)
    right = rows[0][1].row.replace('"x"', '"4"')
    [got] = take(root, file_of(tmp_path / "m.csv", rows, _4=right))
    assert (got.rows_set_aside, sum(totals(root, name).values())) == (0, 15)


def test_it_reads_mended_rows_with_the_words_and_the_layout_of_before(tmp_path: Path) -> None:
    layout = tmp_path / "rivertown.toml"
    layout.write_text(OWN)
    path = written(tmp_path, "file.csv", ["Ward,Choice,Count", "Ward 1,Ann,3", "Ward 2,Ann,", ""])
    root = tmp_path / "root"
    [first] = take(root, path, layout=layout, said={"date": "2024-11-05"})
    layout.unlink()
    path.unlink()
    [got] = take(root, file_of(tmp_path / "m.csv", aside(root), _3="Ward 2,Ann,4"))
    assert (got.dataset, got.version) == (first.dataset, 2)
    assert totals(root, got.dataset) == {"Ann": 7}


OWN = """
what = "Rivertown"
publisher = "Clerk"
licence = "Open"
shape = "rows"
needed = ["area", "unit", "votes"]
[columns]
area = "Ward"
unit = "Choice"
votes = "Count"
[contest]
office = "Mayor"
event = "General Election 2024"
[[area]]
kind = "ward"
from = "{area}"
pattern = "Ward (?P<code>[0-9]+)"
"""


def test_it_refuses_rows_of_a_version_that_kept_no_files(tmp_path: Path) -> None:
    root = tmp_path / "root"
    [first] = hurt_load(tmp_path, BRONX, ROWS)
    older(first.folder)
    mended = file_of(tmp_path / "m.csv", aside(root), _3="2/77,Mayor,DEM,Ann,4")
    with pytest.raises(Refused, match=r"older Courtyard.* Load the publisher's file again, and"):
        take(root, mended)
    assert [one.version for one in hurt_load(tmp_path, BRONX, ROWS)] == [2]
    assert [one.version for one in take(root, mended)] == [3]
    assert totals(root, MAYOR) == {"Ann": 12}


def older(folder: Path) -> None:
    """Make a version what it was before files were kept."""
    said = json.loads((folder / "manifest.json").read_text())
    for one in said["sources"]:
        del one["load"]
    (folder / "manifest.json").write_text(json.dumps(said))
    for path in folder.glob("load-*.zip"):
        path.unlink()


def test_it_refuses_rows_if_the_kept_files_are_damaged(tmp_path: Path) -> None:
    root = tmp_path / "root"
    [first] = hurt_load(tmp_path, BRONX, ROWS)
    [kept] = first.folder.glob("load-*.zip")
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_bytes(kept.read_bytes()[:-30])
    mended = file_of(tmp_path / "m.csv", aside(root), _3="2/77,Mayor,DEM,Ann,4")
    with pytest.raises(Refused, match=r"^m\.csv: the publisher's files are not kept any more, or"):
        take(root, mended)


def test_it_refuses_rows_of_another_version_of_the_file(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    old = file_of(tmp_path / "old.csv", aside(root), _3="2/77,Mayor,DEM,Ann,4")
    hurt_load(tmp_path, BRONX, [ROWS[0], "2/77,Mayor,DEM,Ann,w", *ROWS[2:]])
    with pytest.raises(Refused, match=rf"^old\.csv: line 3 of {BRONX} was not set aside so in"):
        take(root, old)
    assert in_force(root, MAYOR).number == 2


def test_it_refuses_a_row_that_was_never_set_aside(tmp_path: Path) -> None:
    hurt_load(tmp_path, BRONX, ROWS)
    made_up = SetAside(BRONX, 2, "why", "1/77,Mayor,DEM,Ann,999")
    path = tmp_path / "m.csv"
    write_set_aside(path, MAYOR, [made_up])
    with pytest.raises(Refused, match=r"line 2 of .* was not set aside so"):
        take(tmp_path / "root", path)


def test_it_refuses_a_row_of_two_lines_and_one_mended_in_two_ways(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    two = file_of(tmp_path / "m.csv", aside(root), _3="2/77,Mayor,DEM,Ann,4\n5/77,Mayor,DEM,Ann,9")
    with pytest.raises(Refused, match="is longer than one line"):
        take(root, two)
    path = file_of(tmp_path / "m.csv", aside(root), _3="2/77,Mayor,DEM,Ann,4")
    other = file_of(tmp_path / "n.csv", aside(root), _3="2/77,Mayor,DEM,Ann,5")
    path.write_text(path.read_text() + other.read_text().partition("\n")[2])
    with pytest.raises(Refused, match="stands there twice, mended otherwise"):
        take(root, path)
    assert in_force(root, MAYOR).number == 1


def test_it_refuses_two_files_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    one = written(tmp_path, "x.csv", [f"county,{HEAD}", *(f"Bronx,{row}" for row in ROWS)])
    rows = [f"Queens,{row.replace('/77', '/34')}" for row in ROWS]
    two = written(tmp_path / "a", "x.csv", [f"county,{HEAD}", *rows])
    said = {"date": "2020-06-23", "event": "Primary", "state": "ny"}
    root = tmp_path / "root"
    take(root, one, two, layout="openelections", said=said)
    mended = [
        (name, SetAside(o.source, o.line, o.reason, o.row[:-1] + "4")) for name, o in aside(root)
    ]
    with pytest.raises(Refused, match=r"has two files named x\.csv"):
        take(root, file_of(tmp_path / "m.csv", mended[:1]))


def test_it_refuses_rows_of_what_is_not_loaded_and_a_file_beside_another(tmp_path: Path) -> None:
    root = tmp_path / "root"
    hurt_load(tmp_path, BRONX, ROWS)
    rows = aside(root)
    unknown = file_of(tmp_path / "m.csv", [(f"{MAYOR}-x", rows[0][1])])
    with pytest.raises(Refused, match=rf"^m\.csv: {MAYOR}-x is not loaded\. Load the publisher's"):
        take(root, unknown)
    with pytest.raises(Refused, match="there is no row in it"):
        take(root, file_of(tmp_path / "m.csv", rows, _3="", _5=" "))
    mended = file_of(tmp_path / "m.csv", rows, _3="2/77,Mayor,DEM,Ann,4")
    with pytest.raises(Refused, match="a file of mended rows is loaded alone"):
        take(root, mended, tmp_path / BRONX)
    with pytest.raises(Refused, match="a file of mended rows is loaded alone"):
        take(root, mended, said={"party": "REP"})


def test_it_sets_rows_of_a_file_without_a_contest_aside_in_all(tmp_path: Path) -> None:
    root = tmp_path / "root"
    queens = written(tmp_path, QUEENS, [HEAD, "1/34,Mayor,DEM,Ann,7"])
    rows = [HEAD, "1/77,Registered Voters,,Registered Voters,9", "1/77,Mayor,DEM,Ann,x"]
    [first] = take(root, queens, written(tmp_path, BRONX, rows))
    assert (first.rows_kept, first.rows_set_aside) == (1, 1)
    [got] = take(root, file_of(tmp_path / "m.csv", aside(root), _3="1/77,Mayor,DEM,Ann,2"))
    assert (got.rows_set_aside, totals(root, MAYOR)) == (0, {"Ann": 9})


def test_it_keeps_the_files_of_many_contests_once(tmp_path: Path) -> None:
    judge = [one.replace("Mayor", "Judge") for one in ROWS]
    loaded = hurt_load(tmp_path, BRONX, [*ROWS, *judge])
    kept = [path.stat().st_ino for one in loaded for path in one.folder.glob("load-*.zip")]
    assert len(kept) == 2
    assert len(set(kept)) == 1


def test_it_keeps_no_files_if_no_row_was_set_aside(tmp_path: Path) -> None:
    [first] = hurt_load(tmp_path, BRONX, ROWS[::2])
    assert not list(first.folder.glob("load-*.zip"))


def test_it_sets_a_row_aside_of_the_contest_into_which_its_own_was_merged(tmp_path: Path) -> None:
    rows = ["1/77,Judge,DEM,Bob,3", "1/77,Judge,,Write-ins,0", "1/77,Judge,,Write-ins,many"]
    [made] = hurt_load(tmp_path, BRONX, rows)
    assert (made.rows_read, made.rows_set_aside) == (3, 1)
    assert [(name, one.line) for name, one in aside(tmp_path / "root")] == [(JUDGE, 4)]
