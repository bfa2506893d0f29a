"""What is done to the territory."""

from collections.abc import Callable, Hashable, Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from courtyard.journal.act import act, ask, touches
from courtyard.journal.op import further_id
from courtyard.journal.reader import Reader

from . import rules
from .boundaries import Boundaries
from .census import Census, matched, rows_of
from .counting import Counts
from .doors import doors_of, written
from .drawn import Refusal, area_of, around, check_days, check_order, edition_of, surroundings
from .ground_layout import NO_END
from .models import (
    Area,
    Building,
    Complex,
    Count,
    Edition,
    OnGroundQuerySet,
    Outline,
    Report,
    Segment,
)
from .odd import FIRST_LINES, ReadFile, report, shortened
from .redrawn import without_successor
from .standing import SEEN, SPOT, buildings_of, complexes_of, large_lots, moved, segments_of
from .succession import (
    before,
    carried,
    changes,
    counted_in,
    seen_doors,
    squares_of,
    squares_under,
    streets_changed_since,
)
from .supplies import Supply

BATCH = 2_000
COUNTS = "counts"
OFS = ("streets", "buildings", "census")  # editions that follow each other


class LoadedBefore(Exception):
    """The very same file is loaded already: nothing is to be done."""


class SuppliedInPart(Refusal):
    """The file has a part of the ground that is loaded, and would take the place of all of it."""


class KeptAlready(Refusal):
    """The very same file is kept, and not in force: it can be put back."""


class NoSuchAreas(Refusal):
    """None of a table's areas is loaded for its day."""


class CountedBefore(Refusal):
    """Another table in force says the same of the same areas."""


class Meanwhile(Exception):
    """Another edition came into force since the page was shown. Nothing was changed."""


class NothingToUndo(Exception):
    """There is no such edition any more, or it is in force already."""


class NoStreets(Refusal):
    """Buildings stand on streets, and there would be none."""


@act("territory.load_boundaries", row=Edition)
def load_boundaries(*, op: UUID, by: Reader, at: datetime, boundaries: Boundaries) -> Edition:
    """Takes in one edition of boundaries whole.

    Raises LoadedBefore for the same file again, and DaysTaken or OuterTooLate, both a Refusal.
    """
    ask(rules.may_load_boundaries(by))
    layout = boundaries.layout
    if Edition.objects.filter(kind=layout.kind, sha256=boundaries.sha256).exists():
        raise LoadedBefore(boundaries.file)
    edition = edition_of(op, at, boundaries)
    check_days(edition)
    check_order(edition, boundaries)
    edition.save(force_insert=True)
    there = surroundings(edition, layout.within)
    parents = {one.code: area_of(one, edition, around(one, there)) for one in boundaries.parents}
    areas = [
        area_of(one, edition, parents.get(one.parent_code) or around(one, there))
        for one in boundaries.areas
    ]
    Area.objects.bulk_create([*parents.values(), *areas])
    drawings = zip([*parents.values(), *areas], boundaries.parents + boundaries.areas, strict=True)
    Outline.objects.bulk_create(
        [
            Outline(
                id=further_id(area.id, "outline"), area=area, path=area.path, geometry=one.geometry
            )
            for area, one in drawings
        ]
    )
    touches([area.id for area in parents.values()])
    odd = [f"{one.name}: its outline crossed itself" for one in boundaries.areas if one.mended]
    read = ReadFile(boundaries.file, boundaries.size, len(areas), boundaries.sha256)
    notes = [*shortened(odd), *without_successor(edition)]
    _report(edition, by, report([read], len(areas), (), notes))
    return edition


