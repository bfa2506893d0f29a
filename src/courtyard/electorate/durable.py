"""Files that must outlast a power cut: forced to the disk, and known again by their SHA-256."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def force(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of rows, by its path within the folder. Raises OSError."""
    return {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*.parquet"))
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
