"""Turfs: this project and its peers on the same ground, judged alike.

    python benchmarks/plan_turfs.py CITY.py --doors 1000 10000 --seeds 1 2 3 --json turfs.json
    python benchmarks/plan_turfs.py --real bronx queens Parkchester --methods courtyard metis

Each method runs in a process of its own, which is ended after `--limit` CPU seconds. CPU seconds
are those of that process, without the making of the ground; what numba compiles is compiled in a
run before and stated apart. The judge is the same for all: of each turf (at most 400 of them) the
closed tour on walking distances by LKH (elkai, one run), metres a door. The peers are in
`requirements/bench.txt`; `turf_peers.py` says how each is asked.
`--real` are areas of the demonstration in COURTYARD_HOME.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from turf_ground import city_of, real_ground
from turf_peers import PEERS

JUDGED = 400


def courtyard(city, seed, options):
    from courtyard.plan.network import Network
    from courtyard.plan.turf import cut
    from courtyard.plan.turf_ground import Stops

    network = Network.of_matrix(city["G"])
    nodes = np.arange(city["nint"], network.nodes, dtype=np.int32)
    stops = Stops(nodes, city["bw"].astype(np.int64), places=city["bxy"])
    found = cut(network, stops, seed=seed)
    return found.turf  # no building here is above 60 doors, so a part is a building


METHODS = {"courtyard": courtyard} | PEERS


def ground_of(options):
    if options.real:
        return real_ground(options.real[0])
    return city_of(options.city, options.doors[0], options.seeds[0])


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
    city = ground_of(options)
    made = time.process_time() - began
    last = int(made + options.limit)
    resource.setrlimit(resource.RLIMIT_CPU, (last, last + 5))
    wall = time.perf_counter()
    turf = METHODS[options.alone](city, options.seeds[0], options)
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in usage) - made
    np.savez(options.json, turf=turf, cpu=cpu, wall=time.perf_counter() - wall,
             peak=usage[0].ru_maxrss / 1024)  # fmt: skip


def measured(options, method, seed, caches, *, doors=0, real=""):
    """What one method gives on one ground."""
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder) / "turf.npz")
        asked = ["--real", real] if real else [options.city, "--doors", str(doors)]
        command = [sys.executable, __file__, *asked, "--alone", method, "--seeds", str(seed)]
        command += ["--json", kept, "--pyvrp", str(options.pyvrp), "--fill", str(options.fill)]
        command += ["--limit", str(options.limit)]
        told = {**os.environ, "NUMBA_CACHE_DIR": caches}
        ended = subprocess.run(command, check=False, env=told).returncode
        if ended:
            late = ended == -signal.SIGXCPU
            why = f"not ended in {options.limit:.0f} CPU s" if late else "no cut within the bounds"
            return {"ground": real or f"{doors} doors", "seed": seed, "method": method, "why": why}
        run = np.load(kept)
        city = real_ground(real) if real else city_of(options.city, doors, seed)
        return {
            "ground": real or f"{doors} doors", "seed": seed, "method": method,
            **judged(city, run["turf"]),
            "cpu s": round(float(run["cpu"]), 2), "wall s": round(float(run["wall"]), 2),
            "peak MB": round(float(run["peak"])),
        }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("city", nargs="?")
    parser.add_argument("--real", nargs="+", default=[])
    parser.add_argument("--doors", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--pyvrp", type=float, default=60, help="CPU seconds PyVRP may take")
    parser.add_argument("--limit", type=float, default=600, help="CPU seconds any may take")
    parser.add_argument("--fill", type=float, default=50, help="doors for each vehicle")
    parser.add_argument("--json")
    parser.add_argument("--alone", choices=list(METHODS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        alone(options)
        return
    rows = []
    grounds = [{"real": one} for one in options.real] if options.real else [
        {"doors": one} for one in options.doors
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as caches:
        if "courtyard" in options.methods:
            first, again = (
                measured(options, "courtyard", 1, caches, **grounds[0]) for _ in range(2)
            )
            print(f"compilation: {first['cpu s'] - again['cpu s']:.1f} CPU s, once a machine")
        for ground in grounds:
            for seed in options.seeds:
                for method in options.methods:
                    rows.append(measured(options, method, seed, caches, **ground))
                    print("  ".join(f"{k} {v}" for k, v in rows[-1].items()), flush=True)
                    if options.json:
                        Path(options.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
