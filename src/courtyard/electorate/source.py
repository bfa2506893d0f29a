"""One published file, plain, gzip or zip, as UTF-8 text in blocks of whole lines.

Bytes are mended as they stream, line by line: ASCII and UTF-8 stay, what is neither is read as
Windows-1252, and where that has no letter, as Latin-1. Line numbers stay those of the file.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import lzma
import os
import struct
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from courtyard.electorate.refusal import Refused
from courtyard.electorate.scanning import Numbers, count, lines_in, places_of, wide_places

BLOCK = 16 << 20
LONGEST_LINE = 256 << 10
MOST_PACKED = 250  # text of tables packs 5 to 60 times; a thousandfold is a bomb
SMALL = 64 << 20
LOOK_BACK = 2_000
LOOKED_AT = 50
MOST_LINES_A_ROW = 50

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
BOM = codecs.BOM_UTF8
AGAIN = "Download the file again from the publisher"
AS_CSV = "Take the publisher's CSV or text file instead"
AS_UTF8 = "Save the file as UTF-8 and load it again"
UNPACK = "Unpack it and load the files in it"

# What the standard library raises of an archive that was cut off or whose bytes were changed.
DAMAGED = (
    *(EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    UnicodeDecodeError,  # of the name of a file in a zip archive
)

# How other kinds of file begin. Said by name, because "not a CSV" does not tell what to do.
OTHER_KINDS = (
    (b"%PDF", "this is a PDF document", AS_CSV),
    (ZIP, "this is a zip archive in an archive, or an Excel workbook", AS_CSV),
    (b"\xd0\xcf\x11\xe0", "this is an Excel workbook of the old kind", AS_CSV),
    (b"PAR1", "this is a Parquet file", AS_CSV),
    (b"\xff\xfe", "the text is in UTF-16", AS_UTF8),
    (b"\xfe\xff", "the text is in UTF-16", AS_UTF8),
    (GZIP, "this is a gzip file inside an archive", "Unpack it once and load it again"),
    (b"<", "this is a web page (HTML or XML)", AS_CSV),
    (b"{", "this is JSON", AS_CSV),
    (b"[", "this is JSON", AS_CSV),
)


@dataclass(frozen=True)
class Block:
    """Whole lines: the number of the first one (from 1), and their bytes, valid UTF-8.

    ``known_ends`` says where the line ends stand in the bytes, if that has been found out.
    """

    first_line: int
    data: bytes
    known_ends: Numbers | None = None

    @cached_property
    def ends(self) -> Numbers:
        """Return where the line ends stand in the bytes."""
        if self.known_ends is not None:
            return self.known_ends
        return places_of(self.data, b"\n")

    def row(self, number: int, *, quoted: bool) -> str:
        """Return the text of the row that begins with this line."""
        return "\n".join(line.decode() for line in self.lines_of_row(number, quoted=quoted))

    def lines_of_row(self, number: int, *, quoted: bool) -> Iterator[bytes]:
        """Yield the lines of a row: more than one if a quotation mark is still open."""
        open_end = not self.data.endswith(b"\n")
        last, quotes = self.first_line + len(self.ends) + open_end, 0
        for at in range(number, min(last, number + MOST_LINES_A_ROW)):
            line = self.bytes_of(at)
            quotes += line.count(b'"')
            yield line
            if quotes % 2 == 0 or not quoted:
                return

    def bytes_of(self, number: int) -> bytes:
        """Return the bytes of one of its lines, without line end."""
        place = number - self.first_line
        begin = int(self.ends[place - 1]) + 1 if place else 0
        end = int(self.ends[place]) if place < len(self.ends) else len(self.data)
        return self.data[begin:end].rstrip(b"\r")


@dataclass(frozen=True)
class Place:
    """Where a block stands in its file: its first line, its offset, and where its lines end."""

    first_line: int
    offset: int
    ends: npt.NDArray[np.int32]


class Source:
    """An open file. What was learned on the way is true when all of it has been read."""

    def __init__(self, path: Path, file: BufferedReader) -> None:
        self.name, self.size = path.name, path.stat().st_size
        self.mended = 0  # lines that were not UTF-8
        self.c1 = 0  # stray bytes 0x80–0x9f
        self.ended = True  # whether the last line had a line end
        self.places: list[Place] = []  # of the blocks, where the text stands plainly in the file
        self._file = file
        self._line, self._offset = 1, cast("int | None", 0)
        self._path = path

    @property
    def done(self) -> int:
        """Return how many bytes of the file, as stored, have been read."""
        return self._file.tell()

    def digest(self) -> str:
        """Return the SHA-256 of the file's bytes as stored, in hex."""
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield line number (from 1) and text without its line end. Raises Refused."""
        for block in self.blocks(quote=None):
            number = block.first_line
            for raw in block.data.split(b"\n")[: None if not block.data.endswith(b"\n") else -1]:
                yield number, raw.decode().rstrip("\r")
                number += 1

    def picked(
        self, numbers: list[int], *, quoted: bool, places: Sequence[Place] = ()
    ) -> Iterator[tuple[int, str]]:
        """Yield the rows that begin with these lines, in ascending order. Raises Refused.

        ``places`` are those of the blocks of an earlier reading; without them all is read again.
        """
        if places:
            for number in numbers:
                raw = self._found(number, quoted=quoted, places=places)
                lines = (self._letters(line.rstrip(b"\r")) for line in raw.split(b"\n"))
                yield number, b"\n".join(lines).decode()
            return
        at, number = 0, 1
        for raw in self._cut(b'"' if quoted else None):
            block = Block(number, raw)
            number += lines_in(raw)
            while at < len(numbers) and numbers[at] < number:
                row = block.lines_of_row(numbers[at], quoted=quoted)
                yield numbers[at], b"\n".join(map(self._letters, row)).decode()
                at += 1

    def _found(self, number: int, *, quoted: bool, places: Sequence[Place]) -> bytes:
        place = places[bisect_right(places, number, key=lambda one: one.first_line) - 1]
        at = number - place.first_line
        begin = int(place.ends[at - 1]) + 1 if at else 0
        raw = b""
        for end in place.ends[at : at + MOST_LINES_A_ROW]:
            raw = os.pread(self._file.fileno(), int(end) - begin, place.offset + begin)
            if not quoted or raw.count(b'"') % 2 == 0:
                break
        return raw

    def blocks(self, quote: bytes | None = b'"') -> Iterator[Block]:
        """Yield the text in blocks that end with a line, and outside of a quoted field.

        Raises Refused for what is no text of a table, and for lines over LONGEST_LINE.
        """
        self._line = 1
        try:
            for raw in self._cut(quote):
                block = Block(self._line, raw)
                _no_longer_than(block, self.name)
                if self._offset is not None:
                    ends = np.append(block.ends, len(raw)) if raw[-1:] != b"\n" else block.ends
                    self.places.append(Place(self._line, self._offset, ends.astype(np.int32)))
                    self._offset += len(raw)
                self._line += len(block.ends)
                yield self._mend(block)
        except DAMAGED as e:
            what = "the archive is cut off or damaged"
            raise Refused(what, mend=AGAIN, file=self.name) from e
        except OSError as e:
            raise Refused("the file cannot be read", mend=AGAIN, file=self.name) from e
        except NotImplementedError as e:  # zipfile, of a way to pack that it does not know
            raise Refused("the archive cannot be unpacked", mend=UNPACK, file=self.name) from e

    def _cut(self, quote: bytes | None) -> Iterator[bytes]:
        rest, seen, returns = b"", 0, False
        with self._unpacked() as text:
            while read := text.read(BLOCK):
                if not seen:
                    size = len(read)
                    read = read.removeprefix(BOM)
                    # The line ends of old Macintosh files: a return and nothing else.
                    returns = b"\n" not in read[:LONGEST_LINE] and b"\r" in read[:LONGEST_LINE]
                    if text is not self._file or returns:
                        self._offset = None  # bytes of the text do not stand so in the file
                    elif self._offset is not None:
                        self._offset = size - len(read)
                seen += len(read)
                self._bounded(seen)
                whole, rest = _cut_off(rest, read.replace(b"\r", b"\n") if returns else read, quote)
                if not whole and len(rest) > LONGEST_LINE:
                    raise _too_long(self.name, self._line)
                if whole:
                    yield whole
        if rest:
            self.ended = False
            yield rest

    @contextmanager
    def _unpacked(self) -> Iterator[IO[bytes]]:
        self._file.seek(0)
        head = self._file.peek(4)[:4]
        if head.startswith(GZIP):
            with gzip.GzipFile(fileobj=self._file) as text:
                yield self._known(text)
        elif head.startswith(ZIP):
            with zipfile.ZipFile(self._file) as archive, archive.open(_member(archive)) as text:
                yield self._known(text)
        else:
            yield self._known(self._file)

    def _known(self, text: BufferedReader | gzip.GzipFile | IO[bytes]) -> IO[bytes]:
        head = cast("BufferedReader", text).peek(512)[:512]  # all three kinds have it
        begin = head.removeprefix(BOM).lstrip()
        for magic, what, mend in OTHER_KINDS:
            if head.startswith(magic) or begin.startswith(magic):
                raise Refused(what, mend=mend, file=self.name)
        if b"\0" in head.split(b"\n")[0]:
            what = "the text begins with NUL bytes: this is a binary file, or text in UTF-16"
            raise Refused(what, mend=AS_UTF8, file=self.name)
        return cast("IO[bytes]", text)

    def _bounded(self, seen: int) -> None:
        if seen > max(SMALL, MOST_PACKED * self.size):
            what = f"the archive unpacks to more than {MOST_PACKED} times its size"
            raise Refused(what, mend=f"No published table does. {UNPACK}", file=self.name)

    def _mend(self, block: Block) -> Block:
        if block.data.isascii():
            return block
        try:
            block.data.decode()
        except UnicodeDecodeError:
            return self._mended(block)
        return block

    def _mended(self, block: Block) -> Block:
        raw, at = block.data, 0
        parts: list[bytes | memoryview] = []
        grown = np.zeros_like(block.ends)  # by how many bytes the lines up to each end have
        for position in wide_places(raw).tolist():
            if position < at:
                continue  # of a line that has been seen to
            begin, end = raw.rfind(b"\n", at, position) + 1 or at, raw.find(b"\n", position) + 1
            line = raw[begin : end or len(raw)]
            parts += [memoryview(raw)[at:begin], letters := self._letters(line)]
            at = begin + len(line)
            grown[np.searchsorted(block.ends, position) :][:1] += len(letters) - len(line)
        parts.append(memoryview(raw)[at:])
        return Block(block.first_line, b"".join(parts), block.ends + grown.cumsum())

    def _letters(self, line: bytes) -> bytes:
        try:
            line.decode()
        except UnicodeDecodeError:
            pass
        else:
            return line
        self.mended += 1
        self.c1 += len(line) - len(line.translate(None, C1))
        try:
            return line.decode("cp1252").encode()
        except UnicodeDecodeError:
            return "".join(WINDOWS[byte] for byte in line).encode()


C1 = bytes(range(0x80, 0xA0))
WINDOWS = [
    bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1")
    for byte in range(256)
]


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a published file for reading; Refused if it cannot be opened or is no file."""
    try:
        if not path.is_file():
            why = "there is no such file" if not path.exists() else "this is not a file"
            raise Refused(why, mend="Give the path of a file", file=path.name)
        file = path.open("rb")
    except (OSError, ValueError) as e:
        mend = "See that it exists and that you may read it"
        raise Refused("the file cannot be opened", mend=mend, file=path.name) from e
    with file:
        yield Source(path, file)


