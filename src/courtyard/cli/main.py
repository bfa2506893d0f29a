"""`courtyard`: every command of the terminal. Exit codes: 0 done, 2 bad input, 1 our fault."""

import os
from importlib import import_module

import click
import django

from courtyard import __version__


class Commands(click.Group):
    """Loads a command, and starts Django for it, when it is asked for."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        os.umask(0o077)  # what is written here is for this user only
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
        # Our matrices are small, and the workers share the processors already.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        django.setup()
        command: click.Command = getattr(
            import_module(f"courtyard.cli.{COMMANDS[name]}"), name.replace("-", "_")
        )
        return command

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)


COMMANDS = {
    "load": "load",
    "datasets": "datasets",
    "results": "results",
    "count": "count",
    "area": "area",
    "cut": "cut",
    "plan": "plan",
    "rank": "rank",
    "ask": "ask",
    "demo": "demo",
    "serve": "serve",
    "work": "work",
    "migrate": "migrate",
    "administrator": "administrator",
    "check": "check",
}


@click.group(cls=Commands)
@click.version_option(__version__)
def courtyard() -> None:
    """Courtyard turns the voters a campaign has met into neighbours who organise."""
