"""`courtyard cut`: cuts an area, or files of one's own, into turfs."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from courtyard.canvass.cuttable import Cuttable, cuttable
from courtyard.canvass.cutting import QUICK, THOROUGH, Recipe
from courtyard.canvass.own_ground import Own, own_ground
from courtyard.canvass.rules import USUAL, BadSize
from courtyard.electorate.refusal import Refused
from courtyard.journal.scope import reading_as

from .area import KEEPER, NoSuchArea, found_area
from .ready import NotMigrated, ready_database
from .rows import print_csv, print_table
from .turf_rows import STOP_COLUMNS, Told, collection, document, features, flat, stop_rows

NAMED = 10  # rows set aside that are named on the terminal; --json has all


class NotSaid(ValueError):
    """The command's words do not fit together; the sentence says how they would."""


def how_to_cut(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how turf is cut."""
    seconds = "Take ten times as long, and walk a little less."
    for option in (
        click.option(
            "--doors", type=int, help=f"Doors of a turf, about; {USUAL['doors']} if not said."
        ),
        click.option("--minutes", type=int, help="Minutes of work in a turf instead, about."),
        click.option("--seed", type=click.IntRange(min=0), default=1, help="Another cut; 1."),
        click.option("--thorough/--quick", default=False, help=seconds),
        click.option("--kind", help="Only an area of this kind, such as neighbourhood."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("which", required=False)
@how_to_cut
@click.option("--doors-file", type=click.Path(path_type=Path), help="Doors of your own.")
@click.option("--streets", type=click.Path(path_type=Path), help="Streets for that file.")
@click.option("--json", "as_json", is_flag=True, help="Turfs with their stops, as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="A row for each stop, in walking order.")
@click.option("--geojson", "as_geojson", is_flag=True, help="Turfs as polygons, stops as points.")
def cut(
    which: str | None,
    doors_file: Path | None,
    streets: Path | None,
    *,
    as_json: bool,
    as_csv: bool,
    as_geojson: bool,
    **how: Any,
) -> None:
    """Cuts an area into turfs that are even and short to walk: its ID, code or name is WHICH.

    With --doors-file it cuts doors of your own, for which nothing needs to be loaded.
    """
    try:
        own = _own(which, doors_file, streets, how["kind"])
        ground = own.ground if own else _loaded(which or "", how["kind"])
        told = Told.of(ground, recipe_of(ground, **how))
    except (Refused, BadSize, NotSaid, NoSuchArea, NotMigrated) as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    if as_json:
        click.echo(json.dumps(document(told) | _read(own), ensure_ascii=False))
    elif as_geojson:
        click.echo(json.dumps(collection(features(told)), ensure_ascii=False))
    elif as_csv:
        print_csv(STOP_COLUMNS, [flat(row) for turf in told.turfs for row in stop_rows(told, turf)])
    else:
        _print(told)
    _say_noted(told, own)


def size_of(how: Mapping[str, Any]) -> tuple[int, str]:
    """The size of a turf, and of what: `doors` or `minutes`. Raises NotSaid."""
    doors, minutes = how["doors"], how["minutes"]
    if doors is not None and minutes is not None:
        raise NotSaid("Turfs are cut by doors or by minutes. Say --doors or --minutes, not both.")
    if minutes is not None:
        return minutes, "minutes"
    return USUAL["doors"] if doors is None else doors, "doors"


def recipe_of(ground: Cuttable, **how: Any) -> Recipe:
    """The recipe of what was said. Raises BadSize, NotSaid."""
    size, of = size_of(how)
    effort = THOROUGH if how["thorough"] else QUICK
    return Recipe.of_size(ground, size, of=of, seed=how["seed"], effort=effort)


def _own(
    which: str | None, doors: Path | None, streets: Path | None, kind: str | None
) -> Own | None:
    if doors is None:
        if streets is not None:
            raise NotSaid("Streets are for doors of your own. Say --doors-file too.")
        if not which:
            raise NotSaid("Say which area is cut, or --doors-file for doors of your own.")
        return None
    if which or kind:
        raise NotSaid("Say an area or --doors-file, not both.")
    return own_ground(doors, streets)


def _loaded(which: str, kind: str | None) -> Cuttable:
    ready_database()
    with reading_as(KEEPER):
        area = found_area(which, kind)
        ground = cuttable(area, KEEPER)
    if not ground.ids:
        raise NotSaid(
            f"No homes are known in {area.name}. Load buildings: courtyard load FILE, "
            "or cut doors of your own with --doors-file."
        )
    return ground


def _read(own: Own | None) -> dict[str, Any]:
    """What is said of the files that were read."""
    if own is None:
        return {}
    return {
        "files": own.files,
        "rows": own.rows,
        "rows_without_doors": own.empty,
        "set_aside": [
            {"where": one.where, "why": one.what, "id": one.about}
            for one in own.aside
            if not one.kept
        ],
        "remarks": [*own.remarks, *(str(one) for one in own.aside if one.kept)],
    }


def _print(told: Told) -> None:
    rows = [
        {
            "turf": turf.number,
            "doors": turf.doors,
            "buildings": turf.buildings,
            "minutes": round(turf.minutes),
            "metres": round(turf.metres),
            "along": ", ".join(turf.streets),
            "": "out of bounds" if turf.out_of_bounds else "",
        }
        for turf in told.turfs
    ]
    doors = int(told.cut.doors.sum())
    click.echo(f"{told.ground.name}: {doors:,} doors in {len(rows):,} turfs\n")
    print_table(["turf", "doors", "buildings", "minutes", "metres", "along", ""], rows)


def _say_noted(told: Told, own: Own | None) -> None:
    """On standard error: what was noted, and the rows that were set aside."""
    said = [f"buildings: {note['says']}" for note in told.notes()]
    if own:
        aside = [str(one) for one in own.aside]
        more = [f"and {len(aside) - NAMED:,} rows more"] if len(aside) > NAMED else []
        without = [f"{own.empty:,} rows have no doors"] if own.empty else []
        said = [*own.remarks, *aside[:NAMED], *more, *without, *said]
    for sentence in said:
        click.echo(sentence, err=True)
