"""The areas of an edition that somebody sees, by their names: read once in a process."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from courtyard.journal.reader import Reader, Sight
from courtyard.territory.models import Area, Edition

from .ground_list import Named


def areas_of(reader: Reader, edition: Edition) -> Mapping[str, Named]:
    """The areas of the edition's own kind that are the reader's, by code, in its order."""
    return _areas(edition.id, edition.kind, Sight.of(reader))


@lru_cache(maxsize=16)
def _areas(edition: UUID, kind: str, sight: Sight) -> Mapping[str, Named]:
    """An edition never changes; another one has another id."""
    rows = Area.objects.visible_to(sight.reader).filter(edition=edition, kind=kind)
    columns = ("id", "code", "name", "parent__name")
    found = {
        code: Named(code, name, within or "", key)
        for key, code, name, within in rows.order_by("code").values_list(*columns)
    }
    return MappingProxyType(found)