@act("territory.load_streets", row=Edition)
def load_streets(*, op: UUID, by: Reader, at: datetime, supply: Supply) -> Edition:
    """Takes in one file of streets, in place of an older one of the same ground.

    The buildings in force move onto them. Raises LoadedBefore for the same again, KeptAlready,
    SuppliedInPart.
    """
    ask(rules.may_load_ground(by))
    edition, _ = _supplied(op, at, supply)
    Segment.objects.bulk_create(segments_of(edition, supply), batch_size=BATCH)
    _move(Building.objects.all())
    _report(edition, by, report(supply.files, len(supply), supply.odd, supply.notes))
    return edition


@act("territory.load_buildings", row=Edition)
def load_buildings(*, op: UUID, by: Reader, at: datetime, supply: Supply) -> Edition:
    """Takes in one file of buildings, each on its nearest street; large lots become complexes.

    It takes the place of an older one of the same ground, from which it keeps the doors that
    somebody has seen. Raises LoadedBefore for the same again, KeptAlready, SuppliedInPart,
    NoStreets.
    """
    ask(rules.may_load_ground(by))
    segments = _segments()
    if not segments:
        raise NoStreets(
            f"{supply.file}: no streets are loaded for the buildings to stand on; nothing was "
            "changed. Load the streets first, or in the same command."
        )
    edition, old = _supplied(op, at, supply)
    complexes = complexes_of(edition, supply)
    Complex.objects.bulk_create(complexes, batch_size=BATCH)
    buildings = list(buildings_of(edition, supply, segments))
    notes = large_lots(complexes)
    notes += _carry(old.id, buildings) if old else []
    Building.objects.bulk_create(buildings, batch_size=BATCH)
    said = report(supply.files, len(supply), supply.odd, (*notes, *supply.notes))
    _report(edition, by, said | ({"changes": changes(old.id, supply)} if old else {}))
    return edition


@act("territory.put_back", row=Edition)
def put_back(
    *, op: UUID, by: Reader, at: datetime, first: UUID, was: UUID | None, to: UUID | None
) -> Edition:
    """Puts the edition `to` in force instead of `was`, both of the ground of `first`; or none.

    Nothing is removed, and doors that somebody has seen are carried over. Raises Meanwhile if
    another than `was` is in force, NothingToUndo, and NoStreets where buildings stand on them.
    """
    ask(rules.may_load_ground(by))
    line = Edition.objects.filter(first=first, pruned_at=None).select_for_update()
    known = {one.id: one for one in line}
    now = next((one for one in known.values() if one.replaced_at is None), None)
    if was != (now.id if now else None):
        raise Meanwhile
    back = known.get(to) if to else None
    if to == was or (to and back is None) or not any(one.of in OFS for one in known.values()):
        raise NothingToUndo
    if now:
        now.replaced_at = at
        now.save(update_fields=["replaced_at"])
    moves = False
    if back:
        moves = streets_changed_since(back.replaced_at)
        back.replaced_at = None
        back.save(update_fields=["replaced_at"])
    made = back or now
    if made is None:
        raise NothingToUndo
    _stand_again(made, now, back, moves=moves)
    return made


@act("territory.prune", row=Edition)
def prune(*, op: UUID, by: Reader, at: datetime, first: UUID, keep: int) -> Edition:
    """Removes for good what stood in all but the newest `keep` editions of a ground.

    Never what is in force. That they were there, and their reports, stay. Raises NothingToUndo.
    """
    ask(rules.may_load_ground(by))
    line = Edition.objects.filter(first=first, pruned_at=None).order_by("-loaded_at", "id")
    known = [one for one in line if one.of in OFS]
    if not known:
        raise NothingToUndo
    gone = [one for one in known[max(keep, 1) :] if one.replaced_at is not None]
    # What is put back later moves onto the streets of that day.
    Building.every.filter(segment__edition__in=gone).update(segment=None)
    for rows in (Building, Complex, Segment, Count):
        rows.every.filter(edition__in=gone).delete()
    for one in gone:
        one.pruned_at = at
        one.save(update_fields=["pruned_at"])
    touches([one.id for one in gone])
    return known[0]


