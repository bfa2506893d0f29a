"""The files of a load, kept as they were given: read again when rows of them have been mended."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.layout import layout_named
from courtyard.electorate.source import DAMAGED

SAYS = "load.json"


@dataclass
class Load:
    """Files that were read together, and how: all that is needed to read them once more.

    ``layout`` is the name of a shipped one, the file name of one's own, whose text is ``own``, or
    empty. ``kept`` is where the files are kept already: they are on the disk once, however many
    contests they hold.
    """

    files: tuple[Path, ...]
    sums: tuple[str, ...]
    said: dict[str, str]
    layout: str = ""
    own: str = ""
    kept: Path | None = None

    @staticmethod
    def of(sums: Mapping[Path, str], layout: str | Path | None, said: Mapping[str, str]) -> Load:
        """Return the load of files with their SHA-256, as it was asked for. Raises OSError."""
        shipped = layout is None or (isinstance(layout, str) and layout_named(layout))
        name = "" if layout is None else str(layout) if shipped else Path(layout).name
        own = "" if shipped or layout is None else Path(layout).read_text("utf-8")
        return Load(tuple(sums), tuple(sums.values()), dict(said), name, own)

    @property
    def id(self) -> str:
        """Return what the same files, read in the same way, have in common."""
        said = json.dumps([self.sums, self._says()], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def keep(self, folder: Path) -> None:
        """Keep the files in the folder of a version. Raises OSError."""
        into = folder / name_of(self.id)
        if self.kept is not None and self.kept.exists():
            carry(self.kept, into)
            return
        into.touch(mode=0o600)
        with zipfile.ZipFile(into, "w") as archive:
            archive.writestr(_member(SAYS), json.dumps(self._says()))
            for place, path in enumerate(self.files):
                with path.open("rb") as file, archive.open(_member(str(place)), "w") as to:
                    shutil.copyfileobj(file, to)

    def _says(self) -> dict[str, Any]:
        names = [path.name for path in self.files]
        return {"files": names, "said": self.said, "layout": self.layout, "own": self.own}


def name_of(load: str) -> str:
    """Return the name under which the files of a load lie beside a version."""
    return f"load-{load}.zip"


def carry(kept: Path, into: Path) -> None:
    """Have files that are kept beside one version beside another one too. Raises OSError."""
    try:
        os.link(kept, into)
    except OSError:  # a disk that knows no links, or no more of them
        shutil.copyfile(kept, into)


@contextmanager
def kept_load(path: Path) -> Iterator[Load]:
    """Give a load that was kept, its files unpacked until the end. Raises Refused."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            load = _unpacked(path, Path(folder))
        except (*DAMAGED, OSError, ValueError, KeyError, TypeError) as e:
            what = "the publisher's files are not kept any more, or are damaged"
            raise Refused(what, mend="Load them again, and mend what is set aside then") from e
        yield load


def layout_in(load: Load, folder: Path) -> str | Path | None:
    """Return the layout of a load as it is asked for; one's own is written into a folder."""
    if not load.own:
        return load.layout or None
    path = folder / Path(load.layout).name
    path.write_text(load.own, "utf-8")
    return path


def _unpacked(path: Path, folder: Path) -> Load:
    """Unpack a load into a folder. Raises ValueError for another file than was kept."""
    with zipfile.ZipFile(path) as archive:
        says = json.loads(archive.read(SAYS))
        sums = {}
        for place, name in enumerate(says["files"]):
            into = folder / str(place) / Path(name).name  # a file's name may say its day and office
            into.parent.mkdir()
            with archive.open(str(place)) as file, into.open("wb") as to:
                shutil.copyfileobj(file, to)
            with into.open("rb") as file:
                sums[into] = hashlib.file_digest(file, "sha256").hexdigest()
    load = Load(tuple(sums), tuple(sums.values()), says["said"], says["layout"], says["own"], path)
    if path.name != name_of(load.id):
        raise ValueError("these are not the files that were kept")
    return load


def _member(name: str) -> zipfile.ZipInfo:
    # The same files make the same bytes: no time of the clock.
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member
