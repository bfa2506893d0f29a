"""Loads files of whatever kind, as the terminal and the worker do: they say themselves what

they are. Boundaries, streets and buildings go to the territory, voter files and results into the
electorate.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courtyard.electorate.load import Loaded, Progress, load
from courtyard.electorate.refusal import Refused
from courtyard.journal.op import further_id
from courtyard.journal.reader import Reader
from courtyard.territory.acts import (
    LoadedBefore,
    load_boundaries,
    load_buildings,
    load_streets,
)
from courtyard.territory.boundaries import (
    Boundaries,
    Unreadable,
    looks_like_boundaries,
    read_boundaries,
)
from courtyard.territory.layout import layouts
from courtyard.territory.supplies import Supply, read_supply, supply_of

Tell = Callable[[Progress], None]
BEFORE = "This very file is loaded already. Nothing was changed."
MOST_TOLD = 20


def silent(_: Progress) -> None:
    """Tells nobody."""


def holds_ground(path: Path) -> bool:
    """Whether the file holds boundaries, streets or buildings, for which the database is needed."""
    return looks_like_boundaries(path) or supply_of(path) is not None


def load_files(
    files: Sequence[Path],
    *,
    by: Reader | None,
    at: datetime,
    op: UUID | None = None,
    layout: str | Path | None = None,
    said: Mapping[str, str] | None = None,
    add: bool = False,
    progress: Tell | None = None,
    known_as: str = "terminal",
) -> list[Loaded]:
    """Loads files that belong together and gives what they became.

    What is of the ground is loaded by `by` (a reader) under ids that follow from `op`; both may be
    None for other files, whose manifests say `known_as`. Raises electorate's Refused, and of the
    territory Unreadable and Refusal; then each dataset is as it was. NotAllowed if `by` may not.
    """
    tell = progress or silent
    supplied = [path for path in files if supply_of(path) is not None]
    ground = [path for path in files if path not in supplied and looks_like_boundaries(path)]
    others = [path for path in files if path not in supplied and path not in ground]
    drawn = [(path, read_boundaries(path)) for path in ground]
    supplies = _together([read_supply(path) for path in supplied])
    made = _ground(drawn, supplies, by, at, op, tell) if drawn or supplies else []
    if others:
        root = Path(settings.COURTYARD_ELECTORATE)
        try:
            made += load(
                root, others, at=at, layout=layout, said=said, add=add, by=known_as, progress=tell
            )
        except Refused as refused:
            if made:
                refused.mend += ". The boundaries, streets and buildings with it are loaded"
            raise
    return made


def _ground(
    drawn: list[tuple[Path, Boundaries]],
    supplies: Sequence[Supply],
    by: Reader | None,
    at: datetime,
    op: UUID | None,
    tell: Tell,
) -> list[Loaded]:
    """All of it, or nothing."""
    if by is None or op is None:
        raise ValueError("what is of the ground is loaded by somebody, under an op")
    with transaction.atomic():
        made = _boundaries(drawn, by, at, op, tell)
        return made + _supplies(supplies, by, at, op, tell)


def _boundaries(
    drawn: list[tuple[Path, Boundaries]], by: Reader, at: datetime, op: UUID, tell: Tell
) -> list[Loaded]:
    """The outer areas first."""
    made = []
    for path, one in sorted(drawn, key=lambda pair: _depth(pair[1].layout.kind)):
        size = path.stat().st_size
        tell(Progress(path.name, "reading", 0, size, 0))
        notes: tuple[str, ...] = ()
        try:
            load_boundaries(op=further_id(op, one.sha256), by=by, at=at, boundaries=one)
        except LoadedBefore:
            notes = (BEFORE,)
        tell(Progress(path.name, "reading", size, size, len(one.areas)))
        made.append(_loaded(one, notes))
    if drawn:
        tell(Progress(drawn[0][0].name, "putting in force", 0, 0, 0))
    return made


def _together(supplies: Sequence[Supply]) -> list[Supply]:
    """Streets before buildings, and these with the addresses that came with them."""
    buildings = [one for one in supplies if one.layout.of == "buildings"]
    addresses = [one for one in supplies if one.layout.of == "addresses"]
    if addresses and len(buildings) != 1:
        what = f"{addresses[0].file}: addresses are given in one command with their buildings"
        raise Unreadable(f"{what}, one file of them. Give both.")
    if addresses:
        for one in addresses:
            buildings[0] = buildings[0].with_addresses(one)
    return [one for one in supplies if one.layout.of == "streets"] + buildings


def _supplies(
    supplies: Sequence[Supply], by: Reader, at: datetime, op: UUID, tell: Tell
) -> list[Loaded]:
    made = []
    for one in supplies:
        tell(Progress(one.file, "sorting", 0, len(one), 0))
        load = load_streets if one.layout.of == "streets" else load_buildings
        notes = _told(one.odd)
        try:
            load(op=further_id(op, one.sha256), by=by, at=at, supply=one)
        except LoadedBefore:
            notes = (BEFORE,)
        tell(Progress(one.file, "putting in force", len(one), len(one), len(one)))
        read, name = len(one) + len(one.odd), one.layout.edition
        made.append(
            Loaded(name, 1, one.layout.name, read, len(one), len(one.odd), 0, notes, Path())
        )
    return made


def _told(odd: Sequence[str]) -> tuple[str, ...]:
    more = len(odd) - MOST_TOLD
    return (*odd[:MOST_TOLD], *([f"and {more:,} more like these"] if more > 0 else ()))


def _loaded(one: Boundaries, notes: tuple[str, ...]) -> Loaded:
    count = len(one.areas)
    name, layout = one.layout.edition, one.layout.name
    return Loaded(name, 1, layout, count, count, 0, 0, notes, Path())


def _depth(kind: str) -> int:
    """How many kinds of areas lie around this one."""
    around = {layout.kind: layout.within for layout in layouts()}
    depth = 0
    while (kind := around.get(kind, "")) and depth < len(around):
        depth += 1
    return depth
