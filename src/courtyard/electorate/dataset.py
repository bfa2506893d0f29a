"""The dataset on disk: whole versions, and a pointer to the one in force.

``<kind>/<name>/versions/<n>/…`` and ``<kind>/<name>/current``; a kind is ``results`` (one contest)
or ``voters`` (one publisher's voter file). A version is written beside the others, forced to disk,
and then named by ``current`` in one step: whoever reads finds the old one or the new one, never
half of one.
"""

from __future__ import annotations

import fcntl
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from courtyard.electorate.durable import force as _force
from courtyard.electorate.durable import sums as _sums
from courtyard.electorate.refusal import Refused

NAMES = {
    "results": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:-[a-z0-9]+){1,60}"),
    "voters": re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+){0,20}"),
}
LONGEST_NAME = 120
ROWS, MANIFEST, REPORT, SET_ASIDE, CURRENT = (
    "results.parquet",
    "manifest.json",
    "report.json",
    "set-aside.csv",
    "current",
)
NEEDED = {
    "dataset",
    "kind",
    "title",
    "layout",
    "publisher",
    "rows_read",
    "rows_kept",
    "parts_sha256",
}
RELOAD = "Load its file again"
AFTER = "Wait until it is done, and try again"


class Busy(Refused):
    """A load of this dataset is running, and nobody wanted to wait for it."""


class Changed(Refused):
    """Another version than the one expected is in force."""


class Missing(Enum):
    """Which version is expected to be in force was not said; None would say: none."""

    IS = "missing"


Expected = int | None | Literal[Missing.IS]


