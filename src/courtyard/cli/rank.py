"""`courtyard rank`: where to go first, as the page says it."""

import json
import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import click
from django.db.models import Q

from courtyard.electorate.refusal import Refused
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.measures.ground import Found, NothingToRank, Ranked, potential_of
from courtyard.measures.models import Weighting
from courtyard.measures.weights import PARTS, Weights
from courtyard.people.rules import OPERATOR
from courtyard.territory.models import Area, Outline

from .ready import NotMigrated, ready_database
from .rows import print_csv, print_json, print_table

READER = Reader(OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))
DIGITS = 3  # of a figure: too few to work out a single vote
EXACT = 6  # of points, which are made of places only: they sum to the score
SAYS = {
    "no_contest": "No result is loaded. Load one: courtyard load FILE.",
    "no_such_contest": "No contest {asked} can be ranked. There is: {known}.",
    "no_such_candidate": "Nobody called {asked} stood. There was: {known}.",
    "no_such_kind": "There is no area of the kind {asked}. There is: {known}.",
    "no_boundaries": "No boundaries are loaded for the day of {asked}. Load them: "
    "courtyard load FILE.",
    "no_areas": "There is no area to rank.",
}


class NotThere(ValueError):
    """What was asked for is not known. Its text says what, and how to mend it."""


@click.command()
@click.option("--contest", default="", help="The contest, by its slug; the newest otherwise.")
@click.option("--candidate", default="", help="Whose votes are support; the leading one otherwise.")
@click.option("--before", default="", help="The contest with which support is compared.")
@click.option("--before-candidate", default="", help="Whose votes then, if it was somebody else.")
@click.option("--area", default="", help="Only what lies inside this area, by its code or id.")
@click.option("--kind", default="", help="The kind of areas, such as assembly_district.")
@click.option("--measure", type=click.Choice(list(PARTS)), help="Rank by this one part.")
@click.option("--limit", type=click.IntRange(min=1), help="Only so many.")
@click.option("--json", "as_json", is_flag=True, help="Rows as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Rows as CSV.")
@click.option("--geojson", "as_geojson", is_flag=True, help="Areas with their outlines.")
def rank(
    area: str,
    measure: str | None,
    limit: int | None,
    as_json: bool,
    as_csv: bool,
    as_geojson: bool,
    **asked: str,
) -> None:
    """Ranks areas: where support is high, turnout low and homes many, with the reasons.

    The same list as on the page, by the same weights. With --area the ranks stay those among all.
    """
    try:
        ready_database()
        with reading_as(READER):
            found, ranked = answered(area, measure, limit, **asked)
            shapes = outlines(found, ranked) if as_geojson else {}
    except (NothingToRank, NotThere, NotMigrated) as error:
        click.echo(sentence(error), err=True)
        raise SystemExit(2) from error
    except Refused as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error
    rows = [row_of(found, one) for one in ranked]
    if as_geojson:
        click.echo(json.dumps(collection(ranked, rows, shapes), ensure_ascii=False))
    elif as_json:
        print_json(rows)
    elif as_csv:
        flat = [_flat(one) for one in rows]
        print_csv(list(flat[0]) if flat else ["rank"], flat)
    else:
        _print(found, ranked)


def answered(
    area: str,
    measure: str | None,
    limit: int | None,
    *,
    contest: str = "",
    candidate: str = "",
    before: str = "",
    before_candidate: str = "",
    kind: str = "",
) -> tuple[Found, list[Ranked]]:
    """The ranking, and of it what was asked for. Raises NothingToRank, NotThere, Refused."""
    weights = Weighting.objects.visible_to(READER).in_force()
    if measure:
        weights = Weights(dict.fromkeys(PARTS, 0) | {measure: 1})
    found = potential_of(
        READER,
        contest,
        candidate=candidate,
        before=before,
        stood=before_candidate,
        kind=kind,
        weights=weights,
    )
    if measure and not len(found):
        raise NotThere(f"{measure} is not known of any area. Load what it is counted from.")
    ranked = list(found)
    if area:
        inside = _inside(area)
        ranked = [one for one in ranked if any(other.id in inside for other in one.line.areas)]
    return found, ranked[:limit]