@act("territory.load_census", row=Edition)
def load_census(*, op: UUID, by: Reader, at: datetime, table: Census) -> Edition:
    """Takes in a table of people by area, in place of an older one of the same areas.

    Raises LoadedBefore for the same again, KeptAlready, SuppliedInPart, NoSuchAreas, and
    CountedBefore where another table in force says the same of an area.
    """
    ask(rules.may_load_ground(by))
    layout, kind = table.layout, f"census:{table.layout.name}"
    _check_new(kind, table.sha256, table.read.file)
    found = matched(table)
    if not found.rows:
        raise NoSuchAreas(
            f"{table.read.file}: none of its areas is loaded for {table.as_of}, such as "
            f"{table.rows[0].area}; nothing was changed. Load their boundaries first."
        )
    marks = {(area.id, measure) for area, row in found.rows for measure in row.counts}
    old = _before(kind, marks, counted_in, table.read.file)
    edition = Edition(
        id=op, name=layout.edition, kind=kind, valid_from=table.as_of, valid_to=NO_END,
        publisher=layout.publisher, licence=layout.licence, file=table.read.file,
        sha256=table.sha256,
    )  # fmt: skip
    _follow(edition, old, at)
    _check_counted_once(marks, table.read.file)
    Count.every.bulk_create(rows_of(edition, found), batch_size=BATCH)
    odd = sorted((*table.odd, *found.odd), key=lambda one: one.line)
    _report(edition, by, report([table.read], len(found.rows), odd, found.notes))
    return edition


@act("territory.correct_doors", row=Building)
def correct_doors(*, op: UUID, by: Reader, at: datetime, building: UUID, doors: str) -> Building:
    """Writes down how the doors of a building lie, by somebody who has been there.

    Of a building of an older edition, those of the same in force. Raises BadPattern, and
    Building.DoesNotExist for one that the reader may not see.
    """
    found: Building = Building.objects.visible_to(by).same_as(building).get()
    ask(rules.may_correct(by, found.path, found.hood))
    found.doors, found.doors_source = written(doors), SEEN
    found.homes = len(doors_of(doors))
    found.save(update_fields=["doors", "doors_source", "homes"])
    return found


@act("territory.count", row=Edition)
def count(*, op: UUID, by: Reader, at: datetime, counts: Counts) -> Edition:
    """Copies counts of areas into the territory, in place of those before. Never names.

    Raises LoadedBefore if they are the same as those before.
    """
    ask(rules.may_count(by))
    last = Edition.objects.filter(kind=COUNTS).order_by("-valid_from", "-id").first()
    if last is not None and last.file == counts.sha256:
        raise LoadedBefore(COUNTS)
    edition = Edition(
        id=op, name="Counts", kind=COUNTS, valid_from=at.date(), valid_to=NO_END,
        publisher="", licence="", file=counts.sha256, sha256=further_id(op, counts.sha256).hex,
        loaded_at=at,
    )  # fmt: skip
    edition.save(force_insert=True)
    Count.every.filter(edition=None).delete()
    rows = [
        Count(id=further_id(op, f"{one.area}:{one.measure}"), as_of=at.date(), **one.row())
        for one in counts.rows
    ]
    Count.objects.bulk_create(rows, batch_size=BATCH)
    return edition


def _supplied(op: UUID, at: datetime, supply: Supply) -> tuple[Edition, Edition | None]:
    """A new edition, and the one whose place it takes."""
    kind, layout = supply.layout.kind, supply.layout
    _check_new(kind, supply.sha256, supply.file)
    old = _before(kind, squares_of(supply), squares_under, supply.file)
    edition = Edition(
        id=op, name=layout.edition, kind=kind, valid_from=layout.valid_from,
        valid_to=layout.valid_to, publisher=layout.publisher, licence=layout.licence,
        file=supply.file, sha256=supply.sha256,
    )  # fmt: skip
    _follow(edition, old, at)
    return edition, old


