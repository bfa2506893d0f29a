"""The spool: where the bytes of an upload lie until they are read, for this user only.

`<home>/spool/<random>/<n>/<name>`: the folder's name is random, and of the name that somebody gave
their file only letters, digits and a few marks are kept.
"""

import math
import secrets
import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

LONGEST_NAME = 100
MARKS = frozenset(".-_ ")
# Left free on the disk beside what is handed in: its rows are written before it is removed.
SPARE = 500_000_000


def root() -> Path:
    """The folder of all spools."""
    return Path(settings.COURTYARD_HOME) / "spool"


def fresh() -> str:
    """Makes an empty spool and gives its name."""
    name = secrets.token_hex(16)
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    (root() / name).mkdir(mode=0o700)
    return name


def place(spool: str, number: int, name: str) -> Path:
    """Where the file of this number lies, its folder made."""
    folder = root() / spool / str(number)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


def files(spool: str) -> list[Path]:
    """The files of a spool, in the order in which they were handed in."""
    return sorted((root() / spool).glob("*/*"), key=lambda path: int(path.parent.name))


def remove(spool: str) -> None:
    """Removes a spool with all that lies in it."""
    if spool:
        shutil.rmtree(root() / spool, ignore_errors=True)


def remove_left(kept: Iterable[str], older_than: float) -> list[str]:
    """Removes what broken uploads left: spools of no load, touched before this moment (seconds)."""
    there = [path.name for path in root().iterdir()] if root().is_dir() else []
    left = sorted(name for name in set(there) - set(kept) if _touched(name) < older_than)
    for name in left:
        remove(name)
    return left


def _touched(spool: str) -> float:
    """When it was touched last, in seconds; of one that is gone meanwhile: never too long ago."""
    try:
        return (root() / spool).stat().st_mtime
    except FileNotFoundError:
        return math.inf


def safe_name(name: str) -> str:
    """A file's name fit for a folder and a sentence: no separators, no dot at its beginning."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    clean = "".join(c if c.isalnum() or c in MARKS else "_" for c in plain).strip(" .")
    stem, dot, suffix = clean.partition(".")
    suffix = f"{dot}{suffix}"[-20:] if dot else ""
    whole = stem[: LONGEST_NAME - len(suffix)] + suffix
    while len(whole.encode()) > 200:
        stem = stem[:-1]
        whole = stem + suffix
    return whole.strip(" .") or "file"


def room() -> int:
    """How many bytes may be handed in: half of what is free, beside what is kept spare."""
    folder = next(path for path in (root(), *root().parents) if path.exists())
    return max(0, (shutil.disk_usage(folder).free - SPARE) // 2)
