"""Reads a publisher's GeoJSON of areas into plain values, or says what is wrong with it."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from .layout import Layout, layouts

MOST_BYTES = 64 * 1024 * 1024
LONGEST_NAME = 200
LONGEST_AREA_NAME = 120
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,59}")


class Unreadable(Exception):
    """The file cannot be loaded; the sentence says what is wrong, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area as drawn: codes, name, a point inside (degrees) and its outline (WGS84).

    `mended`: its outline crossed itself, and was taken for what it encloses.
    """

    kind: str
    code: str
    name: str
    parent_code: str
    longitude: float
    latitude: float
    outline: BaseGeometry
    ocd_id: str = ""
    geoid: str = ""
    mended: bool = False

    @property
    def geometry(self) -> str:
        """The outline as GeoJSON text, rounded to 0.1 m so that it stays small."""
        rounded = shapely.set_precision(self.outline, 1e-6, mode="pointwise")
        return json.dumps(mapping(rounded), separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Boundaries:
    """All areas of one file: the districts, and the areas around them that they make up."""

    layout: Layout
    file: str
    sha256: str
    areas: tuple[Drawn, ...]
    parents: tuple[Drawn, ...]
    size: int = 0


def looks_like_boundaries(path: Path) -> bool:
    """Whether the file should be read here, by its name."""
    return path.name.lower().endswith((".geojson", ".json"))


def read_boundaries(path: Path, layout: Layout | None = None) -> Boundaries:
    """Reads one GeoJSON FeatureCollection of polygons in WGS84. Raises Unreadable.

    Without a layout it is the one that its properties fit.
    """
    name = path.name
    content = _content(path)
    features = _features(content, name)
    layout = layout or _layout_of(features, name)
    areas = tuple(_drawn(feature, layout, name, n) for n, feature in enumerate(features, 1))
    seen: dict[str, int] = {}
    for number, area in enumerate(areas, 1):
        if area.code in seen:
            raise Unreadable(
                f"{name}, features {seen[area.code]} and {number}: both are {layout.code} "
                f"{area.code}. Keep one of the two and load again."
            )
        seen[area.code] = number
    sha256 = hashlib.sha256(content).hexdigest()
    return Boundaries(layout, name, sha256, areas, _around(areas, layout), len(content))


def _content(path: Path) -> bytes:
    name = path.name
    if len(name) > LONGEST_NAME:
        raise Unreadable(f"{name}: the file's name is too long. Rename it and load again.")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"{name}: larger than 64 MB. Load one kind of area a file.")
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{name}: cannot be opened ({error.strerror}).") from error
    if not content.strip():
        raise Unreadable(f"{name}: the file is empty. Download it again.")
    return content


def _features(content: bytes, name: str) -> list[dict[str, Any]]:
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{name}, byte {error.start}: not UTF-8. Save it as UTF-8 GeoJSON and load again."
        ) from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{name}, line {error.lineno}: the GeoJSON breaks off or is damaged there. "
            "Download it again."
        ) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"{name}: not GeoJSON that can be read.") from error
    if not isinstance(whole, dict) or whole.get("type") != "FeatureCollection":
        raise Unreadable(f"{name}: not a GeoJSON FeatureCollection. Export the areas as one.")
    features = whole.get("features")
    if not isinstance(features, list) or not features:
        raise Unreadable(f"{name}: holds no areas (no features). Export it again.")
    _check_degrees(whole, name)
    return features


def _check_degrees(whole: dict[str, Any], name: str) -> None:
    crs = whole.get("crs")
    if crs is None:
        return  # GeoJSON is in WGS84 unless it says otherwise
    properties = crs.get("properties") if isinstance(crs, dict) else None
    crs = properties.get("name") if isinstance(properties, dict) else crs
    if not isinstance(crs, str):
        raise Unreadable(
            f"{name}: its crs does not say which coordinates these are. "
            "Export it in WGS84 (EPSG:4326)."
        )
    if not crs.upper().replace("::", ":").endswith(("CRS84", "EPSG:4326")):
        raise Unreadable(f"{name}: coordinates in {crs}. Export it in WGS84 (EPSG:4326).")


def _layout_of(features: list[dict[str, Any]], name: str) -> Layout:
    properties = _properties(features[0]) or {}
    for layout in layouts():
        if layout.fits(properties):
            return layout
    known = "; ".join(", ".join(sorted(one.asked)) for one in layouts())
    raise Unreadable(
        f"{name}: no layout knows its properties ({', '.join(map(str, properties)) or 'none'}). "
        f"Known are: {known}. Say in a layout of your own what they mean, and load it with "
        "--layout (docs/guides/your-own-city.md)."
    )


def _properties(feature: Any) -> dict[str, Any] | None:
    """What a feature says, its own `id` among it; None if it says nothing."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return None
    return (
        properties
        if "id" in properties or "id" not in feature
        else {"id": feature["id"], **properties}
    )


