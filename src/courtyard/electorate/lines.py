"""A file as numbered lines of text, plain or gzip, never more than one line in memory."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from courtyard.electorate.refusal import Refused

LONGEST_LINE = 64 * 1024
MOST_TEXT = 256 * 1024 * 1024
MOST_LINES = 5_000_000

GZIP = b"\x1f\x8b"
AGAIN = "Download the file again from the publisher"
AS_CSV = "Take the publisher's CSV file instead"
AS_UTF8 = "Save the file as UTF-8 and load it again"

# How other kinds of file begin. Said by name, because "not a CSV" does not tell what to do.
OTHER_KINDS = (
    (b"%PDF", "this is a PDF document", AS_CSV),
    (b"PK\x03\x04", "this is a zip archive or an Excel workbook", AS_CSV),
    (b"\xd0\xcf\x11\xe0", "this is an Excel workbook of the old kind", AS_CSV),
    (b"PAR1", "this is a Parquet file", AS_CSV),
    (b"\xff\xfe", "the text is in UTF-16", AS_UTF8),
    (b"\xfe\xff", "the text is in UTF-16", AS_UTF8),
    (
        GZIP,
        "this is a gzip file inside a gzip file",
        "Unpack it once and load it again",
    ),
    (b"<", "this is a web page (HTML or XML)", AS_CSV),
    (b"{", "this is JSON", AS_CSV),
    (b"[", "this is JSON", AS_CSV),
)


class Lines:
    """The lines of one open file. After the last one, ``ended`` tells if it had a line end."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.ended = True

    def digest(self) -> tuple[str, int]:
        """Return the SHA-256 of the file's bytes as stored, in hex, and their number."""
        self._file.seek(0)
        hashed, size = hashlib.sha256(), 0
        while block := self._file.read(1 << 20):
            hashed.update(block)
            size += len(block)
        return hashed.hexdigest(), size

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield line number (from 1) and text without its line end. Raises Refused."""
        number = 0
        try:
            for number, raw in _bounded(_text(self._file)):
                self.ended = raw.endswith((b"\n", b"\r"))
                yield number, _decoded(raw, number)
        except (EOFError, gzip.BadGzipFile, zlib.error) as e:
            what = "the gzip file is cut off or damaged"
            raise Refused(what, mend=AGAIN, line=number + 1) from e


def open_file(path: Path) -> BufferedReader:
    """Return ``path`` open for reading bytes; Refused if it cannot be opened or is no file."""
    try:
        if not path.is_file():
            why = "there is no such file" if not path.exists() else "this is not a file"
            raise Refused(why, mend="Give the path of a file", file=path.name)
        return path.open("rb")
    except (OSError, ValueError) as e:
        mend = "See that it exists and that you may read it"
        raise Refused("the file cannot be opened", mend=mend, file=path.name) from e


def _text(file: BufferedReader) -> BufferedReader | gzip.GzipFile:
    """Return the bytes of the text, unpacked if they are gzip by content, whatever the name."""
    file.seek(0)
    text = gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == GZIP else file
    head = text.peek(512)[:512]
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, what, mend in OTHER_KINDS:
        if head.startswith(magic) or begin.startswith(magic):
            raise Refused(what, mend=mend)
    return text


def _bounded(text: BufferedReader | gzip.GzipFile) -> Iterator[tuple[int, bytes]]:
    number = seen = 0
    while raw := text.readline(LONGEST_LINE + 1):
        number += 1
        seen += len(raw)
        if len(raw) > LONGEST_LINE:
            what = f"the line is longer than {LONGEST_LINE // 1024} KiB"
            raise Refused(
                what,
                mend="This is not a table of results, or it is damaged",
                line=number,
            )
        if seen > MOST_TEXT or number > MOST_LINES:
            what = f"the file holds more than {MOST_TEXT >> 20} MiB of text or {MOST_LINES:,} lines"
            raise Refused(what, mend="Split it by contest and load the parts", line=number)
        yield number, raw


def _decoded(raw: bytes, number: int) -> str:
    if b"\0" in raw:
        what = "the line contains a NUL byte: this is a binary file, or text in UTF-16"
        raise Refused(what, mend=AS_UTF8, line=number)
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as e:
        what = "the line contains bytes that are not UTF-8 text"
        raise Refused(what, mend=AS_UTF8, line=number) from e
