"""Files of results being read: every row to its contest, or set aside with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courtyard.electorate.progress import Progress, Tell
from courtyard.electorate.refusal import Refused
from courtyard.electorate.results.form import Form, Unread, recognise, unknown
from courtyard.electorate.results.gathering import Gathering, Line
from courtyard.electorate.results.layout import Layout
from courtyard.electorate.results.rows import Reader, Row
from courtyard.electorate.results.types import FileRead, Mended
from courtyard.electorate.results.words import Contest, Words, words_of
from courtyard.electorate.source import AGAIN, Source, open_source

MOST_CONTESTS = 2_000
MOST_SET_ASIDE = 100_000
MOST_ROWS = 1_500_000  # of all files of a call, so that memory stays under 512 MB
MOST_TOLD = 20
EACH = 20_000  # lines between two words of progress
SPLIT = "Split it by contest and load the parts"


@dataclass(frozen=True)
class Aside:
    """A row that was not kept: where, why, its text, and as far as known what it is of."""

    where: Line
    why: Unread
    text: str
    contest: Contest | None
    area: str


@dataclass
class File:
    """One file being read, and what is known of it when it has been."""

    place: int
    path: Path
    form: Form
    words: Words
    reader: Reader
    rows: int = 0
    filled: dict[str, int] = field(default_factory=dict)
    source: tuple[str, int, int, int] = ("", 0, 0, 0)  # SHA-256, size, mended lines, C1 bytes
    ended: bool = True
    contests: set[Contest] = field(default_factory=set)


@dataclass
class Reading:
    """Files read so far: contests being gathered, and rows set aside."""

    layout: Layout | None
    said: Mapping[str, str]
    tell: Tell
    mended: Mended = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    gathered: dict[Contest, Gathering] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)
    again: list[str] = field(default_factory=list)  # files that are the same as one before
    rows: int = 0
    _slugs: dict[str, Contest] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        """Read a file. Raises Refused if nothing of it can be known."""
        with open_source(path) as source:
            sha256 = source.digest()
            if any(one.source[0] == sha256 for one in self.files):
                self.again.append(source.name)
                return
            file = self._lines(source, path, sha256)
            file.source = (sha256, source.size, source.mended, source.c1)
            file.ended = source.ended
        if not file.rows:
            raise Refused("the file has column names but no rows", mend=AGAIN)
        self._judge(file)

    def lines(self, source: Source, sha256: str) -> Iterator[tuple[int, str]]:
        """Yield the lines of a file as they are to be read: those that were mended, mended."""
        mended = self.mended.get(sha256)
        if not mended:
            return source.lines()
        return (
            (number, mended[number].row if number in mended else text)
            for number, text in source.lines()
        )

    def _lines(self, source: Source, path: Path, sha256: str) -> File:
        file: File | None = None
        for number, text in self.lines(source, sha256):
            if not text.strip():
                continue
            if number % EACH == 0:
                rows = file.rows if file else 0
                self.tell(Progress(source.name, "reading", source.done, source.size, rows))
            if file is None:
                try:
                    file = self._begin(text, path)
                except Refused as refused:
                    raise refused.at_line(number) from refused.__cause__
                if not file.form.repeated:
                    continue
            try:
                self._line(file, text, number)
            except Refused as refused:
                raise refused.at_line(number) from refused.__cause__
        if file is None:
            raise Refused("the file is empty", mend=AGAIN)
        self.tell(Progress(source.name, "reading", source.size, source.size, file.rows))
        return file

    def _begin(self, text: str, path: Path) -> File:
        form = recognise(text, self.layout, self.said)
        used = {one.form.layout.name for one in self.files}
        if used and form.layout.name not in used:
            what = f"the file is in another layout than {self.files[0].path.name}"
            raise Refused(what, mend="Load the files one by one")
        words = words_of(form.layout, path.name, self.said)
        file = File(len(self.files), path, form, words, Reader(form, words, path.name))
        file.filled = dict.fromkeys(form.at, 0)
        self.files.append(file)
        return file

    def _line(self, file: File, text: str, number: int) -> None:
        file.rows += 1
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise Refused(f"there are more than {MOST_ROWS:,} rows", mend=SPLIT)
        reader = file.reader
        reader.contest, reader.area = None, ""
        try:
            cells = _cells(file, text)
            self._take(file, reader.rows(cells), (file.place, number))
        except Unread as why:
            found = Aside((file.place, number), why, text, reader.contest, reader.area)
            self.aside.append(found)
            if len(self.aside) > MOST_SET_ASIDE:
                what = f"more than {MOST_SET_ASIDE:,} rows cannot be read"
                raise Refused(what, mend=SPLIT) from why

    def _take(self, file: File, rows: list[Row], where: Line) -> None:
        """Take the rows of one line in, all of them or none."""
        gatherings = [self._gathering(file, row.contest) for row in rows]
        for row, gathering in zip(rows, gatherings, strict=True):
            gathering.check(row, where)
        for row, gathering in zip(rows, gatherings, strict=True):
            gathering.add(row, where)
        gatherings[0].lines[file.place] = gatherings[0].lines.get(file.place, 0) + 1
        file.contests.add(rows[0].contest)

    def _gathering(self, file: File, contest: Contest) -> Gathering:
        found = self.gathered.get(contest)
        if found is None:
            layout = file.form.layout
            slug = contest.slug(layout.suffix) if contest.office else ""
            if slug and self._slugs.setdefault(slug, contest) != contest:
                raise Unread(f"another contest has its address {slug}")
            if len(self.gathered) == MOST_CONTESTS:
                what = f"the files hold more than {MOST_CONTESTS:,} contests"
                raise Refused(what, mend=SPLIT)
            found = self.gathered[contest] = Gathering(layout, contest)
        return found

    def _judge(self, file: File) -> None:
        bad = [one for one in self.aside if one.where[0] == file.place and one.why.missing]
        if 2 * len(bad) > file.rows:
            first = bad[0].where[1]
            why = f": {bad[0].why}" if file.form.layout.shape == "rows" else ""
            what = f"{len(bad):,} of {file.rows:,} rows cannot be read; here{why}"
            mend = f"It was read as {file.form.layout.name}. {AGAIN}"
            raise Refused(what, mend=mend, line=first)


def _cells(file: File, text: str) -> list[str]:
    """Return the cells of a row. Raises Unread; Refused if the file is of another kind."""
    cells = file.form.values(text)
    if file.rows == 1 and not file.reader.is_table(cells):
        raise unknown()
    if tuple(cells) == file.form.header:
        raise Unread("it repeats the column names", missing=False)
    for ours, place in file.form.at.items():
        if cells[place]:
            file.filled[ours] += 1
    return cells


def as_read(reading: Reading, file: File, left_out: Mapping[Line, Unread]) -> FileRead:
    """Return a file as its report says it; ``left_out`` are lines set aside after reading."""
    sha256, size, mended, c1 = file.source
    aside = [one.why for one in reading.aside if one.where[0] == file.place]
    lines = [one.where[1] for one in reading.aside if one.where[0] == file.place]
    for (place, line), why in left_out.items():
        if place == file.place:
            aside.append(why)
            lines.append(line)
    used = {*file.form.at.values(), *(place for place, _ in file.form.units)}
    if "votes" not in file.form.at:
        used |= set(file.form.methods)
    return FileRead(
        file=file.path.name,
        sha256=sha256,
        size=size,
        layout=file.form.layout.name,
        rows_read=file.rows,
        rows_set_aside=len(aside),
        mended=mended,
        c1=c1,
        fields=tuple(_field(file, ours, aside, lines) for ours in file.form.at),
        left_out=tuple(
            {"column": name, "why": "The layout does not read it."}
            for place, name in enumerate(file.form.header)
            if place not in used
        ),
    )


def _field(file: File, ours: str, aside: list[Unread], lines: list[int]) -> dict[str, Any]:
    bad = [(line, why.value) for line, why in zip(lines, aside, strict=True) if why.field == ours]
    codes: dict[str, int] = {}
    if ours == "status":
        for _, value in bad:
            codes[value] = codes.get(value, 0) + 1
    return {
        "field": ours,
        "column": file.form.column(ours),
        "filled": file.filled[ours],
        "share": round(file.filled[ours] / file.rows, 6),
        "bad": len(bad),
        "bad_first": [{"line": line, "value": value} for line, value in bad[:MOST_TOLD]],
        "unknown": [{"code": code, "rows": rows} for code, rows in codes.items()][:MOST_TOLD],
    }
