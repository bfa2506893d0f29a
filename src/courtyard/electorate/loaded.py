"""What one load made of a dataset, told to whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from courtyard.electorate.dataset import Version


@dataclass(frozen=True)
class Loaded:
    """The version in force after a load, and how many rows of the files it took in.

    ``voters``: how many there are in the version, ``confidential`` ones among them; 0 of a result.
    """

    dataset: str
    version: int
    layout: str
    rows_read: int
    rows_kept: int
    rows_set_aside: int
    confidential: int
    notes: tuple[str, ...]
    folder: Path
    voters: int = 0

    @staticmethod
    def of(version: Version, notes: tuple[str, ...]) -> Loaded:
        """Return what the manifest of a version says, with ``notes`` on this load."""
        said = version.manifest
        return Loaded(
            dataset=version.name,
            version=version.number,
            layout=said["layout"],
            rows_read=said["rows_read"],
            rows_kept=said["rows_kept"],
            rows_set_aside=said.get("rows_set_aside", 0),
            confidential=said.get("confidential", 0),
            notes=notes,
            folder=version.folder,
            voters=said.get("voters", 0),
        )
