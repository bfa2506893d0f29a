"""A PostgreSQL server of its own, for tests and benchmarks; nothing of it stays."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """A server on a socket in a temporary folder, run by a user that is not root.

    Yields what the environment needs to find it; nothing where its programs are not installed.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    elsewhere = [Path(path).parent] if (path := shutil.which("initdb")) else []
    found = [*elsewhere, *programs][-1:]
    if not found:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="courtyard-pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        # Tests roll back what they write, so that statistics taken in between would say that every
        # table is empty, and joins would be planned for that.
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c autovacuum=off"
        data = f"{folder}/data"
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

        def run(*command: str) -> None:
            subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd=folder)

        run(f"{found[0]}/initdb", "-D", data, "-A", "trust", "-U", "keeper", "-E", "UTF8")
        run(f"{found[0]}/pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            for statement in (
                "CREATE ROLE courtyard_owner LOGIN CREATEDB",
                "CREATE ROLE courtyard LOGIN",
                "CREATE DATABASE courtyard OWNER courtyard_owner",
            ):
                run(f"{found[0]}/psql", "-q", "-h", folder, "-U", "keeper", "-d", "postgres",
                    "-c", statement)  # fmt: skip
            host = folder.replace("/", "%2F")
            yield {
                "DATABASE_URL": f"postgres://courtyard@{host}/courtyard",
                "COURTYARD_OWNER_URL": f"postgres://courtyard_owner@{host}/courtyard",
            }
        finally:
            run(f"{found[0]}/pg_ctl", "-D", data, "-m", "immediate", "stop")
