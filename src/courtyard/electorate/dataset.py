"""The dataset on disk: one folder per contest, whole versions, and a pointer to the one in force.

``results/<slug>/versions/<n>/{results.parquet,manifest.json}`` and ``results/<slug>/current``.
A version is written beside the others, forced to disk, and then named by ``current`` in one step:
whoever reads finds the old one or the new one, never half of one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from courtyard.electorate.gathering import ContestResult
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.table import write_parquet

SLUG = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:-[a-z0-9]+){1,60}")
LONGEST_NAME = 120
ROWS, MANIFEST, CURRENT = "results.parquet", "manifest.json", "current"
WHICH = ("date", "event", "party", "office", "district")
NEEDED = {*WHICH, "contest", "title", "source", "layout", "combined", "sha256", "rows_sha256"}
RELOAD = "Load its file again"


@dataclass(frozen=True)
class Version:
    """One whole version of a contest's result: its slug, number, folder and manifest."""

    contest: str
    number: int
    folder: Path
    manifest: dict[str, Any]

    @property
    def rows(self) -> Path:
        """Return the path of the rows, a Parquet file."""
        return self.folder / ROWS


def save(root: Path, result: ContestResult, *, at: datetime) -> Version:
    """Put a result in force and return its version; the same source again returns the old one.

    ``at`` is the moment of loading, with its time zone. Waits while another load holds the lock.
    Raises Refused if the slug belongs to another contest, ValueError for a moment without time
    zone, and OSError if the disk fails; after any of them the version in force is as before.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of loading needs a time zone")
    place = _place(root, result.contest)
    if place is None:
        raise Refused(f"“{shown(result.contest)}” is no address of a contest", mend="Rename it")
    place.mkdir(parents=True, exist_ok=True)
    with _locked(root):
        old = _in_force(place)
        if old:
            _same_contest(old, result)
            if old.manifest["sha256"] == result.source.sha256 and _unhurt(old):
                return old
        return _put_in_force(place, result, at)


def current(root: Path, slug: str) -> Version | None:
    """Return the version in force, or None if there is none or ``slug`` is no slug.

    Raises Refused if what is stored is damaged.
    """
    place = _place(root, slug)
    if place is None or not (place / CURRENT).exists():
        return None
    version = _in_force(place)
    if version is None:
        raise Refused(f"the stored result {slug} is damaged", mend=RELOAD)
    return version


def slugs(root: Path) -> list[str]:
    """Return the slugs of all contests that have a version in force, in order."""
    folder = root / "results"
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if _is_slug(p.name) and (p / CURRENT).exists())


def _is_slug(slug: str) -> bool:
    return len(slug) <= LONGEST_NAME and SLUG.fullmatch(slug) is not None


def _place(root: Path, slug: str) -> Path | None:
    # A slug comes from a URL: nothing but this pattern may become part of a path.
    return root / "results" / slug if _is_slug(slug) else None


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    # The system lets go of the lock when its holder dies, so a killed load blocks nobody.
    with (root / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _in_force(place: Path) -> Version | None:
    """Return the version ``current`` names, or None if it names none that can be read."""
    try:
        number = int((place / CURRENT).read_text("ascii"))
        folder = place / "versions" / str(number)
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if not manifest.keys() >= NEEDED or manifest["contest"] != place.name:
            return None
        if not (folder / ROWS).is_file():
            return None
        return Version(place.name, number, folder, manifest)
    except (FileNotFoundError, ValueError, AttributeError):
        return None


def _same_contest(old: Version, result: ContestResult) -> None:
    new = _manifest(result)
    if any(old.manifest[name] != new[name] for name in WHICH):
        what = f"the address {old.contest} already belongs to “{shown(old.manifest['title'], 120)}”"
        mend = "Rename the office in the file that is to be loaded"
        raise Refused(what, mend=mend, file=result.source.file)


def _unhurt(version: Version) -> bool:
    return bool(_sha256(version.rows) == version.manifest["rows_sha256"])


def _put_in_force(place: Path, result: ContestResult, at: datetime) -> Version:
    versions, new = place / "versions", place / "versions" / "new"
    shutil.rmtree(new, ignore_errors=True)  # left behind by a load that was killed
    new.mkdir(parents=True)
    number = _next_number(place)
    write_parquet(result.rows, new / ROWS)
    _force(new / ROWS)
    manifest = _manifest(result) | {
        "version": number,
        "loaded_at": at.isoformat(),
        "rows_sha256": _sha256(new / ROWS),
    }
    _write(new / MANIFEST, json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    _force(new)
    folder = versions / str(number)
    shutil.rmtree(folder, ignore_errors=True)  # written by a killed load, never in force
    new.replace(folder)
    _force(versions)
    _write(place / "current.new", f"{number}\n")
    (place / "current.new").replace(place / CURRENT)
    _force(place)
    _force(place.parent)
    return Version(place.name, number, folder, manifest)


def _next_number(place: Path) -> int:
    try:
        return int((place / CURRENT).read_text("ascii")) + 1
    except (FileNotFoundError, ValueError):
        there = [int(p.name) for p in (place / "versions").iterdir() if p.name.isdecimal()]
        return max(there, default=0) + 1


def _manifest(result: ContestResult) -> dict[str, Any]:
    return {
        "contest": result.contest,
        "title": result.title,
        "event": result.event,
        "party": result.party,
        "office": result.office,
        "district": result.district,
        "vote_for": result.vote_for,
        "date": result.date.isoformat(),
        "publisher": result.publisher,
        "licence": result.licence,
        "source": result.source.file,
        "sha256": result.source.sha256,
        "size": result.source.size,
        "layout": result.source.layout,
        "rows_read": result.source.rows_read,
        "rows_kept": result.rows.num_rows,
        "notes": result.notes,
        "combined": result.combined,
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    _force(path)


def _force(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