@dataclass(frozen=True)
class Version:
    """One whole version of a dataset: its kind, name, number, folder and manifest."""

    kind: str
    name: str
    number: int
    folder: Path
    manifest: dict[str, Any]

    @property
    def contest(self) -> str:
        """Return the slug of the contest whose result this is."""
        return self.name

    @property
    def rows(self) -> Path:
        """Return the path of the rows of a result, a Parquet file."""
        return self.folder / ROWS

    @property
    def parts(self) -> list[Path]:
        """Return the paths of the rows of a voter file, Parquet files, in order."""
        return sorted(self.folder.glob("voters/*.parquet"))

    @property
    def report(self) -> dict[str, Any]:
        """Return the quality report of the load that made it; empty if it has none."""
        try:
            said: dict[str, Any] = json.loads((self.folder / REPORT).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return said

    def is_unhurt(self) -> bool:
        """Return whether every file of rows is as it was written, by its SHA-256."""
        return bool(_sums(self.folder) == self.manifest["parts_sha256"])


@dataclass(frozen=True)
class Draft:
    """A version being written: an empty folder, and the version in force until it is swapped."""

    kind: str
    name: str
    folder: Path
    old: Version | None

    def put_in_force(self, manifest: Mapping[str, Any]) -> Version:
        """Complete the manifest, force everything to disk and swap the version in. Returns it."""
        place = self.folder.parent.parent
        number = _next_number(place)
        said = {
            **manifest,
            "dataset": self.name,
            "kind": self.kind,
            "version": number,
            "before": self.old.number if self.old else None,
            "parts_sha256": _sums(self.folder),
        }
        _say_number(self.folder / REPORT, number)
        _write(self.folder / MANIFEST, _as_text(said))
        for path in sorted(self.folder.rglob("*"), reverse=True):
            _force(path)
        _force(self.folder)
        home = place / "versions" / str(number)
        shutil.rmtree(home, ignore_errors=True)  # written by a killed load, never in force
        self.folder.replace(home)
        _force(home.parent)
        _point(place, number)
        return Version(self.kind, self.name, number, home, said)


@contextmanager
def writing(root: Path, kind: str, name: str, *, wait: bool = True) -> Iterator[Draft]:
    """Hold the dataset's lock and give an empty folder to write its next version into.

    What was not put in force by the end is removed. Raises Refused if ``name`` is no name of that
    kind, or if another load of it is running and ``wait`` is False.
    """
    if not is_name(kind, name):
        raise Refused(f"“{name[:LONGEST_NAME]}” is no name of a dataset", mend="Rename it")
    place = root / kind / name
    place.mkdir(parents=True, exist_ok=True)
    with _locked(place, wait=wait):
        new = place / "versions" / "new"
        shutil.rmtree(new, ignore_errors=True)  # left behind by a load that was killed
        new.mkdir(parents=True)
        try:
            yield Draft(kind, name, new, _in_force(place))
        finally:
            shutil.rmtree(new, ignore_errors=True)


def is_name(kind: str, name: str) -> bool:
    """Return whether ``name`` may be the name of a dataset of this kind."""
    return len(name) <= LONGEST_NAME and NAMES[kind].fullmatch(name) is not None


def datasets(root: Path) -> list[Version]:
    """Return every dataset in force, voter files first, then results, by name.

    Raises Refused if what is stored of one is damaged.
    """
    return [version for name in names(root) if (version := current(root, name))]


def names(root: Path) -> list[str]:
    """Return the name of every dataset in force, also of damaged ones; voter files first."""
    return [name for kind in ("voters", "results") for name in _names(root, kind)]


def slugs(root: Path) -> list[str]:
    """Return the slugs of all contests that have a version in force, in order."""
    return _names(root, "results")


def current(root: Path, name: str) -> Version | None:
    """Return the version in force, or None if there is none or ``name`` is no name.

    Raises Refused if what is stored is damaged.
    """
    place = _place(root, name)
    if place is None or not (place / CURRENT).exists():
        return None
    version = _in_force(place)
    if version is None:
        raise Refused(f"the stored dataset {name} is damaged", mend=RELOAD)
    return version


def versions(root: Path, name: str) -> list[Version]:
    """Return every whole version on disk, oldest first."""
    place = _place(root, name)
    folder = place / "versions" if place else None
    if place is None or folder is None or not folder.is_dir():
        return []
    numbers = sorted(int(p.name) for p in folder.iterdir() if p.name.isdecimal())
    return [version for number in numbers if (version := _version(place, number))]


def restore(
    root: Path, name: str, number: int, *, wait: bool = True, was: Expected = Missing.IS
) -> Version:
    """Put an older version in force again. Raises Refused if it is not there or is damaged.

    Busy if a load of it is running and ``wait`` is False; Changed if ``was`` is not in force.
    """
    place = _place(root, name)
    if place is not None and place.is_dir():
        with _locked(place, wait=wait):
            _expect(place, was)
            return _restored(place, number)
    raise _not_there(name, number)


def withdraw(root: Path, name: str, *, wait: bool = True, was: Expected = Missing.IS) -> None:
    """Leave nothing of this dataset in force; its versions stay on disk and can be restored.

    Raises Busy and Changed as ``restore`` does.
    """
    place = _place(root, name)
    if place is not None and place.is_dir():
        with _locked(place, wait=wait):
            _expect(place, was)
            _withdraw(place)


def before(root: Path, name: str) -> Version | None:
    """Return the version that ``undo`` would put in force, or None if nothing would be.

    It was in force when the one in force now was loaded. If it is whole no more, it is the newest
    older one that a load replaced: what a killed load left was never in force.
    """
    place = _place(root, name)
    now = _in_force(place) if place else None
    last = now.manifest.get("before") if now else None
    if not isinstance(last, int):
        return None
    there = versions(root, name)
    replaced = {one.manifest.get("before") for one in there}
    known = (one for one in reversed(there) if one.number <= last and one.number in replaced)
    return next(known, None)


def undo(root: Path, name: str) -> Version | None:
    """Put what was in force before the version in force back, or withdraw it if nothing was.

    Returns what is in force now. Raises Refused if one of the two is damaged.
    """
    place = _place(root, name)
    if place is not None and place.is_dir():
        with _locked(place):
            current(root, name)
            if last := before(root, name):
                return _restored(place, last.number)
            _withdraw(place)
    return None


def prunable(root: Path, name: str, keep: int) -> list[int]:
    """Return which versions ``prune`` would remove, oldest first."""
    place, there = _place(root, name), versions(root, name)
    if place is None:
        return []
    spare = [*there[max(0, len(there) - keep) :], _in_force(place)]
    spare += [before(root, name)] if keep > 1 else []
    kept = {one.number for one in spare if one}
    return [one.number for one in there if one.number not in kept]


def prune(
    root: Path, name: str, keep: int, *, wait: bool = True, was: Expected = Missing.IS
) -> list[int]:
    """Remove all but the newest ``keep`` versions, never the one in force; return what went.

    The one that ``undo`` would put in force stays too if ``keep`` is more than 1.
    Raises Busy and Changed as ``restore`` does.
    """
    place = _place(root, name)
    if place is None or not place.is_dir():
        return []
    with _locked(place, wait=wait):
        _expect(place, was)
        gone = prunable(root, name, keep)
        for number in gone:
            shutil.rmtree(place / "versions" / str(number))
    return gone


def _names(root: Path, kind: str) -> list[str]:
    folder = root / kind
    if not folder.is_dir():
        return []
    return sorted(
        p.name for p in folder.iterdir() if is_name(kind, p.name) and (p / CURRENT).exists()
    )


def _place(root: Path, name: str) -> Path | None:
    # A name comes from a URL: nothing but these patterns may become part of a path.
    kind = next((kind for kind in NAMES if is_name(kind, name)), None)
    return root / kind / name if kind else None


@contextmanager
def _locked(place: Path, *, wait: bool = True) -> Iterator[None]:
    # The system lets go of the lock when its holder dies, so a killed load blocks nobody.
    with (place / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            what = f"another load of {place.name} is running"
            raise Busy(what, mend=AFTER) from e
        yield


def _expect(place: Path, was: Expected) -> None:
    """Under the lock: raise Changed if another version than ``was`` is in force."""
    now = _in_force(place)
    if was is not Missing.IS and was != (now.number if now else None):
        raise Changed(f"{place.name} changed meanwhile", mend="Look at its versions again")


def _in_force(place: Path) -> Version | None:
    """Return the version ``current`` names, or None if it names none that can be read."""
    try:
        return _version(place, int((place / CURRENT).read_text("ascii")))
    except (FileNotFoundError, ValueError):
        return None


def _version(place: Path, number: int) -> Version | None:
    folder = place / "versions" / str(number)
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        if not said.keys() >= NEEDED or (said["dataset"], said["version"]) != (place.name, number):
            return None
        if not said["parts_sha256"] or any(
            not (folder / path).is_file() for path in said["parts_sha256"]
        ):
            return None
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return None
    return Version(place.parent.name, place.name, number, folder, said)


def _restored(place: Path, number: int) -> Version:
    """Put a version in force, under the lock. Raises Refused if it is not whole and unhurt."""
    version = _version(place, number)
    if version is None or not version.is_unhurt():
        raise _not_there(place.name, number)
    _point(place, number)
    return version


def _not_there(name: str, number: int) -> Refused:
    what = f"version {number} of {name} is not there, or is damaged"
    return Refused(what, mend="See which versions there are: courtyard datasets --versions")


def _withdraw(place: Path) -> None:
    (place / CURRENT).unlink(missing_ok=True)
    _force(place)


def _next_number(place: Path) -> int:
    # One more than any that is or ever was in force, so that a number never names two things.
    there = [int(p.name) for p in (place / "versions").iterdir() if p.name.isdecimal()]
    whole = [number for number in there if _version(place, number)]
    return max(whole, default=0) + 1


def _say_number(report: Path, number: int) -> None:
    if report.exists():
        _write(report, _as_text({**json.loads(report.read_bytes()), "version": number}))


def _point(place: Path, number: int) -> None:
    _write(place / "current.new", f"{number}\n")
    _force(place / "current.new")
    (place / "current.new").replace(place / CURRENT)
    _force(place)
    _force(place.parent)


def _as_text(said: Mapping[str, Any]) -> str:
    return json.dumps(said, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
