"""What is done about measures."""

from datetime import datetime
from uuid import UUID

from courtyard.journal.act import act, ask
from courtyard.journal.reader import Reader

from . import rules
from .models import Weighting
from .weights import Weights


@act("measures.set_weights", row=Weighting)
def set_weights(*, op: UUID, by: Reader, at: datetime, chosen: dict[str, int]) -> Weighting:
    """Says what each part of the ranking counts from now on; nothing chosen is as usual.

    Raises WrongWeight.
    """
    ask(rules.may_set_weights(by))
    usual = Weights().all()
    said = Weights(chosen).all()
    made = Weighting(id=op, chosen={} if said == usual else said, by=by.account, at=at)
    made.save(force_insert=True)
    return made
