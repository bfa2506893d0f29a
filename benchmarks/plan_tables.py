"""Writes the section on turfs and walks of docs/performance.md from what `plan_all.py` measured.

python benchmarks/plan_tables.py FOLDER_WITH_THE_JSON_FILES
"""

import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
HEAD = "## Turfs and walks"
NAMES = {
    "courtyard": "**Courtyard**", "metis": "METIS", "metis_short_streets": "METIS, short ways kept",
    "pyvrp": "PyVRP, 60 CPU s", "vroom": "VROOM, level 3", "kmeans": "KMeans",
    "kmeans_constrained": "k-means-constrained", "gerrychain": "GerryChain",
    "bronx": "NY-14, the Bronx half", "queens": "NY-14, the Queens half",
}  # fmt: skip
ORDER = ["1000 doors", "10000 doors", "100000 doors", "Parkchester", "Jackson Heights", "bronx",
         "queens"]  # fmt: skip
SAYS = """
    make bench-plan

It cuts and walks the same inputs with this project and with the solvers one could pick, writes
what it measured to `var/benchmarks/plan_*.json`, and this section from it. An hour. The invented
city is `benchmarks/city.py` (jittered blocks, a river and a motorway with few crossings, 6 % of
buildings with 5 to 40 doors), seeds 1 to 5; the real ground is the demonstration: the Bronx half
on OpenStreetMap's streets, the Queens half on the derived ones, without buildings of over 60
homes, which no peer can share out.

**How turfs are judged.** Of each turf (at most 400 of a ground) the closed tour on walking
distances by LKH (elkai, one run), metres a door: the same judge for all. CPU seconds are those of
the process, without the making of the ground; compiling, 7 CPU seconds once a machine, is not in
them. PyVRP gets 60 CPU seconds and open routes of at most 60 doors; METIS the street network and
a fifth of leeway, once as it is and once with ways the dearer to cut the shorter they are. What has
not ended after 600 CPU seconds is ended. Metres of a peer that are fewer than Courtyard's are bold;
they are worth as much as its turfs keep within 40 to 60 doors.

{day}; mean and range of the seeds.
"""
WALKS = """
**Walks.** Closed walks through the buildings nearest to doors chosen by chance, on network metres;
the gap is to the best of all solvers of the run.

| stops | solver | mean gap | worst | not the best | CPU ms |
|---:|---|---:|---:|---:|---:|
"""
WHOLE = """
All turfs of 100,000 doors (cut by METIS), distances included:

| solver | distances, CPU s | walks, CPU s | together | km |
|---|---:|---:|---:|---:|
"""


def main(folder: Path) -> None:
    """Puts the section in the place of the one that stands there."""
    rows = [
        row
        for path in sorted(folder.glob("plan_*.json"))
        if path.stem != "plan_walks"
        for row in json.loads(path.read_text())
    ]
    text = HEAD + "\n" + SAYS.format(day=f"{datetime.now(UTC):%-d %B %Y}") + "".join(_turfs(rows))
    walks = folder / "plan_walks.json"
    if walks.exists():
        text += "".join(_walks(json.loads(walks.read_text())))
    before = PAGE.read_text().partition(HEAD)[0]
    PAGE.write_text(before + text)


def _turfs(rows: list[dict[str, Any]]) -> Iterator[str]:
    grounds: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(rows, key=lambda one: ORDER.index(one["ground"])):
        grounds[row["ground"]][row["method"]].append(row)
    for ground, methods in grounds.items():
        number, _, rest = ground.partition(" ")
        name = f"{int(number):,} {rest}" if number.isdigit() else NAMES.get(ground, ground)
        yield f"\n| {name} | seeds | metres a door | in 40–60 | least–most | CPU s | peak MB |\n"
        yield "|---|---:|---:|---:|---:|---:|---:|\n"
        ours = _mean(_once_a_seed(methods["courtyard"]))
        for method in sorted(methods, key=list(NAMES).index):
            yield _turf_row(NAMES[method], methods[method], ours)


def _once_a_seed(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({run["seed"]: run for run in runs if "metres a door" in run}.values())


def _mean(runs: list[dict[str, Any]]) -> float:
    return statistics.mean(run["metres a door"] for run in runs)


def _turf_row(name: str, runs: list[dict[str, Any]], ours: float) -> str:
    each = _once_a_seed(runs)
    if not each:
        return f"| {name} | 0 | {runs[0]['why']} | | | | |\n"
    metres = [run["metres a door"] for run in each]
    span = f" ({min(metres):.2f}–{max(metres):.2f})" if len(each) > 1 else ""
    inside = 100 * statistics.mean(run["in 40-60"] for run in each)
    ends = f"{min(run['least'] for run in each)}–{max(run['most'] for run in each)}"
    cpu = statistics.mean(run["cpu s"] for run in each)
    peak = max(run["peak MB"] for run in each)
    mean = f"{_mean(each):.2f}{span}"
    mean = f"**{mean}**" if _mean(each) < ours else mean
    return f"| {name} | {len(each)} | {mean} | {inside:.1f} % | {ends} | {cpu:.2f} | {peak} |\n"


def _walks(found: dict[str, Any]) -> Iterator[str]:
    yield WALKS
    for size, solvers in found.items():
        if not size.endswith("stops"):
            continue
        for name, one in solvers.items():
            yield (
                f"| {size.split()[0]} | {NAMES.get(name, name)} | {one['gap %']:.3f} % "
                f"| {one['worst %']:.2f} % | {one['missed']} | {one['ms']:.2f} |\n"
            )
    whole = next((found[key] for key in found if key.endswith(" doors")), {})
    yield WHOLE if whole else ""
    for name, one in whole.items():
        made, walked = one["distances, cpu s"], one["walks, cpu s"]
        yield f"| {NAMES.get(name, name)} | {made:.2f} | {walked:.2f} | {made + walked:.2f} "
        yield f"| {one['km']:.1f} |\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
