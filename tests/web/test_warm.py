"""What is warmed up before anybody asks, and for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.kept import load_results
from tests.measures.the_counts import PRIMARY, count_homes

from courtyard.measures import collected
from courtyard.web import warm


@pytest.fixture
def results(settings, tmp_path) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    load_results(settings.COURTYARD_ELECTORATE, PRIMARY)


@pytest.mark.usefixtures("results")
def test_it_reads_what_the_first_who_sees_everything_would_wait_for(ground, sign_in) -> None:
    count_homes(ground)
    warm.warm_up()
    read = {}
    for person in ("administrator", "captain"):
        client = sign_in(person)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("first"))
        counts = [one for one in queries if '"territory_count"."value"' in one["sql"]]
        read[person] = len(counts)
    # What was read for everything is nothing to somebody who sees a part of it.
    assert read == {"administrator": 0, "captain": 1}


@pytest.mark.usefixtures("results")
def test_it_warms_up_for_the_outermost_areas_too(ground) -> None:
    collected._lines.cache_clear()
    warm.warm_up()
    assert collected._lines.cache_info().currsize == 2
    assert warm._outermost() == [ground["14"].path]


def test_it_is_not_put_out_by_nothing(walls, settings, tmp_path, caplog, monkeypatch) -> None:
    settings.COURTYARD_ELECTORATE = tmp_path / "nothing"
    warm.warm_up_or_log()
    assert not caplog.records
    monkeypatch.setattr(warm, "rankable", lambda _reader: 1 / 0)
    warm.warm_up_or_log()
    assert [one.getMessage() for one in caplog.records] == [
        "pages were not warmed up: ZeroDivisionError"
    ]
