"""`make bench`: this project against its peers, on the same input, in one run.

Prints a table for each benchmark and writes it as JSON to COURTYARD_HOME/benchmarks/.
"""

import importlib
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
RUNS = 7


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Milliseconds of wall and CPU time: the median of RUNS, after one that is not counted."""
    work()
    walls, cpus = [], []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return {"wall ms": statistics.median(walls), "cpu ms": statistics.median(cpus)}


def main() -> None:
    """Runs every benchmark there is."""
    import django

    django.setup()
    from django.conf import settings

    into = Path(settings.COURTYARD_HOME) / "benchmarks"
    into.mkdir(parents=True, exist_ok=True)
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, median of {RUNS}\n")
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        module = importlib.import_module(path.stem)
        print(module.__doc__.strip().splitlines()[0])
        found = {name: timed(work) for name, work in module.cases().items()}
        ours = next(iter(found.values()), {"wall ms": 1.0})
        for name, figures in found.items():
            ratio = figures["wall ms"] / ours["wall ms"]
            wall, cpu = figures["wall ms"], figures["cpu ms"]
            print(f"  {name:44} {wall:9.1f} ms {cpu:9.1f} cpu {ratio:6.2f}")
        print()
        (into / f"{path.stem}.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
