"""Loads files of whatever kind, as the terminal and the worker do: they say themselves what

they are. Boundaries go to the territory, voter files and results into the electorate.
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
from courtyard.territory.acts import LoadedBefore, load_boundaries
from courtyard.territory.boundaries import Boundaries, looks_like_boundaries, read_boundaries
from courtyard.territory.layout import layouts

Tell = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Tells nobody."""


def holds_boundaries(path: Path) -> bool:
    """Whether the file holds boundaries, for which the database is needed."""
    return looks_like_boundaries(path)


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

    Boundaries are loaded by `by` (a reader) under ids that follow from `op`; both may be None for
    other files, whose manifests say `known_as`. Raises electorate's Refused, and of the territory
    Unreadable and Refusal; then each dataset is as it was. NotAllowed if `by` may not.
    """
    tell = progress or silent
    drawn = [(path, read_boundaries(path)) for path in files if holds_boundaries(path)]
    others = [path for path in files if not holds_boundaries(path)]
    made = _boundaries(drawn, by, at, op, tell) if drawn else []
    if others:
        root = Path(settings.COURTYARD_ELECTORATE)
        try:
            made += load(
                root, others, at=at, layout=layout, said=said, add=add, by=known_as, progress=tell
            )
        except Refused as refused:
            if made:
                refused.mend += ". The boundaries that came with it are loaded"
            raise
    return made


def _boundaries(
    drawn: list[tuple[Path, Boundaries]],
    by: Reader | None,
    at: datetime,
    op: UUID | None,
    tell: Tell,
) -> list[Loaded]:
    """The outer areas first; all of them, or none."""
    if by is None or op is None:
        raise ValueError("boundaries are loaded by somebody, under an op")
    made = []
    with transaction.atomic():
        for path, one in sorted(drawn, key=lambda pair: _depth(pair[1].layout.kind)):
            size = path.stat().st_size
            tell(Progress(path.name, "reading", 0, size, 0))
            notes: tuple[str, ...] = ()
            try:
                load_boundaries(op=further_id(op, one.sha256), by=by, at=at, boundaries=one)
            except LoadedBefore:
                notes = ("This very file is loaded already. Nothing was changed.",)
            tell(Progress(path.name, "reading", size, size, len(one.areas)))
            made.append(_loaded(one, notes))
        tell(Progress(drawn[0][0].name, "putting in force", 0, 0, 0))
    return made


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
