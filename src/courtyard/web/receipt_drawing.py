"""What is drawn on the collective receipt: a dot a vote, one of them yours, and the QR code."""

from dataclasses import dataclass

import segno

MOST_DOTS = 1500
SCALES = (1, 10, 100, 1000, 10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Dots in rows, one path through all of them; each is `scale` votes, and one is marked.

    The last dot stands for what is left, so that no vote is without one.
    """

    scale: int
    columns: int
    rows: int
    path: str
    marked: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as one path over squares of side 1, with the quiet edge the standard asks for."""

    size: int
    path: str


def crowd(votes: int) -> Crowd:
    """Draws so many votes, a dot each where they are few enough for that."""
    scale = next(one for one in SCALES if votes <= MOST_DOTS * one or one == SCALES[-1])
    dots = -(-votes // scale)
    columns = 24 if dots <= 150 else 40
    # A dot is a line of no length with round ends: h0. The pen stays where it was.
    rows = [min(columns, dots - first) for first in range(0, dots, columns)]
    path = "".join(f"M.5 {y}.5h0" + "m1 0h0" * (many - 1) for y, many in enumerate(rows))
    row, column = divmod(round(dots * 0.59), columns)
    return Crowd(scale, columns, len(rows), path, (column, row))


def qr(address: str) -> Code:
    """The QR code of an address; it can be read with a seventh of it damaged."""
    made = segno.make(address, error="m", micro=False)
    squares = [list(row) for row in made.matrix_iter(border=4)]
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(squares) for x, dark in enumerate(row) if dark
    )
    return Code(len(squares), path)
