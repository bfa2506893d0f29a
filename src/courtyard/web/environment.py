"""The Jinja2 environment of our own pages."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import jinja2
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from courtyard.journal.op import new_op

from .shell import shell

LOCALES = {"es": "es_US"}
SPARE = 9  # digits beyond those written, so that halves are rounded as before


class Unknown(jinja2.StrictUndefined):
    """An unknown name may be asked after (`if caller`), but never printed or walked through."""

    __bool__ = jinja2.Undefined.__bool__  # type: ignore[assignment]  # undoes StrictUndefined's


def environment(**options: Any) -> jinja2.Environment:
    """Autoescaped, strict about unknown names, every sentence through gettext."""
    made = jinja2.Environment(
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=Unknown,
        trim_blocks=True,
        lstrip_blocks=True,
        **{key: value for key, value in options.items() if key not in ("undefined", "autoescape")},
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(static=static, url=url, new_op=new_op, shell=shell)
    made.filters.update(number=number, percent=percent, day=day)
    return made


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a route."""
    return reverse(name, args=args, kwargs=kwargs)


def number(value: float) -> str:
    """A figure as the reader's language writes it: 46,577."""
    return _number(value, locale())


def percent(value: float, digits: int = 0) -> str:
    """A share between 0 and 1 as the reader's language writes it: 74 %."""
    return _percent(round(value, digits + 2 + SPARE), digits, locale())


def writers() -> tuple[Callable[[float], str], Callable[[float], str]]:
    """`number` and `percent` for thousands of figures: the language is looked up once."""
    written = locale()
    return (
        lambda value: _number(value, written),
        lambda value: _percent(round(value, 2 + SPARE), 0, written),
    )


def day(value: date) -> str:
    """A day in words."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return format_date(value, "long", locale=locale())


# Lists and maps write the same few figures thousands of times, and Babel takes 20 µs for each.
@lru_cache(maxsize=50_000)
def _number(value: float, written: str) -> str:
    return format_decimal(value, locale=written)


@lru_cache(maxsize=50_000)
def _percent(value: float, digits: int, written: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "\u202f%"
    return format_percent(value, pattern, locale=written)


def locale() -> str:
    """The reader's language as Babel writes it."""
    language = get_language() or "en"
    # Figures as readers here write them: 46,577 and not 46.577, in Spanish too.
    return LOCALES.get(language, language.replace("-", "_"))
