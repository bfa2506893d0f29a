"""`make bench-plan`: turfs and walks, this project and its peers on the same inputs.

The invented city is `city.py` (CITY names another module with `make(doors, seed)`); the real ground
is the demonstration in COURTYARD_HOME, left out if it is not built. Every table is printed and
written to `<home>/benchmarks/plan_*.json`, and docs/performance.md made of them. CPU seconds bear
company; wall seconds do not.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CITY = os.environ.get("CITY", str(HERE / "city.py"))
HOME = Path(os.environ.get("COURTYARD_HOME", HERE.parent / "var"))
CLOSE = ["courtyard", "metis", "metis_short_streets", "pyvrp"]
RUNS = {
    "1000_all": [CITY, "--doors", "1000", "--seeds", "1"],
    "1000": [CITY, "--doors", "1000", "--seeds", "1", "2", "3", "4", "5", "--methods", *CLOSE],
    "10000": [CITY, "--doors", "10000", "--seeds", "1", "2", "3", "4", "5", "--methods", *CLOSE],
    "10000_all": [CITY, "--doors", "10000", "--methods", "kmeans", "kmeans_constrained",
                  "gerrychain", "vroom"],
    "100000": [CITY, "--doors", "100000", "--seeds", "1", "2", "3", "4", "5",
               "--methods", *CLOSE[:-1]],
    "halves": ["--real", "bronx", "queens", "--methods", *CLOSE[:-1], "kmeans"],
    "neighbourhoods": ["--real", "Parkchester", "Jackson Heights", "--methods", *CLOSE,
                       "vroom", "kmeans"],
}  # fmt: skip


def main() -> None:
    """Runs every table; one that fails is said and does not keep the others from running."""
    into = HOME / "benchmarks"
    into.mkdir(parents=True, exist_ok=True)
    failed = []
    for name, asked in RUNS.items():
        if asked[0] == "--real" and not (HOME / "demo.txt").exists():
            print(f"\n{name}: left out, the demonstration is not built (make run)")
            continue
        print(f"\n{name}", flush=True)
        failed += _run("plan_turfs.py", *asked, "--json", str(into / f"plan_{name}.json"))
    print("\nwalks", flush=True)
    failed += _run("plan_routes.py", "--city", CITY, "--into", str(into / "plan_walks.json"))
    failed += _run("plan_tables.py", str(into))
    sys.exit(f"Failed: {failed}" if failed else 0)


def _run(script: str, *asked: str) -> list[str]:
    command = [sys.executable, "-W", "ignore", str(HERE / script), *asked]
    return [script] if subprocess.run(command, check=False).returncode else []


if __name__ == "__main__":
    main()
