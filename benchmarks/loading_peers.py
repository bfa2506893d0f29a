"""What electorate_loading.py measures: each function is one process, which prints the rows it kept.

`python loading_peers.py FUNCTION FILE FOLDER`. Each imports only what it needs itself.
"""

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_FIELDS = (
    "LASTNAME FIRSTNAME MIDDLENAME NAMESUFFIX RADDNUMBER RHALFCODE RPREDIRECTION RSTREETNAME "
    "RPOSTDIRECTION RAPARTMENTTYPE RAPARTMENT RADDRNONSTD RCITY RZIP5 RZIP4 MAILADD1 MAILADD2 "
    "MAILADD3 MAILADD4 DOB GENDER ENROLLMENT OTHERPARTY COUNTYCODE ED LD TOWNCITY WARD CD SD AD "
    "LASTVOTERDATE PREVYEARVOTED PREVCOUNTY PREVADDRESS PREVNAME COUNTYVRNUMBER REGDATE VRSOURCE "
    "IDREQUIRED IDMET STATUS REASONCODE INACT_DATE PURGE_DATE SBOEID VoterHistory"
)
# What our dataset needs of the 47.
_TEXTS = (
    "SBOEID LASTNAME FIRSTNAME MIDDLENAME NAMESUFFIX ENROLLMENT STATUS COUNTYCODE ED TOWNCITY WARD "
    "CD SD AD RADDNUMBER RHALFCODE RPREDIRECTION RSTREETNAME RPOSTDIRECTION RAPARTMENTTYPE "
    "RAPARTMENT RADDRNONSTD RCITY RZIP5"
)
FIELDS, TEXTS = _FIELDS.split(), _TEXTS.split()
DATES = ("DOB", "REGDATE")
PARQUET = "(FORMAT parquet, COMPRESSION zstd)"
BATCH = 1_000
ONE_IN = 100  # rows changed for the refresh

# What the refresh changes of a row, in turn; at most one field of each.
CHANGES = (
    (FIELDS.index("ENROLLMENT"), lambda old: b"REP" if old.strip() == b"DEM" else b"DEM"),
    (FIELDS.index("RAPARTMENT"), lambda old: b"9Z" if old != b"9Z" else b"8Z"),
    (FIELDS.index("STATUS"), lambda old: b"I" if old.strip() != b"I" else b"A"),
    (FIELDS.index("LASTNAME"), lambda old: old + b"SON"),
)


def prepare(bench: str, rows: str, seed: str, few: str) -> None:
    """Makes the input once and prints, as JSON, where it is and how many rows it has."""
    import json

    from courtyard.electorate.invented.write import default_name, truth_of, write_voters

    name = default_name(int(rows), int(seed), "ny47", dirty=True)
    dirty = Path(bench) / name
    files = {
        kind: dirty.with_name(f"{dirty.stem}-{kind}.txt")
        for kind in ("dirty_new", "clean", "clean_new", "clean_few")
    }
    told = dirty.with_name(f"{dirty.stem}-inputs.json")
    if not told.exists():
        if not truth_of(dirty).exists():
            write_voters(dirty, rows=int(rows), seed=int(seed))
        changed = _change(dirty, files["dirty_new"])
        clean = _clean(dirty, files["clean"])
        _clean(files["dirty_new"], files["clean_new"])
        _first(files["clean"], files["clean_few"], int(few))
        told.write_text(json.dumps({"clean_rows": clean, "changed_rows": changed}))
    paths = {kind: str(path) for kind, path in files.items()} | {"dirty": str(dirty)}
    print(json.dumps(paths | json.loads(told.read_text())))


def _change(old: Path, new: Path) -> int:
    changed = 0
    with old.open("rb") as file, new.open("wb") as out:
        for number, line in enumerate(file):
            fields = line.split(b'","') if number % ONE_IN == 0 else []
            if len(fields) == len(FIELDS) and line.count(b'"') % 2 == 0:
                at, change = CHANGES[changed % len(CHANGES)]
                quote = b'"' if at == 0 else b""
                fields[at] = quote + change(fields[at].removeprefix(quote))
                changed += 1
            out.write(b'","'.join(fields) if fields else line)
    return changed


def _clean(dirty: Path, clean: Path) -> int:
    """A copy in UTF-8 without the lines that the peers cannot read."""
    from courtyard.electorate.source import open_source

    kept = 0
    with open_source(dirty) as source, clean.open("wb") as out:
        for block in source.blocks(quote=None):
            for line in block.data.splitlines(keepends=True):
                if (
                    line.count(b'","') == len(FIELDS) - 1
                    and line.count(b'"') % 2 == 0
                    and b"\0" not in line
                ):
                    out.write(line)
                    kept += 1
    return kept


def _first(clean: Path, into: Path, rows: int) -> None:
    from itertools import islice

    with clean.open("rb") as file, into.open("wb") as out:
        out.writelines(islice(file, rows))


def courtyard(file: str, into: str) -> None:
    """The finished dataset, with report, rows set aside and versions."""
    from datetime import UTC, datetime

    from courtyard.electorate.load import load

    (loaded,) = load(Path(into), [Path(file)], at=datetime.now(UTC))
    print(loaded.voters)


courtyard_again = courtyard  # the folder holds the version before


def duckdb_by_hand(file: str, into: str) -> None:
    """The columns our dataset needs: text trimmed, two dates, history left as text."""
    _duckdb(f"SELECT {_selected()} FROM {_csv(file)}", into)


