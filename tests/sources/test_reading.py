"""Reading what was handed in: what comes of it, and whose it is while it is being read."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone
from tests.conftest import DEMO, NOW, Cast
from tests.sources.handing_in import CONTEST, handed_in, small_result, whole_result

from courtyard.electorate import dataset
from courtyard.electorate.invented.write import write_voters
from courtyard.electorate.load import Progress
from courtyard.jobs import reading, worker
from courtyard.jobs.reading import WORKER_NAME, LetGo, Telling, read
from courtyard.journal.act import NotAllowed
from courtyard.journal.models import Entry
from courtyard.journal.op import further_id, new_op
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.sources import acts, rules, spool
from courtyard.sources.models import Load
from courtyard.territory.models import Edition


def after(load: Load) -> Load:
    read.call(str(load.id))
    load.refresh_from_db()
    assert not (spool.root() / load.spool).exists() or load.is_running
    return load


def in_force(home: Path, name: str = CONTEST):
    return dataset.current(home / "electorate", name)


def test_it_puts_a_result_in_force(cast: Cast, home: Path) -> None:
    load = after(handed_in(cast))
    assert (load.state, load.sentence, load.worker) == ("done", "", "")
    assert load.made[0]["rows_kept"] == load.made[0]["rows_read"] == 4064
    version = in_force(home)
    assert version
    assert version.manifest["loaded_by"] == str(cast.administrator.id)
    assert Entry.objects.get(id=further_id(load.id, "end")).by == cast.administrator.id


def test_it_is_read_once_however_often_it_is_queued(cast: Cast, home: Path) -> None:
    load = after(handed_in(cast))
    assert after(load).taken == 1
    assert len(dataset.versions(home / "electorate", CONTEST)) == 1


def test_it_says_why_a_file_was_refused_and_changes_nothing(cast: Cast, home: Path) -> None:
    after(handed_in(cast))
    load = after(handed_in(cast, ("letter.csv", b"Dear neighbours,\nhello\n")))
    assert load.state == "refused"
    assert load.sentence.startswith("letter.csv")
    assert in_force(home).number == 1


def test_it_loads_boundaries_in_the_name_of_an_administrator(cast: Cast) -> None:
    Edition.objects.all()
    name = "congressional_district_14.geojson"
    content = (DEMO / "areas" / name).read_bytes()
    load = after(handed_in(cast, (name, content)))
    assert load.state == "done"
    assert load.made[0]["boundaries"]
    assert "already" in load.made[0]["notes"][0]  # the cast stands on it
    everywhere = Reader(cast.organiser.id, (Grant(Rank.ORGANISER, EVERYWHERE),))
    load = after(handed_in(cast, (name, content), reader=everywhere))
    assert (load.state, load.sentence) == ("refused", reading.NOT_YOURS)


def test_it_tells_a_fault_of_ours_without_its_words(
    cast: Cast, monkeypatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_, **__):
        raise RuntimeError("Rosa, 35-40 78th Street")

    monkeypatch.setattr(reading, "load_files", broken)
    with caplog.at_level(logging.ERROR):
        load = after(handed_in(cast))
    assert (load.state, load.sentence) == ("failed", reading.OUR_FAULT)
    assert "RuntimeError" in caplog.text
    assert "Rosa" not in caplog.text


def test_it_is_one_workers_until_the_lease_is_over(cast: Cast) -> None:
    load = handed_in(cast)
    assert acts.take(load.id, worker="one", now=NOW)
    soon = NOW + rules.LEASE / 2
    assert acts.take(load.id, worker="two", now=soon) is None
    acts.renew(load.id, worker="one", now=soon)
    assert acts.take(load.id, worker="two", now=NOW + rules.LEASE * 1.2) is None
    late = soon + rules.LEASE + timedelta(seconds=1)
    taken = acts.take(load.id, worker="two", now=late)
    assert taken
    assert (taken.worker, taken.taken) == ("two", 2)
    assert not acts.tell(load.id, worker="one", now=late, rows=1)  # the first one comes too late
    assert acts.tell(load.id, worker="two", now=late, rows=2)


def test_it_tells_how_far_it_is_once_a_second(cast: Cast) -> None:
    load = handed_in(cast)
    acts.take(load.id, worker=WORKER_NAME, now=timezone.now())
    tell = Telling(load)
    for stage, done in (("reading", 10), ("reading", 20), ("sorting", 30)):
        tell(Progress("a.csv", stage, done, 40, done))
        load.refresh_from_db()
    assert (load.stage, load.done_bytes, load.total_bytes, load.rows) == ("sorting", 30, 40, 30)
    tell(Progress("a.csv", "sorting", 35, 40, 35))
    load.refresh_from_db()
    assert load.rows == 30


def test_it_stops_at_the_next_word_when_cancelled(cast: Cast, home: Path, monkeypatch) -> None:
    load = handed_in(cast)

    def cancelled(files, *, progress, **_):
        by = cast.administrator.reader()
        acts.cancel(op=new_op(), by=by, at=NOW, load=load.id)
        progress(Progress("a.csv", "reading", 1, 2, 1))

    monkeypatch.setattr(reading, "load_files", cancelled)
    read.call(str(load.id))
    load.refresh_from_db()
    assert load.state == "cancelled"
    assert in_force(home) is None


@pytest.mark.parametrize("name", [CONTEST, "ny-voters"])
def test_it_puts_nothing_in_force_when_cancelled_right_before(
    cast: Cast, home: Path, monkeypatch, name: str
) -> None:
    file = ("result.csv", whole_result()) if name == CONTEST else ("v.txt", some_voters(home))
    load = handed_in(cast, file)
    tell, stages = Telling.__call__, list[str]()

    def told(self: Telling, progress: Progress) -> None:
        stages.append(progress.stage)
        if progress.stage == rules.PUTTING_IN_FORCE:
            acts.cancel(op=new_op(), by=cast.administrator.reader(), at=NOW, load=load.id)
        tell(self, progress)

    monkeypatch.setattr(Telling, "__call__", told)
    read.call(str(load.id))
    load.refresh_from_db()
    assert load.state == "cancelled"
    assert stages[-1] == rules.PUTTING_IN_FORCE
    assert in_force(home, name) is None
    assert dataset.versions(home / "electorate", name) == []


def some_voters(home: Path) -> bytes:
    write_voters(home / "v.txt", rows=300, seed=1)
    return (home / "v.txt").read_bytes()


def test_it_cannot_be_stopped_while_it_is_put_in_force(cast: Cast) -> None:
    load, by = handed_in(cast), cast.administrator.reader()
    acts.take(load.id, worker=WORKER_NAME, now=NOW)
    Telling(load)(Progress("", "putting in force", 1, 1, 1))
    with pytest.raises(acts.TooLate):
        acts.cancel(op=new_op(), by=by, at=NOW, load=load.id)
    late = timezone.now() + rules.LEASE * 2  # whoever put it in force is gone
    assert acts.cancel(op=new_op(), by=by, at=late, load=load.id).state == "cancelled"


def busy_database(times: int, then):
    left = [times]

    def busy(*args, **told):
        if left[0]:
            left[0] -= 1
            raise OperationalError("database is locked")
        return then(*args, **told)

    return busy


def test_it_goes_on_while_the_database_is_busy_for_a_while(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(reading, "AGAIN", (0, 0))
    monkeypatch.setattr(acts, "tell", busy_database(2, acts.tell))
    monkeypatch.setattr(acts, "end_load", busy_database(2, acts.end_load))
    load = after(handed_in(cast))
    assert load.state == "done"
    assert not reading.being_read


def test_it_is_left_to_a_later_turn_if_it_cannot_be_ended(
    cast: Cast, monkeypatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "AGAIN", (0,))
    with monkeypatch.context() as busy, caplog.at_level(logging.ERROR):
        busy.setattr(acts, "end_load", busy_database(99, acts.end_load))
        load = handed_in(cast)
        read.call(str(load.id))  # raises nothing that the queue would keep
    load.refresh_from_db()
    assert (load.state, reading.being_read) == ("reading", set())
    assert "OperationalError" in caplog.text
    before = load.leased_until
    worker._renew()
    load.refresh_from_db()
    assert load.leased_until == before  # so that the lease ends
    Load.objects.filter(id=load.id).update(leased_until=NOW)
    assert after(load).state == "done"
    assert len(load.made) == 1


def test_it_renews_the_lease_of_what_is_being_read(cast: Cast, monkeypatch) -> None:
    load = handed_in(cast)
    leases = []

    def slow(files, **_):
        Load.objects.filter(id=load.id).update(leased_until=NOW)
        worker._renew()
        leases.append(Load.objects.get(id=load.id).leased_until)
        return []

    monkeypatch.setattr(reading, "load_files", slow)
    after(load)
    assert leases[0] > NOW


def test_it_is_let_go_by_a_worker_that_shall_stop(cast: Cast) -> None:
    load = handed_in(cast)
    reading.stopping.set()
    try:
        read.call(str(load.id))
    finally:
        reading.stopping.clear()
    load.refresh_from_db()
    assert (load.state, load.worker, load.taken) == ("waiting", "", 0)
    assert after(load).state == "done"


def test_it_gives_up_on_what_stops_the_machine_again_and_again(cast: Cast) -> None:
    load = handed_in(cast)
    now = NOW
    for n in range(rules.MOST_TAKEN):
        assert acts.take(load.id, worker=f"killed {n}", now=now)
        now += rules.LEASE * 2
    load = after(load)
    assert (load.state, load.sentence) == ("failed", reading.STOPPED)


def test_it_ends_in_nobody_elses_name(cast: Cast) -> None:
    load = handed_in(cast)
    everywhere = Reader(cast.organiser.id, (Grant(Rank.ORGANISER, EVERYWHERE),))
    told = {"state": "done", "made": [], "sentence": ""}
    with pytest.raises(NotAllowed):
        acts.end_load(op=new_op(), by=everywhere, at=NOW, load=load.id, **told)


def test_it_adds_a_version_when_the_file_was_corrected(cast: Cast, home: Path) -> None:
    after(handed_in(cast, ("result.csv", small_result())))
    load = after(handed_in(cast))
    assert load.made[0]["version"] == 2
    assert in_force(home).number == 2


def test_it_raises_let_go_to_whoever_reads_without_a_lease(cast: Cast) -> None:
    with pytest.raises(LetGo):
        Telling(handed_in(cast))(Progress("a.csv", "reading", 1, 2, 1))
