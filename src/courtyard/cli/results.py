"""`courtyard results`: what was counted, by area and candidate."""

from collections import Counter

import click
from django.conf import settings

from courtyard.electorate.questions import NoSuchContest, contests, result_rows
from courtyard.electorate.refusal import Refused

from .rows import print_csv, print_json


@click.command()
@click.option("--contest", "slug", help="One contest; all of them otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Rows as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Rows as CSV.")
def results(slug: str | None, as_json: bool, as_csv: bool) -> None:
    """Prints results: totals, or rows of contest, date, area, candidate, votes, source.

    A district counted in another has rows of 0 votes that say `counted_in`.
    """
    try:
        rows = list(result_rows(settings.COURTYARD_ELECTORATE, slug))
    except NoSuchContest as error:
        known = ", ".join(one.contest for one in contests(settings.COURTYARD_ELECTORATE)) or "none"
        click.echo(f"No contest {slug} is loaded. Loaded: {known}.", err=True)
        raise SystemExit(2) from error
    except Refused as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(list(rows[0]) if rows else ["contest"], rows)
    else:
        _totals()


def _totals() -> None:
    known = contests(settings.COURTYARD_ELECTORATE)
    if not known:
        click.echo("Nothing is loaded yet. Load a result: courtyard load FILE")
    for contest in known:
        votes: Counter[str] = Counter()
        areas = set()
        for row in result_rows(settings.COURTYARD_ELECTORATE, contest.contest):
            votes[row["candidate"]] += row["votes"]
            areas.add(row["area"])
        click.echo(f"{contest.title}, {contest.date} · {len(areas)} districts")
        for name, count in votes.most_common():
            click.echo(f"  {count:>9,}  {name}")
        click.echo(f"  {contest.publisher}, {contest.source}")
