"""Walks against the solvers a captain could pick, in one run: `python benchmarks/plan_routes.py`.

Two jobs on the synthetic city of `city.py`. One: closed walks through the 50, 100 and 150 buildings
nearest to a door chosen by chance, on network metres; the gap is to the best of all solvers. Two:
the walks of all turfs of 100,000 doors (cut by METIS), their distances included. Figures are CPU
seconds of this process, user and system, once compiled; compiling is printed apart.
"""

import argparse
import json
import os
import runpy
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import elkai
import fast_tsp
import numpy as np
import pymetis
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from courtyard.plan.distances import distances
from courtyard.plan.network import Network, Scratch
from courtyard.plan.route import shortest_walk

ROOT = Path(__file__).resolve().parent.parent
CITY = Path(__file__).resolve().parent / "city.py"
AROUND = 250.0  # metres round a turf's box, for the peer's local matrices
Order = Any
Solver = Callable[[np.ndarray], Order]


def main() -> None:
    """Both jobs, as tables and as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--city", type=Path, default=CITY)
    asked.add_argument("--sizes", default="50,100,150")
    asked.add_argument("--turfs", type=int, default=100)
    asked.add_argument("--doors", type=int, default=100_000, help="of the city cut whole")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--into", type=Path, default=ROOT / "var" / "bench" / "plan_routes.json")
    given = asked.parse_args()
    city = runpy.run_path(str(given.city))["make"]
    first = next(_nearest(city(1_000, 1), 60, 1))
    warm = sum(_cpu(lambda n=n: shortest_walk(first[:n, :n]))[1] for n in (5, 60))
    print(f"compiling or reading what was compiled, first two walks: {warm:.2f} CPU s", flush=True)
    found: dict[str, Any] = {"cpus": os.cpu_count(), "first walks, cpu s": warm}
    ground = city(10_000, given.seed)
    for size in map(int, given.sizes.split(",")):
        found[f"{size} stops"] = one_walk(size, list(_nearest(ground, size, given.turfs)))
    if given.doors:
        found[f"{given.doors} doors"] = whole_city(city(given.doors, given.seed), given.doors // 50)
    given.into.parent.mkdir(parents=True, exist_ok=True)
    given.into.write_text(json.dumps(found, indent=1))


def one_walk(size: int, turfs: list[np.ndarray]) -> dict[str, dict[str, float]]:
    """Gap to the best of the run in per cent, and CPU milliseconds a walk."""
    metres, cpu = {}, {}
    for name, solver in SOLVERS.items():
        orders, seconds = _cpu(lambda solver=solver: [solver(turf) for turf in turfs])
        pairs = zip(turfs, orders, strict=True)
        metres[name] = np.array([_length(turf, order) for turf, order in pairs])
        cpu[name] = seconds / len(turfs) * 1000
    best = np.min(list(metres.values()), axis=0)
    print(f"\n{size} stops, {len(turfs)} turfs, {best.mean():.0f} m" + " " * 7, end="")
    print("gap %    worst   not best   cpu ms", flush=True)
    found = {}
    for name, walked in metres.items():
        gap = (walked / best - 1) * 100
        missed = int((walked > best + 0.01).sum())  # more than a centimetre
        found[name] = {"gap %": gap.mean(), "worst %": gap.max(), "missed": missed, "ms": cpu[name]}
        print(f"  {name:24} {gap.mean():9.4f} {gap.max():8.3f} {missed:10} {cpu[name]:9.2f}")
    return found


def whole_city(city: dict[str, Any], parts: int) -> dict[str, dict[str, float]]:
    """CPU seconds of distances and of walks, and the kilometres of all turfs."""
    graph = city["G"]
    turfs = list(_cut(city, parts))
    stops = sum(map(len, turfs)) / len(turfs)
    print(
        f"\n{len(turfs)} turfs of {stops:.1f} stops: CPU s of distances, of walks; km", flush=True
    )
    network, made = _cpu(lambda: Network.of_matrix(graph))
    scratch = Scratch(network)
    distances(network, turfs[0], scratch)
    ours, reckoned = _cpu(lambda: [distances(network, turf, scratch) for turf in turfs])
    theirs, local = _cpu(lambda: [_local(graph, _places(city), turf) for turf in turfs])
    for a, b in zip(ours, theirs, strict=True):
        assert np.allclose(a, b), "the peer's local matrix is not that of the whole network"
    found = {}
    for name, before, solver in (
        ("courtyard", made + reckoned, courtyard),
        ("fast-tsp 0.005 s", local, _fast_tsp(0.005)),
        ("fast-tsp 0.02 s", local, _fast_tsp(0.02)),
    ):
        orders, after = _cpu(lambda solver=solver: [solver(turf) for turf in ours])
        long = sum(_length(turf, order) for turf, order in zip(ours, orders, strict=True)) / 1000
        found[name] = {"distances, cpu s": before, "walks, cpu s": after, "km": long}
        print(f"  {name:24} {before:7.2f} {after:7.2f} {before + after:7.2f} {long:10.3f} km")
    return found


def courtyard(metres: np.ndarray) -> Order:
    return shortest_walk(metres).order


def _fast_tsp(seconds: float) -> Solver:
    def solver(metres: np.ndarray) -> Order:
        if len(metres) < 3:
            return np.arange(len(metres))
        finest = np.floor(metres * (65_000 / metres.max())).astype(np.uint16)  # all it takes
        return np.array(fast_tsp.find_tour(finest, duration_seconds=seconds))

    return solver


def _elkai(metres: np.ndarray) -> Order:
    centimetres = np.rint(metres * 100).astype(int).tolist()
    return np.array(elkai.DistanceMatrix(centimetres).solve_tsp(runs=10)[:-1])


def _or_tools(metres: np.ndarray) -> Order:
    table = np.rint(metres * 1000).astype(int).tolist()
    manager = pywrapcp.RoutingIndexManager(len(table), 1, 0)
    model = pywrapcp.RoutingModel(manager)
    transit = model.RegisterTransitMatrix(table)
    model.SetArcCostEvaluatorOfAllVehicles(transit)
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromMilliseconds(500)
    answer = model.SolveWithParameters(how)
    at, order = model.Start(0), []
    while not model.IsEnd(at):
        order.append(manager.IndexToNode(at))
        at = answer.Value(model.NextVar(at))
    return np.array(order)


SOLVERS: dict[str, Solver] = {
    "courtyard": courtyard,
    "fast-tsp 0.02 s": _fast_tsp(0.02),
    "fast-tsp 0.2 s": _fast_tsp(0.2),
    "elkai runs=10": _elkai,
    "OR-Tools GLS 0.5 s": _or_tools,
}


def _nearest(city: dict[str, Any], size: int, turfs: int) -> Iterator[np.ndarray]:
    """Metres between the buildings nearest to doors chosen by chance, all in one piece."""
    chance = np.random.default_rng(size)
    graph, doors = city["G"], np.repeat(np.arange(len(city["bw"])), city["bw"])
    piece = connected_components(graph)[1]
    tree = cKDTree(city["bxy"])
    while turfs:
        near = tree.query(city["bxy"][chance.choice(doors)], size)[1] + city["nint"]
        if len(np.unique(piece[near])) == 1:
            turfs -= 1
            metres = dijkstra(graph, indices=near)[:, near]
            yield (metres + metres.T) / 2


def _cut(city: dict[str, Any], parts: int) -> Iterator[np.ndarray]:
    graph, first = city["G"], city["nint"]
    weight = np.zeros(graph.shape[0], int)
    weight[first:] = city["bw"]
    near = pymetis.CSRAdjacency(graph.indptr, graph.indices)
    part = np.array(pymetis.part_graph(parts, adjacency=near, vweights=weight.tolist())[1])
    for number in range(parts):
        stops = np.flatnonzero(part[first:] == number) + first
        if len(stops):
            yield stops


def _places(city: dict[str, Any]) -> np.ndarray:
    return np.concatenate([city["pint"], city["bxy"]])


def _local(graph: Any, places: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """What the peers need made for them: Dijkstra on the turf's box and AROUND it."""
    low, high = places[stops].min(axis=0) - AROUND, places[stops].max(axis=0) + AROUND
    inside = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
    own = np.searchsorted(inside, stops)
    return dijkstra(graph[inside][:, inside], indices=own)[:, own]


def _length(metres: np.ndarray, order: Order) -> float:
    assert len(np.unique(order)) == len(metres), "a stop is lost"
    return float(metres[order, np.roll(order, -1)].sum())


def _cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.process_time()
    return work(), time.process_time() - begun


if __name__ == "__main__":
    main()
