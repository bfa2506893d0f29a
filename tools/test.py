"""`make test`: lint, types, floors, languages, and the whole suite on what the machine has.

SQLite always; PostgreSQL where its server programs are; Chromium where it is; Spark where Java is
(its packages are installed then). With STRICT=1 nothing may be left out. Ends with a list of what
was.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path

from postgresql import postgresql

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# Kernels are compiled once a machine; while the checks use one processor, that takes the other.
WARM = "import django; django.setup(); from courtyard.canvass import warm; warm.warm_up()"
PATIENCE = 2400  # seconds for one suite, of which the slowest takes 400
STRICT = os.environ.get("STRICT", "") not in ("", "0")
CHECKS = {
    "lint": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "types": [BIN / "mypy"],
    "floors": [BIN / "lint-imports"],
    "languages": [sys.executable, "tools/languages.py", "--check"],
    "migrations": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "installation": [BIN / "courtyard", "check"],
}


def main() -> int:
    """Runs everything, the cheap first; returns the exit status."""
    began, failed, left_out, counts = time.monotonic(), [], [], []
    with tempfile.TemporaryDirectory(prefix="courtyard-") as home:
        # Compiled once and kept, else each of some hundred processes compiles all that it imports.
        left = {"PYTHONDONTWRITEBYTECODE"} | {key for key in os.environ if "DATABASE" in key}
        environment = {key: value for key, value in os.environ.items() if key not in left}
        environment |= {"COURTYARD_HOME": home, "DJANGO_SETTINGS_MODULE": "courtyard.settings"}
        warming = subprocess.Popen([sys.executable, "-c", WARM], cwd=ROOT, env=environment)
        for name, command in CHECKS.items():
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}", flush=True)
            if done.returncode:
                print(done.stdout, done.stderr, sep="\n")
                failed.append(name)
        if warming.wait():
            failed.append("planning could not be warmed up")
        # What only PostgreSQL can hold runs there, so that a skip is a skip.
        elsewhere = ["-m", "not postgresql and not spark"]
        suites = [("SQLite", [*elsewhere, "--ignore=tests/browser"], environment)]
        with postgresql() as databases:
            if databases:
                rooms = ("journal", "people", "territory", "house", "web", "cli", "sources")
                rows = ["-m", "not sqlite and not spark", *(f"tests/{room}" for room in rooms)]
                suites.append(("PostgreSQL", rows, environment | databases))
            else:
                left_out.append("PostgreSQL: its server programs are not on this machine")
            if why := without_spark():
                left_out.append(f"Spark: {why}")
            else:
                # One process: a session takes seconds to start, and there is one a process.
                suites.append(("Spark", ["-m", "spark", "-n", "0"], environment))
            if chromium():
                # By themselves: maps are drawn without a graphics card, and want the processors.
                # Half of them are in one file: whoever is done takes from the other.
                browser = ["tests/browser", *elsewhere, "--dist", "worksteal"]
                suites.append(("browser", browser, environment))
            else:
                left_out.append("browser tests: no Chromium on this machine")
            for name, paths, told in suites:
                print(f"\n— the suite on {name}", flush=True)
                status, count = pytest(paths, told)
                counts.append(f"{name}: {count}")
                if status:
                    failed.append(f"the suite on {name}")
    print(f"\n{'; '.join(counts)} · {time.monotonic() - began:.0f} s")
    print("Left out: " + ("; ".join(left_out) or "nothing"))
    if STRICT and left_out:
        failed.append("something was left out, with STRICT=1")
    print("FAILED: " + ", ".join(failed) if failed else "Everything holds.")
    return bool(failed)


def pytest(paths: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Runs the suite; returns its exit status and its closing line."""
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", *paths]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as run:
        last, limit = "not ended within its time", threading.Timer(PATIENCE, run.kill)
        limit.start()
        for line in run.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() if re.search(r"\d+ (passed|failed|error)", line) else last
        limit.cancel()
    if STRICT and "skipped" in last:
        return run.returncode or 1, last + " (a skip is a failure here)"
    return run.returncode, last


def without_spark() -> str:
    """Why Spark cannot be tested; empty if it can. Installs its packages if Java is there."""
    if not shutil.which("java"):
        return "no Java on this machine"
    if find_spec("pyspark") is None:
        print("\n— installing Spark", flush=True)
        done = subprocess.run([sys.executable, "tools/setup.py", "spark"], cwd=ROOT, check=False)
        return "its packages could not be installed" if done.returncode else ""
    return ""


def chromium() -> str | None:
    """Where Chromium is, if it is."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


if __name__ == "__main__":
    sys.exit(main())
