"""Our questions of voters against SQL by hand, on the same files: `make bench-electorate`.

Makes N invented voters as the finished dataset (kept in var/bench), asks each question through
Ibis and as SQL written by hand for DuckDB, compares the answers, and prints both times and their
ratio. `--spark 2` asks Spark too, inside this process on two cores.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
ROOT = Path(__file__).resolve().parent.parent
IN = "status IN ('active', 'inactive')"
LAST, DAY = "2024-11-05-general", date(2024, 11, 5)
# By hand: as somebody would write it who knows the files and has no other question in mind.
BY_HAND = {
    "registered by area and party": f"""
        SELECT area, party, count(*) FROM voters WHERE {IN} GROUP BY ALL""",
    "voted by area, party and election": """
        SELECT area, party, election, n FROM (
            SELECT area, party, id, count(*) AS n
            FROM (SELECT area, party, unnest(elections) AS id FROM voters) GROUP BY ALL
        ) JOIN elections USING (id)""",
    "turnout by area, party and election": f"""
        WITH known AS (SELECT area, party, count(*) AS n FROM voters WHERE {IN} GROUP BY ALL),
        cast_ AS (SELECT area, party, id, count(*) AS v FROM (
            SELECT area, party, unnest(elections) AS id FROM voters WHERE {IN}) GROUP BY ALL)
        SELECT known.area, known.party, election, n, coalesce(v, 0)
        FROM known CROSS JOIN elections e LEFT JOIN cast_ ON known.area = cast_.area
            AND known.party IS NOT DISTINCT FROM cast_.party AND e.id = cast_.id""",
    "turnout of one election by area": f"""
        SELECT area, count(*), count(*) FILTER (list_contains(elections, 11))
        FROM voters WHERE {IN} GROUP BY ALL""",
    "first-time voters by area and party": """
        SELECT area, party, count(*) FROM voters
        WHERE first_voted = DATE '2024-11-05' AND list_contains(elections, 11) GROUP BY ALL""",
    "lapsed by area and party": f"""
        SELECT area, party, count(*) FROM voters
        WHERE {IN} AND last_voted < DATE '2024-11-05' GROUP BY ALL""",
    "never voted by area and party": f"""
        SELECT area, party, count(*) FROM voters
        WHERE {IN} AND times_voted = 0 AND last_voted IS NULL GROUP BY ALL""",
    "doors by area": f"""
        SELECT area, count(*), count(DISTINCT household), count(DISTINCT building),
            count(*) - count(household) FROM voters WHERE {IN} GROUP BY ALL""",
    "who may vote in a primary, by area": """
        SELECT area, count(*) FROM voters
        WHERE (status IN ('active', 'inactive')
               OR status = 'preregistered' AND born <= DATE '2006-11-05')
            AND coalesce(born <= DATE '2006-11-05', born_year <= 2006, true)
            AND party IN ('DEM') GROUP BY ALL""",
    "names of one area": f"""
        SELECT voter_id, last_name, first_name, middle_name, name_suffix, party, address, number,
            street, side, unit, city, zip, building, household
        FROM voters WHERE {IN} AND area = '80043' AND NOT confidential""",
}


def main() -> None:
    """Runs it: how many voters, and whether Spark is asked too."""
    say = argparse.ArgumentParser(description=__doc__)
    say.add_argument("--voters", type=int, default=20_000_000)
    say.add_argument("--runs", type=int, default=5)
    say.add_argument("--spark", type=int, default=0, help="cores for Spark in this process")
    told = say.parse_args()
    from invented_voters import write

    home = Path(os.environ.get("COURTYARD_HOME", ROOT / "var"))
    folder = write(home / "bench", told.voters)
    found = measured(folder, told.runs, told.spark)
    print(f"\n{told.voters:,} voters, {os.cpu_count()} processors, best of {told.runs}, seconds")
    print(f"{'':38}{'first':>8}{'ours':>8}{'by hand':>9}{'ratio':>7}{'Spark':>8}")
    for name, one in found.items():
        spark = f"{one['spark']:8.2f}" if "spark" in one else ""
        times = f"{one['first']:8.3f}{one['ours']:8.3f}{one['by hand']:9.3f}{one['ratio']:7.2f}"
        print(f"{name:38}{times}{spark}")
    into = home / "benchmarks"
    into.mkdir(parents=True, exist_ok=True)
    path = into / f"electorate_questions_{told.voters}.json"
    path.write_text(json.dumps({"voters": told.voters, "seconds": found}, indent=1))


def questions_of(voters: Any) -> dict[str, Callable[[], Any]]:
    """Our questions, by the names of BY_HAND."""
    from courtyard.electorate import questions as q

    both, three = ("area", "party"), ("area", "party", "election")
    asked: list[Callable[[], Any]] = [
        lambda: q.registered(voters, by=both),
        lambda: q.voted(voters, by=three),
        lambda: q.turnout(voters, by=three),
        lambda: q.turnout(voters, by=("area",), election=LAST),
        lambda: q.first_time(voters, LAST, by=both),
        lambda: q.lapsed(voters, LAST, by=both),
        lambda: q.never_voted(voters, by=both),
        lambda: q.doors(voters, by=("area",)),
        lambda: q.eligible(voters, q.Ballot(DAY, "DEM"), by=("area",)),
        lambda: q.names(voters, area="80043", purpose="election"),
    ]
    return dict(zip(BY_HAND, asked, strict=True))


def measured(folder: Path, runs: int, cores: int) -> dict[str, dict[str, float]]:
    """Seconds of each question: the first time, the best of ours, by hand, and on Spark."""
    import duckdb

    from courtyard.electorate.dataset import Version
    from courtyard.electorate.questions import Voters

    manifest = json.loads((folder / "manifest.json").read_text())
    version = Version("voters", "invented-voters", 1, folder, manifest)
    ours = questions_of(Voters(version))
    on_spark = questions_of(Voters(version, f"spark://local[{cores}]")) if cores else {}
    found: dict[str, dict[str, float]] = {}
    for name, sql in BY_HAND.items():

        def by_hand(sql: str = sql) -> Any:
            with duckdb.connect() as connection:
                for view, files in (("voters", "voters/*"), ("elections", "elections")):
                    connection.read_parquet(f"{folder}/{files}.parquet").create_view(view)
                return connection.execute(sql).to_arrow_table()

        first, answer = timed(ours[name])
        same(name, answer, by_hand())
        pairs = [(timed(ours[name])[0], timed(by_hand)[0]) for _ in range(runs)]
        ourselves, hand = min(one for one, _ in pairs), min(one for _, one in pairs)
        ratio = statistics.median(one / other for one, other in pairs)
        found[name] = {"first": first, "ours": ourselves, "by hand": hand, "ratio": ratio}
        if cores:
            same(name, on_spark[name](), answer)
            found[name]["spark"] = min(timed(on_spark[name])[0] for _ in range(2))
    return found


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def same(name: str, one: Any, other: Any) -> None:
    """Stops if two answers differ: a time says nothing of a wrong answer."""
    sums = [
        (len(table), sum(sum(filter(None, column.to_pylist())) for column in table.columns
                         if str(column.type).startswith("int")))
        for table in (one, other)
    ]  # fmt: skip
    if sums[0] != sums[1]:
        sys.exit(f"{name}: {sums[0]} rows and sum of ours, {sums[1]} of the other")


if __name__ == "__main__":
    main()
