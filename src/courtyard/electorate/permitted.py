"""What a dataset's law and licence allow, and the one rule that is asked before names are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PURPOSES = ("election", "organising")


@dataclass(frozen=True)
class Permitted:
    """What may be done with a dataset: for which purposes, and whose law says so.

    ``uses`` are of PURPOSES. ``names_on_phones``: whether names may be carried on a volunteer's
    phone. ``commercial``: whether commercial use is allowed. ``law`` and ``whose`` are sentences.
    """

    uses: frozenset[str]
    commercial: bool
    names_on_phones: bool
    law: str
    whose: str

    @staticmethod
    def of(manifest: Mapping[str, Any]) -> Permitted:
        """Return what a manifest says; one that says nothing allows nothing."""
        said = manifest.get("permitted") or {}
        return Permitted(
            uses=frozenset(said.get("uses", ())) & frozenset(PURPOSES),
            commercial=bool(said.get("commercial", False)),
            names_on_phones=bool(said.get("names_on_phones", False)),
            law=str(said.get("law", "No permission is recorded with this dataset.")),
            whose=str(said.get("whose", "")),
        )

    def and_also(self, other: Permitted) -> Permitted:
        """Return what both allow, in the words of both where they differ."""
        laws = dict.fromkeys((self.law, other.law))
        return Permitted(
            uses=self.uses & other.uses,
            commercial=self.commercial and other.commercial,
            names_on_phones=self.names_on_phones and other.names_on_phones,
            law=" ".join(laws),
            whose=", ".join(dict.fromkeys((self.whose, other.whose))),
        )

    def as_said(self) -> dict[str, Any]:
        """Return it as a manifest keeps it."""
        return {
            "uses": sorted(self.uses),
            "commercial": self.commercial,
            "names_on_phones": self.names_on_phones,
            "law": self.law,
            "whose": self.whose,
        }


class NotPermitted(Exception):
    """The dataset's law or licence does not allow this purpose. ``str()`` is a sentence."""

    def __init__(self, permitted: Permitted, purpose: str) -> None:
        self.permitted, self.purpose = permitted, purpose
        allowed = " and ".join(sorted(permitted.uses)) or "no purpose"
        super().__init__(
            f"Names may not be read for the purpose “{purpose}”. "
            f"This dataset allows: {allowed}. {permitted.law}"
        )


def may_read_names(permitted: Permitted, purpose: str) -> bool:
    """Return whether names may be read for ``purpose``. Raises ValueError for an unknown one."""
    if purpose not in PURPOSES:
        raise ValueError(f"{purpose} is not a purpose; the purposes are {', '.join(PURPOSES)}")
    return purpose in permitted.uses
