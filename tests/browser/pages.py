"""Every page of the route table, by the roles that can open it, and the further states of some."""

from collections.abc import Callable
from dataclasses import dataclass
from sqlite3 import connect
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from courtyard.journal.reader import Rank
from courtyard.web.routes import Who
from courtyard.web.urls import TABLE
from tests.browser import people
from tests.browser.conftest import Visits

# Addresses with arguments. A route that wants one and has none here fails the tests.
CONTEST = "/sources/2020-06-23-democratic-representative-in-congress-14/"
RECEIPT = "/here/2020-06-23-democratic-representative-in-congress-14/"
SAMPLES: dict[str, Callable[[Visits], str]] = {
    "area": lambda visit: area_address(visit, "AD 34 · ED 003"),
    "cut": lambda visit: f"{area_address(visit, 'AD 34 · ED 003')}cut/",
    "building": lambda visit: building_address(visit, "AD 34 · ED 003"),
    "dataset": lambda _: CONTEST,
    "put-back": lambda _: f"{CONTEST}put-back/",
    "ground-source": lambda visit: source_address(visit, "Tax lots 2016"),
    "ground-put-back": lambda visit: f"{source_address(visit, 'Tax lots 2016')}put-back/",
    "here-contest": lambda _: RECEIPT,
    "here-area": lambda _: f"{RECEIPT}34003/",
    "here-postcard": lambda _: f"{RECEIPT}34003/postcard/",
    "join": people.invitation,
    "mfa_edit_webauthn": lambda visit: link_of_passkey(visit, "edit"),
    "mfa_remove_webauthn": lambda visit: link_of_passkey(visit, "remove"),
    "account_reset_password_from_key": people.reset_link,
}
# Pages that look different to others too, or that need more than a role.
READ_BY = {
    "area": ["organiser", "captain"],
    "building": ["organiser", "canvasser"],
    "cut": ["organiser", "captain"],
    "look": ["nobody", "member"],
    "put-back": ["administrator"],
    "ground-put-back": ["administrator"],
    "join": ["nobody", "member"],
    "account_logout": ["member"],
    "mfa_index": ["member", "secured"],
    "mfa_list_webauthn": ["member", "secured"],
    "mfa_authenticate": ["half-way"],
    "mfa_reauthenticate": ["secured"],
    "mfa_deactivate_totp": ["secured"],
    "mfa_view_recovery_codes": ["secured"],
    "mfa_generate_recovery_codes": ["secured"],
    "mfa_edit_webauthn": ["secured"],
    "mfa_remove_webauthn": ["secured"],
    "mfa_reauthenticate_webauthn": ["secured"],
}
# Opens at another address: the key of a letter goes into the session, out of the address.
SENDS_ON = {"account_reset_password_from_key"}
# No pages, but answers to programs.
NO_PAGES = {
    "health",
    "robots",
    "ground-figures",
    "first-figures",
    "cut-turfs",
    "here-picture",
    "tile",
    "basemap",
    "dataset-report",
    "set-aside",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
}


@dataclass(frozen=True)
class Sheet:
    """A page as somebody sees it: by the name of its route, or by an address."""

    role: str
    route: str = ""
    path: str = ""
    status: int = 200

    def __str__(self) -> str:
        return f"{self.route or self.path} as {self.role}"

    def address(self, visit: Visits) -> str:
        """Where it is; samples are made once and kept."""
        if not self.route:
            return self.path
        if self.route in SAMPLES:
            kept = visit.served.kept
            key = f"address of {self.route}"
            if key not in kept:
                kept[key] = SAMPLES[self.route](visit)
            return str(kept[key])
        try:
            return reverse(self.route)
        except NoReverseMatch:
            raise AssertionError(f"give {self.route} a sample in tests/browser/pages.py") from None


def opened(visit: Visits, sheet: Sheet) -> Page:
    """The page of a sheet, its map drawn if it has one."""
    address = sheet.address(visit)
    visit.expects(sheet.status)
    page = visit(sheet.role)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == sheet.status, (answer.status, page.url)
    if "reauthenticate" not in sheet.route:
        people.confirm(page, visit.served.sign_ins.get(sheet.role, ("", people.PASSWORD))[1])
    if sheet.route not in SENDS_ON:
        assert urlsplit(page.url).path == urlsplit(address).path
    if page.locator("#map").count():
        page.locator("#map[data-ready]").wait_for()
    return page


def from_page(visit: Visits, role: str, path: str, selector: str, attribute: str) -> str:
    page = visit(role)
    page.goto(path)
    return page.locator(selector).first.get_attribute(attribute) or ""


def area_address(visit: Visits, name: str) -> str:
    """Where the page of an area is, by the name of the area: looked up in the served home."""
    with connect(f"file:{visit.served.home / 'courtyard.sqlite3'}?mode=ro", uri=True) as home:
        [[found]] = home.execute("SELECT id FROM territory_area WHERE name = ?", [name])
    return f"/area/{UUID(found)}/"


def source_address(visit: Visits, name: str) -> str:
    """Where the report of an edition is, by its name: looked up in the served home."""
    with connect(f"file:{visit.served.home / 'courtyard.sqlite3'}?mode=ro", uri=True) as home:
        [[found]] = home.execute("SELECT first FROM territory_edition WHERE name = ?", [name])
    return f"/sources/ground/{UUID(found)}/"


def building_address(visit: Visits, area: str) -> str:
    """Where the page of the first building in an area's list is."""
    path = area_address(visit, area)
    return from_page(visit, "organiser", path, "#buildings tbody th a", "href")


def link_of_passkey(visit: Visits, what: str) -> str:
    return from_page(visit, "secured", reverse("mfa_list_webauthn"), f"a[href$='{what}/']", "href")


def _roles(name: str) -> list[str]:
    if name in READ_BY:
        return READ_BY[name]
    least = TABLE[name].who["GET"]
    if least is Who.ANYBODY:
        return ["nobody"]
    if least is Who.SIGNED_IN:
        return ["member"]
    return [rank.code for rank in Rank if rank >= least]


ROUTES = [
    Sheet(role, route=name)
    for name, route in TABLE.items()
    if "GET" in route.who and name not in NO_PAGES
    for role in _roles(name)
]
STATES = [
    Sheet("organiser", path="/ground/?area=34003"),
    Sheet("organiser", path="/ground/?show=ballots&sort=name&order=up&page=3"),
    Sheet("organiser", path="/ground/?find=nowhere+at+all"),
    Sheet("organiser", path="/ground/print/?show=ballots"),
    Sheet("captain", path="/ground/?area=34003"),
    Sheet("captain", path="/sources/", status=403),
    Sheet("organiser", path="/first/?area=34003"),
    Sheet("organiser", path="/first/map/"),
    Sheet("organiser", path="/first/?find=nowhere+at+all"),
    Sheet("captain", path="/first/?kind=assembly_district"),
    Sheet("organiser", path="/first/weights/?homes=10&support=0"),
    Sheet("administrator", path="/first/weights/?homes=10&support=0"),
    Sheet("organiser", path="/first/weights/?homes=lots"),
    Sheet("nobody", path="/nothing/here/", status=404),
    Sheet("organiser", path="/nothing/here/", status=404),
    Sheet("member", path="/access/", status=403),
    Sheet("nobody", path="/join/no-such-link/", status=404),
]
SHEETS = [*ROUTES, *STATES]
ONCE = list(
    {sheet.route or sheet.path: sheet for sheet in SHEETS}.values()
)  # by its fullest reader
