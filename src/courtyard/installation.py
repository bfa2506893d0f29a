"""What the settings need to know of this installation before Django starts."""

import hashlib
import os
import secrets
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

LANGUAGES = [("en", "English"), ("es", "Español")]
STATIC_FROM_PACKAGES = ("django-allauth", "django-htmx")


def kept_key(home: Path, name: str) -> str:
    """A random key made once and kept in `home/keys`, readable by its owner only."""
    path = home / "keys" / name
    if not path.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_name(f".{name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, path)  # whoever is first wins, also among several processes
        fresh.unlink()
    return path.read_text().strip()


def build_of(static: Path) -> str:
    """The hash of all static files, ours and those of packages: part of every static address."""
    digest = hashlib.sha256()
    for package in STATIC_FROM_PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    for path in sorted(static.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(static).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
