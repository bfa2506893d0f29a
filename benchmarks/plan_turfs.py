"""Turfs: this project and its peers on the same invented city, judged alike.

    python benchmarks/plan_turfs.py CITY.py --doors 1000 10000 --seeds 1 2 3 --json turfs.json

Each method runs in a process of its own. CPU seconds are those of that process, without the making
of the city; what numba compiles is compiled in a run before and stated apart. The judge is the same
for all: of each turf (at most 400 of them) the closed tour on walking distances by LKH (elkai, one
run), metres a door. Needs elkai, and of the peers those that are asked for: pymetis, pyvrp,
scikit-learn, k-means-constrained.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).resolve().parents[1] / "src"
JUDGED = 400


def courtyard(city, seed, options):
    sys.path.insert(0, str(SOURCE))
    from courtyard.plan.network import Network
    from courtyard.plan.turf import cut
    from courtyard.plan.turf_ground import Stops

    network = Network.of_matrix(city["G"])
    nodes = np.arange(city["nint"], network.nodes, dtype=np.int32)
    found = cut(network, Stops(nodes, city["bw"].astype(np.int64)), seed=seed)
    return found.turf  # no building of the city is above 60 doors, so a part is a building


def metis(city, seed, options):
    import pymetis

    graph, doors = city["G"], city["bw"]
    weights = np.r_[np.zeros(city["nint"], dtype=int), doors]
    streets = pymetis.CSRAdjacency(graph.indptr, graph.indices)
    _, part = pymetis.part_graph(round(doors.sum() / 50), streets, vweights=weights)
    return np.array(part)[city["nint"] :]


def pyvrp(city, seed, options):
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
    from pyvrp.stop import MaxRuntime
    from scipy.sparse.csgraph import dijkstra

    nodes = city["nint"] + np.arange(len(city["bw"]))
    between = dijkstra(city["G"], indices=nodes)[:, nodes]
    metres = np.zeros((len(nodes) + 1,) * 2, dtype=np.int64)
    metres[1:, 1:] = np.rint(between)
    data = ProblemData(
        [Location(0, 0), *(Location(int(x), int(y)) for x, y in city["bxy"])],
        [Client(1 + number, delivery=[int(doors)]) for number, doors in enumerate(city["bw"])],
        [Depot(0)],
        [VehicleType(int(city["bw"].sum() // options.fill), capacity=[60])],
        [metres],
        [np.zeros_like(metres)],
    )
    best = solve(data, MaxRuntime(options.pyvrp), seed=seed, display=False).best
    turf = np.empty(len(nodes), dtype=int)
    for number, route in enumerate(best.routes()):
        turf[_visits(route)] = number
    return turf


def _visits(route):
    return [activity.idx for activity in route if activity.is_client()]


def kmeans(city, seed, options):
    from sklearn.cluster import KMeans

    parts = round(city["bw"].sum() / 50)
    found = KMeans(parts, n_init=1, random_state=seed)
    return found.fit_predict(city["bxy"], sample_weight=city["bw"])


def kmeans_constrained(city, seed, options):
    """On doors, as it knows no weights; a building goes where most of its doors are, or first."""
    from k_means_constrained import KMeansConstrained

    building = np.repeat(np.arange(len(city["bw"])), city["bw"])
    parts = round(len(building) / 50)
    model = KMeansConstrained(parts, 40, 60, n_init=1, max_iter=5, random_state=seed)
    labels = model.fit_predict(city["bxy"][building])
    return np.array(
        [np.bincount(labels[building == one]).argmax() for one in range(len(city["bw"]))]
    )


METHODS = {m.__name__: m for m in (courtyard, metis, pyvrp, kmeans, kmeans_constrained)}


def city_of(path, doors, seed):
    spec = importlib.util.spec_from_file_location("city", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make(doors, seed)


def judged(city, turf):
    import elkai
    from scipy.sparse.csgraph import dijkstra

    names, turf = np.unique(turf, return_inverse=True)
    loads = np.bincount(turf, city["bw"])
    chosen = np.arange(len(names))
    if len(names) > JUDGED:
        chosen = np.random.default_rng(0).choice(chosen, JUDGED, replace=False)
    metres = doors = 0.0
    for number in chosen:
        members = np.flatnonzero(turf == number)
        doors += city["bw"][members].sum()
        at = city["nint"] + members
        between = dijkstra(city["G"], indices=at, limit=3000)[:, at]
        if np.isinf(between).any():
            between = dijkstra(city["G"], indices=at)[:, at]
        if len(members) == 2:
            metres += 2 * between[0, 1]
        elif len(members) > 2:
            tour = elkai.DistanceMatrix(np.rint(between * 100).astype(int).tolist()).solve_tsp(
                runs=1
            )
            metres += between[tour[:-1], tour[1:]].sum()
    return {
        "metres a door": round(metres / doors, 3),
        "turfs": len(names),
        "in 40-60": round(float(((loads >= 40) & (loads <= 60)).mean()), 4),
        "least": int(loads.min()),
        "most": int(loads.max()),
    }


def alone(options):
    """Runs one method in this process and keeps its turfs and its CPU seconds."""
    began = time.process_time()
    city = city_of(options.city, options.doors[0], options.seeds[0])
    made = time.process_time() - began
    wall = time.perf_counter()
    turf = METHODS[options.alone](city, options.seeds[0], options)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in usage) - made
    np.savez(options.json, turf=turf, cpu=cpu, wall=time.perf_counter() - wall,
             peak=usage[0].ru_maxrss / 1024)  # fmt: skip


def measured(options, method, doors, seed, caches):
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder) / "turf.npz")
        command = [sys.executable, __file__, options.city, "--alone", method, "--doors", str(doors)]
        command += ["--seeds", str(seed), "--json", kept, "--pyvrp", str(options.pyvrp)]
        command += ["--fill", str(options.fill)]
        subprocess.run(command, check=True, env={**os.environ, "NUMBA_CACHE_DIR": caches})
        run = np.load(kept)
        city = city_of(options.city, doors, seed)
        return {
            "method": method, "doors": doors, "seed": seed,
            **judged(city, run["turf"]),
            "cpu s": round(float(run["cpu"]), 2), "wall s": round(float(run["wall"]), 2),
            "peak MB": round(float(run["peak"])),
        }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("city")
    parser.add_argument("--doors", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--pyvrp", type=float, default=60, help="seconds PyVRP may take")
    parser.add_argument("--fill", type=float, default=50, help="doors for each PyVRP vehicle")
    parser.add_argument("--json")
    parser.add_argument("--alone", choices=list(METHODS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        alone(options)
        return
    rows = []
    with tempfile.TemporaryDirectory() as caches:
        if "courtyard" in options.methods:
            first = measured(options, "courtyard", 1000, 1, caches)
            again = measured(options, "courtyard", 1000, 1, caches)
            print(f"compilation: {first['cpu s'] - again['cpu s']:.1f} CPU s, once a machine")
        for doors in options.doors:
            for seed in options.seeds:
                for method in options.methods:
                    rows.append(measured(options, method, doors, seed, caches))
                    print("  ".join(f"{k} {v}" for k, v in rows[-1].items()), flush=True)
                    if options.json:
                        Path(options.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
