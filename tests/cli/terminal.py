"""`courtyard` as whole processes, in a home of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Terminal:
    """Runs `courtyard` on the embedded database."""

    folder: Path

    def __call__(self, *words: str | Path, **told: str) -> subprocess.CompletedProcess[str]:
        ours = ("COURTYARD_", "DATABASE_")
        environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        environment |= {"COURTYARD_HOME": str(self.folder / "home")}
        command = [Path(sys.executable).parent / "courtyard", *words]
        return subprocess.run(
            command, env=environment | told, capture_output=True, text=True, check=False,
            cwd=self.folder,
        )  # fmt: skip