def first_lines(path: Path) -> list[str]:
    """Return the first lines of a file that are not blank. Raises Refused."""
    found: list[str] = []
    try:
        with open_source(path) as source:
            for _, text in source.lines():
                if text.strip():
                    found.append(text)
                if len(found) == LOOKED_AT:
                    break
    except Refused as refused:
        raise refused.at(path.name) from refused.__cause__
    if not found:
        raise Refused("the file is empty", mend=AGAIN, file=path.name)
    return found


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the one file in an archive. Raises Refused."""
    files = [one for one in archive.infolist() if not one.is_dir()]
    if len(files) != 1:
        raise Refused(f"the zip archive holds {len(files)} files", mend=UNPACK)
    if files[0].flag_bits & 1:
        raise Refused("the zip archive asks for a password", mend=UNPACK)
    return files[0]


def _cut_off(rest: bytes, read: bytes, quote: bytes | None) -> tuple[bytes, bytes]:
    """Return of what was left and what was read the lines that are whole, and what is left now.

    They end outside of a quoted field if there is such an end.
    """
    end = read.rfind(b"\n") + 1
    lines = memoryview(read)[:end]  # not copied before it is known that they end here
    if not end or (quote is not None and (count(rest, quote) + count(lines, quote)) % 2):
        data = rest + read
        end = _end(data, quote)
        return data[:end], data[end:]
    return b"".join((rest, lines)), read[end:]


def _end(data: bytes, quote: bytes | None) -> int:
    """Return where the last line ends that is not inside of a quoted field; 0 if none does."""
    end = last = data.rfind(b"\n") + 1
    if quote is None or not end or count(memoryview(data)[:end], quote) % 2 == 0:
        return end
    for _ in range(LOOK_BACK):
        before = data.rfind(b"\n", 0, end - 1) + 1
        if not before:
            break
        inside = data.count(quote, before, end) % 2
        end = before
        if inside:
            return end
    return last  # a quotation mark is missing: the reader of the lines will find where


def _no_longer_than(block: Block, name: str) -> None:
    lengths = np.diff(block.ends, prepend=-1, append=len(block.data))
    if lengths.max() > LONGEST_LINE:
        raise _too_long(name, block.first_line + int(lengths.argmax()))


def _too_long(name: str, line: int) -> Refused:
    what = f"the line is longer than {LONGEST_LINE >> 10} KiB"
    mend = "This is not a table of rows and columns, or it is damaged"
    return Refused(what, mend=mend, file=name, line=line)
