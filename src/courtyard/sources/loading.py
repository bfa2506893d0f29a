"""Loads files of whatever kind, as the terminal and the worker do: they say themselves what

they are. Boundaries, streets and buildings go to the territory, voter files and results into the
electorate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
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
    load_census,
    load_streets,
)
from courtyard.territory.boundaries import (
    Boundaries,
    Unreadable,
    looks_like_boundaries,
    read_boundaries,
)
from courtyard.territory.census import Census, CensusLayout, census_of, own_layout, read_census
from courtyard.territory.layout import is_layout, keep_layout, layouts, read_layout
from courtyard.territory.models import Report
from courtyard.territory.odd import shortened
from courtyard.territory.supplies import Supply, read_supply, supply_of

Tell = Callable[[Progress], None]
BEFORE = "This very file is loaded already. Nothing was changed."


def silent(_: Progress) -> None:
    """Tells nobody."""


def holds_ground(path: Path) -> bool:
    """Whether the file is of the ground, or of people on it, for which there is the database."""
    return any(of(path) for of in (looks_like_boundaries, supply_of, census_of))


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
    ground, others = _sorted(files, Path(layout) if layout else None, said)
    made = _ground(ground, by, at, op, tell) if ground.any else []
    if ground.own:
        keep_layout(ground.own)
    layout = None if ground.own or ground.own_census else layout
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


@dataclass(frozen=True, slots=True)
class _Ground:
    """What of some files is of the ground, as it was read, and the layouts that came with it."""

    drawn: list[tuple[Path, Boundaries]]
    supplies: list[Supply]
    census: list[Census]
    own: Path | None
    own_census: CensusLayout | None

    @property
    def any(self) -> bool:
        return bool(self.drawn or self.supplies or self.census)


def _sorted(
    files: Sequence[Path], layout: Path | None, said: Mapping[str, str] | None
) -> tuple[_Ground, list[Path]]:
    """What is of the ground, read; and the other files."""
    counted = own_layout(layout) if layout else None
    supplied = [path for path in files if supply_of(path) is not None]
    drawn = [path for path in files if path not in supplied and looks_like_boundaries(path)]
    rest = [path for path in files if path not in (*supplied, *drawn)]
    tables = [path for path in rest if census_of(path, counted)]
    own = layout if layout and drawn and is_layout(layout) else None
    made = _Ground(
        [(path, read_boundaries(path, read_layout(own) if own else None)) for path in drawn],
        _together([read_supply(path) for path in supplied]),
        [read_census(path, _day(said), counted) for path in tables],
        own,
        counted,
    )
    return made, [path for path in rest if path not in tables]


def _ground(
    found: _Ground, by: Reader | None, at: datetime, op: UUID | None, tell: Tell
) -> list[Loaded]:
    """All of it, or nothing."""
    if by is None or op is None:
        raise ValueError("what is of the ground is loaded by somebody, under an op")
    with transaction.atomic():
        made = _boundaries(found.drawn, by, at, op, tell)
        made += _supplies(found.supplies, by, at, op, tell)
        return made + _tables(found.census, by, at, op)


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
            edition = load_boundaries(op=further_id(op, one.sha256), by=by, at=at, boundaries=one)
            notes = tuple(Report.objects.get(edition=edition).said["notes"])
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
        aside = [odd for odd in one.odd if not odd.kept]
        try:
            edition = load(op=further_id(op, one.sha256), by=by, at=at, supply=one)
            said = Report.objects.get(edition=edition).said["notes"]
            notes = tuple(shortened([*map(str, aside), *said]))
        except LoadedBefore:
            notes = (BEFORE,)
        tell(Progress(one.file, "putting in force", len(one), len(one), len(one)))
        read, layout = len(one) + len(aside), one.layout
        made.append(
            Loaded(layout.edition, 1, layout.name, read, len(one), len(aside), 0, notes, Path())
        )
    return made


def _tables(tables: Sequence[Census], by: Reader, at: datetime, op: UUID) -> list[Loaded]:
    made = []
    for one in tables:
        name, said = one.layout.edition, dict[str, Any]()
        try:
            edition = load_census(op=further_id(op, one.sha256), by=by, at=at, table=one)
            said = Report.objects.get(edition=edition).said
        except LoadedBefore:
            said = {"rows_read": one.read.rows_read, "rows_kept": 0, "notes": [BEFORE]}
        read, kept, aside = (said.get(f"rows_{what}", 0) for what in ("read", "kept", "set_aside"))
        lines = [
            f"{reason['rows']:,} rows: {reason['reason']} (line {reason['first_lines'][0]} first)"
            for reason in said.get("set_aside", [])
        ]
        notes = (*lines, *said["notes"])
        made.append(Loaded(name, 1, one.layout.name, read, kept, aside, 0, notes, Path()))
    return made


def _day(said: Mapping[str, str] | None) -> date | None:
    """The day that was said with the files, if one was. Raises Refused."""
    text = (said or {}).get("date")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(f"{text} is no day", mend="Write it so: 2020-12-31") from error


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
