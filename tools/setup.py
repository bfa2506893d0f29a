"""Fills the environment: locked packages, the package itself, what npm brings, the languages.

`python tools/setup.py run` for using Courtyard, `dev` for working on it; both are run by make.
`spark` adds what the engine Spark needs, to either.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


PATIENCE = 900  # seconds: a download that has stalled is begun anew


def pip(*args: str) -> None:
    """Runs this environment's pip; twice if the first time takes too long or fails."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([*command, *args], check=True, cwd=ROOT, timeout=PATIENCE)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        print(f"Once more: {error}", file=sys.stderr, flush=True)
        subprocess.run([*command, *args], check=True, cwd=ROOT, timeout=PATIENCE)


def main(kind: str) -> None:
    """Installs what this kind needs; safe to run again."""
    print("Installing the locked packages …", flush=True)
    pip("--require-hashes", "-r", f"requirements/{kind}.txt")
    if kind == "spark":
        return
    pip("--require-hashes", "-r", "requirements/build.txt")
    pip("--no-deps", "--no-build-isolation", "--editable", ".")
    for tool in ("vendor", "languages"):
        subprocess.run([sys.executable, f"tools/{tool}.py"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
