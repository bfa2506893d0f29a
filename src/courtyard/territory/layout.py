"""How a publisher's boundaries are laid out: one TOML file a publisher, no program per source."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from django.conf import settings

from courtyard.electorate.refusal import Refused

MEND = "docs/guides/your-own-city.md says how a layout is written"
LARGEST = 64 << 10


@dataclass(frozen=True, slots=True)
class Layout:
    """What the properties of a GeoJSON file mean, and for which days its boundaries hold.

    `code` and `parent_code` name properties; the patterns take {code}, {parent}, {last3}, and
    {name}, which is what the property `name_property` holds.
    `ocd_id` and `geoid` name the properties that hold an area's Open Civic Data id and the Census
    Bureau's number, or are patterns with {code} (the parent's can only be such); without them the
    properties `ocd_id` and `GEOID` are read where there are any.
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
    ocd_id: str = "ocd_id"
    geoid: str = "GEOID"
    parent_ocd_id: str = ""
    parent_geoid: str = ""

    @property
    def asked(self) -> set[str]:
        """The properties that a feature must have."""
        return {self.code, self.parent_code, self.name_property} - {""}

    def fits(self, properties: Iterable[str]) -> bool:
        """Whether a feature with these properties can be read by this layout."""
        return self.asked <= set(properties)

    def area_name(self, code: str, parent: str, name: str = "") -> str:
        """The name by which people call the area: `AD 30 · ED 046`."""
        return self.name_from.format(code=code, parent=parent, last3=code[-3:], name=name)

    def known_as(
        self, code: str, properties: Mapping[str, Any], *, parent: bool = False
    ) -> tuple[str, str]:
        """Its OCD-ID and its GEOID, by which others know an area; empty where nobody says them."""
        said = (self.parent_ocd_id, self.parent_geoid) if parent else (self.ocd_id, self.geoid)
        ocd_id, geoid = (
            one.format(code=code) if "{" in one else str(properties.get(one) or "") for one in said
        )
        return ocd_id[:200], geoid[:20]

    def parent_name(self, code: str) -> str:
        """The name of the area around it."""
        return self.parent_name_from.format(code=code)


def layouts() -> tuple[Layout, ...]:
    """All that are known, the most demanding first: those shipped, and those kept in the home."""
    kept = [read_layout(path) for path in sorted(_kept().glob("*.toml"))]
    return tuple(sorted((*_shipped(), *kept), key=lambda layout: -len(layout.asked)))


def is_layout(path: str | Path) -> bool:
    """Whether this is the path of a layout of boundaries, and not the name or path of another."""
    try:
        return {"code", "valid_from"} <= _said(Path(path)).keys()
    except Refused:
        return False


def read_layout(path: Path) -> Layout:
    """A layout that somebody wrote. Raises Refused, naming what is wrong in it."""
    said = _said(path)
    try:
        made = _layout(said)
    except (TypeError, AttributeError) as error:
        needed = [one.name for one in fields(Layout) if one.default is MISSING]
        what = f"these words are needed: {', '.join(needed)}; it has {', '.join(said) or 'none'}"
        raise Refused(what, mend=MEND, file=path.name) from error
    for one in fields(Layout):
        if not isinstance(getattr(made, one.name), date if "valid" in one.name else str):
            kind = "a day (2013-01-01, without quotation marks)" if "valid" in one.name else "text"
            raise Refused(f"{one.name} must be {kind}", mend=MEND, file=path.name)
    if made.valid_from > made.valid_to:
        raise Refused("valid_from is after valid_to", mend="Write the days", file=path.name)
    try:
        made.area_name("1", "1", "1"), made.parent_name("1"), made.known_as("1", {})
        made.known_as("1", {}, parent=True)
    except (LookupError, ValueError) as error:
        known = "{code}, {last3}, {name} and {parent}"
        raise Refused(f"a name takes {known} only", mend=MEND, file=path.name) from error
    return made


def keep_layout(path: Path) -> None:
    """Keeps a layout in the home, so that later files of the same publisher are known by it."""
    _kept().mkdir(parents=True, exist_ok=True)
    name = "".join(one if one.isalnum() else "_" for one in read_layout(path).name)
    (_kept() / f"{name}.toml").write_bytes(path.read_bytes())


def _kept() -> Path:
    return Path(settings.COURTYARD_HOME) / "layouts" / "areas"


@cache
def _shipped() -> tuple[Layout, ...]:
    files = resources.files("courtyard.territory") / "layouts"
    shipped = (one for one in files.iterdir() if one.name.endswith(".toml"))
    found = [_layout(tomllib.loads(one.read_text())) for one in shipped]
    return tuple(sorted(found, key=lambda layout: layout.name))


def _said(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise Refused("the layout is larger than 64 KiB", mend=MEND, file=path.name)
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refused("the layout cannot be opened", mend=MEND, file=path.name) from error
    except ValueError as error:
        raise Refused(f"the layout is no TOML ({error})", mend=MEND, file=path.name) from error


def _layout(text: dict[str, Any]) -> Layout:
    text = dict(text)
    parent = {f"parent_{key}": value for key, value in text.pop("parent", {}).items()}
    return Layout(**text, **parent)
