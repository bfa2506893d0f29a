"""Loading of a dirty New York voter file against peers, in one run: `make bench-electorate`.

Every line is a process of its own, started in turn with the others: wall seconds, processor seconds
(user and system), and peak memory, as the kernel counts them; the median of --runs. What each line
does, and what the peers are spared: docs/performance.md.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))  # for postgresql.py
PEERS = Path(__file__).with_name("loading_peers.py")
SEED = 7
SCALED = 100_000  # rows that the slow ones load; their times are multiplied
BY_HAND, BY_HAND_AGAIN = "DuckDB by hand", "refresh: DuckDB by hand"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Job:
    """One line of the table: which function of loading_peers.py, of which file."""

    name: str
    work: str
    file: str = "clean"
    against: str = BY_HAND
    needs: str = ""  # a module, "server" or "parsons"
    scaled: bool = False
    counted: bool = True  # whether its time may be compared


JOBS = (
    Job("Courtyard", "courtyard", "dirty"),
    Job(BY_HAND, "duckdb_by_hand"),
    Job("DuckDB, 47 columns of text", "duckdb_all"),
    Job("polars, the same columns", "polars_sink"),
    Job("PostgreSQL COPY", "postgresql_copy", needs="server"),
    Job("petl → SQLite", "petl_sqlite", "clean_few", needs="petl", scaled=True),
    Job("Parsons → PostgreSQL", "parsons_postgresql", "clean_few", needs="parsons", scaled=True),
    Job("Django bulk_create → SQLite", "django_sqlite", "clean_few", scaled=True),
    Job("DuckDB, dirty file, ignore_errors", "duckdb_ignoring", "dirty", counted=False),
    Job("refresh: Courtyard", "courtyard_again", "dirty_new", BY_HAND_AGAIN),
    Job(BY_HAND_AGAIN, "duckdb_again", "clean_new", BY_HAND_AGAIN),
)


@dataclass
class Run:
    """What one process took: seconds, seconds of processors, MB; and the rows it kept."""

    wall: float
    cpu: float
    peak: float
    rows: int


def main() -> None:
    """Runs it for each number of rows."""
    say = argparse.ArgumentParser(description=__doc__)
    say.add_argument("--rows", default="1000000,5000000", help="numbers of rows, with commas")
    say.add_argument("--runs", type=int, default=3)
    say.add_argument(
        "--only", default="", help="lines that begin with this, and what they are held against"
    )
    told = say.parse_args()
    home = Path(os.environ.get("COURTYARD_HOME", ROOT / "var"))
    bench = home / "bench"
    for into in (bench, home / "benchmarks"):
        into.mkdir(parents=True, exist_ok=True)
    for rows in map(int, told.rows.split(",")):
        files = prepared(bench, rows)
        busy = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(dir=bench) as folder, server() as database:
            jobs, left_out = possible(told.only, bench, database)
            before(Path(folder), files, jobs)
            found = measured(jobs, Path(folder), files, told.runs, database)
        show(rows, told.runs, busy, files, found)
        for line in left_out:
            print(f"Left out: {line}")
        path = home / "benchmarks" / f"electorate_loading_{rows}.json"
        path.write_text(json.dumps(written(rows, busy, files, found, left_out), indent=1))


def prepared(bench: Path, rows: int) -> dict[str, object]:
    """Paths and numbers of rows of the input, made once; by another process, for our own peak."""
    command = [sys.executable, PEERS, "prepare", bench, str(rows), str(SEED), str(SCALED)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    files: dict[str, object] = json.loads(done.stdout)
    return files


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """PostgreSQL, where its programs are."""
    from postgresql import postgresql

    with postgresql() as database:
        yield database


def possible(only: str, bench: Path, database: Mapping[str, str]) -> tuple[list[Job], list[str]]:
    """The jobs that this machine can do, and a line for each that it cannot."""
    from importlib.util import find_spec

    jobs, left_out = [], []
    for job in JOBS:
        if not job.name.startswith(only) and job.name not in (BY_HAND, BY_HAND_AGAIN):
            continue
        why = ""
        if job.needs == "parsons" and not parsons(bench).exists():
            why = "its own environment is not there (docs/performance.md)"
        elif job.needs in ("server", "parsons"):
            why = "" if database else "no server programs on this machine"
        elif job.needs and find_spec(job.needs) is None:
            why = "not installed (requirements/bench.txt)"
        if why:
            left_out.append(f"{job.name}: {why}")
        else:
            jobs.append(job)
    return jobs, left_out


def parsons(bench: Path) -> Path:
    """The Python of the environment that Parsons has of its own."""
    return bench / "parsons" / "bin" / "python"


def before(folder: Path, files: Mapping[str, object], jobs: list[Job]) -> None:
    """What a refresh is held against, made outside of the time."""
    for work, file, into in (
        ("courtyard", "dirty", "courtyard-before"),
        ("duckdb_by_hand", "clean", "duckdb-before"),
    ):
        if any(job.against == BY_HAND_AGAIN for job in jobs):
            (folder / into).mkdir()
            command = [sys.executable, PEERS, work, str(files[file]), folder / into]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measured(
    jobs: list[Job],
    folder: Path,
    files: Mapping[str, object],
    runs: int,
    database: Mapping[str, str],
) -> dict[Job, list[Run]]:
    """Every job `runs` times, one after the other in turn."""
    found: dict[Job, list[Run]] = {job: [] for job in jobs}
    for number in range(runs):
        for job in jobs:
            print(f"\r{number + 1}/{runs} {job.name:40}", end="", file=sys.stderr, flush=True)
            found[job].append(one(job, folder, files, database))
    print(f"\r{'':60}\r", end="", file=sys.stderr)
    return found


def one(job: Job, folder: Path, files: Mapping[str, object], database: Mapping[str, str]) -> Run:
    """One process, from its start to its end. What it wrote is removed after."""
    into = folder / "out"
    into.mkdir()
    if job.work == "courtyard_again":
        shutil.copytree(folder / "courtyard-before", into, dirs_exist_ok=True)
    python = sys.executable if job.needs != "parsons" else parsons(folder.parent)
    command = [python, PEERS, job.work, str(files[job.file]), into]
    served = processors(database) if database else 0.0
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | database
    ) as process:
        said, wrong = process.stdout.read(), process.stderr.read()  # little: a number, an error
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        sys.exit(f"\n{job.name} failed:\n{wrong.decode()}")
    cpu = used.ru_utime + used.ru_stime
    if job.needs in ("server", "parsons"):
        time.sleep(0.5)  # the server's process ends a moment after that of its client
        cpu += processors(database) - served
    shutil.rmtree(into)
    return Run(wall, cpu, used.ru_maxrss / 1024, int(said.split()[-1]))


def processors(database: Mapping[str, str]) -> float:
    """Processor seconds of the server so far, with those of its processes that have ended."""
    from urllib.parse import unquote, urlsplit

    folder = Path(unquote(urlsplit(database["DATABASE_URL"]).netloc.rpartition("@")[2]))
    main = (folder / "data" / "postmaster.pid").read_text().split()[0]
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    ticks = sum(stat(main)[:4]) + sum(sum(stat(child)[:2]) for child in children)
    return ticks / TICKS


def stat(process: str) -> list[int]:
    """Ticks: user, system, and the same of children that have ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:  # it has ended
        return [0, 0, 0, 0]
    return [int(one) for one in text.rpartition(")")[2].split()[11:15]]


