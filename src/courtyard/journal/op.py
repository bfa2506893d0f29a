"""Identifiers of acts: made where the act is done, so that a resend can be recognised."""

import secrets
import time
from uuid import UUID, uuid5


def new_op() -> UUID:
    """A fresh UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, 74 random bits.

    Called at the door (a page, the terminal, a phone), never inside an act.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76
    value |= (random >> 62) << 64
    value |= 0b10 << 62
    value |= random & 0x3FFFFFFFFFFFFFFF
    return UUID(int=value)


def further_id(op: UUID, role: str) -> UUID:
    """The id of a further row made by the act `op`, by the part that row plays in it.

    The row an act is about has the id `op` itself; a phone can work out the others too.
    """
    return uuid5(op, role)
