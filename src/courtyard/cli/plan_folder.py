"""A folder that is there whole or not at all: written beside its place, then swapped in."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "plan.json"  # by which a folder is known to be a plan, and may be replaced


class NotOurs(ValueError):
    """The folder holds something else; the sentence says what to do."""


@contextmanager
def swapped_in(into: Path) -> Iterator[Path]:
    """A fresh folder to write into, which takes the place of `into` when all went well.

    Whatever else happens, nothing of it stays and `into` is as it was. What a killed run left
    beside is removed. Raises NotOurs for a folder that holds no plan, OSError.
    """
    check(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    _sweep(into)
    fresh = Path(tempfile.mkdtemp(prefix=f".{into.name}.new-{os.getpid()}-", dir=into.parent))
    try:
        yield fresh
        fresh.chmod(0o755 & ~_umask())
        _swap(fresh, into)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def check(into: Path) -> None:
    """Raises NotOurs for a folder that must not be replaced."""
    if into.is_dir() and any(into.iterdir()) and not (into / MARK).exists():
        raise NotOurs(f"{into} holds something else than a plan. Say another folder with --into.")
    if into.exists() and not into.is_dir():
        raise NotOurs(f"{into} is a file. Say a folder with --into.")


def _swap(fresh: Path, into: Path) -> None:
    old = fresh.with_name(fresh.name.replace(".new-", ".old-"))
    if into.exists():
        into.rename(old)
    try:
        fresh.rename(into)
    except OSError:
        if old.exists():
            old.rename(into)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _sweep(into: Path) -> None:
    """Removes what runs left that were killed; puts back a plan that was being replaced then."""
    for left in into.parent.glob(f".{into.name}.*"):
        words = left.name.removeprefix(f".{into.name}.").split("-")
        if len(words) < 2 or words[0] not in ("new", "old") or _runs(words[1]):
            continue
        if words[0] == "old" and not into.exists():
            left.rename(into)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _runs(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
