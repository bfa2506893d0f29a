"""`courtyard count`: copies counts of homes and voters into the territory, never names."""

import json
from collections import Counter

import click
from django.utils import timezone

from courtyard.electorate.refusal import Refused
from courtyard.journal.op import new_op
from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.people.acts import operator
from courtyard.people.rules import OPERATOR
from courtyard.sources.counting import count_ground
from courtyard.territory.counting import Counts

from .ready import NotMigrated, ready_database


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Only data on standard output.")
def count(as_json: bool) -> None:
    """Counts homes and voters by area, after buildings or voters were loaded.

    What the pages and `courtyard rank` say of homes, of who could vote and of who did, are these
    counts. Nobody's name is copied.
    """
    try:
        ready_database()
        found = count_by_operator()
    except (NotMigrated, Refused) as error:
        click.echo(f"Not counted. {error}", err=True)
        raise SystemExit(2) from error
    measures = Counter(one.measure for one in found.rows) if found else Counter[str]()
    if as_json:
        click.echo(json.dumps({"changed": found is not None, "areas": dict(measures)}))
        return
    if found is None:
        click.echo("Nothing has changed since it was counted last.")
    elif not measures:
        click.echo("There is nothing to count: no buildings and no voter file are loaded.")
    for measure, areas in sorted(measures.items()):
        click.echo(f"{measure}: {areas:,} areas")


def count_by_operator() -> Counts | None:
    """Counts as the operator: whoever holds the terminal."""
    now = timezone.now()
    with reading_as(Reader(OPERATOR), door="sign-in"):
        by = operator(now)
        with reading_as(by):
            return count_ground(op=new_op(), by=by, at=now)
