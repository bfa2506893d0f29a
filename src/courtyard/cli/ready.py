"""Makes the database and the static files ready, where that is safe to do unasked."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connections
from django.db.migrations.executor import MigrationExecutor

from courtyard.journal.reader import NOBODY
from courtyard.journal.scope import reading_as


class NotMigrated(Exception):
    """The database lacks tables; on PostgreSQL their owner makes them."""

    def __str__(self) -> str:
        return "The database is not up to date. Run: courtyard migrate"


def is_embedded() -> bool:
    """Whether the database is the embedded one, which looks after itself."""
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


def ready_database() -> None:
    """Brings the embedded database up to date; raises NotMigrated for another that is not."""
    if is_embedded():
        Path(settings.COURTYARD_HOME).mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with reading_as(NOBODY):
            executor = MigrationExecutor(connections["default"])
            behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except ProgrammingError as error:  # tables that its owner has not handed over yet
        raise NotMigrated from error
    if behind and not is_embedded():
        raise NotMigrated
    if behind:
        call_command("migrate", verbosity=0, interactive=False)


def ready_static() -> None:
    """Gathers the static files of this build, with compressed copies, unless they are there."""
    root = Path(settings.STATIC_ROOT)
    if not (root / ".complete").exists():
        call_command("collectstatic", verbosity=0, interactive=False, clear=root.exists())
        compress(root)
        (root / ".complete").touch()


def compress(root: Path) -> None:
    """Writes a .gz beside every text file, so that the server need not."""
    from whitenoise.compress import Compressor  # noqa: PLC0415  # only at set-up

    compressor = Compressor(use_brotli=False, quiet=True)
    for path in sorted(root.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            list(compressor.compress(str(path)))
