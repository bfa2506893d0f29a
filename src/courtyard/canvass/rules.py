"""What is right when turf is cut: which sizes, by whom, and which house is taken to have a lift."""

from courtyard.journal.reader import Rank, Reader

# What a turf may be asked for by: its doors, or the minutes of work at them; and how large.
SIZES = {"doors": (10, 300), "minutes": (15, 600)}
USUAL = {"doors": 50, "minutes": 120}
SPREAD = 0.2  # of the size asked for, up and down: 50 doors are 40 to 60
STAIRS = 6  # floors at most that are built without a lift; New York's walk-ups have five or six


class BadSize(ValueError):
    """A turf of that size cannot be cut; the sentence says which can."""


def bounds_of(size: int, of: str = "doors") -> tuple[int, int]:
    """The least and the most of turfs of about so many doors, or minutes. Raises BadSize."""
    fewest, most = SIZES[of]
    if not fewest <= size <= most:
        raise BadSize(f"A turf has {fewest} to {most} {of}, not {size}.")
    spread = round(size * SPREAD)
    return size - spread, size + spread


def has_lift(floors: int) -> bool:
    """Whether a house of so many floors is taken to have a lift, until somebody was there."""
    return floors > STAIRS


def may_cut(reader: Reader, *paths: str) -> bool:
    """Whether turf may be cut in an area (its path, or paths): captains and upwards, there."""
    return any(reader.covers(path, Rank.CAPTAIN) for path in paths if path)
