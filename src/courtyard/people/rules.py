"""What is right about accounts and roles. Pure: plain values in, a verdict out."""

from datetime import timedelta
from uuid import UUID

from courtyard.journal.reader import EVERYWHERE, Rank, Reader

INVITATION_HOLDS = timedelta(hours=24)
DEVICE_HOLDS = timedelta(days=14)
# The account of the machine's own terminal: the same in every installation, outside any version.
OPERATOR = UUID("0c0a27fa-0000-8000-8000-6f7065726174")


def is_operator(account: UUID) -> bool:
    """Whether this is the terminal's own account."""
    return account == OPERATOR


def may_give(by: Reader, rank: Rank, path: str) -> bool:
    """Organisers give the roles below their own inside their areas; administrators give any.

    Nobody gives a role that reaches further than the one they hold.
    """
    if rank == Rank.ADMINISTRATOR and path != EVERYWHERE:
        return False
    if by.covers(path, Rank.ADMINISTRATOR):
        return True
    return by.covers(path, Rank.ORGANISER) and rank < Rank.ORGANISER


def may_end(by: Reader, rank: Rank, path: str, *, own: bool, last_administrator: bool) -> bool:
    """Who may give a role may end it, and everybody may lay down their own.

    The last administrator stays until there is another.
    """
    if last_administrator:
        return False
    return own or may_give(by, rank, path)


def may_pass(by: Reader, rank: Rank, path: str, to: str) -> bool:
    """A role goes on in an area drawn anew if one may give it there and where it was held."""
    return may_give(by, rank, path) and may_give(by, rank, to)


def may_found(administrators: int) -> bool:
    """The first administrator is made while there is none, and only then."""
    return administrators == 0


def may_be_used(*, is_open: bool, inviter_may_still_give: bool) -> bool:
    """A link works once, for a day, and only while the inviter could still give that role."""
    return is_open and inviter_may_still_give
