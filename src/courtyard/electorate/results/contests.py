"""From rows gathered to contests: what belongs together, what is missing, and where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from courtyard.electorate.refusal import Refused
from courtyard.electorate.results import table as tables
from courtyard.electorate.results.form import Unread
from courtyard.electorate.results.gathering import Gathering, Line, Whole, listed
from courtyard.electorate.results.reading import (
    MOST_SET_ASIDE,
    SPLIT,
    Aside,
    File,
    Reading,
    as_read,
)
from courtyard.electorate.results.rows import EVERY
from courtyard.electorate.results.types import ContestResult, ContestSource, FileRead, Gathered
from courtyard.electorate.results.words import Contest
from courtyard.electorate.set_aside import SetAside
from courtyard.electorate.source import AGAIN, open_source

MOST_LISTED = 20
INCOMPLETE = "INCOMPLETE. "


def contests_of(reading: Reading) -> Gathered:
    """Return the contests of files that were read. Raises Refused if there is none."""
    whole, left_out = _whole(reading)
    if not whole:
        raise Refused("there is no contest in it", mend=AGAIN, file=reading.files[0].path.name)
    files = [as_read(reading, file, left_out) for file in reading.files]
    texts = dict(_texts(reading, left_out))
    late = [
        Aside(where, why, texts.get(where, ""), contest, "")
        for contest, one in whole.items()
        for where, why in one.left_out.items()
    ]
    found = [_contest(reading, contest, one, files, late) for contest, one in whole.items()]
    found = [replace(one, notes=(*one.notes, *_of_unknown_party(one, found))) for one in found]
    return Gathered(tuple(found), tuple(files), mended=reading.mended)


def _whole(reading: Reading) -> tuple[dict[Contest, Whole], dict[Line, Unread]]:
    """Return each contest whole and checked, and the lines left out of any."""
    merged = _merged(reading)
    every = {one: tally.rows.table() for one, (tally, _) in merged.items() if one.office == EVERY}
    whole: dict[Contest, Whole] = {}
    left_out: dict[Line, Unread] = {}
    for contest, (gathering, more) in merged.items():
        if contest in every:
            continue
        ballots = [
            tables.of_areas(tally, gathering.areas)
            for of, tally in every.items()
            if _is_of_all(of, contest)
        ]
        found = gathering.finish([*more, *ballots])
        gathering.rows = tables.Rows()  # a big file is in memory once
        left_out |= found.left_out
        if len(left_out) > MOST_SET_ASIDE:
            what = f"more than {MOST_SET_ASIDE:,} rows cannot be kept, the first: "
            first = min(left_out)
            path = reading.files[first[0]].path
            raise Refused(f"{what}{left_out[first]}", mend=SPLIT, file=path.name, line=first[1])
        if found.rows.num_rows:
            whole[contest] = found
    return whole, left_out


def _merged(reading: Reading) -> dict[Contest, tuple[Gathering, list[Any]]]:
    """Return the contests with the rows that name no party, where only one party can be meant."""
    found: dict[Contest, tuple[Gathering, list[Any]]] = {
        contest: (gathering, []) for contest, gathering in reading.gathered.items()
    }
    for contest, gathering in reading.gathered.items():
        if contest.party or contest.office == EVERY or gathering.layout.party != "line":
            continue
        alike = [one for one in found if one.party and _but_party(one) == _but_party(contest)]
        if len(alike) == 1 and gathering.is_without_names():
            target, more = found[alike[0]]
            more.append(gathering.rows.table())
            for code, area in gathering.areas.items():
                target.areas.setdefault(code, area)
            for place, lines in gathering.lines.items():
                target.lines[place] = target.lines.get(place, 0) + lines
            _set_aside_of(reading, contest, alike[0])
            del found[contest]
    return found


def _set_aside_of(reading: Reading, was: Contest, now: Contest) -> None:
    """Let rows set aside of a contest be of the one it was merged into."""
    for file in reading.files:
        if was in file.contests:
            file.contests = file.contests - {was} | {now}
    for n, one in enumerate(reading.aside):
        if one.contest is not None and replace(one.contest, by="") == replace(was, by=""):
            reading.aside[n] = replace(one, contest=now)


def _of_unknown_party(one: ContestResult, found: list[ContestResult]) -> Iterator[str]:
    """Say where rows of a primary are that name no party, if they may be of another contest here.

    A candidate is never given to a party by guess, not even to the only one there is.
    """
    key = one.key
    alike = [other for other in found if _but_party(other.key) == _but_party(key)]
    alike = [other for other in alike if bool(other.key.party) != bool(key.party)]
    if not alike or one.layout.party != "line":
        return
    which = ", ".join(other.contest for other in alike)
    if key.party:
        told = f"Rows that name no party, and may be of this primary, are kept apart: {which}"
    else:
        told = f"These rows of a primary name no party, and may be of {which}"
    yield f"{told}. If they are of one party, say it when loading: party=…"


def _but_party(contest: Contest) -> tuple[Any, ...]:
    return contest.date, contest.event, contest.office, contest.district, contest.state, contest.by


def _is_of_all(tally: Contest, contest: Contest) -> bool:
    same = (tally.date, tally.event, tally.state) == (contest.date, contest.event, contest.state)
    return same and tally.by == contest.by and tally.party in ("", contest.party)


def _texts(reading: Reading, left_out: dict[Line, Unread]) -> Iterator[tuple[Line, str]]:
    """Yield the text of lines that were left out after they had been read."""
    for file in reading.files:
        numbers = {line for place, line in left_out if place == file.place}
        if numbers:
            with open_source(file.path) as source:
                for number, text in reading.lines(source, file.source[0]):
                    if number in numbers:
                        yield (file.place, number), text


def _contest(
    reading: Reading, contest: Contest, whole: Whole, files: list[FileRead], late: list[Aside]
) -> ContestResult:
    gathering = reading.gathered[contest]
    layout = gathering.layout
    aside = [one for one in reading.aside if _may_be_of(one, contest, reading.files)]
    aside += [one for one in late if one.contest == contest]
    aside.sort(key=lambda one: one.where)
    for one in aside:  # whose file may have given the contest no row but these
        gathering.lines.setdefault(one.where[0], 0)
    places = sorted(gathering.lines)
    units = tables.sums(whole.rows, ("unit", "kind"))
    tallies = [one["unit"] for one in units if one["kind"] == "tally"]
    return ContestResult(
        contest=contest.slug(layout.suffix),
        key=contest,
        layout=layout,
        vote_for=gathering.vote_for or 1,
        area_kind=whole.area_kind,
        rows=tables.of_source(whole.rows, {place: n for n, place in enumerate(places)}),
        combined=whole.combined,
        ballot_units=tuple(layout.ballots_of(tallies)),
        sources=tuple(_sources(gathering, whole, files, aside)),
        set_aside=tuple(
            SetAside(files[one.where[0]].file, one.where[1], str(one.why), one.text)
            for one in aside
        ),
        notes=(
            *_incomplete(aside, reading.files),
            *whole.notes,
            *(note for place in places for note in _of_file(reading.files[place])),
            *(f"{name} was given twice and read once." for name in reading.again),
        ),
    )


def _sources(
    gathering: Gathering, whole: Whole, files: list[FileRead], aside: list[Aside]
) -> Iterator[ContestSource]:
    counties = tables.sums(whole.rows, ("source", "county"))
    for place, lines in sorted(gathering.lines.items()):
        kept = lines - sum(at == place for at, _ in whole.left_out)
        set_aside = sum(one.where[0] == place for one in aside)
        found = tuple(one["county"] for one in counties if one["source"] == place)
        yield ContestSource(files[place], kept + set_aside, set_aside, found)


def _may_be_of(one: Aside, contest: Contest, files: list[File]) -> bool:
    """Return whether a row set aside is of the contest, or may be as far as is known."""
    there = {other for other in files[one.where[0]].contests if other.office != EVERY}
    if not there:  # its file has no contest of its own: only counts of the ballots of all
        return True
    if one.contest is not None and one.contest.office != EVERY:
        known = [other for other in there if replace(other, by="") == replace(one.contest, by="")]
        if known:
            return contest in known
    return contest in there


def _incomplete(aside: list[Aside], files: list[File]) -> Iterator[str]:
    """Say loudly what of each file is missing from the totals."""
    for place, of_file in groupby(aside, key=lambda one: one.where[0]):
        missing = [one for one in of_file if one.why.missing]
        areas = sorted({one.area for one in missing if one.area})
        unknown = sum(not one.area for one in missing)
        told = [f"{_rows(len(missing) - unknown)} in {listed(areas, MOST_LISTED)}"] if areas else []
        told += [f"{_rows(unknown)} of unknown areas"] if unknown else []
        if told:
            which = " and ".join(told)
            name = files[place].path.name
            yield f"{INCOMPLETE}{name}: set aside {which}; the totals lack what stands there."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _of_file(file: File) -> Iterator[str]:
    """Yield what a file as a whole says of its figures."""
    yield from file.words.notes
    reported = {area: part for area, part in file.reader.reported.items() if part < 1}
    if reported:
        least = min(reported, key=lambda area: reported[area])
        yield (
            f"Not all was counted when this was published: {len(reported)} of "
            f"{len(file.reader.reported)} areas are not fully reported, the least {least} with "
            f"{reported[least]:.0%}."
        )
    if file.source[2]:
        many = file.source[2]
        lines = "1 line was" if many == 1 else f"{many:,} lines were"
        yield f"In {file.path.name} {lines} not UTF-8 and mended."
    if not file.ended:
        yield f"The last line of {file.path.name} has no line end; it may be cut off."
