"""Where the pages of one source lie: of a dataset by its name, of ground by its first edition."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of its report, of putting another version in force and of removing old ones.

    `report` (the same as JSON) and `set_aside` are empty where there is none.
    """

    page: str
    put_back: str
    prune: str
    report: str = ""
    set_aside: str = ""

    @classmethod
    def of_dataset(cls, name: str) -> "Links":
        """Those of a dataset."""
        routes = ("dataset", "put-back", "prune", "dataset-report", "set-aside")
        return cls(*(reverse(route, args=[name]) for route in routes))

    @classmethod
    def of_ground(cls, first: UUID) -> "Links":
        """Those of boundaries, streets, buildings or people counted."""
        routes = ("ground-source", "ground-put-back", "ground-prune")
        return cls(*(reverse(route, args=[first]) for route in routes))
