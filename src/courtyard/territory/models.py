"""Areas as their publisher drew them, and what stands on the ground inside of them."""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from courtyard.journal.models import R, Row, RowQuerySet
from courtyard.journal.reader import Rank, Reader


class EditionQuerySet(RowQuerySet["Edition"]):
    def visible_to(self, reader: Reader) -> Self:
        """The names and dates of editions are public: everybody with a role sees them all."""
        return self.all() if reader.rank else self.none()

    def published(self) -> Self:
        """For pages without a reader: what every publisher of boundaries says of them."""
        return self.all()

    def holding_on(self, day: date) -> Self:
        """The editions whose boundaries held on that day."""
        return self.filter(valid_from__lte=day, valid_to__gte=day)

    def in_force(self) -> Self:
        """Those that no newer one of the same ground has taken the place of."""
        return self.filter(replaced_at=None)


class OwnIdField(models.UUIDField[Any, UUID]):
    """An id that is the row's own where nothing else is said."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add and getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, model_instance.pk)
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> Any:
        name, _, *rest = super().deconstruct()
        return (name, "django.db.models.UUIDField", *rest)


class Edition(Row):
    """One publication of boundaries, streets, buildings or census figures, and its days.

    Editions of the same ground share `first`, the id of the first of them: a newer file of streets
    takes the place of the one before, which is `replaced_at` that moment and can be put back until
    it is `pruned_at`. Of each `first` one is in force. Boundaries are never replaced: each holds on
    its days.
    """

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField()
    publisher = models.CharField(max_length=120)
    licence = models.CharField(max_length=200)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    first = OwnIdField(editable=False, db_index=True)
    loaded_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    pruned_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = EditionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-valid_from", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "sha256"],
                condition=models.Q(pruned_at=None),
                name="edition_loaded_once",
            ),
            models.UniqueConstraint(
                fields=["first"],
                condition=models.Q(replaced_at=None),
                name="edition_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_to")),
                name="edition_days_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def of(self) -> str:
        """What it is an edition of: `streets`, `buildings`, `census`, or a kind of area."""
        return self.kind.partition(":")[0]


class ReportQuerySet(RowQuerySet["Report"]):
    def visible_to(self, reader: Reader) -> Self:
        """What is loaded and how well it was read: from organiser upwards, anywhere."""
        may = reader.rank is not None and reader.rank >= Rank.ORGANISER
        return self.all() if may else self.none()


class Report(Row):
    """How well an edition's file was read, and who loaded it.

    `said` has what a dataset's report.json has: files, rows_read, rows_kept, rows_set_aside,
    set_aside (reason, rows, first_lines), changes and notes.
    """

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="report")
    by = models.UUIDField()
    said: "models.JSONField[Any, dict[str, Any]]" = models.JSONField(default=dict)

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.edition_id)


class AreaQuerySet(RowQuerySet["Area"]):
    def visible_to(self, reader: Reader) -> Self:
        """The areas of the reader's roles and everything inside them."""
        within = [models.Q(path__startswith=path) for path in reader.paths()]
        return self.filter(reduce(or_, within)) if within else self.none()

    def published(self) -> Self:
        """For pages without a reader: names and codes, as their publisher gave them."""
        return self.all()


class Area(Row):
    """A piece of ground with a name. `path` is its place in the tree: `/<id>/<id>/`.

    `ocd_id` (`ocd-division/country:us/…`) and `geoid` (the Census Bureau's number) are the names
    by which others know it; empty where the publisher gives none.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="areas")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    path = models.CharField(max_length=400, unique=True)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    ocd_id = models.CharField(max_length=200, default="", blank=True)
    geoid = models.CharField(max_length=20, default="", blank=True)
    longitude = models.FloatField()
    latitude = models.FloatField()

    objects: ClassVar[Any] = AreaQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edition", "kind", "code"], name="area_once_per_edition"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OutlineQuerySet(RowQuerySet["Outline"]):
    def visible_to(self, reader: Reader) -> Self:
        """The outlines of the areas one may see."""
        within = [models.Q(path__startswith=path) for path in reader.paths()]
        return self.filter(reduce(or_, within)) if within else self.none()


class Outline(Row):
    """The polygon of an area, apart from it so that lists stay light. WGS84, as GeoJSON text.

    `path` repeats the area's, for the wall.
    """

    area = models.OneToOneField(Area, on_delete=models.PROTECT, related_name="outline")
    path = models.CharField(max_length=400)
    geometry = models.TextField()

    objects: ClassVar[Any] = OutlineQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.area_id)


class OnGroundQuerySet(RowQuerySet[R]):
    def visible_to(self, reader: Reader) -> Self:
        """Those inside of the areas of the reader's roles."""
        within = [
            models.Q(path__startswith=path) | models.Q(hood__startswith=path)
            for path in reader.paths()
        ]
        return self.filter(reduce(or_, within)) if within else self.none()

    def inside(self, area: Area) -> Self:
        """Those inside of one area, of whichever kind it is."""
        parts = Area.objects.filter(path__startswith=area.path)
        return self.filter(models.Q(area__in=parts) | models.Q(neighbourhood__in=parts))

    def same_as(self, row: UUID) -> Self:
        """Those that are the same building or complex as this one, of whichever edition it is:

        their publisher's code is the same, in editions of the same ground.
        """
        kept = self.model.every.filter(id=row).values_list("edition__first", "code")  # type: ignore[attr-defined]
        first, code = kept.first() or (None, "")
        return self.filter(edition__first=first, code=code)


