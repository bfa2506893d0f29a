"""Grounds to be cut, as plain arrays: the invented city, and halves of the real district.

Each is a dict: `bw` doors of each building, `bxy` metres of each, `G` the network in metres, whose
first `nint` nodes are corners and whose others are the buildings.
"""

import importlib.util
import os

import numpy as np
from scipy.sparse import csr_matrix

LARGEST = 60  # homes; what is larger is shared out before, by whoever cuts
BRONX = 40.797  # degrees; the East River between the two halves of NY-14


def city_of(path, doors, seed):
    """The invented city of a generator such as shared/bench/city.py."""
    spec = importlib.util.spec_from_file_location("city", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make(doors, seed)


def real_ground(name):
    """A loaded area, or `bronx` or `queens`: its buildings of at most 60 homes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
    import django

    django.setup()
    from courtyard.cli.area import KEEPER
    from courtyard.journal.scope import reading_as
    from courtyard.plan.turf_ground import Bounds, Stops, whole_ground
    from courtyard.territory.geometry import metres_per_degree
    from courtyard.territory.models import Area
    from courtyard.territory.walking import walkable

    half = {"bronx": 1, "queens": -1}.get(name)
    with reading_as(KEEPER):
        area = Area.objects.get(**({"code": "14"} if half else {"name": name}))
        found = walkable(area, KEEPER)
    kept = found.doors <= LARGEST
    if half:
        kept &= (found.degrees[:, 1] - BRONX) * half > 0
    middle = found.degrees[kept].mean(axis=0)
    places = (found.degrees[kept] - middle) * np.array(metres_per_degree(middle[1]))
    doors = found.doors[kept].astype(int)
    # Pieces of streets that do not meet are joined first, so that everybody can walk everywhere.
    whole = whole_ground(found.network, Stops(found.at[kept], doors, places=places), Bounds())
    network = whole.network
    shape = (network.nodes, network.nodes)
    streets = csr_matrix((network.metres, network.ends, network.starts), shape=shape)
    # Ways lead from building to building: those left out stay as corners.
    corners = np.setdiff1d(np.arange(network.nodes), whole.nodes)
    return {
        "bw": doors,
        "bxy": places,
        "G": _in_order(streets, np.r_[corners, whole.nodes]),
        "nint": len(corners),
    }


def _in_order(streets, order):
    return streets[order][:, order].tocsr()
