"""Who is reading or acting, as plain values: an account, and what it may do where."""

from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID

EVERYWHERE = "/"


class Rank(IntEnum):
    """The roles of an installation, each including what the ones below it may do."""

    MEMBER = 1
    CANVASSER = 2
    CAPTAIN = 3
    ORGANISER = 4
    ADMINISTRATOR = 5

    @property
    def code(self) -> str:
        """The role as it is stored and said: `organiser`."""
        return self.name.lower()


def rank_of(code: str) -> Rank:
    """The rank of a stored role; ValueError for a word that is no role."""
    try:
        return Rank[code.upper()]
    except KeyError:
        raise ValueError(f"{code!r} is no role") from None


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in one area and everything inside it.

    `path` is the area's place in the tree (`/<id>/<id>/`), EVERYWHERE for the whole installation.
    """

    rank: Rank
    path: str
    area: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What every `visible_to` and every act takes: an account and its grants."""

    account: UUID
    grants: tuple[Grant, ...] = ()

    @property
    def rank(self) -> Rank | None:
        """The highest role held anywhere, None for somebody without any."""
        return max((grant.rank for grant in self.grants), default=None)

    def paths(self, least: Rank = Rank.MEMBER) -> tuple[str, ...]:
        """The outermost paths in which at least this role is held, sorted."""
        found: list[str] = []
        for path in sorted({grant.path for grant in self.grants if grant.rank >= least}):
            if not any(path.startswith(outer) for outer in found):
                found.append(path)
        return tuple(found)

    def covers(self, path: str, least: Rank = Rank.MEMBER) -> bool:
        """Whether at least this role is held at `path` or around it."""
        return any(path.startswith(outer) for outer in self.paths(least))


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader sees, as a key of what a process keeps: all with the same paths share it.

    The reader is lent to whoever reads for them and is no part of the key, so nothing may be kept
    by it that hangs on more than paths.
    """

    paths: tuple[str, ...]
    reader: Reader = field(compare=False)

    @classmethod
    def of(cls, reader: Reader) -> "Sight":
        """The sight of this reader."""
        return cls(reader.paths(), reader)


NOBODY = Reader(UUID(int=0))
