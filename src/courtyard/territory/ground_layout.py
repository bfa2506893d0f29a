"""How a publisher lays out streets, buildings and addresses: one TOML file a publisher."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

Of = Literal["streets", "buildings", "addresses"]
NO_END = date(9999, 12, 31)
GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class GroundLayout:
    """What the columns of a table, or the properties of a GeoJSON file, mean.

    `columns`: our word, and the publisher's columns that make it up, joined by a space. `proof` are
    columns that tell the file from others, `optional` those of our words that may be missing.
    `names_from` is the source of street names that the file gives.
    """

    name: str
    of: Of
    publisher: str
    licence: str
    edition: str
    valid_from: date
    columns: dict[str, tuple[str, ...]]
    proof: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    valid_to: date = NO_END
    attribution: str = ""
    names_from: str = ""

    @property
    def kind(self) -> str:
        """The kind of its editions: one a layout, so that two halves of a city may be two files."""
        return f"{self.of}:{self.name}"

    def fits(self, header: Iterable[str], *, drawn: bool) -> bool:
        """Whether a file with these columns can be read; `drawn`: it brings its own geometry."""
        brought = {GEOMETRY, "longitude", "latitude"} if drawn else set()
        asked = {
            column
            for word, columns in self.columns.items()
            if word not in self.optional | brought
            for column in columns
        }
        return asked | set(self.proof) <= set(header)


@cache
def ground_layouts() -> tuple[GroundLayout, ...]:
    """All that ship with the product, the most demanding first."""
    folder = resources.files("courtyard.territory") / "layouts" / "ground"
    found = [_layout(tomllib.loads(one.read_text())) for one in folder.iterdir()]
    return tuple(sorted(found, key=lambda one: (-len(one.proof), -len(one.columns), one.name)))


def _layout(text: dict[str, Any]) -> GroundLayout:
    columns = {word: tuple(names) for word, names in text.pop("columns").items()}
    proof, optional = columns.pop("proof", ()), columns.pop("optional", ())
    return GroundLayout(**text, columns=columns, proof=proof, optional=frozenset(optional))
