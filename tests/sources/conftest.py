"""Each test of the sources has a home of its own."""

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    """Where the spool and the electorate of this test lie."""
    settings.COURTYARD_HOME = tmp_path
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    return tmp_path
