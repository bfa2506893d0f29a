"""What the forms of this door share: the op they were rendered with, and who may end a role."""

from uuid import RFC_4122, UUID

from django.http import HttpRequest

from courtyard.journal.op import new_op
from courtyard.journal.reader import Rank, Reader, rank_of
from courtyard.people import rules
from courtyard.people.models import Role


def op_of(request: HttpRequest) -> UUID:
    """The op the form was rendered with, so that sending it twice does it once.

    Only a UUIDv7 will do: other versions are ids that nobody makes at a door.
    """
    try:
        op = UUID(request.POST.get("op", ""))
    except ValueError:
        return new_op()
    return op if op.version == 7 and op.variant == RFC_4122 else new_op()


def may_end(reader: Reader, role: Role) -> bool:
    """Whether to offer ending this role: the rule that the act will ask, on what can be seen."""
    rank = rank_of(role.role)
    others = Role.objects.visible_to(reader).held().filter(role=Rank.ADMINISTRATOR.code)
    last = rank == Rank.ADMINISTRATOR and others.count() == 1
    own = role.account_id == reader.account
    return rules.may_end(reader, rank, role.path, own=own, last_administrator=last)
