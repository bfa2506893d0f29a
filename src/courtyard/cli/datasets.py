"""`courtyard datasets`: what is loaded; versions listed, compared, restored, undone and pruned."""

import json
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from courtyard.electorate import dataset
from courtyard.electorate.dataset import Version
from courtyard.electorate.permitted import Permitted
from courtyard.electorate.refusal import Refused
from courtyard.electorate.voters.compare import compare_versions

from .rows import print_json, print_table

COLUMNS = ("dataset", "version", "rows", "loaded_at", "by", "uses")
OF_VERSIONS = ("dataset", "version", "in_force", "rows", "loaded_at", "by")


@click.command()
@click.argument("name", required=False)
@click.option("--versions", is_flag=True, help="Every version on disk.")
@click.option("--report", is_flag=True, help="The quality report of the version in force, as JSON.")
@click.option("--compare", type=int, help="What changed since this version.", metavar="N")
@click.option("--restore", type=int, help="Puts this version in force again.", metavar="N")
@click.option("--undo", is_flag=True, help="Puts the version before in force, or none.")
@click.option(
    "--prune", type=int, help="Keeps the newest N versions, and the one in force.", metavar="N"
)
@click.option("--json", "as_json", is_flag=True, help="Only data on standard output.")
def datasets(name: str | None, *, as_json: bool, **asked: Any) -> None:
    """Lists the voter files and results that are loaded, and what may be done with them.

    With NAME, one of them: its versions, its report; or puts another version in force.
    """
    root = Path(settings.COURTYARD_ELECTORATE)
    try:
        _check(root, name, asked)
        _answer(root, name, asked, as_json=as_json)
    except Refused as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error


def _check(root: Path, name: str | None, asked: dict[str, Any]) -> None:
    one_only = ("report", "undo"), ("compare", "restore", "prune")
    wanted = any(asked[flag] for flag in one_only[0]) or any(
        asked[number] is not None for number in one_only[1]
    )
    if name is None and wanted:
        raise Refused("no dataset is named", mend="Name one: courtyard datasets NAME …")
    if name is not None and not dataset.versions(root, name):
        known = ", ".join(one.name for one in dataset.datasets(root)) or "none"
        raise Refused(f"no dataset {name} is loaded", mend=f"Loaded: {known}")


def _answer(root: Path, name: str | None, asked: dict[str, Any], *, as_json: bool) -> None:
    if name is None:
        names = [one.name for one in dataset.datasets(root)]
        _list(root, names, as_json=as_json, every=asked["versions"])
        return
    if asked["restore"] is not None:
        version = dataset.restore(root, name, asked["restore"])
        _say(
            {"dataset": name, "version": version.number},
            f"{name}: version {version.number} is in force.",
            as_json=as_json,
        )
    elif asked["undo"]:
        before = dataset.undo(root, name)
        said = (
            f"version {before.number} is in force again"
            if before
            else "nothing is in force any more"
        )
        number = before.number if before else None
        _say({"dataset": name, "version": number}, f"{name}: {said}.", as_json=as_json)
    elif asked["prune"] is not None:
        gone = dataset.prune(root, name, max(asked["prune"], 1))
        _say(
            {"dataset": name, "removed": gone},
            f"{name}: {len(gone)} versions removed.",
            as_json=as_json,
        )
    elif asked["compare"] is not None:
        _compare(root, name, asked["compare"], as_json=as_json)
    elif asked["report"]:
        click.echo(json.dumps(_in_force(root, name).report, ensure_ascii=False, indent=1))
    else:
        _list(root, [name], as_json=as_json, every=True)


def _list(root: Path, names: list[str], *, as_json: bool, every: bool) -> None:
    rows = []
    for name in names:
        now = dataset.current(root, name)
        shown = dataset.versions(root, name) if every else [now] if now else []
        rows += [_row(one, in_force=now is not None and one.number == now.number) for one in shown]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(OF_VERSIONS if every else COLUMNS, rows)
    else:
        click.echo("Nothing is loaded yet. Load a voter file or a result: courtyard load FILE")


def _row(one: Version, *, in_force: bool) -> dict[str, Any]:
    said = one.manifest
    return {
        "dataset": one.name,
        "kind": one.kind,
        "version": one.number,
        "in_force": "yes" if in_force else "no",
        "title": said["title"],
        "rows": said.get("voters", said["rows_kept"]),
        "loaded_at": str(said["loaded_at"])[:16].replace("T", " "),
        "by": said.get("loaded_by", ""),
        "publisher": said["publisher"],
        "uses": " and ".join(sorted(Permitted.of(said).uses)) or "counts only",
    }


def _compare(root: Path, name: str, number: int, *, as_json: bool) -> None:
    now = _in_force(root, name)
    old = next((one for one in dataset.versions(root, name) if one.number == number), None)
    if old is None:
        raise Refused(
            f"{name} has no version {number}", mend="See courtyard datasets NAME --versions"
        )
    if now.kind != "voters":
        raise Refused(
            "only voter files are compared", mend="Look at both: courtyard results --contest"
        )
    found = compare_versions(old, now)
    lines = [f"{name}: version {now.number} against {old.number}"]
    lines += [f"  {found[what]:>9,}  {what}" for what in ("added", "removed", "changed")]
    lines += [f"  {count:>9,}    {group}" for group, count in found["by"].items()]
    _say(found, "\n".join(lines), as_json=as_json)


def _in_force(root: Path, name: str) -> Version:
    version = dataset.current(root, name)
    if version is None:
        mend = f"Put one in force: courtyard datasets {name} --restore N"
        raise Refused(f"no version of {name} is in force", mend=mend)
    return version


def _say(data: Any, text: str, *, as_json: bool) -> None:
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else text)
