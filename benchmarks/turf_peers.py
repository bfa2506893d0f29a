"""What else a captain could cut turf with: each takes the same city and gives a turf a building."""

import time

import numpy as np
from scipy.sparse.csgraph import connected_components, dijkstra

LEAST, MOST = 40, 60


def metis(city, seed, options):
    """On the street network, turfs allowed to differ by a fifth, as the bounds do."""
    return _metis(city, None)


def metis_short_streets(city, seed, options):
    """The same, with ways the dearer to cut the shorter they are: the best of what was tried."""
    return _metis(city, np.maximum(1, np.rint(1000 / (1 + city["G"].data))).astype(int).tolist())


def _metis(city, dear):
    import pymetis

    graph, doors = city["G"], city["bw"]
    weights = np.r_[np.zeros(city["nint"], dtype=int), doors].tolist()
    streets = pymetis.CSRAdjacency(graph.indptr, graph.indices)
    told = {"vweights": weights, "options": pymetis.Options(ufactor=200)}
    told |= {"eweights": dear} if dear else {}
    _, part = pymetis.part_graph(round(doors.sum() / 50), streets, **told)
    return np.array(part)[city["nint"] :]


class CpuSeconds:
    """Stops PyVRP after so many seconds of its own work, whatever else the machine does."""

    def __init__(self, seconds):
        self.until = time.process_time() + seconds

    def __call__(self, best_cost):
        return time.process_time() > self.until


def pyvrp(city, seed, options):
    """An open route a turf, of at most 60 doors: a walker neither starts at a depot nor returns."""
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve

    metres = _with_depot(city)
    data = ProblemData(
        [Location(0, 0), *(Location(int(x), int(y)) for x, y in city["bxy"])],
        [Client(1 + number, delivery=[int(doors)]) for number, doors in enumerate(city["bw"])],
        [Depot(0)],
        [VehicleType(int(city["bw"].sum() // options.fill), capacity=[MOST])],
        [metres],
        [np.zeros_like(metres)],
    )
    best = solve(data, CpuSeconds(options.pyvrp), seed=seed, display=False).best
    turf = np.empty(len(city["bw"]), dtype=int)
    for number, route in enumerate(best.routes()):
        turf[[activity.idx for activity in route if activity.is_client()]] = number
    return turf


def vroom(city, seed, options):
    """As PyVRP, at its exploration level 3 (5 is the most)."""
    import vroom

    asked = vroom.Input()
    asked.set_durations_matrix(profile="car", matrix_input=_with_depot(city).astype(np.uint32))
    vehicles = range(int(city["bw"].sum() // options.fill))
    asked.add_vehicle([vroom.Vehicle(one, start=0, end=0, capacity=[MOST]) for one in vehicles])
    asked.add_job(
        [vroom.Job(n, location=n + 1, delivery=[int(d)]) for n, d in enumerate(city["bw"])]
    )
    routes = asked.solve(exploration_level=3, nb_threads=1).routes
    visits = routes[routes["type"] == "job"]
    turf = -1 - np.arange(len(city["bw"]))  # what it leaves out stays by itself
    turf[visits["id"].astype(int)] = visits["vehicle_id"].astype(int)
    return turf


def kmeans(city, seed, options):
    from sklearn.cluster import KMeans

    found = KMeans(round(city["bw"].sum() / 50), n_init=1, random_state=seed)
    return found.fit_predict(city["bxy"], sample_weight=city["bw"])


def kmeans_constrained(city, seed, options):
    """On doors, as it knows no weights; a building goes where most of its doors are, or first."""
    from k_means_constrained import KMeansConstrained

    building = np.repeat(np.arange(len(city["bw"])), city["bw"])
    model = KMeansConstrained(
        round(len(building) / 50), LEAST, MOST, n_init=1, max_iter=5, random_state=seed
    )
    labels = model.fit_predict(city["bxy"][building])
    return np.array(
        [np.bincount(labels[building == one]).argmax() for one in range(len(city["bw"]))]
    )


def gerrychain(city, seed, options):
    """Recursive trees on the street network, every turf within a fifth of 50 doors."""
    from functools import partial

    import networkx
    from gerrychain.graph import Graph
    from gerrychain.partition import recursive_tree_part
    from gerrychain.tree import bipartition_tree

    streets = networkx.from_scipy_sparse_array(city["G"])
    doors = np.r_[np.zeros(city["nint"], dtype=int), city["bw"]]
    networkx.set_node_attributes(streets, dict(enumerate(doors.tolist())), "doors")
    piece = connected_components(city["G"])[1]
    largest = np.bincount(piece, doors).argmax()
    graph = Graph.from_networkx(streets.subgraph(np.flatnonzero(piece == largest).tolist()))
    inside = doors[piece == largest].sum()
    parts = round(inside / 50)
    method = partial(bipartition_tree, max_attempts=2_000)
    for again in range(20):  # a tree that cannot be cut so is given up
        try:
            found = recursive_tree_part(
                graph, range(parts), inside / parts, "doors", 0.2,
                bipartition_tree_fn=method, rng=seed + 1000 * again,
            )  # fmt: skip
        except RuntimeError:
            continue
        break
    else:
        raise SystemExit("no cut within the bounds was found")
    turf = np.full(len(doors), -1)
    turf[list(found)] = list(found.values())
    return turf[city["nint"] :]


def _with_depot(city):
    """Metres between buildings, with a depot that is next to all."""
    nodes = city["nint"] + np.arange(len(city["bw"]))
    between = dijkstra(city["G"], indices=nodes)[:, nodes]
    metres = np.zeros((len(nodes) + 1,) * 2, dtype=np.int64)
    metres[1:, 1:] = np.rint(np.minimum(between, 100_000))
    return metres


PEERS = {
    one.__name__: one
    for one in (
        metis, metis_short_streets, pyvrp, vroom, kmeans, kmeans_constrained, gerrychain,
    )
}  # fmt: skip
