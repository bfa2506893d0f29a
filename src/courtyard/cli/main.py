"""`courtyard`: every command of the terminal. Exit codes: 0 done, 2 bad input, 1 our fault."""

import os

import click
import django

from courtyard import __version__


class Commands(click.Group):
    """Starts Django for the command that was asked for, and not for --help."""

    def invoke(self, context: click.Context) -> object:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courtyard.settings")
        django.setup()
        return super().invoke(context)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        from importlib import import_module  # noqa: PLC0415  # a command loads what it needs

        command: click.Command = getattr(
            import_module(f"courtyard.cli.{COMMANDS[name]}"), name.replace("-", "_")
        )
        return command

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)


COMMANDS = {
    "load": "load",
    "results": "results",
    "demo": "demo",
    "serve": "serve",
    "migrate": "migrate",
    "administrator": "administrator",
    "check": "check",
}


@click.group(cls=Commands)
@click.version_option(__version__)
def courtyard() -> None:
    """Courtyard turns the voters a campaign has met into neighbours who organise."""
