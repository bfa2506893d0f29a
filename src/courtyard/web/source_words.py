"""What the Sources pages say: who, how large, how far, and what may be done with a dataset."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courtyard.electorate.permitted import Permitted
from courtyard.journal.reader import Reader
from courtyard.people.models import Account
from courtyard.people.rules import OPERATOR
from courtyard.sources.models import Load

MEGABYTE = 1_000_000


class Names:
    """Accounts by name, as far as the reader may see them; read once."""

    def __init__(self, reader: Reader, *told: Iterable[Any]) -> None:
        ids = {found for some in told for one in some if (found := _id(one))}
        seen = Account.objects.visible_to(reader).filter(id__in=ids - {OPERATOR})
        self._names: dict[UUID, str] = dict(seen.values_list("id", "name"))

    def __getitem__(self, who: object) -> str:
        """The name, `Terminal`, or nothing for somebody the reader may not see."""
        account = _id(who)
        if account is None or account == OPERATOR:
            return _("the terminal")
        return self._names.get(account, "")


def _id(who: object) -> UUID | None:
    """The account a manifest or a row names, None for the terminal."""
    try:
        return who if isinstance(who, UUID) else UUID(str(who))
    except ValueError:
        return None


def moment(manifest: Mapping[str, Any]) -> datetime | None:
    """When a version was loaded."""
    try:
        return datetime.fromisoformat(str(manifest.get("loaded_at")))
    except ValueError:
        return None


def megabytes(count: int) -> str:
    """A size as people say it: 3.4 GB, 12 MB, 80 kB."""
    for size, unit in ((1000 * MEGABYTE, "GB"), (MEGABYTE, "MB"), (1000, "kB")):
        if count >= size:
            whole = count / size
            shown = f"{whole:.1f}".removesuffix(".0") if whole < 10 else f"{whole:.0f}"
            return f"{shown} {unit}"
    return f"{count} B"


def permitted_sentence(manifest: Mapping[str, Any], kind: str) -> str:
    """What may be done with a dataset, in one plain sentence."""
    permitted = Permitted.of(manifest)
    if kind == "results":
        return _("Published figures; they name no voter.")
    if permitted.uses == {"election", "organising"}:
        return _("For elections and for organising.")
    if permitted.uses == {"election"}:
        return _("For elections only. Names are not read for anything else.")
    if permitted.uses == {"organising"}:
        return _("For organising only. Names are not read for anything else.")
    return _("No permission is recorded. Names are not read.")


def permitted_further(manifest: Mapping[str, Any]) -> list[str]:
    """What else its law says that people here meet."""
    permitted = Permitted.of(manifest)
    return [
        _("Commercial use is allowed.") if permitted.commercial else _("No commercial use."),
        _("Names may be carried on a phone.")
        if permitted.names_on_phones
        else _("No names on phones."),
    ]


def how_far(load: Load) -> tuple[int, str]:
    """Percent of the file being read, and in words what is being done."""
    share = 0
    if load.total_bytes:
        share = min(100, 100 * load.done_bytes // load.total_bytes)
    if load.state == "waiting":
        return 0, _("Waiting its turn")
    stages = {
        "": _("Beginning"),
        "reading": _("Reading"),
        "sorting": _("Sorting by street"),
        "comparing": _("Comparing with the version before"),
        "putting in force": _("Putting in force"),
    }
    return share, stages.get(load.stage, _("Reading"))


def being_loaded() -> str:
    """Why a version was not changed: a load of its dataset is running."""
    return _(
        "A load of this dataset is running. Nothing was changed. "
        "Wait until it is done, or stop it on the Sources page."
    )


def state_words(state: str) -> tuple[str, str]:
    """What became of a load: the word, and its colour."""
    return {
        "waiting": (_("waiting"), ""),
        "reading": (_("being read"), "sky"),
        "done": (_("loaded"), "leaf"),
        "refused": (_("not loaded"), "stop"),
        "failed": (_("not loaded"), "stop"),
        "cancelled": (_("stopped"), ""),
    }[state]
