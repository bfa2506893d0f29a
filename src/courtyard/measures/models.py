"""What each reason to go somewhere first counts for the organisation."""

from typing import Any, ClassVar, Self

from django.db import models

from courtyard.journal.models import Row, RowQuerySet
from courtyard.journal.reader import Reader

from .weights import Weights


class WeightingQuerySet(RowQuerySet["Weighting"]):
    def visible_to(self, reader: Reader) -> Self:
        """Everybody with a role may see why a list is in the order it is in."""
        return self.all() if reader.rank else self.none()

    def in_force(self) -> Weights:
        """The weights that were set last, the usual ones if nobody set any."""
        last = self.order_by("-at", "-id").first()
        return last.weights() if last else Weights()


class Weighting(Row):
    """Weights as somebody set them; the newest is in force, and the usual ones choose nothing."""

    chosen: "models.JSONField[Any, dict[str, int]]" = models.JSONField(default=dict)
    by = models.UUIDField()
    at = models.DateTimeField(db_index=True)

    objects: ClassVar[Any] = WeightingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"weights of {self.at:%Y-%m-%d}"

    def weights(self) -> Weights:
        """As the ranking takes them."""
        return Weights(self.chosen)
