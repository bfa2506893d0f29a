"""A file of rows that were set aside and have been mended: loaded again, added to its dataset."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from courtyard.electorate.dataset import current
from courtyard.electorate.refusal import Refused
from courtyard.electorate.set_aside import HEADER, read_set_aside
from courtyard.electorate.source import LONGEST_LINE
from courtyard.electorate.voters.cells import Grid
from courtyard.electorate.voters.layout import VoterLayout, voter_layouts
from courtyard.electorate.voters.recognise import VoterFile

BEGINS = ",".join(HEADER).encode()
ANEW = "Download the file of rows set aside again, and mend the rows in it"


def is_set_aside(path: Path) -> bool:
    """Return whether a file is one that Courtyard wrote of rows set aside."""
    try:
        if not path.is_file():  # to open a pipe would wait for somebody to write into it
            return False
        with path.open("rb") as file:
            return file.read(len(BEGINS) + 3).removeprefix(b"\xef\xbb\xbf").startswith(BEGINS)
    except (OSError, ValueError):
        return False


@contextmanager
def mended_file(root: Path, files: Sequence[Path]) -> Iterator[VoterFile]:
    """Give the rows of such a file as a file in the layout of their dataset. Raises Refused."""
    path = files[0]
    if len(files) > 1:
        raise Refused("a file of mended rows is loaded alone", mend="Give it by itself")
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / path.name
        try:
            names = _write_rows(path, rows)
        except (OSError, ValueError, KeyError, TypeError, csv.Error) as e:
            raise Refused(
                "this file of rows set aside is damaged", mend=ANEW, file=path.name
            ) from e
        if len(names) != 1:
            what = f"the rows belong to {len(names)} datasets"
            raise Refused(what, mend=ANEW, file=path.name)
        layout, columns, delimiter = _layout(root, names.pop(), path)
        missing = tuple(column for column in layout.needed if column not in columns)
        yield VoterFile(rows, layout, Grid(columns, delimiter, layout.quoted), 0, missing)


def _write_rows(path: Path, into: Path) -> set[str]:
    names = set()
    with into.open("w", encoding="utf-8", newline="") as file:
        for dataset, one in read_set_aside(path):
            if one.row and len(one.row) < LONGEST_LINE:
                file.write(one.row + "\n")
                names.add(dataset)
    return names


def _layout(root: Path, name: str, path: Path) -> tuple[VoterLayout, tuple[str, ...], str]:
    version = current(root, name)
    if version is None or version.kind != "voters":
        raise Refused(f"{name} is no voter file that is loaded", mend=ANEW, file=path.name)
    found = next((one for one in voter_layouts() if one.name == version.manifest["layout"]), None)
    if found is None:
        mend = "Mend the rows in the publisher's file and load that with its layout"
        raise Refused(f"{name} was loaded by a layout of your own", mend=mend, file=path.name)
    grid = version.manifest.get("grid") or {}
    columns = tuple(grid.get("columns", found.columns))
    return replace(found), columns, grid.get("delimiter", found.delimiter)
