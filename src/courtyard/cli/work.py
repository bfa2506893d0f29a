"""`courtyard work`: the worker that reads what was handed in."""

import click

from courtyard.jobs.worker import work as run

from .ready import NotMigrated, ready_database


@click.command()
def work() -> None:
    """Reads what was handed in on the Sources page, until it is stopped.

    `courtyard serve` runs one by itself; this is for another, or one on another machine.
    """
    try:
        ready_database()
    except NotMigrated as error:
        click.echo(error, err=True)
        raise SystemExit(2) from error
    run()
