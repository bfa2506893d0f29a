"""`courtyard area`: what is known of one area, as its page says it."""

import json
from typing import Any
from uuid import UUID

import click
from django.db.models import Q

from courtyard.electorate.refusal import Refused
from courtyard.electorate.threshold import FEWEST
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.measures.of_area import AreaResult, Figure, Sheet, Turnout, sheet_of
from courtyard.people.rules import OPERATOR
from courtyard.territory.models import Area

from .ready import NotMigrated, ready_database

KEEPER = Reader(OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))
MOST_NAMED = 10


class NoSuchArea(LookupError):
    """None or several areas are meant; the sentence says which there are."""


@click.command()
@click.argument("which")
@click.option("--kind", help="Only areas of this kind, such as election_district.")
@click.option("--json", "as_json", is_flag=True, help="Everything that is known, as JSON.")
def area(which: str, kind: str | None, as_json: bool) -> None:
    """Prints what is known of one area: its ID, code or name is WHICH.

    These are the figures of its page: results, who could vote and did, homes and buildings.
    """
    try:
        ready_database()
        with reading_as(KEEPER):
            sheet = sheet_of(KEEPER, found_area(which, kind))
    except (NotMigrated, NoSuchArea) as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    except Refused as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps(told(sheet), ensure_ascii=False))
    else:
        _print(sheet)


def found_area(which: str, kind: str | None) -> Area:
    """The one area that is meant. Raises NoSuchArea."""
    areas = Area.objects.visible_to(KEEPER).select_related("edition")
    areas = areas.filter(kind=kind) if kind else areas
    try:
        meant = Q(id=UUID(which))
    except ValueError:
        meant = Q(code=which) | Q(name__iexact=which)
    found = list(areas.filter(meant)[: MOST_NAMED + 1])
    if len(found) == 1:
        one: Area = found[0]
        return one
    if found:
        raise NoSuchArea(f"“{which}” may be any of these; say its ID, or --kind:\n{_listed(found)}")
    alike = list(areas.filter(name__icontains=which)[:MOST_NAMED])
    sentence = f"No area is called “{which}”"
    raise NoSuchArea(f"{sentence}. Alike:\n{_listed(alike)}" if alike else f"{sentence}.")


def _listed(areas: list[Area]) -> str:
    more = "\n  …" if len(areas) > MOST_NAMED else ""
    lines = [f"  {one.id}  {one.kind} {one.code}  {one.name}" for one in areas[:MOST_NAMED]]
    return "\n".join(lines) + more


def told(sheet: Sheet) -> dict[str, Any]:
    """A sheet as plain values. Of fewer than 11 people there is null."""
    area = sheet.area
    return {
        "id": str(area.id),
        "kind": area.kind,
        "code": area.code,
        "name": area.name,
        "edition": area.edition.name,
        "valid_from": area.edition.valid_from.isoformat(),
        "valid_to": area.edition.valid_to.isoformat(),
        "results": [_result(one) for one in sheet.results],
        "turnout": [_turnout(one) for one in sheet.turnouts],
        "homes": {name: _figure(one) for name, one in sheet.homes.items()},
        "voters": {name: _people(one) for name, one in sheet.voters.items()},
        "voters_invented": sheet.invented,
        "fewest": FEWEST,
    }


def _result(one: AreaResult) -> dict[str, Any]:
    votes = [{"name": v.name, "votes": v.votes, "share": v.share} for v in one.votes]
    return {
        "contest": one.contest.contest,
        "title": one.contest.title,
        "date": one.contest.date.isoformat(),
        "votes": votes,
        "total": None if one.is_few else one.total,
        "ballots": None if one.is_few else one.ballots,
        "districts": one.districts,
        "counted_in": one.counted_in or None,
        "together": list(one.together),
        "source": f"{one.contest.publisher}, {one.contest.source}",
    }


def _turnout(one: Turnout) -> dict[str, Any]:
    return {
        "contest": one.contest.contest,
        "of": one.kind if one.could is not None else "unknown",
        "party": one.party or None,
        "could": None if one.few == "could" else one.could,
        "did": None if one.few else one.did,
        "share": one.share,
        "per_100_homes": None if one.could is not None else one.per_100_homes,
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "value": one.value, "low": one.low, "high": one.high,
        "source": one.source, "as_of": one.as_of.isoformat(),
    }  # fmt: skip


def _people(one: Figure) -> dict[str, Any]:
    value = round(one.value) if one.value >= FEWEST else None
    return {"value": value, "source": one.source, "as_of": one.as_of.isoformat()}


def _print(sheet: Sheet) -> None:
    area = sheet.area
    click.echo(f"{area.name} · {area.kind} {area.code} · {area.edition.name}")
    for result in sheet.results:
        click.echo(f"\n{result.contest.title}, {result.contest.date}")
        if result.counted_in:
            click.echo(f"  counted together with {result.counted_in}: the figures are of both")
        for one in result.votes:
            click.echo(f"  {one.votes:>9,}  {one.share:>6.1%}  {one.name}")
        if result.is_few:
            click.echo(f"  fewer than {FEWEST} votes")
    for turnout in sheet.turnouts:
        if turnout.share is not None:
            whom = f"enrolled as {turnout.party}" if turnout.party else "registered"
            invented = " (invented)" if sheet.invented else ""
            click.echo(
                f"\n{turnout.contest.date}: {turnout.did:,} of {turnout.could:,} {whom} voted, "
                f"{turnout.share:.0%}{invented}"
            )
        elif turnout.could is None and turnout.per_100_homes is not None:
            click.echo(f"\n{turnout.contest.date}: {turnout.per_100_homes:.0f} votes per 100 homes")
    for name, figure in sheet.homes.items():
        unsure = "" if figure.is_sure else f" ({figure.low:,.0f} to {figure.high:,.0f})"
        click.echo(f"{name.replace('_', ' ')}: {figure.value:,.0f}{unsure}")
