"""Loads that were handed in, and changes of the version in force."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models

from courtyard.journal.models import Row, RowQuerySet
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader

from . import rules

WAITING, READING, DONE, REFUSED, FAILED, CANCELLED = STATES = (
    "waiting",
    "reading",
    "done",
    "refused",
    "failed",
    "cancelled",
)
# The machine's own worker: the same in every installation, outside any version of UUID. It may
# take what was handed in; what it makes of it, it makes in the name of whoever handed it in.
WORKER = Reader(UUID("0c0a27fa-0000-8000-8000-00776f726b65"), (Grant(Rank.ORGANISER, EVERYWHERE),))


class LoadQuerySet(RowQuerySet["Load"]):
    def visible_to(self, reader: Reader) -> Self:
        """All of them, from organiser upwards."""
        return self.all() if rules.may_see_sources(reader) else self.none()

    def running(self) -> Self:
        """Those that have not ended."""
        return self.filter(state__in=(WAITING, READING))

    def left(self, now: datetime) -> Self:
        """Those that wait, and those whose worker was not heard of any more."""
        over = models.Q(state=READING, leased_until__lt=now)
        return self.filter(models.Q(state=WAITING) | over)


class Load(Row):
    """Files that were handed in together, and what became of them.

    `files` are bare names and sizes; their bytes lie in the folder `spool` until the load has
    ended. `rank` is what the one who handed it in was allowed everywhere at that moment. Done and
    total are bytes of the file being read.
    """

    by = models.UUIDField()
    at = models.DateTimeField(db_index=True)
    rank = models.PositiveSmallIntegerField()
    files: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField()
    spool = models.CharField(max_length=32, unique=True)
    said: "models.JSONField[Any, dict[str, str]]" = models.JSONField(default=dict)
    adds = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=[(one, one) for one in STATES])
    stage = models.CharField(max_length=20, default="")
    file = models.CharField(max_length=200, default="")
    done_bytes = models.BigIntegerField(default=0)
    total_bytes = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    made: "models.JSONField[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    sentence = models.TextField(default="")
    worker = models.CharField(max_length=64, default="")
    leased_until = models.DateTimeField(null=True)
    taken = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = LoadQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="load_state_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=(WAITING, READING), ended_at=None)
                | models.Q(~models.Q(state__in=(WAITING, READING)), ended_at__isnull=False),
                name="load_ended_or_running",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(str(one["name"]) for one in self.files)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.state in (WAITING, READING)

    def reader(self) -> Reader:
        """Whoever handed it in, with what they were allowed then."""
        return Reader(self.by, (Grant(Rank(self.rank), EVERYWHERE),))


class ChangeQuerySet(RowQuerySet["Change"]):
    def visible_to(self, reader: Reader) -> Self:
        """All of them, from organiser upwards."""
        return self.all() if rules.may_see_sources(reader) else self.none()


class Change(Row):
    """Another version of a dataset was put in force, none was left in force, or some removed.

    `was` and `now` are versions; None is none in force.
    """

    dataset = models.CharField(max_length=120, db_index=True)
    was = models.PositiveIntegerField(null=True)
    now = models.PositiveIntegerField(null=True)
    removed: "models.JSONField[Any, list[int]]" = models.JSONField(default=list)
    by = models.UUIDField()
    at = models.DateTimeField()

    objects: ClassVar[Any] = ChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "id"]

    def __str__(self) -> str:
        return f"{self.dataset}: {self.was} → {self.now}"
