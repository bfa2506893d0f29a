"""`courtyard load`: takes in what a state or a board publishes."""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from courtyard.electorate.load import Loaded, Progress
from courtyard.electorate.refusal import Refused, UnknownKind
from courtyard.journal.op import new_op
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.people.acts import operator
from courtyard.people.models import Role
from courtyard.people.rules import OPERATOR
from courtyard.sources.loading import holds_ground, load_files
from courtyard.territory.boundaries import Unreadable
from courtyard.territory.drawn import Refusal
from courtyard.territory.redrawn import ended
from courtyard.territory.tiling import ready_tiles

from .mapping import write_mapping
from .ready import NotMigrated, ready_database

SAID = ("date", "office", "event", "party", "district")
STAGES = {
    "reading": "reading",
    "sorting": "sorting",
    "comparing": "comparing with the version before",
    "putting in force": "putting it in force",
}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--layout", help="Name of a layout, or path of your own (TOML); told by the file otherwise."
)
@click.option("--add", is_flag=True, help="Keep the voters that are loaded and not in the files.")
@click.option("--date", help="Day of the vote, if the file does not say it: 2018-09-13.")
@click.option("--office", help="Office voted on, if the file does not say it.")
@click.option("--event", help="Name of the election, if the file does not say it.")
@click.option("--party", help="Party of a primary, if the file does not say it.")
@click.option("--district", help="District of the office, if the file does not say it.")
@click.option("--json", "as_json", is_flag=True, help="Only data on standard output.")
def load(
    files: tuple[Path, ...], layout: str | None, *, add: bool, as_json: bool, **said: str | None
) -> None:
    """Loads voter files, vote histories, results and boundaries.

    Files that belong together (a voter file and its history, the counties of one contest) are given
    in one command. A file that cannot be read is refused with a sentence that says why, and what
    was loaded before stays as it was; rows that cannot be read are set aside into a file that can
    be mended and loaded again. Loading the same files again changes nothing.
    """
    told = {name: text for name in SAID if (text := said.get(name))}
    try:
        loaded = _load(files, layout, told, add=add)
    except (Refused, Unreadable, Refusal, NotMigrated) as error:
        click.echo(f"Not loaded. {error}", err=True)
        raise SystemExit(2) from error
    except OSError as error:
        click.echo(f"Not loaded, and what was loaded before is as it was: {error}", err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps([_as_data(one) for one in loaded], ensure_ascii=False, indent=1))
        return
    for one in loaded:
        _say(one)
    if not all(one.folder.name for one in loaded):
        _say_roles()


def _load(
    files: tuple[Path, ...], layout: str | None, told: Mapping[str, str], *, add: bool
) -> list[Loaded]:
    def work(layout: str | None) -> list[Loaded]:
        bar = Bar()
        try:
            return load_by_operator(files, layout=layout, said=told, add=add, progress=bar)
        finally:
            bar.close()

    try:
        return work(layout)
    except UnknownKind as refused:
        if layout or not at_terminal():
            raise
        click.echo(str(refused), err=True)
        return work(str(write_mapping(files[0])))


def at_terminal() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty()


def load_by_operator(files: Sequence[Path], **how: Any) -> list[Loaded]:
    """Loads as the operator: whoever holds the terminal. Boundaries need the database."""
    now = timezone.now()
    if not any(holds_ground(path) for path in files):
        return load_files(files, by=None, at=now, **how)
    ready_database()
    with reading_as(Reader(OPERATOR), door="sign-in"):
        by = operator(now)
        with reading_as(by):  # the reports of what was loaded are read again
            made = load_files(files, by=by, at=now, op=new_op(), **how)
    ready_tiles(at=now)
    return made


def _say_roles() -> None:
    """Roles that are still held in areas as they were drawn before."""
    keeper = Reader(OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))
    with reading_as(keeper):
        held = list(Role.objects.visible_to(keeper).held().exclude(area=None).values_list("area"))
        later = ended([area for (area,) in held])
    if waiting := sum(area in later for (area,) in held):
        click.echo(f"{waiting:,} roles are held in areas as they were drawn before: see Access")


def _as_data(one: Loaded) -> dict[str, Any]:
    return {**asdict(one), "folder": str(one.folder), "report": str(one.folder / "report.json")}


def _say(one: Loaded) -> None:
    click.echo(
        f"{one.dataset}, version {one.version}: {one.rows_kept:,} of {one.rows_read:,} rows kept"
    )
    if one.voters:
        click.echo(f"  {one.voters:,} voters are in it")
    if one.confidential:
        click.echo(f"  {one.confidential:,} of them confidential: counted, never listed")
    if one.rows_set_aside:
        kept = f": {one.folder / 'set-aside.csv'}" if one.folder.name else ""
        click.echo(f"  {one.rows_set_aside:,} set aside{kept}")
    for note in one.notes:
        click.echo(f"  {note}")
    if (one.folder / "report.json").exists():
        click.echo(f"  report: {one.folder / 'report.json'}")


class Bar:
    """Shows on a terminal how far a load has come, and nothing elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        """Show one more step, at most five times a second."""
        now = time.monotonic()
        if self._shown and now - self._last > 0.2:
            self._last = now
            part = f"{progress.done / progress.total:4.0%}" if progress.total else ""
            what = f"{STAGES[progress.stage]} {progress.file}".strip()
            click.echo(f"\r\x1b[K  {what} {part} · {progress.rows:,} rows", nl=False, err=True)

    def close(self) -> None:
        """Clear the line."""
        if self._shown and self._last:
            click.echo("\r\x1b[K", nl=False, err=True)
