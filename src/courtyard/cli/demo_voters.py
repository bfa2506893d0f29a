"""`courtyard demo voters`: an invented voter file, dirty in known amounts, and its truth."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from courtyard.electorate.invented.ny import LAYOUTS
from courtyard.electorate.invented.write import (
    MOST_ROWS,
    default_name,
    truth_of,
    write_voters,
)
from courtyard.electorate.refusal import Refused


@click.command()
@click.option("--rows", type=click.IntRange(1, MOST_ROWS), required=True, help="How many lines.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True,
              help="The same seed gives the same file.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Where; a name that begins with INVENTED in this folder otherwise.")  # fmt: skip
@click.option(
    "--dirt/--clean", "dirty", default=True, help="With the dirt of real files, or without."
)
@click.option("--layout", type=click.Choice(list(LAYOUTS)), default="ny47", show_default=True,
              help="New York's 47 fields, or the older 45.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Only data on standard output.")
def voters(rows: int, seed: int, out: Path | None, dirty: bool, layout: str, as_json: bool) -> None:
    """Writes a file of invented voters in the New York layout, and beside it what is true of it."""
    out = out or Path(default_name(rows, seed, layout, dirty=dirty))
    try:
        with _progress(rows) as told:
            truth = write_voters(
                out, rows=rows, seed=seed, layout=layout, dirty=dirty, progress=told
            )
    except Refused as error:
        click.echo(f"Not written. {error}", err=True)
        raise SystemExit(2) from error
    except OSError as error:
        click.echo(f"Not written. {out.name}: {error.strerror}.", err=True)
        raise SystemExit(2) from error
    if as_json:
        told_keys = ("rows", "rows_kept", "rows_set_aside", "seed", "layout", "size", "sha256")
        said = {"file": str(out), "truth": str(truth_of(out))}
        click.echo(json.dumps(said | {key: truth[key] for key in told_keys}))
        return
    click.echo(
        f"{out}: {truth['rows']:,} invented voters, {truth['rows_set_aside']:,} of them to be set "
        f"aside. What is true of it: {truth_of(out)}"
    )


@contextmanager
def _progress(rows: int) -> Iterator[Callable[[int], None] | None]:
    """A bar on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=rows, label="Inventing", file=sys.stderr) as bar:
        yield bar.update
