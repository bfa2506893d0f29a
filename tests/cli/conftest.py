"""`courtyard` as it is typed, within the test or as a process of its own."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.terminal import Terminal

from courtyard.cli.main import courtyard as command

Typed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def courtyard(walls: None, settings, tmp_path: Path) -> Typed:
    """Runs it in the database of the test, with a home of its own; our faults are raised."""
    settings.COURTYARD_HOME = tmp_path / "home"
    settings.COURTYARD_ELECTORATE = tmp_path / "home" / "electorate"

    def typed(*words: str | Path) -> "subprocess.CompletedProcess[str]":
        before = os.umask(0o077)
        try:
            said = [str(word) for word in words]
            done = CliRunner().invoke(command, said, catch_exceptions=False)
        finally:
            os.umask(before)
        return subprocess.CompletedProcess(said, done.exit_code, done.stdout, done.stderr)

    return typed


@pytest.fixture
def process(tmp_path: Path) -> Terminal:
    """Runs it as a newcomer does: each time a whole process, on the embedded database."""
    return Terminal(tmp_path)
