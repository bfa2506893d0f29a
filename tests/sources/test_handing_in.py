"""Handing files in."""

import pytest
from tests.conftest import NOW, PLACES, Cast
from tests.sources.handing_in import handed_in

from courtyard.journal.act import Conflict, NotAllowed
from courtyard.journal.models import Entry
from courtyard.journal.op import new_op
from courtyard.journal.reader import EVERYWHERE, Grant, Rank, Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret
from courtyard.sources import acts, rules, spool
from courtyard.sources.models import Load


def said(**other):
    told = {"files": [{"name": "a.csv", "size": 3}], "said": {}, "adds": False}
    return {"at": NOW, "spool": Secret(spool.fresh())} | told | other


def test_it_waits_for_the_worker(cast: Cast) -> None:
    load = handed_in(cast, ("a.csv", b"1,2"), said={"date": "2018-09-13"}, adds=True)
    assert (load.state, load.total_bytes, load.rank) == ("waiting", 3, Rank.ADMINISTRATOR)
    assert (load.said, load.adds) == ({"date": "2018-09-13"}, True)
    assert Entry.objects.get(id=load.id).act == "sources.hand_in"


def test_it_keeps_no_name_of_a_file_in_the_journal(cast: Cast) -> None:
    load = handed_in(cast, ("secret plan.csv", b"1"))
    assert "secret" not in repr(Entry.objects.filter(id=load.id).values().get())


def test_it_is_done_once_when_sent_twice(cast: Cast) -> None:
    by, op = cast.administrator.reader(), new_op()
    first = acts.hand_in(op=op, by=by, **said())
    assert acts.hand_in(op=op, by=by, **said()).spool == first.spool  # another spool the 2nd time
    assert Load.objects.count() == 1
    with pytest.raises(Conflict):
        acts.hand_in(op=op, by=by, **said(adds=True))


@pytest.mark.parametrize("person", sorted(set(PLACES) - {"administrator"}))
def test_it_is_for_those_who_organise_everywhere(cast: Cast, person: str) -> None:
    with pytest.raises(NotAllowed):
        acts.hand_in(op=new_op(), by=cast[person].reader(), **said())
    everywhere = Reader(cast[person].id, (Grant(Rank.ORGANISER, EVERYWHERE),))
    assert acts.hand_in(op=new_op(), by=everywhere, **said()).rank == Rank.ORGANISER


@pytest.mark.parametrize("person", PLACES)
def test_it_is_seen_from_organiser_upwards(cast: Cast, person: str) -> None:
    load = handed_in(cast)
    reader = cast[person].reader()
    with reading_as(reader, door="reading"):
        seen = Load.objects.visible_to(reader).filter(id=load.id).exists()
    assert seen == (person in ("administrator", "organiser")) == rules.may_see_sources(reader)


def test_it_can_be_stopped_by_those_who_load(cast: Cast) -> None:
    load = handed_in(cast)
    with pytest.raises(NotAllowed):
        acts.cancel(op=new_op(), by=cast.organiser.reader(), at=NOW, load=load.id)
    with pytest.raises(Load.DoesNotExist):
        acts.cancel(op=new_op(), by=cast.outsider.reader(), at=NOW, load=load.id)
    by, op = cast.administrator.reader(), new_op()
    for _ in range(2):
        assert acts.cancel(op=op, by=by, at=NOW, load=load.id).state == "cancelled"
    assert acts.take(load.id, worker="w", now=NOW) is None


def test_it_takes_no_more_than_ten_of_one_person_that_wait(cast: Cast) -> None:
    loads = [handed_in(cast, ("a.csv", b"1")) for _ in range(rules.MOST_WAITING)]
    with pytest.raises(acts.TooManyWait):
        handed_in(cast, ("a.csv", b"1"))
    other = Reader(cast.organiser.id, (Grant(Rank.ORGANISER, EVERYWHERE),))
    handed_in(cast, ("a.csv", b"1"), reader=other)
    acts.cancel(op=new_op(), by=cast.administrator.reader(), at=NOW, load=loads[0].id)
    handed_in(cast, ("a.csv", b"1"))