def duckdb_all(file: str, into: str) -> None:
    """All 47 columns as text."""
    _duckdb(f"SELECT * FROM {_csv(file)}", into)


def duckdb_ignoring(file: str, into: str) -> None:
    """The file as it is, with what DuckDB offers for such files; mind the rows it keeps."""
    _duckdb(f"SELECT {_selected()} FROM {_csv(file, 'ignore_errors=true')}", into)


def duckdb_again(file: str, into: str) -> None:
    """The same columns of the new file, and what changed, by a hash of each row."""
    duckdb_by_hand(file, into)
    values = ", ".join((*TEXTS, *DATES, "VoterHistory"))
    both = [f"{into}/voters.parquet", f"{Path(into).parent}/duckdb-before/voters.parquet"]
    new, old = (f"(SELECT SBOEID, hash({values}) AS h FROM read_parquet('{p}'))" for p in both)
    with _connected() as connection:
        connection.execute(f"""
            SELECT count(*) FILTER (o.SBOEID IS NULL), count(*) FILTER (n.SBOEID IS NULL),
                count(*) FILTER (o.h <> n.h)
            FROM {old} o FULL JOIN {new} n USING (SBOEID)""").fetchall()


def _selected() -> str:
    texts = [f"trim({name}) AS {name}" for name in TEXTS]
    dates = [f"try_strptime(trim({name}), '%Y%m%d')::DATE AS {name}" for name in DATES]
    return ", ".join([*texts, *dates, "VoterHistory"])


def _csv(file: str, more: str = "ignore_errors=false") -> str:
    how = "header=false, all_varchar=true, delim=',', quote='\"', escape='\"'"
    return f"read_csv('{file}', names={FIELDS}, {how}, {more})"


def _connected():
    import duckdb

    return duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})


def _duckdb(query: str, into: str) -> None:
    with _connected() as connection:
        kept = connection.execute(f"COPY ({query}) TO '{into}/voters.parquet' {PARQUET}")
        print(kept.fetchall()[0][0])


def polars_sink(file: str, into: str) -> None:
    """The columns our dataset needs, by the streaming engine."""
    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars as pl

    rows = pl.scan_csv(file, has_header=False, new_columns=FIELDS, infer_schema=False)
    texts = [pl.col(name).str.strip_chars() for name in TEXTS]
    dates = [pl.col(n).str.strip_chars().str.to_date("%Y%m%d", strict=False) for n in DATES]
    out = f"{into}/voters.parquet"
    rows.select(*texts, *dates, "VoterHistory").sink_parquet(out, compression="zstd")
    print(pl.scan_parquet(out).select(pl.len()).collect().item())


def postgresql_copy(file: str, into: str) -> None:
    """COPY of the bytes as they are into an unlogged table of text."""
    import psycopg

    columns = ", ".join(f"{name} text" for name in FIELDS)
    with psycopg.connect(os.environ["COURTYARD_OWNER_URL"]) as connection:
        connection.execute("DROP TABLE IF EXISTS voters")
        connection.execute(f"CREATE UNLOGGED TABLE voters ({columns})")
        cursor = connection.cursor()
        with (
            cursor.copy("COPY voters FROM STDIN (FORMAT csv)") as copy,
            Path(file).open("rb") as text,
        ):
            while block := text.read(1 << 20):
                copy.write(block)
        print(cursor.rowcount)


def petl_sqlite(file: str, into: str) -> None:
    """petl, all 47 columns."""
    import sqlite3

    import petl

    with sqlite3.connect(f"{into}/voters.sqlite3") as connection:
        connection.execute(f"CREATE TABLE voters ({', '.join(FIELDS)})")
        petl.todb(petl.fromcsv(file, header=FIELDS), connection, "voters")
        print(connection.execute("SELECT count(*) FROM voters").fetchone()[0])


def parsons_postgresql(file: str, into: str) -> None:
    """Parsons, all 47 columns, in an environment of its own."""
    from urllib.parse import unquote, urlsplit

    from parsons import Postgres, Table
    from petl import fromcsv

    said = urlsplit(os.environ["COURTYARD_OWNER_URL"])
    host = unquote(said.netloc.rpartition("@")[2])
    base = Postgres(said.username, "none", host, said.path[1:], 5432)
    # As Table.from_csv does it, which takes no names for a file without a header.
    base.copy(Table(fromcsv(file, header=FIELDS)), "parsons", if_exists="drop")
    print(base.query("SELECT count(*) AS n FROM parsons")[0]["n"])


def django_sqlite(file: str, into: str) -> None:
    """Django's bulk_create, all 47 columns."""
    import django
    from django.conf import settings

    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{into}/voters.sqlite3"}
    settings.configure(DATABASES={"default": engine})
    django.setup()
    from django.db import connection, models, transaction

    columns = {name: models.TextField() for name in FIELDS}
    meta = type("Meta", (), {"app_label": "bench"})
    voter = type("Voter", (models.Model,), {"__module__": "bench", "Meta": meta, **columns})
    with connection.schema_editor() as schema:
        schema.create_model(voter)
    with transaction.atomic():
        for rows in _batches(file):
            voter.objects.bulk_create([voter(**row) for row in rows])
    print(voter.objects.count())


def _batches(file: str) -> Iterator[list[dict[str, str]]]:
    from itertools import islice

    with Path(file).open(encoding="utf-8", newline="") as text:
        rows = csv.DictReader(text, FIELDS)
        while batch := list(islice(rows, BATCH)):
            yield batch


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
