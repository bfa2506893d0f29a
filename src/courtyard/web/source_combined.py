"""Districts that a result counts in one of another larger district: their votes stand there."""

from pathlib import Path

from django.conf import settings

from courtyard.electorate.questions import contests, figures
from courtyard.journal.reader import Reader
from courtyard.territory.models import Area


def counted_elsewhere(reader: Reader, name: str) -> list[tuple[Area, Area]]:
    """The districts of a contest that are counted in one with another area around it, each with it.

    As far as the reader sees both. Empty for a dataset that is no contest, and where no boundaries
    of its day are loaded. Raises Refused if the dataset is damaged.
    """
    root = Path(settings.COURTYARD_ELECTORATE)
    contest = next((one for one in contests(root) if one.contest == name), None)
    if contest is None:
        return []
    hosts = {one.area: one.counted_in for one in figures(root, name) if one.counted_in}
    seen = Area.objects.visible_to(reader).select_related("parent").filter(
        kind=contest.area_kind, edition__kind=contest.area_kind,
        edition__valid_from__lte=contest.date, edition__valid_to__gte=contest.date,
        code__in={*hosts, *hosts.values()},
    )  # fmt: skip
    by_code = {one.code: one for one in seen}
    pairs = [(by_code.get(code), by_code.get(host)) for code, host in sorted(hosts.items())]
    return [(one, host) for one, host in pairs if one and host and one.parent_id != host.parent_id]