def _before(
    kind: str, marks: Set[Hashable], marks_of: Callable[[Edition], Set[Hashable]], file: str
) -> Edition | None:
    old, part_of = before(kind, marks, marks_of)
    if part_of:
        raise SuppliedInPart(
            f"{file}: it has less than half of the ground of “{part_of.name}”, which is loaded "
            f"from {part_of.file}; nothing was changed. Load the whole ground anew, or take that "
            "one out of force first (Sources)."
        )
    return old


def _check_counted_once(marks: Set[tuple[UUID, str]], file: str) -> None:
    """No two tables in force say the same of an area: sums over areas would count people twice."""
    rows = Count.objects.exclude(edition=None).filter(area__in={area for area, _ in marks})
    for area, measure, name in rows.values_list("area_id", "measure", "edition__name"):
        if (area, measure) in marks:
            raise CountedBefore(
                f"{file}: “{name}” says {measure.replace('_', ' ')} of the same areas; nothing was "
                "changed. Take that one out of force first (Sources)."
            )


def _check_new(kind: str, sha256: str, file: str) -> None:
    known = Edition.objects.filter(kind=kind, sha256=sha256, pruned_at=None).first()
    if known and known.replaced_at is None:
        raise LoadedBefore(file)
    if known:
        raise KeptAlready(
            f"{file}: this very file is kept already and not in force; nothing was changed. Put it "
            "back on the Sources page."
        )


def _follow(edition: Edition, old: Edition | None, at: datetime) -> None:
    """Saves an edition, in place of an older one if there is one."""
    edition.loaded_at = at
    if old:
        edition.first, old.replaced_at = old.first, at
        old.save(update_fields=["replaced_at"])
        touches([old.id])
    edition.save(force_insert=True)


def _report(edition: Edition, by: Reader, said: dict[str, Any]) -> None:
    made = Report(id=further_id(edition.id, "report"), edition=edition, by=by.account, said=said)
    made.save(force_insert=True)


def _carry(old: UUID, buildings: Sequence[Building]) -> list[str]:
    """Takes over the doors that somebody has seen; says how many, and whose were lost."""
    seen = seen_doors(old)
    found, lost = carried(seen, buildings)
    for one in found:
        one.doors, one.doors_source = seen[one.code], SEEN
        one.homes = len(doors_of(one.doors))
    told = [f"the doors of {len(found):,} buildings, seen by people, were kept"] if found else []
    some = ", ".join(lost[:FIRST_LINES])
    more = f"doors seen by people of {len(lost):,} buildings that are not in this file: {some}"
    return [*told, *([more] if lost else [])]


def _stand_again(made: Edition, was: Edition | None, back: Edition | None, *, moves: bool) -> None:
    """After another edition came into force: buildings onto the streets in force, doors kept."""
    if made.of == "streets":
        if not _segments() and Building.objects.exists():
            raise NoStreets("Buildings stand on these streets, and there are no others.")
        _move(Building.objects.all())
    elif back:
        seen = seen_doors(was.id) if was else {}
        fresh = list(Building.objects.filter(edition=back, code__in=seen))
        if was and fresh:
            _carry(was.id, fresh)
            Building.objects.bulk_update(fresh, ["doors", "doors_source", "homes"])
        if moves:
            _move(Building.objects.filter(edition=back))


def _segments() -> list[Segment]:
    return list(Segment.objects.order_by("edition__name", "edition", "number"))


def _move(buildings: OnGroundQuerySet[Building]) -> None:
    """Puts buildings onto the streets in force. Written as one insert that changes what is there:

    as many updates, or one with as many cases, would take minutes.
    """
    found, segments = list(buildings.order_by("code", "id")), _segments()
    if found and segments:
        streets = dict(Segment.every.values_list("id", "street"))
        Building.every.bulk_create(
            moved(found, segments, streets), batch_size=BATCH,
            update_conflicts=True, unique_fields=["id"], update_fields=SPOT,
        )  # fmt: skip
