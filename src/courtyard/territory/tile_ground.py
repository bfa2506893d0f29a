"""Streets, complexes, blocks and buildings as layers of the map: geometry and names, no figures."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from django.db.models import Q

from courtyard.journal.reader import Reader

from .geometry import metres_per_degree
from .ground_layout import ground_layouts
from .models import Building, Complex, Edition, Segment
from .tiles import Layer

STREETS, BUILDINGS = "streets", "buildings"
GROUND = Q(kind__startswith=f"{STREETS}:") | Q(kind__startswith=f"{BUILDINGS}:")  # of editions
FIRST_STREETS, LAST_STREETS = 13, 14  # the last on a grid of half a metre
FIRST_COMPLEXES, FIRST_DOTS, LAST_BUILDINGS = 14, 15, 16
INVENTED = "invented"
CORNERS = 48  # of a disc


def is_ground(edition: Edition) -> bool:
    """Whether an edition holds what stands on the ground, and not areas."""
    return edition.of in (STREETS, BUILDINGS)


def credit_of(edition: Edition) -> str:
    """The words its publisher asks for wherever an edition is shown; empty if for none."""
    asked = {layout.kind: layout.attribution for layout in ground_layouts()}
    return asked.get(edition.kind, "")


def ground_layers(edition: Edition, reader: Reader) -> list[Layer]:
    """The layers of an edition of streets or of buildings; none if nothing of it can be drawn."""
    made = (
        [_streets(edition, reader)]
        if edition.of == STREETS
        else [*_complexes(edition, reader), *_buildings(edition, reader)]
    )
    return [layer for layer in made if len(layer.geometries)]


def _streets(edition: Edition, reader: Reader) -> Layer:
    """Each street whole, so that its name has room along it; those with an invented name apart."""
    found = Segment.objects.visible_to(reader).filter(edition=edition).order_by("number")
    rows = list(found.values_list("street", "name_source", "geometry"))
    keys = [(street, int(source == INVENTED)) for street, source, _ in rows]
    names = sorted(set(keys))
    number = {key: n for n, key in enumerate(names)}
    at = np.array([number[key] for key in keys], np.intp)
    lines, row = shapely.get_parts(
        shapely.from_geojson([geometry for _, _, geometry in rows]), return_index=True
    )
    whose = at[row]
    order = np.argsort(whose, kind="stable")
    merged = shapely.line_merge(shapely.multilinestrings(lines[order], indices=whose[order]))
    told = {"name": [name for name, _ in names], INVENTED: [one for _, one in names]}
    return Layer(STREETS, merged, _numbers(names), told, FIRST_STREETS, LAST_STREETS)


def _complexes(edition: Edition, reader: Reader) -> list[Layer]:
    """The disc within which the buildings of a complex lie, for where they stand is not known;

    and its name, in the middle.
    """
    found = Complex.objects.visible_to(reader).filter(edition=edition).order_by("code")
    rows = list(found.values_list("longitude", "latitude", "reach", "name"))
    x, y, reach = _columns(rows, 3).T
    east, north = metres_per_degree(y)
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    across = x[:, None] + np.cos(angle) * (reach / east)[:, None]
    up = y[:, None] + np.sin(angle) * (reach / north)[:, None]
    discs, middles = shapely.polygons(np.stack([across, up], axis=-1)), shapely.points(x, y)
    told = {"name": [row[3] for row in rows]}
    zooms = FIRST_COMPLEXES, LAST_BUILDINGS
    return [
        Layer("complexes", np.asarray(discs, object), _numbers(rows), {}, *zooms),
        Layer("complex_names", np.asarray(middles, object), _numbers(rows), told, *zooms),
    ]


def _buildings(edition: Edition, reader: Reader) -> list[Layer]:
    """The buildings with homes, as points: far away as dots, nearer by with address and id.

    A block is no more than a code that buildings share, and any outline of it would be our own: so
    it is its name in the middle of them.
    """
    standing = Building.objects.visible_to(reader).filter(edition=edition, homes__gt=0)
    rows = list(
        standing.order_by("code").values_list(
            "longitude", "latitude", "id", "number", "street", "address_source", "block"
        )
    )
    xy = _columns(rows, 2)
    points, numbers = np.asarray(shapely.points(xy), object), _numbers(rows)
    told = {
        "id": [row[2].hex for row in rows],
        "number": [row[3] for row in rows],
        "street": [row[4] for row in rows],
        INVENTED: [int(row[5] == INVENTED) for row in rows],
    }
    blocks, block = np.unique(np.array([row[6] for row in rows], str), return_inverse=True)
    del rows  # a city's are the most of what is held
    many = np.bincount(block, minlength=len(blocks))[:, None]
    sums = [np.bincount(block, weights=axis, minlength=len(blocks)) for axis in xy.T]
    middles = np.asarray(shapely.points(np.stack(sums, axis=-1) / many), object)[blocks != ""]
    named = blocks[blocks != ""].tolist()
    near = LAST_BUILDINGS
    return [
        Layer("blocks", middles, _numbers(named), {"name": named}, near, near),
        Layer(BUILDINGS, points, numbers, told, FIRST_DOTS, near, named_from=near),
    ]


def _columns(rows: Sequence[Sequence[object]], many: int) -> npt.NDArray[np.float64]:
    """The first columns of some rows, as numbers."""
    return np.array([row[:many] for row in rows], np.float64).reshape(-1, many)


def _numbers(rows: Sequence[object]) -> range:
    return range(1, len(rows) + 1)
