"""A city of 5,719 districts and 850,000 lots: how long it takes to load, and its pages to answer.

    .venv/bin/python benchmarks/whole_city.py FOLDER [--beside HOME_OF_THE_DEMONSTRATION]

Invents the ground (whole_city_ground.py) and its voters, loads all of it with the commands of the
product, and times every page in a process of its own that has its libraries and nothing else: the
first time it is asked for, and the median of nine more; and then over HTTP, from one process of the
server. With `--beside` the same pages of the demonstration are timed in the same run.
Run by hand: it takes some eight minutes and two gigabytes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from whole_city_ground import CONTESTS, SEED, write_ground

RUNS = 9
WARMING_UP = 30  # seconds: what the server does before anybody asks is done by then
PASSWORD = "a-password-of-the-benchmark"
PORT = 8_791
STOOD = "rosa-invented"  # in the earlier contest


def main() -> None:
    """Builds what is not there, times the pages, prints a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--beside", type=Path)
    asked.add_argument("--inside", choices=("voters", "pages"), help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.inside:
        _inside(told.inside, told.folder)
        return
    city = told.folder / "home"
    found: dict[str, Any] = {"loading": _built(told.folder, city)}
    homes = {"city": city} | ({"demonstration": told.beside} if told.beside else {})
    found["pages"] = {name: _pages_of(home) for name, home in homes.items()}
    into = told.folder / "figures.json"
    into.write_text(json.dumps(found, indent=1))
    _print(found)


def _built(folder: Path, home: Path) -> dict[str, dict[str, float]]:
    """Loads what is not loaded yet; gives wall seconds and peak MB of each command."""
    note = folder / "loading.json"
    if note.exists():
        found: dict[str, dict[str, float]] = json.loads(note.read_text())
        return found
    files = write_ground(folder / "ground")
    voters = folder / "ground" / "INVENTED-ny-voters-city-seed14.txt"
    steps: dict[str, list[str | Path]] = {
        "migrate": ["migrate"],
        "boundaries, with tiles": ["load", *files["boundaries"]],
        "134,300 streets, with tiles": ["load", *files["streets"]],
        "850,000 lots": ["load", *files["lots"]],
    }
    for path, (day, office, *_) in zip(files["results"], CONTESTS, strict=True):
        said = ["--party", "Democratic", "--event", f"Primary Election {day[:4]}"]
        steps[f"results, {office}"] = ["load", path, *said]
    steps |= {"(inventing voters)": ["voters"], "voters": ["load", voters], "count": ["count"]}
    made = {name: _timed(words, home) for name, words in steps.items()}
    _run(["administrator", "--name", "Bench", "--email", "administrator@demo.example",
          "--password", PASSWORD], home)  # fmt: skip
    note.write_text(json.dumps(made, indent=1))
    return made


def _timed(words: list[str | Path], home: Path) -> dict[str, float]:
    began = time.perf_counter()
    process = _started(words, home)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{words} failed")
    return {"wall s": time.perf_counter() - began, "peak MB": used.ru_maxrss / 1024}


def _run(words: list[str | Path], home: Path) -> None:
    if _started(words, home).wait():
        raise SystemExit(f"{words} failed")


def _started(words: list[str | Path], home: Path) -> subprocess.Popen[bytes]:
    """A command of the product, or a part of this file, in that home."""
    command: list[str | Path] = [Path(sys.executable).parent / "courtyard", *words]
    if words == ["voters"]:
        command = [sys.executable, __file__, home.parent, "--inside", "voters"]
    environment = os.environ | {"COURTYARD_HOME": str(home.resolve())}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def _inside(part: str, folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
    import django

    django.setup()
    if part == "voters":
        _invent_voters(folder / "ground")
        return
    from courtyard.electorate.questions import tables

    tables.table("results")  # the library behind it takes half a second to import
    pages = _addresses()
    found = {name: _of_page(address) for name, address in pages}
    print(json.dumps({"pages": found, "addresses": pages, "cookie": _in_process(_cookie)}))


def _invent_voters(folder: Path) -> None:
    """A home of each building, and in them who cast the ballots of both contests."""
    import numpy as np
    from django.conf import settings

    from courtyard.electorate.invented.homes import Homes, Turnout
    from courtyard.electorate.invented.placed import placed_name, write_placed_voters
    from courtyard.electorate.questions import contests, figures
    from courtyard.journal.reader import Reader
    from courtyard.journal.scope import reading_as
    from courtyard.people.rules import OPERATOR
    from courtyard.territory.models import Building

    columns = ("area__code", "street", "number", "zip", "block")
    with reading_as(Reader(OPERATOR), door="sign-in"):
        rows = Building.objects.exclude(area=None).exclude(homes=0).order_by("code")
        area, street, number, zips, block = zip(*rows.values_list(*columns).iterator(), strict=True)
    counties = {"MN": 31, "BX": 3, "BK": 24, "QN": 41, "SI": 43}
    homes = Homes.of(
        area=np.array(area, np.int64), street=street, number=number, unit=[""] * len(area),
        city=["NEW YORK"] * len(area), zip5=zips,
        county=np.array([counties[one[:2]] for one in block]),
        congress=np.full(len(area), 1),
    )  # fmt: skip
    root = Path(settings.COURTYARD_ELECTORATE)
    turnouts = [
        Turnout(
            day=one.date, kind="primary", party="DEM",
            voted={int(found.area): found.total for found in figures(root, one.contest)},
        )
        for one in contests(root) if one.date in [date.fromisoformat(day) for day, *_ in CONTESTS]
    ]  # fmt: skip
    write_placed_voters(folder / placed_name("city", SEED), homes, turnouts, seed=SEED)


def _pages_of(home: Path) -> dict[str, dict[str, float]]:
    """Every page in process and over HTTP."""
    environment = os.environ | {"COURTYARD_HOME": str(home.resolve())}
    command = [sys.executable, __file__, home.parent, "--inside", "pages"]
    said = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    told = json.loads(said.stdout.splitlines()[-1])
    found: dict[str, dict[str, float]] = told["pages"]
    server = _started(["serve", "--port", str(PORT), "--workers", "1"], home)
    try:
        time.sleep(WARMING_UP)
        for name, address in told["addresses"]:
            found[name] |= _over_http(address, told["cookie"])
    finally:
        server.terminate()
        server.wait()
    return found


def _over_http(address: str, cookie: str) -> dict[str, float]:
    times = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        while True:
            connection = HTTPConnection("localhost", PORT, timeout=60)
            try:
                connection.request("GET", address, headers={
                    "Cookie": cookie, "Accept-Encoding": "gzip", "Host": "localhost:8000",
                })  # fmt: skip
                answer = connection.getresponse()
                break
            except ConnectionRefusedError:  # it has just been started
                time.sleep(0.1)
                began = time.perf_counter()
        answer.read()
        times.append(1000 * (time.perf_counter() - began))
        assert answer.status == 200, (address, answer.status)
    return {"first http ms": times[0], "http ms": statistics.median(times[1:])}


def _in_process(work: Callable[..., Any], *given: str) -> Any:
    """What some work gives, done in a process of its own that begins as this one is."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        wrong = 1
        try:
            os.close(read)
            with os.fdopen(write, "w") as told:
                told.write(json.dumps(work(*given)))
            wrong = 0
        finally:
            if wrong:
                traceback.print_exc()
            os._exit(wrong)
    os.close(write)
    with os.fdopen(read) as said:
        found = said.read()
    os.waitpid(child, 0)
    return json.loads(found)


def _addresses() -> list[tuple[str, str]]:
    """Every page that hangs on the size of the ground, by name."""
    found: list[tuple[str, str]] = _in_process(_found_addresses)
    return found


def _of_page(address: str) -> dict[str, float]:
    """Milliseconds of a page, the first time and in the median after; its size; peak memory."""
    found: dict[str, float] = _in_process(_in_child, address)
    return found


def _cookie() -> str:
    return "; ".join(f"{key}={one.value}" for key, one in _signed_in().cookies.items())


def _signed_in() -> Any:
    from django.conf import settings
    from django.test import Client

    from courtyard.journal.reader import Reader
    from courtyard.journal.scope import reading_as
    from courtyard.people.models import Account
    from courtyard.people.rules import OPERATOR

    client = Client(headers={"accept-encoding": "gzip", "host": settings.COURTYARD_HOST})
    with reading_as(Reader(OPERATOR), door="sign-in"):
        keeper = Account.objects.get(email="administrator@demo.example")
        client.force_login(keeper, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _found_addresses() -> list[tuple[str, str]]:
    from django.db.models import Count

    from courtyard.cli.ready import ready_static
    from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
    from courtyard.journal.scope import reading_as
    from courtyard.measures.ground import rankable
    from courtyard.people.rules import OPERATOR
    from courtyard.territory.models import Area, Building

    ready_static()
    reader = Reader(OPERATOR, (Grant(Rank.ADMINISTRATOR, EVERYWHERE),))
    with reading_as(reader):
        contest = rankable(reader)[0][0]
        _, earlier = [one[0] for one in rankable(reader)][:2]
        areas = Area.objects.visible_to(reader)
        district = areas.filter(kind="election_district").order_by("code")[100]
        assembly = areas.filter(kind="assembly_district").order_by("code")[3]
        whole = areas.get(kind="congressional_district")
        standing = Building.objects.visible_to(reader).exclude(neighbourhood=None)
        many = standing.order_by().values("neighbourhood").annotate(n=Count("id")).order_by("-n")
        hood, building = many[0]["neighbourhood"], standing.filter(area=district)[0].id
    here = f"/here/{contest.contest}/"
    before = f"?before={earlier.contest}&stood={STOOD}"
    return [
        ("/ground/", "/ground/"),
        ("/ground/, page 9", "/ground/?page=9"),
        ("/ground/, found", "/ground/?find=ad+34"),
        ("/ground/, turnout", "/ground/?show=turnout"),
        ("/ground/, compared", f"/ground/{before}"),
        ("/ground/figures/", "/ground/figures/"),
        ("/ground/figures/, turnout", "/ground/figures/?show=turnout"),
        ("/ground/figures/, compared", f"/ground/figures/{before}"),
        ("/ground/print/", "/ground/print/"),
        ("/ground/print/, part 2", "/ground/print/?page=2"),
        ("/first/", "/first/"),
        ("/first/, compared", f"/first/{before}"),
        ("/first/, found", "/first/?find=ad+34"),
        ("/first/, why", f"/first/?area={district.code}"),
        ("/first/map/", "/first/map/"),
        ("/first/figures.json", "/first/figures.json"),
        ("/first/print/", "/first/print/"),
        ("/first/weights/", "/first/weights/"),
        ("/area/, a district", f"/area/{district.id}/"),
        ("/area/, an assembly district", f"/area/{assembly.id}/"),
        ("/area/, the largest neighbourhood", f"/area/{hood}/"),
        ("/area/, the whole", f"/area/{whole.id}/"),
        ("/building/", f"/building/{building}/"),
        ("/here/, a contest", here),
        ("/here/, a district", f"{here}{district.code}/"),
    ]


def _in_child(address: str) -> dict[str, float]:
    import resource

    client = _signed_in()
    client.get("/devices/")  # so that the frame of all pages is there
    times, work = [], []
    for _ in range(RUNS + 1):
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - began))
        work.append(1000 * (time.process_time() - worked))
        assert answer.status_code == 200, (address, answer.status_code)
    return {
        "first ms": times[0],
        "warm ms": statistics.median(times[1:]),
        "first cpu ms": work[0],
        "cpu ms": statistics.median(work[1:]),
        "KiB": len(answer.content) / 1024,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _print(found: dict[str, Any]) -> None:
    print("| command | wall s | peak MB |\n|---|---:|---:|")
    for name, told in found["loading"].items():
        print(f"| {name} | {told['wall s']:.1f} | {told['peak MB']:,.0f} |")
    pages = found["pages"]
    heads = ("first ms", "first cpu ms", "warm ms", "cpu ms", "first http ms", "http ms", "KiB")
    named = [f"{name}: {head}" for name in pages for head in heads]
    print("\n| page | " + " | ".join(named) + " |\n|---|" + "---:|" * len(named))
    for page in pages["city"]:
        cells = [pages[name][page][head] for name in pages for head in heads]
        print(f"| {page} | " + " | ".join(f"{one:,.0f}" for one in cells) + " |")


if __name__ == "__main__":
    main()
