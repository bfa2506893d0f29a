"""The picture of a collective receipt, 1200 × 630, drawn with Pillow in our own font.

Pillow reads the WOFF2 file that our pages use, weight axis and all, has wheels for x86-64 and
arm64, and needs no browser. It only ever draws here; no picture from outside is opened.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
EDGE = 72  # free on every side; what shares the picture may round its corners
# The light colours of tokens.css; tests/web/test_receipt.py holds the two together.
COLOURS = {
    "paper": "#faf8f3",
    "wash": "#f1ede4",
    "ink": "#1b2420",
    "soft": "#56625b",
    "brick": "#a63f24",
    "leaf": "#22633f",
}
FONTS = Path(__file__).parent / "static" / "vendor" / "atkinson-hyperlegible-next"
LATIN, MORE = (
    FONTS / f"atkinson-hyperlegible-next-{part}-wght-normal.woff2"
    for part in ("latin", "latin-ext")
)
# As tokens.css divides them: what the first file holds beyond U+00FF stands there too.
IN_LATIN = "ıŒœʻʼˆ˚˜€"
KEPT = 128  # pictures in each process, of some 30 KB


@dataclass(frozen=True, slots=True)
class Bar:
    """A candidate, the figure in words, and the share (0 to 1)."""

    name: str
    figure: str
    share: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that stands in a picture, in the language in which it is said."""

    headline: str
    place: str
    contest: str
    bars: tuple[Bar, ...]
    foot: str
    source: str

    @property
    def digest(self) -> str:
        """The same for the same words, so that a kept picture is known to be still right."""
        return hashlib.sha256(repr((1, astuple(self))).encode()).hexdigest()[:32]

    def png(self) -> bytes:
        """The picture as a PNG file; drawn once, as long as it is among the last ones asked for."""
        return _drawn(self)


@lru_cache(maxsize=KEPT)
def _drawn(picture: Picture) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), COLOURS["paper"])
    pen = Pen(ImageDraw.Draw(image))
    pen.mark(EDGE, 62, 46)
    pen.line(picture.foot, (EDGE + 66, 68), 30, bold=True, room=WIDTH - 2 * EDGE - 66)
    pen.line(picture.headline, (EDGE, 136), 92, bold=True)
    pen.line(picture.place, (EDGE, 256), 40, colour="leaf", bold=True)
    pen.line(picture.contest, (EDGE, 312), 28, colour="soft")
    pen.bars(picture.bars, 376)
    pen.line(picture.source, (EDGE, 568), 22, colour="soft")
    file = BytesIO()
    image = image.quantize(128)
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


class Pen:
    """Draws lines of words, bars and the mark; words too long are set smaller, then cut."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw
        self.fonts: dict[tuple[Path, int, bool], ImageFont.FreeTypeFont] = {}

    def line(
        self,
        text: str,
        at: tuple[float, float],
        size: int,
        *,
        colour: str = "ink",
        bold: bool = False,
        room: float = WIDTH - 2 * EDGE,
    ) -> None:
        """One line of words from its upper left corner."""
        least = max(18, round(size * 0.6))
        while self.width(text, size, bold=bold) > room and size > least:
            size -= 1
        while self.width(text, size, bold=bold) > room and len(text) > 1:
            text = text.rstrip("…")[:-1].rstrip() + "…"
        x, y = at
        for part, font in self.parts(text, size, bold=bold):
            self.draw.text((x, y + size), part, font=font, fill=COLOURS[colour], anchor="ls")
            x += font.getlength(part)

    def width(self, text: str, size: int, *, bold: bool) -> float:
        """How wide a line would be."""
        return sum(font.getlength(part) for part, font in self.parts(text, size, bold=bold))

    def parts(
        self, text: str, size: int, *, bold: bool
    ) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
        """A line in pieces, each with the font file that holds its letters."""
        while text:
            file = _file(text[0])
            end = next((n for n, letter in enumerate(text) if _file(letter) != file), len(text))
            yield text[:end], self.font(file, size, bold=bold)
            text = text[end:]

    def font(self, file: Path, size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
        """The font in one size and weight, opened once a picture."""
        key = (file, size, bold)
        if key not in self.fonts:
            self.fonts[key] = ImageFont.truetype(file, size)
            self.fonts[key].set_variation_by_axes([700 if bold else 400])
        return self.fonts[key]

    def bars(self, bars: tuple[Bar, ...], top: float) -> None:
        """One bar a candidate: the name, the bar, the figure."""
        step, height = (44 if len(bars) > 3 else 54), 24
        for bar in bars:
            self.line(bar.name, (EDGE, top - 3), 24, room=330)
            left, width = EDGE + 352, 430
            self.box(left, top, width, height, "wash")
            self.box(left, top, max(2, width * bar.share), height, "leaf")
            self.line(bar.figure, (left + width + 22, top - 3), 24, bold=True, room=250)
            top += step

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled box."""
        self.draw.rectangle((x, y, x + width, y + height), fill=COLOURS[colour])

    def mark(self, x: float, y: float, size: float) -> None:
        """The plan of a housing block around its courtyard, with one way in."""
        points = [(1, 1), (31, 1), (31, 13), (21, 13), (21, 11), (11, 11), (11, 21), (21, 21),
                  (21, 19), (31, 19), (31, 31), (1, 31)]  # fmt: skip
        self.draw.polygon(
            [(x + east * size / 32, y + south * size / 32) for east, south in points],
            fill=COLOURS["brick"],
        )


def _file(letter: str) -> Path:
    code = ord(letter)
    further = 0xFF < code < 0x2FF or 0x1E00 <= code <= 0x1EFF or 0x20A0 <= code <= 0x20C0
    return MORE if further and letter not in IN_LATIN else LATIN
