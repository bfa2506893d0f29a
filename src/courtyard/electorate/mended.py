"""A file of rows that were set aside and have been mended: told, read, and whose rows they are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from courtyard.electorate.dataset import Version, current
from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.set_aside import HEADER, SetAside, read_set_aside

BEGINS = ",".join(HEADER).encode()
ANEW = "Download the file of rows set aside again, and mend the rows in it"
APART = "Give the rows of voter files and the rows of contests in files of their own"


def is_set_aside(path: Path) -> bool:
    """Return whether a file is one that Courtyard wrote of rows set aside."""
    try:
        if not path.is_file():  # to open a pipe would wait for somebody to write into it
            return False
        with path.open("rb") as file:
            return file.read(len(BEGINS) + 3).removeprefix(b"\xef\xbb\xbf").startswith(BEGINS)
    except (OSError, ValueError):
        return False


def mended_rows(path: Path) -> Iterator[tuple[str, SetAside]]:
    """Yield the dataset and the row of each line of such a file that has a row. Raises Refused."""
    try:
        for name, one in read_set_aside(path):
            if one.row.strip():
                yield name, one
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as e:
        raise Refused("this file of rows set aside is damaged", mend=ANEW, file=path.name) from e


def datasets_of(root: Path, path: Path) -> list[Version]:
    """Return the datasets in force that the rows of such a file belong to, all of one kind.

    Raises Refused if there is none, if one is not loaded, or if they are of two kinds.
    """
    found = []
    for name in dict.fromkeys(name for name, _ in mended_rows(path)):
        version = current(root, name)
        if version is None:
            what = f"{shown(name)} is not loaded"
            raise Refused(what, mend="Load the publisher's file first", file=path.name)
        found.append(version)
    if not found:
        raise Refused("there is no row in it", mend=ANEW, file=path.name)
    if len({version.kind for version in found}) > 1:
        what = "some rows belong to a voter file and some to results"
        raise Refused(what, mend=APART, file=path.name)
    return found
