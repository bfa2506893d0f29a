"""`courtyard load` and `courtyard datasets` with voter files, as one types them."""

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from courtyard.cli import mapping
from courtyard.cli.datasets import datasets
from courtyard.cli.load import load
from courtyard.electorate.invented.write import write_voters

OWN = """Voter No,Surname,First,Date of Birth,Party,Precinct,Address,Apt,Zip
1,TAMO,LELA,1980-02-03,DEM,12,"12 Main Street",4B,11372
2,TAMO,BOBI,1979-12-31,REP,12,"12 Main St.",#4-B,11372
3,NENE,KILO,2001-05-06,,13,"14 Main Street",,11372
,NOBODY,,2001-05-06,,13,"14 Main Street",,11372
"""

Run = Callable[..., click.testing.Result]


@pytest.fixture
def run(tmp_path: Path, settings) -> Run:
    settings.COURTYARD_HOME = str(tmp_path / "home")
    settings.COURTYARD_ELECTORATE = tmp_path / "home" / "electorate"

    def typed(command: click.Command, *words: str | Path, **how) -> click.testing.Result:
        runner = click.testing.CliRunner()
        return runner.invoke(command, [str(word) for word in words], **how)

    return typed


@pytest.fixture
def dirty(tmp_path: Path) -> Path:
    path = tmp_path / "INVENTED-voters.txt"
    write_voters(path, rows=400, seed=5)
    return path


def test_it_gives_only_data_with_json(run: Run, dirty: Path) -> None:
    done = run(load, dirty, "--json")
    assert done.exit_code == 0, done.output
    (told,) = json.loads(done.stdout)
    assert {"dataset", "version", "layout", "rows_read", "rows_kept", "rows_set_aside"} <= set(told)
    assert told["rows_read"] == told["rows_kept"] + told["rows_set_aside"] == 400
    report = json.loads(Path(told["report"]).read_bytes())
    assert report["rows_set_aside"] == told["rows_set_aside"] > 0
    assert (Path(told["folder"]) / "set-aside.csv").stat().st_mode & 0o077 == 0


def test_it_says_where_the_rows_set_aside_are(run: Run, dirty: Path) -> None:
    said = run(load, dirty).stdout
    assert "of 400 rows kept" in said
    assert "set-aside.csv" in said
    assert "report.json" in said


def test_it_lists_restores_undoes_and_prunes(run: Run, dirty: Path, tmp_path: Path) -> None:
    assert "Nothing is loaded yet" in run(datasets).stdout
    less = tmp_path / "less.txt"
    less.write_bytes(b"".join(dirty.read_bytes().splitlines(keepends=True)[:300]))
    for path in (dirty, less):
        assert run(load, path).exit_code == 0
    (one,) = json.loads(run(datasets, "--json").stdout)
    assert (one["dataset"], one["version"], one["uses"]) == ("ny-voters", 2, "election")
    changed = json.loads(run(datasets, "ny-voters", "--compare", "1", "--json").stdout)
    assert (changed["added"], changed["changed"]) == (0, 0)
    assert changed["removed"] > 90
    assert "version 1 is in force" in run(datasets, "ny-voters", "--undo").stdout
    assert "version 2 is in force" in run(datasets, "ny-voters", "--restore", "2").stdout
    every = json.loads(run(datasets, "ny-voters", "--json").stdout)
    assert [(row["version"], row["in_force"]) for row in every] == [(1, "no"), (2, "yes")]
    assert run(datasets, "ny-voters", "--prune", "1", "--json").stdout == (
        '{"dataset": "ny-voters", "removed": [1]}\n'
    )
    assert json.loads(run(datasets, "ny-voters", "--report").stdout)["version"] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nothing-there",), "no dataset nothing-there is loaded. Loaded: ny-voters"),
        (("--undo",), "no dataset is named"),
        (("ny-voters", "--restore", "9"), "version 9 of ny-voters is not there"),
        (("ny-voters", "--compare", "9"), "has no version 9"),
        (("../../etc",), "no dataset ../../etc is loaded"),
    ],
)
def test_it_refuses_in_a_sentence(run: Run, dirty: Path, words: tuple[str, ...], says: str) -> None:
    run(load, dirty)
    done = run(datasets, *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_it_asks_what_stands_where_and_writes_it_down(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(OWN)
    assert run(load, own).exit_code == 2  # nobody is there to ask
    monkeypatch.setattr("courtyard.cli.load.at_terminal", lambda: True)
    asked = len(mapping.ASKED)
    answers = ["y", "1", *[""] * (asked - 1), "Our county", "The county", "For elections", "y", "n"]
    done = run(load, own, input="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "our-county, version 1: 3 of 4 rows kept" in done.stdout
    layout = tmp_path / "home" / "layouts" / "our-county.toml"
    again = run(load, own, "--layout", layout, "--json")
    (told,) = json.loads(again.stdout)
    assert (told["dataset"], told["version"]) == ("our-county", 1)
    report = json.loads(Path(told["report"]).read_bytes())
    assert report["set_aside"] == [{"reason": "it has no voter id", "rows": 1, "first_lines": [5]}]
    filled = {one["field"]: one["filled"] for one in report["fields"]}
    assert (filled["born"], filled["party"], filled["unit"], filled["building"]) == (3, 2, 2, 3)
