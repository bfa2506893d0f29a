"""What is read and worked out once in a process, made before anybody waits for it."""

import logging
from uuid import UUID

from django.template import engines

from courtyard.electorate.refusal import Refused
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.measures.ground import NothingToRank, potential_of, rankable
from courtyard.measures.models import Weighting
from courtyard.territory.models import Area

log = logging.getLogger("courtyard.web")
MOST = 3  # sights for which areas are ranked: of everything, and of an outermost area
# Reads areas and counts in nobody's name: the same in every installation, like who draws the tiles.
RANKER = UUID("0c0a27fa-0000-8000-8000-0072616e6b65")


def warm_up() -> None:
    """Compiles every template, and ranks areas for those who see the most of them.

    What is kept is kept by what one sees (`Sight`), so nobody is shown what is not theirs.
    """
    pages = engines["jinja2"].env  # type: ignore[attr-defined]
    for name in pages.list_templates():
        pages.get_template(name)
    try:
        for path in [EVERYWHERE, *_outermost()][:MOST]:
            reader = _seeing(path)
            with reading_as(reader, door="reading"):
                weights = Weighting.objects.visible_to(reader).in_force()
                potential_of(reader, weights=weights)
    except (NothingToRank, Refused):
        return  # the page says it


def warm_up_or_log() -> None:
    """Warms up in a thread of its own; what fails is only slower."""
    try:
        warm_up()
    except Exception as fault:  # noqa: BLE001  # it is only slower without
        log.warning("pages were not warmed up: %s", type(fault).__name__)


def _outermost() -> list[str]:
    """The paths of the areas that lie in no other and hold those of the newest contest."""
    reader = _seeing(EVERYWHERE)
    with reading_as(reader, door="reading"):
        held = rankable(reader)
        if not held:
            return []
        areas = Area.objects.visible_to(reader).filter(edition=held[0][1])
        paths = areas.order_by("path").values_list("path", flat=True)
        return list(dict.fromkeys(f"/{path.split('/')[1]}/" for path in paths))


def _seeing(path: str) -> Reader:
    return Reader(RANKER, (Grant(Rank.MEMBER, path),))
