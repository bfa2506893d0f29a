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
from courtyard.measures.ground import Found, NothingToRank, Ranked, potential_of
from courtyard.measures.models import Weighting
from courtyard.measures.of_area import AreaResult, Figure, Sheet, Turnout, sheet_of
from courtyard.measures.since import Since, since
from courtyard.people.rules import OPERATOR
from courtyard.territory.models import Area

from .ready import NotMigrated, ready_database

KEEPER = Reader(OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))
MOST_NAMED = 10
KINDS = {"citizens": "citizens of voting age"}


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
            rank = rank_of(KEEPER, sheet.area)
    except (NotMigrated, NoSuchArea) as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    except Refused as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error
    if as_json:
        click.echo(json.dumps(told(sheet, rank), ensure_ascii=False))
    else:
        _print(sheet)
        _print_since(sheet)
        _print_rank(rank)


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


def rank_of(reader: Reader, area: Area) -> tuple[Found, Ranked] | None:
    """The line of an area in the ranking of its kind by the newest contest; None if it has none."""
    weights = Weighting.objects.visible_to(reader).in_force()
    try:
        found = potential_of(reader, kind=area.kind, weights=weights)
    except NothingToRank:
        return None
    if found.edition.id != area.edition_id:
        return None
    own = (n for n in found.order() if area.id in {known.id for known in found.lines[n].areas})
    return next(((found, found.at(n)) for n in own), None)


def told(sheet: Sheet, rank: tuple[Found, Ranked] | None) -> dict[str, Any]:
    """A sheet as plain values, with why it has its rank. Of fewer than 11 people there is null."""
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
        "since": [_since(one) for one in since(sheet.results)],
        "rank": _rank(rank) if rank else None,
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


def _since(one: Since) -> dict[str, Any]:
    return {
        "contest": one.contest.contest,
        "before": one.before.contest,
        "before_date": one.before.date.isoformat(),
        "not_compared": one.fault or None,
        "steps": [
            {"name": step.name or step.of, "then": step.then, "now": step.now,
             "change": step.change}
            for step in one.steps
        ],
    }  # fmt: skip


def _rank(rank: tuple[Found, Ranked]) -> dict[str, Any]:
    found, one = rank
    return {
        "contest": found.contest.contest,
        "candidate": found.candidate.name,
        "rank": one.rank,
        "of": len(found),
        "first": one.first,
        "last": one.last,
        "score": one.score,
        "together": [area.code for area in one.line.others],
        "uncertain": one.uncertain,
        "parts": [
            {"part": why.key, "value": None if why.key in one.few else why.value,
             "place": why.place, "of": why.of, "weight": why.weight, "points": why.points}
            for why in one.reasons
        ],
        "unknown": list(one.unknown),
    }  # fmt: skip


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
            whom = (
                f"enrolled as {turnout.party}"
                if turnout.party
                else KINDS.get(turnout.kind, "registered")
            )
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


def _print_since(sheet: Sheet) -> None:
    for one in since(sheet.results):
        for step in one.steps:
            write = "{:.1%}".format if step.name else "{:,.0f}".format
            click.echo(
                f"{step.name or step.of}: {write(step.then)} on {one.before.date}, "
                f"{write(step.now)} on {one.contest.date}"
            )


def _print_rank(rank: tuple[Found, Ranked] | None) -> None:
    if rank is None:
        return
    found, one = rank
    click.echo(f"\nwhere to go first: {one.rank} of {len(found)}, {100 * one.score:.1f} points")
    for why in one.reasons:
        click.echo(
            f"  {100 * why.points:>5.1f}  {why.key.replace('_', ' ')}: {why.place} of {why.of}"
        )
