"""`courtyard load`: takes in what a state or a board publishes."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from courtyard.electorate.dataset import save
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results import read_results
from courtyard.journal.op import new_op
from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.people.acts import operator
from courtyard.people.rules import OPERATOR
from courtyard.territory.acts import LoadedBefore, Refusal, load_boundaries
from courtyard.territory.boundaries import Unreadable, looks_like_boundaries, read_boundaries

from .ready import NotMigrated, ready_database


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one file became."""

    dataset: str
    version: int
    layout: str
    rows_read: int
    rows_kept: int
    rows_set_aside: int
    report: tuple[str, ...]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Only data on standard output.")
def load(files: tuple[Path, ...], as_json: bool) -> None:
    """Loads results (NYC Board of Elections EDLevel) and boundaries (GeoJSON).

    A file that cannot be read is refused whole, with a sentence that says why; what was loaded
    before stays as it was. Loading the same file again changes nothing.
    """
    loaded: list[Loaded] = []
    for path in files:
        try:
            found = load_file(path)
        except (Refused, Unreadable, Refusal, NotMigrated) as error:
            click.echo(f"Not loaded. {error}", err=True)
            raise SystemExit(2) from error
        loaded += found
        if not as_json:
            for one in found:
                click.echo(
                    f"{path.name}: {one.dataset} · {one.rows_kept:,} of {one.rows_read:,} rows"
                )
                for note in one.report:
                    click.echo(f"  {note}")
    if as_json:
        click.echo(json.dumps([asdict(one) for one in loaded], ensure_ascii=False, indent=1))


def load_file(path: Path) -> list[Loaded]:
    """Loads one file, of whichever kind it is. Raises Refused or Unreadable."""
    if looks_like_boundaries(path):
        return [_boundaries(path)]
    made = []
    for contest in read_results(path):
        version = save(settings.COURTYARD_ELECTORATE, contest, at=timezone.now())
        said = version.manifest
        kept, read = said["rows_kept"], said["rows_read"]
        notes = tuple(said["notes"])
        made.append(
            Loaded(version.contest, version.number, said["layout"], read, kept, read - kept, notes)
        )
    return made


def _boundaries(path: Path) -> Loaded:
    boundaries = read_boundaries(path)
    ready_database()
    now = timezone.now()
    with reading_as(Reader(OPERATOR), door="sign-in"):
        by = operator(now)
        try:
            load_boundaries(op=new_op(), by=by, at=now, boundaries=boundaries)
            notes: tuple[str, ...] = ()
        except LoadedBefore:
            notes = ("Loaded before; nothing changed.",)
    count, layout = len(boundaries.areas), boundaries.layout
    return Loaded(layout.edition, 1, layout.name, count, count, 0, notes)
