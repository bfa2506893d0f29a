"""The one way this room says no: what is wrong, where, and how to mend it."""

from __future__ import annotations


class Refused(Exception):
    """A file or a stored result that cannot be used. ``str()`` is the sentence a user sees."""

    def __init__(
        self, what: str, *, mend: str, file: str | None = None, line: int | None = None
    ) -> None:
        """``what`` and ``mend`` are sentences without a full stop; ``file`` is a bare name."""
        self.what, self.mend, self.file, self.line = what, mend, file, line
        super().__init__(what)

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else ""
        if self.file is not None:
            place = shown(self.file, 120) + (f", {place}" if place else "")
        return f"{place}: {self.what}. {self.mend}." if place else f"{self.what}. {self.mend}."

    def at(self, file: str) -> Refused:
        """Return the same refusal with the file filled in where it had none."""
        return type(self)(self.what, mend=self.mend, file=self.file or file, line=self.line)

    def at_line(self, line: int) -> Refused:
        """Return the same refusal with the line filled in where it had none."""
        where = self.line if self.line is not None else line
        return type(self)(self.what, mend=self.mend, file=self.file, line=where)


class UnknownKind(Refused):
    """A file of no layout there is. Whoever has it may say what stands where: mapping.py."""


def shown(text: str, most: int = 60) -> str:
    """Return ``text`` fit for a sentence: printable, at most ``most`` characters."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[: most + 1])
    return clean if len(clean) <= most else clean[: most - 1] + "…"