def _drawn(feature: Any, layout: Layout, name: str, number: int) -> Drawn:
    where = f"{name}, feature {number}"
    properties = _properties(feature)
    if properties is None:
        raise Unreadable(f"{where}: has no properties. Give it {layout.code} and load again.")
    code = _code(properties, layout.code, where)
    parent = _code(properties, layout.parent_code, where) if layout.parent_code else ""
    outline, mended = _outline(feature.get("geometry"), f"{where} ({code})")
    point = outline.representative_point()
    name = str(properties.get(layout.name_property) or code).strip()[:LONGEST_AREA_NAME]
    named = layout.area_name(code, parent, name)
    known = layout.known_as(code, properties)
    return Drawn(layout.kind, code, named, parent, point.x, point.y, outline, *known, mended)


def _outline(geometry: Any, where: str) -> tuple[BaseGeometry, bool]:
    """The outline, and whether it had to be mended."""
    try:
        outline = shape(geometry)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
            shapely.errors.ShapelyError) as error:  # fmt: skip
        raise Unreadable(
            f"{where}: has no outline that can be read. Mend it and load again."
        ) from error
    if outline.is_empty or outline.geom_type not in ("Polygon", "MultiPolygon"):
        raise Unreadable(f"{where}: its outline is no polygon. Mend it and load again.")
    west, south, east, north = outline.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Unreadable(f"{where}: not in degrees. Export it in WGS84 (EPSG:4326).")
    if mended := not outline.is_valid:
        outline = shapely.make_valid(outline, method="structure", keep_collapsed=False)
    if outline.is_empty:
        raise Unreadable(f"{where}: its outline encloses nothing. Mend it and load again.")
    return outline, mended


def _code(properties: dict[str, Any], key: str, where: str) -> str:
    """A code as text: publishers write 30046, 30046.0 and "30046" for the same district."""
    value = properties.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | str) and not isinstance(value, bool):
        code = str(value).strip()
        if CODE.fullmatch(code):
            return code
    raise Unreadable(
        f"{where}: {key} holds no code (at most 60 letters, digits, spaces and . _ / -, a letter "
        "or digit first). Mend it and load again."
    )


def _around(areas: tuple[Drawn, ...], layout: Layout) -> tuple[Drawn, ...]:
    """The areas that the drawn ones make up, by the code of their parent."""
    by_parent: dict[str, list[BaseGeometry]] = {}
    for area in areas:
        if area.parent_code:
            by_parent.setdefault(area.parent_code, []).append(area.outline)
    made = []
    for code, outlines in sorted(by_parent.items()):
        whole = shapely.union_all(outlines)
        point = whole.representative_point()
        name = layout.parent_name(code)
        known = layout.known_as(code, {}, parent=True)
        made.append(Drawn(layout.parent_kind, code, name, "", point.x, point.y, whole, *known))
    return tuple(made)
