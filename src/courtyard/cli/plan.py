"""`courtyard plan`: a folder with everything that is needed to walk an area."""

import hashlib
import json
import os
import shlex
import signal
import sys
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import click

from courtyard import __version__
from courtyard.canvass.cutting import QUICK, THOROUGH
from courtyard.canvass.rules import BadSize, bounds_of
from courtyard.electorate.refusal import Refused

from .area import NoSuchArea
from .cut import NotSaid, how_to_cut, size_of
from .plan_folder import MARK, NotOurs, check, swapped_in
from .plan_of import Plan, plan_of_area, plan_of_files, slug
from .plan_pages import copy_look, write_overview
from .plan_work import Made, all_made
from .ready import NotMigrated
from .turf_rows import STOP_COLUMNS, TURF_COLUMNS


@click.command()
@click.argument("which", required=False)
@how_to_cut
@click.option("--doors-file", type=click.Path(path_type=Path), help="Doors of your own.")
@click.option("--streets", type=click.Path(path_type=Path), help="Streets for that file.")
@click.option("--into", type=click.Path(path_type=Path), help="The folder; plan-NAME if not said.")
@click.option("--processes", type=click.IntRange(1, 64), help="How many; one a processor.")
@click.option("--json", "as_json", is_flag=True, help="What was planned, as JSON.")
def plan(
    which: str | None,
    doors_file: Path | None,
    streets: Path | None,
    into: Path | None,
    processes: int | None,
    *,
    as_json: bool,
    **how: Any,
) -> None:
    """Plans an area: a folder with maps and lists to print, tables and shapes.

    Its ID, code or name is WHICH. A large area is planned neighbourhood by neighbourhood. The
    folder is there whole or not at all; a plan that was there before is replaced.
    """
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        found = _asked(which, doors_file, streets, how)
        into = into or Path(f"plan-{slug(found.name)}")
        check(into)
        with swapped_in(into) as root:
            said = _planned(found, root, processes or os.cpu_count() or 1, how)
    except (Refused, BadSize, NotSaid, NotOurs, NoSuchArea, NotMigrated) as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    except (OSError, BrokenProcessPool) as error:
        click.echo(f"Nothing was planned: {error}", err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    click.echo(f"{said['name']}: {said['doors']:,} doors in {said['turfs']:,} turfs")
    click.echo(f"  {into / 'index.html'}")


def _asked(
    which: str | None, doors: Path | None, streets: Path | None, how: dict[str, Any]
) -> Plan:
    if doors is None:
        if streets is not None:
            raise NotSaid("Streets are for doors of your own. Say --doors-file too.")
        if not which:
            raise NotSaid("Say which area is planned, or --doors-file for doors of your own.")
        return plan_of_area(which, how)
    if which or how["kind"]:
        raise NotSaid("Say an area or --doors-file, not both.")
    return plan_of_files(doors, streets, how)


def _planned(found: Plan, root: Path, processes: int, how: dict[str, Any]) -> dict[str, Any]:
    """Writes the plan into a folder; gives what plan.json says."""
    bar = _Bar(found.count)
    try:
        made = all_made(found.jobs, root, min(processes, found.count), bar)
    finally:
        bar.close()
    copy_look(root)
    sections = [one.said for one in made]
    if found.count > 1:
        write_overview(sections, [one.outline for one in made], found.around, root)
    _table(root / "turfs.csv", ("area", *TURF_COLUMNS), [one.turfs for one in made])
    _table(root / "stops.csv", ("area", *STOP_COLUMNS), [one.stops for one in made])
    shapes = ",\n".join(shape for one in made for shape in one.shapes)
    features = f'{{"type": "FeatureCollection", "features": [\n{shapes}\n]}}\n'
    (root / "turfs.geojson").write_text(features, encoding="utf-8")
    said = _said(found, sections, how)
    text = json.dumps(said, ensure_ascii=False, indent=1)
    (root / MARK).write_text(f"{text}\n", encoding="utf-8")
    return said


def _said(found: Plan, sections: Sequence[dict[str, Any]], how: dict[str, Any]) -> dict[str, Any]:
    size, of = size_of(how)
    least, most = bounds_of(size, of)
    cuts = " ".join(one["cut"] for one in sections)
    effort = "--thorough" if how["thorough"] else "--quick"
    words = [found.area["id"]] if found.area else []
    again = ["courtyard", "plan", *words, f"--{of}", str(size), "--seed", str(how["seed"]), effort]
    return {
        "name": found.name,
        "area": found.area,
        "version": __version__,
        "again": shlex.join(again),
        "digest": hashlib.sha256(cuts.encode()).hexdigest()[:32],
        "settings": {
            "of": of,
            "least": least,
            "most": most,
            "seed": how["seed"],
            "effort": THOROUGH if how["thorough"] else QUICK,
        },
        "sources": found.sources,
        "doors": sum(one["doors"] for one in sections),
        "buildings": sum(one["buildings"] for one in sections),
        "turfs": sum(one["turfs"] for one in sections),
        "told": list(found.around.told),
        "parts": list(sections),
    }


def _table(path: Path, columns: Sequence[str], parts: Sequence[str]) -> None:
    path.write_text("".join([f"{','.join(columns)}\n", *parts]), encoding="utf-8")


class _Bar:
    """Says on standard error how far it is: on one line of a terminal, else a line for each."""

    def __init__(self, count: int) -> None:
        self._count, self._done, self._doors = count, 0, 0
        self._terminal = sys.stderr.isatty()

    def __call__(self, made: Made) -> None:
        self._done += 1
        self._doors += made.said["doors"]
        line = (
            f"{self._done} of {self._count} planned · {self._doors:,} doors · {made.said['name']}"
        )
        begin = "\r\x1b[K  " if self._terminal else ""
        click.echo(f"{begin}{line}", nl=not self._terminal, err=True)

    def close(self) -> None:
        """Clears the line."""
        if self._terminal and self._done:
            click.echo("\r\x1b[K", nl=False, err=True)


def _interrupted(*_: Any) -> None:
    raise KeyboardInterrupt
