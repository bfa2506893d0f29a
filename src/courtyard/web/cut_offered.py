"""Whether to offer cutting turf in an area, on the pages that speak of it."""

from uuid import UUID

from courtyard.canvass.rules import may_cut
from courtyard.journal.reader import Reader
from courtyard.territory.counting import HOMES
from courtyard.territory.models import Area, Count


def offers_cut(reader: Reader, area: UUID | None) -> bool:
    """Whether the reader cuts turf in an area, and homes are counted there."""
    seen = Area.objects.visible_to(reader).filter(id__in=[area] if area else [])
    if not may_cut(reader, *seen.values_list("path", flat=True)):
        return False
    return bool(Count.objects.visible_to(reader).filter(area=area, measure=HOMES).exists())
