"""The voter files of invented people in ``files/voters``, loaded, beside what is known of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from courtyard.electorate.load import Loaded, load
from courtyard.electorate.set_aside import SetAside, read_set_aside

FILES = Path(__file__).parent / "files" / "voters"
EXPECTED: dict[str, Any] = json.loads((FILES / "expected.json").read_text("utf-8"))
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
# By layout: the voter file, and the file of its history if there is one.
SETS: dict[str, tuple[str, ...]] = {
    "nc": ("nc_ncvoter1.txt", "nc_ncvhis1.txt"),
    "fl": ("fl_ALA_20241210.txt", "fl_ALA_H_20241210.txt"),
    "oh": ("oh_ALLEN.txt",),
    "ny": ("ny47_ALLNYVOTERS20241230.txt",),
    "ny_45": ("ny45_AllNYSVoters20160831.txt",),
    "pa": ("pa_CAMERON FVE 20241202.txt",),
    "wa": ("wa_20241201_VRDB_Extract.txt", "wa_20241201_VotingHistory.txt"),
    "mi": ("mi_EntireStateVoters.csv",),
    "co": ("co_Registered_Voters_List.csv",),
    "l2": (
        "l2_VM2--DE--2024-12-01-DEMOGRAPHIC.tab",
        "l2_VM2--DE--2024-12-01-VOTEHISTORY.tab",
    ),
}
HIDDEN = (
    "voter_id", "last_name", "first_name", "middle_name", "name_suffix", "born", "born_year",
    "address", "number", "street", "side", "unit", "city", "zip", "building", "household",
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """One dataset as a load left it, read from its files."""

    got: Loaded
    rows: list[dict[str, Any]] = field(default_factory=list)
    elections: list[dict[str, Any]] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)

    def by_id(self) -> dict[str, dict[str, Any]]:
        """Return the voters who may be listed, without what tells where they are from."""
        said = {one["id"]: one["election"] for one in self.elections}
        return {
            row["voter_id"]: {name: row[name] for name in row if name not in ("source", "line")}
            | {"elections": [said[at] for at in row["elections"]]}
            for row in self.rows
            if not row["confidential"]
        }

    def voters(self) -> dict[str, int]:
        return {one["election"]: one["voters"] for one in self.elections}


def taken(root: Path, files: Sequence[Path], **how: Any) -> Taken:
    """Load files and read back what became of them."""
    [got] = load(root, files, at=AT, **how)
    aside = got.folder / "set-aside.csv"
    return Taken(
        got,
        pa.concat_tables(map(pq.read_table, sorted(got.folder.glob("voters/*")))).to_pylist(),
        pq.read_table(got.folder / "elections.parquet").to_pylist(),
        [one for _, one in read_set_aside(aside)] if aside.exists() else [],
        json.loads((got.folder / "report.json").read_text("utf-8")),
    )


def paths(layout: str) -> list[Path]:
    return [FILES / name for name in SETS[layout]]
