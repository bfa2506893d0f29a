"""Random files: against a slow, obvious reference, and damaged in every way."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from courtyard.electorate.questions import candidates, contests, figures, result_rows
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.loading import read_results, save_results

BALLOTS = ("Public Counter", "Absentee / Military", "Federal", "Affidavit")
OTHER = ("Total Applicable Ballots",)
NAMES = ("Ana Ruiz", "Bo Li, Jr.", 'Cy "Red" Roe', "Dée", "Scattered")
PARTIES = ("Democratic", "Republican")
LOADED = datetime(2026, 5, 1, tzinfo=UTC)
NUMBERS = st.one_of(st.integers(0, 30), st.integers(0, 2_000_000))


@st.composite
def contest_rows(draw: st.DrawFn, edlevel: Any, party: str) -> list[dict[str, str]]:
    """Rows of one contest. A combined area names an area before it, so there is no circle."""
    codes = draw(
        st.lists(
            st.tuples(st.integers(1, 99), st.integers(1, 999)), min_size=1, max_size=6, unique=True
        )
    )
    rows = []
    for n, (ad, ed) in enumerate(codes):
        host = draw(st.sampled_from(codes[:n])) if n and draw(st.booleans()) else None
        status = f"COMBINED INTO {host[1]:03}/{host[0]:02}" if host else "IN-PLAY"
        units = BALLOTS + OTHER if host else BALLOTS + OTHER + NAMES
        for unit in draw(st.lists(st.sampled_from(units), min_size=1, unique=True)):
            number = 0 if host else draw(NUMBERS)
            tally = f"{number:,}" if draw(st.booleans()) else str(number)
            rows.append(
                edlevel.row(
                    AD=str(ad), ED=f"{ed:03}", Status=status, Party=party, Unit=unit, Tally=tally
                )
            )
    return rows


@st.composite
def files(draw: st.DrawFn, edlevel: Any) -> tuple[list[dict[str, str]], bytes]:
    parties = draw(st.lists(st.sampled_from(PARTIES), min_size=1, unique=True))
    rows = [row for party in parties for row in draw(contest_rows(edlevel, party))]
    rows = draw(st.permutations(rows))
    columns = draw(st.permutations(edlevel.columns))
    content = edlevel.write(rows, repeated=draw(st.booleans()), columns=columns)
    return rows, gzip.compress(content) if draw(st.booleans()) else content


def host_of(rows: list[dict[str, str]], area: int) -> int:
    for row in rows:
        if int(row["AD"]) * 1000 + int(row["ED"]) == area and row["EDAD Status"] != "IN-PLAY":
            ed, ad = row["EDAD Status"].removeprefix("COMBINED INTO ").split("/")
            return host_of(rows, int(ad) * 1000 + int(ed))
    return area


def load(root: Path, content: bytes) -> None:
    path = root / "file.csv"
    path.write_bytes(content)
    save_results(root / "electorate", read_results([path]), at=LOADED, by="tests")


def check(root: Path, rows: list[dict[str, str]], slug: str) -> None:
    """Compare what the dataset answers with sums over the rows, counted one by one."""
    by_unit: Counter[str] = Counter()
    by_area: dict[str, Counter[str]] = {}
    for row in rows:
        number = int(row["Tally"].replace(",", ""))
        area = str(int(row["AD"]) * 1000 + int(row["ED"]))
        by_unit[row["Unit Name"]] += number
        by_area.setdefault(area, Counter())[row["Unit Name"]] += number
    names = candidates(root, slug)
    assert {one.name: one.votes for one in names} == {
        unit: number for unit, number in by_unit.items() if unit in NAMES
    }
    assert [one.votes for one in names] == sorted((one.votes for one in names), reverse=True)
    found = figures(root, slug)
    assert [area.area for area in found] == sorted(by_area, key=int)
    for area in found:
        said = by_area[area.area]
        assert area.votes == tuple(said[one.name] for one in names)
        assert area.total == sum(said[name] for name in NAMES)
        assert (area.ballots or 0) == sum(said[name] for name in BALLOTS)
        assert (area.ballots is None) == (not set(BALLOTS) & set(said))
        host = host_of(rows, int(area.area))
        assert area.counted_in == (None if str(host) == area.area else str(host))
    asked = list(result_rows(root, slug))
    assert len(asked) == len(by_area) * len(names)
    assert sum(row["votes"] for row in asked) == sum(area.total for area in found)


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_it_agrees_with_a_slow_reference(edlevel: Any, data: st.DataObject) -> None:
    rows, content = data.draw(files(edlevel))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        load(root, content)
        for party in {row["Party/Independent Body"] for row in rows}:
            slug = f"2020-06-23-{party.lower()}-representative-in-congress-14"
            part = [row for row in rows if row["Party/Independent Body"] == party]
            check(root / "electorate", part, slug)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, edlevel: Any) -> Path:
    """A dataset with one version in force."""
    root = tmp_path_factory.mktemp("stored")
    load(root, edlevel.write([edlevel.row()]))
    return root / "electorate"


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """A good file with up to three cuts, flips, insertions."""
    content = bytearray(good)
    for _ in range(draw(st.integers(0, 3))):
        where = draw(st.integers(0, max(len(content) - 1, 0)))
        match draw(st.sampled_from(["cut", "flip", "insert", "remove", "repeat"])):
            case "cut":
                del content[where:]
            case "flip":
                content[where : where + 1] = bytes([draw(st.integers(0, 255))])
            case "insert":
                content[where:where] = draw(st.binary(min_size=1, max_size=12))
            case "remove":
                del content[where : where + draw(st.integers(1, 200))]
            case "repeat":
                content[where:where] = content[where : where + draw(st.integers(1, 400))]
    return bytes(content)


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_it_loads_or_refuses_and_does_nothing_else(
    edlevel: Any, stored: Path, data: st.DataObject
) -> None:
    rows = [edlevel.row(ED=str(n), Unit=u, Tally="9") for n in (1, 2) for u in NAMES + BALLOTS]
    rows.append(edlevel.row(ED="3", Status="COMBINED INTO 001/78", Unit="Federal", Tally="0"))
    good = edlevel.write(rows, repeated=data.draw(st.booleans()))
    good = gzip.compress(good, mtime=0) if data.draw(st.booleans()) else good
    content = data.draw(st.one_of(damaged(good), damaged(good), st.binary(max_size=300)))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(stored, root / "electorate")
        before = snapshot(root / "electorate")
        said = ""
        try:
            load(root, content)
        except Refused as refused:
            said = str(refused)
        if said:
            assert said.startswith("file.csv")
            assert folder not in said
            assert snapshot(root / "electorate") == before
            event("refused")
            return
        event("loaded")
        for contest in contests(root / "electorate"):
            assert figures(root / "electorate", contest.contest)


TABLE = b"ed,Ann,Bo,total,share\n" + b"".join(
    b"650%02d,%d,%d,%d,%.3f\n" % (n, n, 3, n + 3, n / (n + 3)) for n in range(1, 9)
)
PRECINCTS = b"county,precinct,office,district,party,candidate,votes\n" + b"".join(
    b"Bronx,%d/77,Mayor,,%s,%s,%d\n" % (n, party, name, n)
    for n in range(1, 9)
    for party, name in ((b"DEM", b"Ann Ito"), (b"WFP", b"Ann Ito"), (b"", b"Write-ins"))
)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("2018-09-13_mayor_by_election_district.csv", TABLE),
        ("20201103__ny__general__bronx__precinct.csv", PRECINCTS),
    ],
)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_it_accounts_for_every_row_of_a_damaged_file(
    name: str, good: bytes, data: st.DataObject
) -> None:
    content = data.draw(damaged(good))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        said = ""
        try:
            gathered = read_results([path])
        except Refused as refused:
            said = str(refused)
        if said:
            event("refused")
            assert said.startswith(name)
            return
        event("loaded")
        [file] = gathered.files
        lines = {
            (row["source"], row["line"])
            for one in gathered.contests
            for row in one.rows.to_pylist()
        }
        aside = {one.line for contest in gathered.contests for one in contest.set_aside}
        assert file.rows_read == len(lines) + file.rows_set_aside
        assert file.rows_set_aside == len(aside)
        loaded = save_results(Path(folder), gathered, at=LOADED, by="tests")
        for contest, one in zip(gathered.contests, loaded, strict=True):
            assert one.rows_read == one.rows_kept + one.rows_set_aside
            cast = sum(votes.votes for votes in candidates(Path(folder), one.dataset))
            kept = contest.rows.to_pylist()
            assert cast == sum(row["votes"] for row in kept if row["kind"] != "tally")