class InForce(models.Manager[R]):
    """The rows of the editions in force, and those of none."""

    def get_queryset(self) -> models.QuerySet[R]:
        return super().get_queryset().filter(edition__replaced_at=None)


class OnGround(Row):
    """Something that stands on the ground: in a district, and in a neighbourhood if one is loaded.

    `path` and `hood` repeat the paths of the two, for the wall: `/` and nothing outside of them.
    `objects` are those of the editions in force; `every` has also what newer ones replaced.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    neighbourhood = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=400)
    hood = models.CharField(max_length=400)
    longitude = models.FloatField()
    latitude = models.FloatField()

    class Meta:
        abstract = True


class SegmentQuerySet(OnGroundQuerySet["Segment"]):
    def visible_to(self, reader: Reader) -> Self:
        """Streets are public: everybody with a role sees them all.

        A walk may lead along one outside of the reader's area.
        """
        return self.all() if reader.rank else self.none()


class Segment(OnGround):
    """A street between two corners; its point is the middle, `geometry` a line as GeoJSON text.

    `start` and `end` are the publisher's numbers of the corners, the same for all that meet there.
    `kind` is what the publisher calls it: `residential`, `primary`; empty if it does not.
    """

    number = models.IntegerField()
    street = models.CharField(max_length=120)
    name_source = models.CharField(max_length=12)
    kind = models.CharField(max_length=40, default="", blank=True)
    start = models.CharField(max_length=24)
    end = models.CharField(max_length=24)
    metres = models.FloatField()
    geometry = models.TextField()

    objects: ClassVar[Any] = InForce.from_queryset(SegmentQuerySet)()
    every: ClassVar[Any] = SegmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["street", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="segment_once_per_edition")
        ]

    def __str__(self) -> str:
        return self.street


class Complex(OnGround):
    """A lot of so many homes that it must be several buildings, which are not known yet.

    Its homes may lie up to `reach` metres from its point.
    """

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    block = models.CharField(max_length=40)
    homes = models.IntegerField()
    stabilised = models.BooleanField(default=False)
    reach = models.FloatField()

    objects: ClassVar[Any] = InForce.from_queryset(OnGroundQuerySet["Complex"])()
    every: ClassVar[Any] = OnGroundQuerySet["Complex"].as_manager()

    class Meta:
        verbose_name_plural = "complexes"
        ordering: ClassVar = ["-homes", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "code"], name="complex_once_per_edition")
        ]

    def __str__(self) -> str:
        return self.name


class Building(OnGround):
    """A building, with how its doors are laid out.

    `side` is that of its segment, -1 left and 1 right of the line's direction, `along` metres from
    its start. `address_source` and `doors_source` say what is published, guessed or invented.
    """

    code = models.CharField(max_length=60)
    block = models.CharField(max_length=40)
    homes = models.IntegerField()
    stabilised = models.BooleanField(default=False)
    segment = models.ForeignKey(Segment, null=True, on_delete=models.PROTECT, related_name="+")
    side = models.SmallIntegerField()
    along = models.FloatField()
    number = models.CharField(max_length=20)
    street = models.CharField(max_length=120)
    zip = models.CharField(max_length=10)
    address_source = models.CharField(max_length=12)
    doors = models.CharField(max_length=400)
    doors_source = models.CharField(max_length=12)

    objects: ClassVar[Any] = InForce.from_queryset(OnGroundQuerySet["Building"])()
    every: ClassVar[Any] = OnGroundQuerySet["Building"].as_manager()

    class Meta:
        ordering: ClassVar = ["street", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "code"], name="building_once_per_edition")
        ]
        indexes: ClassVar = [models.Index(fields=["block"]), models.Index(fields=["street"])]

    def __str__(self) -> str:
        return f"{self.number} {self.street}"


class CountQuerySet(RowQuerySet["Count"]):
    def visible_to(self, reader: Reader) -> Self:
        """The counts of the areas one may see."""
        within = [models.Q(path__startswith=path) for path in reader.paths()]
        return self.filter(reduce(or_, within)) if within else self.none()


class Count(Row):
    """How many of something an area holds, by which source, as of which day. Never names.

    `low` and `high` where it is not known for sure, such as homes of a complex. `path` repeats the
    area's, for the wall. `edition` is that of a census table; what is counted here has none.
    """

    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=400)
    measure = models.CharField(max_length=80)
    value = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    source = models.CharField(max_length=200)
    as_of = models.DateField()

    objects: ClassVar[Any] = InForce.from_queryset(CountQuerySet)()
    every: ClassVar[Any] = CountQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["measure"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area", "measure"],
                condition=models.Q(edition=None),
                name="count_once_per_area",
            ),
            models.UniqueConstraint(
                fields=["edition", "area", "measure"], name="count_once_per_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value:g}"