def sentence(error: Exception) -> str:
    """What is wrong, and how to mend it."""
    if not isinstance(error, NothingToRank):
        return str(error)
    return SAYS[error.fault].format(
        asked=error.asked or "any contest", known=", ".join(error.known) or "none"
    )


def row_of(found: Found, one: Ranked) -> dict[str, Any]:
    """One line of the list for programs. Shares are shrunk, as on the page."""
    return {
        "rank": one.rank,
        "first": one.first,
        "last": one.last,
        "score": round(one.score, EXACT),
        "area": one.line.area.code,
        "name": one.line.area.name,
        "kind": found.kind,
        "counted_with": [area.code for area in one.line.others],
        "parts": {
            reason.key: {
                "value": _plain(reason.value),
                "low": _plain(reason.low),
                "high": _plain(reason.high),
                "place": reason.place,
                "of": reason.of,
                "weight": reason.weight,
                "points": round(reason.points, EXACT),
                "fewer_than_11": reason.key in one.few,
            }
            for reason in one.reasons
        },
        "unknown": list(one.unknown),
        "uncertain": one.uncertain,
        "contest": found.contest.contest,
        "candidate": found.candidate.name,
        "turnout_counts": found.whom.party or found.whom.kind,
        "sources": [
            f"{found.contest.publisher}, {found.contest.source}",
            *(f"{name}, {day.isoformat()}" for name, day in sorted(found.counts.sources.items())),
        ],
    }


def outlines(found: Found, ranked: Sequence[Ranked]) -> dict[UUID, str]:
    """The outline of each area as GeoJSON text. One query."""
    wanted = {area.id for one in ranked for area in one.line.areas}
    rows = Outline.objects.visible_to(READER).filter(
        area__edition=found.edition, area__kind=found.kind
    )
    return {key: text for key, text in rows.values_list("area_id", "geometry") if key in wanted}


def collection(
    ranked: Sequence[Ranked], rows: Sequence[dict[str, Any]], shapes: dict[UUID, str]
) -> dict[str, Any]:
    """A feature for each area; those counted together have the same properties but for `area`."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": row | {"area": area.code, "name": area.name},
                "geometry": json.loads(shapes[area.id]) if area.id in shapes else None,
            }
            for one, row in zip(ranked, rows, strict=True)
            for area in one.line.areas
        ],
    }


def _inside(area: str) -> set[UUID]:
    places = Area.objects.visible_to(READER)
    try:
        around = list(places.filter(id=UUID(area)))
    except ValueError:
        around = list(places.filter(code=area))
    if not around:
        raise NotThere(f"There is no area {area}. Say its code or its id.")
    within = Q()
    for one in around:
        within |= Q(path__startswith=one.path)
    return set(places.filter(within).values_list("id", flat=True))


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row of CSV: a column for each figure of each part; empty where it is not known."""
    plain = {key: value for key, value in row.items() if key != "parts"}
    for key in ("counted_with", "unknown", "sources"):
        plain[key] = "; ".join(plain[key])
    for key in PARTS:
        for figure in ("value", "low", "high", "place", "points"):
            plain[f"{key}_{figure}"] = row["parts"].get(key, {}).get(figure, "")
    return plain


def _plain(value: float) -> float | int:
    """A figure as a program wants it: whole where it is."""
    short = round(value, DIGITS)
    return int(short) if math.isfinite(short) and short == int(short) else short


def _print(found: Found, ranked: Sequence[Ranked]) -> None:
    known = [one.part.key for one in found.ranking.parts]
    rows = []
    for one in ranked:
        values = {reason.key: reason.value for reason in one.reasons}
        together = " ".join(area.code for area in one.line.others)
        rows.append(
            {
                "rank": one.rank,
                "between": f"{one.first}–{one.last}",
                "area": one.line.area.code,
                "with": together or None,
                "name": one.line.area.name,
            }
            | {key: _shown(key, values.get(key)) for key in known}
        )
    click.echo(f"{found.contest.title}, {found.contest.date} · {found.candidate.name}")
    print_table(["rank", "between", "area", "with", "name", *known], rows)


def _shown(key: str, value: float | None) -> float | int | None:
    if value is None or PARTS[key].shown in ("percent", "percentage_points"):
        return value
    return round(100 * value if PARTS[key].shown == "per_100_homes" else value)
