"""Asks at the terminal what stands where in a voter file of no known layout."""

import re
from pathlib import Path

import click
from django.conf import settings

from courtyard.electorate.dataset import is_name
from courtyard.electorate.permitted import PURPOSES
from courtyard.electorate.voters.mapping import ASKED, About, guessed, layout_text, table_of


def write_mapping(path: Path) -> Path:
    """Asks, writes a layout to COURTYARD_HOME/layouts and returns its path. Raises Refused."""
    table = table_of(path)
    if not click.confirm("Is it a voter file? Then say what stands where", err=True):
        raise SystemExit(2)
    for number, column in enumerate(table.columns, start=1):
        some = ", ".join(dict.fromkeys(value for value in table.values[column][:8] if value))
        click.echo(f"  {number:3}  {column}  ({some[:60]})", err=True)
    guess, chosen = guessed(table), {}
    click.echo("Give the number of a column, or nothing if there is none.", err=True)
    for ours, words in ASKED.items():
        likely = table.columns.index(guess[ours]) + 1 if ours in guess else 0
        number = click.prompt(
            f"  Which is {words}?",
            type=click.IntRange(0, len(table.columns)),
            default=likely,
            err=True,
        )
        if number:
            chosen[ours] = table.columns[number - 1]
    title = click.prompt("What is it, in a few words", default=path.stem, err=True)
    name = _name(title)
    publisher = click.prompt("Who published it", err=True)
    law = click.prompt("What do its law and licence allow", err=True)
    uses = [use for use in PURPOSES if click.confirm(f"May names be used for {use}", err=True)]
    text = layout_text(table, chosen, About(name, title, publisher, law, uses))
    into = Path(settings.COURTYARD_HOME) / "layouts" / f"{name}.toml"
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(text, "utf-8")
    click.echo(f"Written down in {into}. Next time: courtyard load --layout {into} FILE", err=True)
    return into


def _name(title: str) -> str:
    words = "-".join(re.findall("[a-z0-9]+", title.casefold()))[:60].strip("-")
    return words if is_name("voters", words) else f"voters-{words}".rstrip("-")