def medians(found: Mapping[Job, list[Run]], rows: int) -> dict[str, dict[str, float]]:
    """By the name of the line: medians, those of the slow ones multiplied; and ratios."""
    made: dict[str, dict[str, float]] = {}
    for job, runs in found.items():
        by = rows / min(rows, SCALED) if job.scaled else 1
        made[job.name] = {
            "wall s": statistics.median(run.wall for run in runs) * by,
            "cpu s": statistics.median(run.cpu for run in runs) * by,
            "peak MB": statistics.median(run.peak for run in runs),
            "rows kept": runs[-1].rows,
        }
    for job in found:
        if job.counted:
            figures, other = made[job.name], made[job.against]
            figures["wall ratio"] = figures["wall s"] / other["wall s"]
            figures["cpu ratio"] = figures["cpu s"] / other["cpu s"]
    return made


def show(
    rows: int,
    runs: int,
    busy: float,
    files: Mapping[str, object],
    found: Mapping[Job, list[Run]],
) -> None:
    """The table."""
    print(
        f"\n{rows:,} rows, {os.cpu_count()} processors, Python {platform.python_version()},",
        end=" ",
    )
    print(f"median of {runs}; other work on the machine before: {busy:.1f}")
    print(f"the peers' clean copy has {files['clean_rows']:,} rows")
    print(f"{'':36}{'wall s':>9}{'cpu s':>9}{'wall':>7}{'cpu':>7}{'peak MB':>9}{'rows kept':>12}")
    scaled = {job.name for job in found if job.scaled}
    for name, one in medians(found, rows).items():
        ratios = "".join(f"{one[kind]:7.2f}" if kind in one else f"{'–':>7}"
                         for kind in ("wall ratio", "cpu ratio"))  # fmt: skip
        line = f"{name:36}{one['wall s']:9.2f}{one['cpu s']:9.2f}{ratios}{one['peak MB']:9.0f}"
        print(f"{line}{one['rows kept']:12,.0f}{' scaled' if name in scaled else ''}")


def written(
    rows: int,
    busy: float,
    files: Mapping[str, object],
    found: Mapping[Job, list[Run]],
    left_out: list[str],
) -> dict[str, object]:
    """What the table shows, and every run, for JSON."""
    return {
        "rows": rows,
        "clean_rows": files["clean_rows"],
        "changed_rows": files["changed_rows"],
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_before": busy,
        "lines": medians(found, rows),
        "runs": {job.name: [asdict(run) for run in runs] for job, runs in found.items()},
        "left_out": left_out,
    }


if __name__ == "__main__":
    main()
