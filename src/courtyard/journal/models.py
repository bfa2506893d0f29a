"""The base of every table, and the record of what was done."""

from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import connection, models

from .reader import Rank, Reader

R = TypeVar("R", bound=models.Model)


class RowQuerySet(models.QuerySet[R]):
    """A queryset that shows nothing until its room says who may see what."""

    def visible_to(self, reader: Reader) -> Self:
        """The rows this reader may see; none, unless the room overrides it."""
        del reader
        return self.none()


class Row(models.Model):
    """Base of every table: its id is the op of the act that made it, or derived from that op."""

    id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        abstract = True


class EntryQuerySet(RowQuerySet["Entry"]):
    def visible_to(self, reader: Reader) -> Self:
        """One's own acts; an administrator sees all."""
        if reader.rank == Rank.ADMINISTRATOR:
            return self.all()
        return self.filter(by=reader.account)


def known(op: UUID) -> bool:
    """Whether anybody did an act under this op, also one whose line the reader may not see."""
    if connection.vendor != "postgresql":
        return Entry.objects.filter(id=op).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT courtyard_op_known(%s)", [op])
        return bool(cursor.fetchone()[0])


class Entry(Row):
    """One act that was done. `id` is its op. Holds ids and codes, never names or notes."""

    act = models.CharField(max_length=80)
    by = models.UUIDField(db_index=True)
    at = models.DateTimeField(db_index=True)
    ids: "models.JSONField[Any, list[str]]" = models.JSONField(default=list)
    seal = models.CharField(max_length=64)

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.act} {self.id}"
