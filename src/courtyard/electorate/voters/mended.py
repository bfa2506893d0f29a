"""Rows of a voter file that were set aside and have been mended: loaded again, added to it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from courtyard.electorate.dataset import Version
from courtyard.electorate.mended import ANEW, mended_rows
from courtyard.electorate.refusal import Refused
from courtyard.electorate.source import LONGEST_LINE
from courtyard.electorate.voters.cells import Grid
from courtyard.electorate.voters.layout import VoterLayout, voter_layouts
from courtyard.electorate.voters.recognise import VoterFile


@contextmanager
def mended_file(path: Path, datasets: Sequence[Version]) -> Iterator[VoterFile]:
    """Give the rows of such a file as a file in the layout of their dataset. Raises Refused."""
    if len(datasets) > 1:
        what = f"the rows belong to {len(datasets)} datasets"
        raise Refused(what, mend=ANEW, file=path.name)
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / path.name
        with rows.open("w", encoding="utf-8", newline="") as file:
            for _, one in mended_rows(path):
                if len(one.row) < LONGEST_LINE:
                    file.write(one.row + "\n")
        layout, columns, delimiter = _layout(datasets[0], path)
        missing = tuple(column for column in layout.needed if column not in columns)
        yield VoterFile(rows, layout, Grid(columns, delimiter, layout.quoted), 0, missing)


def _layout(version: Version, path: Path) -> tuple[VoterLayout, tuple[str, ...], str]:
    found = next((one for one in voter_layouts() if one.name == version.manifest["layout"]), None)
    if found is None:
        mend = "Mend the rows in the publisher's file and load that with its layout"
        what = f"{version.name} was loaded by a layout of your own"
        raise Refused(what, mend=mend, file=path.name)
    grid = version.manifest.get("grid") or {}
    columns = tuple(grid.get("columns", found.columns))
    return replace(found), columns, grid.get("delimiter", found.delimiter)
