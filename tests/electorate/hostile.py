"""Hostile files: bombs, endless lines, broken archives, other kinds of file, tables with traps.

Each is made of a good small table, ``Good``: of results (OpenElections) or of voters (Colorado).
What a loader is to do stands beside it: a pattern of the sentence it refuses the file with, or how
many rows it reads and keeps.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from courtyard.electorate.voters.layout import voter_layouts

VOTERS = next(one for one in voter_layouts() if one.name == "co").needed


@dataclass(frozen=True)
class Good:
    """A good table of one kind: its header, and its n-th row with what is written as a name."""

    kind: str
    header: str
    row: Callable[[int, str], str]

    @property
    def table(self) -> str:
        return self.named(["Bola Kamu"] * 3)

    def named(self, names: list[str]) -> str:
        """The table of rows with these names."""
        return self.header + "".join(self.row(n, name) for n, name in enumerate(names, 1))


def _voter(number: int, name: str) -> str:
    said = {"VOTER_ID": str(number), "LAST_NAME": name, "STATUS_CODE": "A"}
    return ",".join(said.get(column, "") for column in VOTERS) + "\n"


def _votes(number: int, name: str) -> str:
    return f"Alamance,P{number},Mayor,,X,{name},{number}\n"


GOOD = {
    "results": Good(
        "results", "county,precinct,office,district,party,candidate,votes\n", _votes
    ),
    "voters": Good("voters", ",".join(VOTERS) + "\n", _voter),
}  # fmt: skip

Make = Callable[[Path, Good], None]
Answer = str | tuple[int, int]
HOSTILE: dict[str, tuple[Make, Answer | dict[str, Answer]]] = {}

NOT_READ = "not a kind of file Courtyard reads|this file is in no layout"
TOO_LONG = "the line is longer than 256 KiB"
CUT = "the archive is cut off or damaged"
BOMB = 300_000_000


def hostile(name: str, answer: Answer | dict[str, Answer]) -> Callable[[Make], Make]:
    """Enter what makes a file of this name, and what is to become of it."""

    def enter(make: Make) -> Make:
        HOSTILE[name] = (make, answer)
        return make

    return enter


def of_bytes(name: str, answer: Answer | dict[str, Answer], made: Callable[[Good], bytes]) -> None:
    def make(path: Path, good: Good) -> None:
        path.write_bytes(made(good))

    HOSTILE[name] = (make, answer)


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def packed(first: bytes, repeated: bytes, total: int) -> bytes:
    """A gzip file of ``total`` bytes: a packed piece is repeated, so that it takes no time."""
    times = total // len(repeated)
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = pack.compress(first) + pack.flush(zlib.Z_FULL_FLUSH)
    piece = pack.compress(repeated) + pack.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, zlib.DEFLATED, -15)
    unit = again.compress(repeated) + again.flush(zlib.Z_FULL_FLUSH)
    tail = zlib.compressobj(9, zlib.DEFLATED, -15).flush(zlib.Z_FINISH)
    crc = zlib.crc32(first)
    for _ in range(times):
        crc = zlib.crc32(repeated, crc)
    size = len(first) + times * len(repeated)
    end = struct.pack("<II", crc, size & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + head + piece + unit * (times - 1) + tail + end


# Bombs and endless lines.
of_bytes("zeros.csv.gz", TOO_LONG, lambda g: packed(g.header.encode(), b"\0" * (1 << 24), BOMB))
of_bytes("commas.csv.gz", TOO_LONG, lambda g: packed(g.header.encode(), b"," * (1 << 24), BOMB))
of_bytes(
    "rows.csv.gz",
    "unpacks to more than 250 times its size",
    lambda g: packed(g.header.encode(), g.row(1, "x" * 900).encode() * 9_000, 90_000_000),
)
of_bytes("bomb.zip", TOO_LONG, lambda g: zipped({"a.csv": g.header.encode() + b"\0" * 64_000_000}))


@hostile("long_line.csv", TOO_LONG)
def _long_line(path: Path, good: Good) -> None:
    with path.open("wb") as file:
        file.write(good.header.encode())
        file.truncate(len(good.header) + (64 << 20))  # sparse: takes no room on disk


of_bytes("wide.csv", TOO_LONG, lambda _: b"c," * 9_999_999 + b"c\n")
of_bytes("columns.csv", TOO_LONG, lambda _: ",".join(map(str, range(100_000))).encode() + b"\n")
of_bytes(
    "many.csv",
    f"{NOT_READ}|there are 50,000 columns",
    lambda _: (",".join(["x"] * 50_000) + "\n").encode() * 2,
)


@hostile("lying_size.zip", CUT)
def _lying_size(path: Path, good: Good) -> None:
    made = bytearray(zipped({"a.csv": good.header.encode() + b"\0" * 20_000_000}))
    at = made.find(b"PK\1\2")
    made[at + 24 : at + 28] = made[22:26] = struct.pack("<I", 100)
    path.write_bytes(made)


# Archives.
of_bytes("two.zip", "holds 2 files", lambda g: zipped(dict.fromkeys("ab", g.table.encode())))
of_bytes(
    "mac.zip",
    "holds 2 files",
    lambda g: zipped({"a.csv": g.table.encode(), "__MACOSX/._a.csv": b"\0\5\x16\7"}),
)
of_bytes("outside.zip", (3, 3), lambda g: zipped({"../../outside.csv": g.table.encode()}))
of_bytes("absolute.zip", (3, 3), lambda g: zipped({"/outside.csv": g.table.encode()}))
of_bytes("empty.zip", "is a binary file|holds 0 files", lambda _: zipped({}))
of_bytes("nested.zip", "a zip archive in an archive", lambda g: zipped(
    {"a.zip": zipped({"a.csv": g.table.encode()})}))  # fmt: skip
of_bytes("cut.csv.gz", CUT, lambda g: gzip.compress(g.table.encode() + os.urandom(999))[:-400])
of_bytes("crc.csv.gz", CUT, lambda g: gzip.compress(g.table.encode())[:-8] + b"\0" * 8)
of_bytes("garbage.csv.gz", CUT, lambda g: gzip.compress(g.table.encode()) + b"garbage")
of_bytes("named.csv.gz", (3, 3), lambda g: g.table.encode())
of_bytes("members.csv.gz", (3, 3), lambda g: b"".join(
    gzip.compress(line.encode()) for line in g.table.splitlines(keepends=True)))  # fmt: skip


@hostile("symlink.zip", NOT_READ)
def _symlink_member(path: Path, good: Good) -> None:
    member = zipfile.ZipInfo("a.csv")
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "/etc/hostname")


@hostile("password.zip", "asks for a password")
def _password(path: Path, good: Good) -> None:
    made = bytearray(zipped({"a.csv": good.table.encode()}))
    made[6] |= 1
    made[made.find(b"PK\1\2") + 8] |= 1
    path.write_bytes(made)


# Other kinds of file.
of_bytes("a.pdf.csv", "a PDF document", lambda _: b"%PDF-1.4\n%\xe2\xe3\n1 0 obj<<>>endobj\n")
of_bytes(
    "old.xls.csv", "an Excel workbook", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99
)
of_bytes("book.xlsx", "holds 2 files|an Excel workbook", lambda _: zipped(
    {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}))  # fmt: skip
of_bytes("page.csv", "a web page", lambda _: b"<!DOCTYPE html>\n<h1>404 Not Found</h1>\n")
of_bytes("json.csv", "this is JSON", lambda _: b'{"error": "rate limited"}\n')
of_bytes("lfs.csv", NOT_READ, lambda _: b"version https://git-lfs.github.com/spec/v1\nsize 12\n")
of_bytes("utf16.csv", "UTF-16", lambda g: g.table.encode("utf-16"))
of_bytes("utf16be.csv", "UTF-16", lambda g: g.table.encode("utf-16-be"))
of_bytes("empty.csv", "the file is empty", lambda _: b"")
of_bytes("bom.csv", "the file is empty", lambda _: b"\xef\xbb\xbf")
of_bytes("blank.csv", "the file is empty", lambda _: b"\n \n\t\n\r\n")
of_bytes("header.csv", "column names but no rows", lambda g: g.header.encode())
of_bytes("no_header.csv", NOT_READ, lambda g: g.row(1, "x").encode() * 3)
of_bytes("one_byte_lines.csv", NOT_READ, lambda _: b"x\n" * 100_000)
of_bytes("sep.csv", NOT_READ, lambda g: b"sep=,\n" + g.table.encode())

# Tables with traps.
of_bytes("crlf.csv", (3, 3), lambda g: g.table.replace("\n", "\r\n").encode())
of_bytes("cr.csv", (3, 3), lambda g: g.table.replace("\n", "\r").encode())
of_bytes("no_end.csv", (3, 3), lambda g: g.table.rstrip("\n").encode())
of_bytes("ctrl_z.csv", (4, 3), lambda g: g.table.encode() + b"\x1a")
of_bytes("mixed_ends.csv", (3, 2), lambda g: (
    g.header + g.row(1, "x") + g.row(2, "x").rstrip() + "\r" + g.row(3, "x")
    + g.row(4, "x").replace("\n", "\r\n")).encode())  # fmt: skip
of_bytes("semicolons.csv", (3, 3), lambda g: g.table.replace(",", ";").encode())
of_bytes("case.csv", (3, 3), lambda g: (
    "\ufeff" + " , ".join(g.header.upper().strip().split(",")) + "\u00a0\n"
    + g.table.removeprefix(g.header)).encode())  # fmt: skip
of_bytes("header_twice.csv", {"results": (4, 3), "voters": (4, 4)}, lambda g: (
    g.table + g.header).encode())  # fmt: skip
of_bytes("two_columns.csv", {"results": "two columns named votes", "voters": (1, 1)}, lambda g: (
    g.header.rstrip() + "," + g.header.rstrip().rsplit(",", 1)[1] + "\n"
    + g.row(1, "x").rstrip() + ",7\n").encode())  # fmt: skip
of_bytes("nuls.csv", (5, 3), lambda g: (g.table + g.row(4, "Bo\0la") + g.row(5, "\0")).encode())
of_bytes("mixed.csv", (2, 2), lambda g: g.header.encode() + g.row(1, "Peña").encode()
         + g.row(2, "Peña").encode("latin-1"))  # fmt: skip
of_bytes("not_utf8.csv", (2, 2), lambda g: (g.header + g.row(1, "x")).encode()
         + g.row(2, "?").encode().replace(b"?", b"\xc0\xaf\xed\xa0\x80\x81"))  # fmt: skip
of_bytes(
    "separators.csv", (3, 3), lambda g: g.named(["Bo\u2028la", "Bo\u0085la", "Bo\x0bla"]).encode()
)
of_bytes(
    "formulas.csv", (4, 4), lambda g: g.named(["=cmd|'/C calc'!A0", "+1", "-2", "@SUM(1)"]).encode()
)
of_bytes(
    "markup.csv", (3, 3), lambda g: g.named(["<script>", "\x1b[31mred", "Bo\u202ela"]).encode()
)
of_bytes("ragged.csv", "rows cannot be read", lambda g: (g.header + "".join(
    ",".join(["x"] * (n % 30 + 1)) + "\n" for n in range(200))).encode())  # fmt: skip
of_bytes("short_rows.csv", "cannot be read", lambda g: (
    g.header + "x,y\n" * 20_000 + g.row(1, "x")).encode())  # fmt: skip
of_bytes("open_quote.csv", (502, 501), lambda g: (
    g.header + g.row(1, "x") + g.row(2, '"Bola') + "".join(
        g.row(n, "x") for n in range(3, 503))).encode())  # fmt: skip
of_bytes("huge_cell.csv", "cannot be read|longer than", lambda g: (
    g.table + g.row(4, '"' + "abcdefg\n" * 20_000 + '"')).encode())  # fmt: skip
of_bytes("name\nof a line;$(touch x).csv", (3, 3), lambda g: g.table.encode())


# What is no file.
@hostile("folder.csv", "this is not a file")
def _folder(path: Path, good: Good) -> None:
    path.mkdir()
    (path / "inside.csv").write_text(good.table)


@hostile("pipe.csv", "this is not a file")
def _pipe(path: Path, good: Good) -> None:
    os.mkfifo(path)


@hostile("loop.csv", "no such file|cannot be opened")
def _loop(path: Path, good: Good) -> None:
    path.symlink_to("other.csv")
    path.with_name("other.csv").symlink_to(path.name)


@hostile("nowhere.csv", "there is no such file")
def _nowhere(path: Path, good: Good) -> None:
    path.symlink_to("missing.csv")


@hostile("zero.csv", "this is not a file")
def _device(path: Path, good: Good) -> None:
    path.symlink_to("/dev/zero")
