"""The act: the one shape in which anything is ever written.

An act is a function of keyword arguments `op`, `by`, `at` and what was said. `@act` gives it one
transaction, one question whether it may, one line in the journal, and makes a resend harmless.
"""

import functools
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction

from .models import Entry, known
from .reader import Reader
from .scope import reading_as
from .seal import seal

R = TypeVar("R", bound=models.Model)


class NotAllowed(Exception):
    """The rule said no. At the door this is a refusal; nothing was written."""


class Conflict(Exception):
    """The same op was handed in before with other words, or by somebody else."""


class NeverAsked(RuntimeError):
    """An act wrote without asking whether it may: a fault of ours, never of the user."""


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the registry: the act's code and the row it is about."""

    code: str
    row: type[models.Model]
    run: Callable[..., models.Model]


REGISTRY: dict[str, Act] = {}
_asked: ContextVar[list[bool]] = ContextVar("asked")
_touched: ContextVar[list[UUID]] = ContextVar("touched")


def ask(allowed: bool) -> None:
    """Asks the rule, once, before anything is written; raises NotAllowed if it says no."""
    asked = _asked.get()
    if asked:
        raise NeverAsked("an act asks one rule, once")
    if not allowed:
        raise NotAllowed
    asked.append(True)


def touches(ids: Sequence[UUID]) -> None:
    """Names further rows that the act changed, for its line in the journal."""
    _touched.get().extend(ids)


def act(code: str, row: type[R]) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Registers the function as the act `code` about a `row`, and makes it whole.

    Raises NotAllowed, Conflict, or what the act itself defines; in each case nothing is written.
    The same op with the same words, by the same account, returns the row it made before.
    """

    def register(function: Callable[..., R]) -> Callable[..., R]:
        @functools.wraps(function)
        def run(*, op: UUID, by: Reader, at: datetime, **said: Any) -> R:
            mark = seal(code, by.account, said)
            if (before := _before(op, by, mark, row)) is not None:
                return before
            try:
                with transaction.atomic(), reading_as(by):
                    return _once(function, code, op, by, at, said, mark)
            except IntegrityError:
                # Another hand-in of the same op may have been first: then this one is a resend.
                if (before := _before(op, by, mark, row)) is not None:
                    return before
                if known(op):
                    raise Conflict(str(op)) from None
                raise

        if code in REGISTRY:
            raise RuntimeError(f"two acts are called {code}")
        REGISTRY[code] = Act(code, row, run)
        return run

    return register


def _once(
    function: Callable[..., R],
    code: str,
    op: UUID,
    by: Reader,
    at: datetime,
    said: dict[str, Any],
    mark: str,
) -> R:
    asked, touched = _asked.set([]), _touched.set([])
    try:
        made = function(op=op, by=by, at=at, **said)
        if not _asked.get():
            raise NeverAsked(code)
        ids = [str(made.pk), *(str(one) for one in _touched.get())]
        Entry(id=op, act=code, by=by.account, at=at, ids=ids, seal=mark).save(force_insert=True)
        return made
    finally:
        _asked.reset(asked)
        _touched.reset(touched)


def _before(op: UUID, by: Reader, mark: str, row: type[R]) -> R | None:
    """The row this op made before; raises Conflict if it was said in other words."""
    with reading_as(by):
        entry = Entry.objects.filter(id=op).first()
        if entry is None:
            return None
        if entry.seal != mark:
            raise Conflict(str(op))
        made: R = row.objects.get(pk=entry.ids[0])  # type: ignore[attr-defined]  # every Row has it
        return made
