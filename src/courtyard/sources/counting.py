"""Counts what is loaded into the territory: homes of the buildings, voters of the voter files."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from courtyard.electorate.dataset import datasets
from courtyard.electorate.questions import Voters, contests
from courtyard.journal.reader import Reader
from courtyard.territory.acts import LoadedBefore, count
from courtyard.territory.counting import Counts, homes_counted, together, voters_counted


def count_ground(*, op: UUID, by: Reader, at: datetime) -> Counts | None:
    """Copies counts of every area into the territory; gives them, or None if nothing changed.

    Raises NotAllowed, and Refused if a dataset in force is damaged.
    """
    root = Path(settings.COURTYARD_ELECTORATE)
    days = {one.date.isoformat() for one in contests(root)}
    rows = list(homes_counted())
    for version in datasets(root):
        if version.kind == "voters":
            rows += voters_counted(Voters(version), days)
    counts = Counts(together(rows))
    try:
        count(op=op, by=by, at=at, counts=counts)
    except LoadedBefore:
        return None
    return counts
