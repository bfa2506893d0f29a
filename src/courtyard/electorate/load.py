"""Load what a state or a board of elections publishes: told by its content, whatever its name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from courtyard.electorate.loaded import Loaded
from courtyard.electorate.mended import datasets_of, is_set_aside, mended_rows
from courtyard.electorate.progress import Progress, Tell, silent
from courtyard.electorate.refusal import Refused, UnknownKind, shown
from courtyard.electorate.results.layout import layouts
from courtyard.electorate.results.loading import read_results, recognise_results, save_results
from courtyard.electorate.results.mended import load_mended
from courtyard.electorate.voters.layout import VoterLayout, read_voter_layout, voter_layouts
from courtyard.electorate.voters.loading import load_voters
from courtyard.electorate.voters.mended import mended_file
from courtyard.electorate.voters.recognise import VoterFile, recognise_voters

__all__ = ["Loaded", "Progress", "load"]

MOST_FILES = 500
WRITE = "docs/voter-files.md and docs/result-files.md say how a layout is written"


def load(
    root: Path,
    files: Sequence[Path],
    *,
    at: datetime,
    layout: str | Path | None = None,
    said: Mapping[str, str] | None = None,
    add: bool = False,
    by: str = "terminal",
    progress: Tell = silent,
) -> list[Loaded]:
    """Load files and return what they became, a dataset or a contest each.

    Files of one layout belong together: a voter file and its history, the counties of a contest.

    ``layout`` is the name of a shipped layout, or the path of a user's own; without one the files
    say it. ``said`` is what a results file does not say itself (date, office, event, party,
    district). ``add`` keeps what is loaded and not in the files. Raises Refused; then the
    dataset it is about is as it was before.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of loading needs a time zone")
    if not 0 < len(files) <= MOST_FILES:
        raise Refused(f"{len(files)} files are given", mend=f"Give 1 to {MOST_FILES}")
    if any(is_set_aside(path) for path in files):
        alone = len(files) == 1 and not layout and not any((said or {}).values())
        return _load_mended(root, files[0], alone=alone, at=at, by=by, tell=progress)
    said, named = said or {}, _voter_layout(layout) if layout else None
    if layout and named is None:
        gathered = read_results(files, layout=layout, said=said, progress=progress)
        return save_results(root, gathered, at=at, by=by, progress=progress)
    voters, results = _sorted_out(files, named, said)
    made = [
        load_voters(root, group, at=at, by=by, add=add, tell=progress) for group in _groups(voters)
    ]
    for group in results:
        gathered = read_results(group, said=said, progress=progress)
        made += save_results(root, gathered, at=at, by=by, progress=progress)
    return made


def _load_mended(
    root: Path, path: Path, *, alone: bool, at: datetime, by: str, tell: Tell
) -> list[Loaded]:
    """Load rows that were set aside and have been mended, as what they belong to.

    They are read as they were read first, whatever somebody may say now.
    """
    if not alone:
        what = "a file of mended rows is loaded alone"
        raise Refused(what, mend="Give it by itself, without layout, day or office")
    datasets = datasets_of(root, path)
    if datasets[0].kind == "voters":
        with mended_file(path, datasets) as mended:
            return [load_voters(root, [mended], at=at, by=by, add=True, tell=tell)]
    named = {one.name: one for one in datasets}
    try:
        rows = [(named[name], one) for name, one in mended_rows(path)]
        return load_mended(root, rows, at=at, by=by, tell=tell)
    except Refused as refused:
        raise refused.at(path.name) from refused.__cause__


def _sorted_out(
    files: Sequence[Path], named: VoterLayout | None, said: Mapping[str, str]
) -> tuple[list[VoterFile], list[list[Path]]]:
    """Return the voter files, and the files of results of each layout. Raises Refused."""
    voters: list[VoterFile] = []
    results: dict[str, list[Path]] = {}
    for path in files:
        found = recognise_voters(path, [named] if named else ())
        if found is not None:
            voters.append(found)
        elif named:
            what = f"the file is not in the layout {named.name}"
            raise Refused(what, mend=f"It is for: {named.what}", file=path.name)
        else:
            results.setdefault(_results_layout(path, said), []).append(path)
    return voters, list(results.values())


def _results_layout(path: Path, said: Mapping[str, str]) -> str:
    try:
        return recognise_results(path, said)
    except UnknownKind as refused:
        places = ", ".join(sorted({one.place for one in voter_layouts()}))
        mend = f"{refused.mend}; and voter files of {places}"
        raise UnknownKind(refused.what, mend=mend, file=refused.file) from refused


def _groups(files: Sequence[VoterFile]) -> list[list[VoterFile]]:
    names = dict.fromkeys(one.layout.dataset for one in files)
    return [[one for one in files if one.layout.dataset == name] for name in names]


def _voter_layout(layout: str | Path) -> VoterLayout | None:
    """Return the voter layout of this name or path, or None if it is one of results.

    Raises Refused for a file that holds no layout, and for a name that no layout has.
    """
    name = str(layout)
    if name.endswith(".toml"):
        try:
            said = tomllib.loads(Path(layout).read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            said = {"kind": "voters"}  # which then says what is wrong with it
        except (ValueError, RecursionError) as e:  # a NUL in the path; a number or nest too large
            raise Refused("the layout cannot be read", mend=WRITE, file=Path(name).name) from e
        return (
            read_voter_layout(Path(layout)) if said.get("kind") in ("voters", "history") else None
        )
    voters = {one.name: one for one in voter_layouts()}
    known = [*(one.name for one in layouts()), *voters]
    if name not in known:
        mend = f"Give the path of a TOML file, or one of: {', '.join(known)}"
        raise Refused(f"there is no layout {shown(name)}", mend=mend)
    return voters.get(name)
