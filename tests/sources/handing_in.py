"""Files to hand in, and how they get into a spool without a browser."""

import gzip
from pathlib import Path

from django.conf import settings
from tests.conftest import DEMO, NOW, Cast
from tests.kept import fill

from courtyard.electorate.load import load
from courtyard.journal.op import new_op
from courtyard.journal.seal import Secret
from courtyard.sources import acts, spool
from courtyard.sources.models import Load

RESULT = DEMO / "results" / "2020-06-23_nyc_boe_cd14_primary_EDLevel.csv.gz"
CONTEST = "2020-06-23-democratic-representative-in-congress-14"


def whole_result() -> bytes:
    return gzip.decompress(RESULT.read_bytes())


def small_result() -> bytes:
    """The result without its last hundred lines: an earlier state of the count."""
    return b"".join(whole_result().splitlines(keepends=True)[:-100])


def handed_in(cast: Cast, *files: tuple[str, bytes], by: str = "administrator", **how) -> Load:
    """A load that waits, its files in a spool."""
    files = files or (("result.csv", whole_result()),)
    name = spool.fresh()
    for number, (file, content) in enumerate(files):
        spool.place(name, number, file).write_bytes(content)
    return acts.hand_in(
        op=new_op(),
        by=how.pop("reader", None) or cast[by].reader(),
        at=NOW,
        files=[{"name": file, "size": len(content)} for file, content in files],
        spool=Secret(name),
        said=how.pop("said", {}),
        adds=how.pop("adds", False),
    )


def two_versions(root: Path | None = None) -> str:
    """The name of a dataset with two versions, the second in force. Made once a home."""
    root = root or Path(settings.COURTYARD_ELECTORATE)
    if not (root / "results" / CONTEST).exists():
        fill(root, "two versions", _load_twice)
    return CONTEST


def _load_twice(root: Path) -> None:
    file = root / RESULT.with_suffix("").name
    for content in (small_result(), whole_result()):
        file.write_bytes(content)
        load(root, [file], at=NOW)
