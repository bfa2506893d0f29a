"""Areas as their publisher drew them: which edition, inside what, with which outline."""

from datetime import date
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.db import models

from courtyard.journal.models import Row, RowQuerySet
from courtyard.journal.reader import Reader


class EditionQuerySet(RowQuerySet["Edition"]):
    def visible_to(self, reader: Reader) -> Self:
        """The names and dates of editions are public: everybody with a role sees them all."""
        return self.all() if reader.rank else self.none()

    def holding_on(self, day: date) -> Self:
        """The editions whose boundaries held on that day."""
        return self.filter(valid_from__lte=day, valid_to__gte=day)


class Edition(Row):
    """One publication of boundaries, and the days for which they hold."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField()
    publisher = models.CharField(max_length=120)
    licence = models.CharField(max_length=200)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)

    objects: ClassVar[Any] = EditionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-valid_from", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "sha256"], name="edition_loaded_once"),
            models.CheckConstraint(
                condition=models.Q(valid_from__lte=models.F("valid_to")),
                name="edition_days_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaQuerySet(RowQuerySet["Area"]):
    def visible_to(self, reader: Reader) -> Self:
        """The areas of the reader's roles and everything inside them."""
        within = [models.Q(path__startswith=path) for path in reader.paths()]
        return self.filter(reduce(or_, within)) if within else self.none()


class Area(Row):
    """A piece of ground with a name. `path` is its place in the tree: `/<id>/<id>/`."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="areas")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    path = models.CharField(max_length=400, unique=True)
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
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
        return self.filter(area__in=Area.objects.visible_to(reader))


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
