"""How a publisher's boundaries are laid out: one TOML file a publisher, no program per source."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Layout:
    """What the properties of a GeoJSON file mean, and for which days its boundaries hold.

    `code` and `parent_code` name properties; the patterns take {code}, {parent}, {last3}, and
    {name}, which is what the property `name_property` holds.
    `within` is the kind of the areas around them, which another file brings and is loaded first.
    """

    name: str
    kind: str
    publisher: str
    licence: str
    edition: str
    valid_from: date
    valid_to: date
    code: str
    name_from: str
    parent_kind: str = ""
    parent_code: str = ""
    parent_name_from: str = ""
    within: str = ""
    name_property: str = ""

    def fits(self, properties: Iterable[str]) -> bool:
        """Whether a feature with these properties can be read by this layout."""
        return {self.code, self.parent_code, self.name_property} - {""} <= set(properties)

    def area_name(self, code: str, parent: str, name: str = "") -> str:
        """The name by which people call the area: `AD 30 · ED 046`."""
        return self.name_from.format(code=code, parent=parent, last3=code[-3:], name=name)

    def parent_name(self, code: str) -> str:
        """The name of the area around it."""
        return self.parent_name_from.format(code=code)


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts that ship with the product, the most demanding first."""
    files = resources.files("courtyard.territory") / "layouts"
    shipped = (one for one in files.iterdir() if one.name.endswith(".toml"))
    found = [_layout(tomllib.loads(one.read_text())) for one in shipped]
    return tuple(sorted(found, key=lambda layout: (not layout.parent_code, layout.name)))


def _layout(text: dict[str, Any]) -> Layout:
    parent = {f"parent_{key}": value for key, value in text.pop("parent", {}).items()}
    return Layout(**text, **parent)
