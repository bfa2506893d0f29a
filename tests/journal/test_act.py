"""The act, whole: once, by one who may, with one line in the journal, whole or not at all."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.conftest import NOW, Cast

from courtyard.journal.act import REGISTRY, Conflict, NeverAsked, NotAllowed, act, ask
from courtyard.journal.models import Entry
from courtyard.journal.op import further_id, new_op
from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret, Token
from courtyard.people import acts
from courtyard.people.models import Device, Invitation, Role


def enrol(cast: Cast, **changes):
    said = {"op": new_op(), "by": cast.member.reader(), "at": NOW, "name": "Firefox"}
    return acts.enrol_device(**(said | changes))


def test_it_makes_the_row_whose_id_is_the_op(cast: Cast) -> None:
    op = new_op()
    assert enrol(cast, op=op).id == op
    assert Device.objects.get(id=op).account_id == cast.member.id


def test_it_leaves_one_line_in_the_journal_without_words(cast: Cast) -> None:
    op = new_op()
    enrol(cast, op=op, name="A telling name")
    entry = Entry.objects.get(id=op)
    assert (entry.act, entry.by, entry.at) == ("people.enrol_device", cast.member.id, NOW)
    assert entry.ids == [str(op)]
    assert "telling" not in str(entry.__dict__)


def test_it_is_done_once_however_often_it_is_sent(cast: Cast) -> None:
    op = new_op()
    first = enrol(cast, op=op)
    assert enrol(cast, op=op, at=NOW + timedelta(minutes=5)) == first
    assert Device.objects.filter(account=cast.member).count() == 1
    assert Entry.objects.filter(id=op).count() == 1


def test_it_is_a_conflict_to_say_other_words_under_the_same_op(cast: Cast) -> None:
    op = new_op()
    enrol(cast, op=op)
    with pytest.raises(Conflict):
        enrol(cast, op=op, name="Chrome")
    assert Device.objects.get(id=op).name == "Firefox"


def test_it_is_a_conflict_to_send_somebody_elses_op(cast: Cast) -> None:
    op = new_op()
    enrol(cast, op=op)
    outsider = cast.outsider.reader()
    with reading_as(outsider, door="reading"), pytest.raises(Conflict):
        enrol(cast, op=op, by=outsider)


def test_it_writes_nothing_when_the_rule_says_no(cast: Cast) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        acts.invite(
            op=new_op(), by=cast.member.reader(), at=NOW, role="member", area=None,
            link=Token("x"),
        )  # fmt: skip
    assert Entry.objects.count() == before
    assert not Invitation.objects.filter(invited_by=cast.member).exists()


def test_it_writes_nothing_when_it_breaks_half_way(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Entry, "save", broken)
    with pytest.raises(OSError, match="disk"):
        enrol(cast)
    assert not Device.objects.filter(account=cast.member).exists()


@pytest.fixture
def careless():
    """Acts that forget to ask, or ask twice."""
    codes = ("test.never_asks", "test.asks_twice")

    @act(codes[0], row=Device)
    def never(*, op, by, at):
        device = Device(id=op, account_id=by.account, name="x", since=at)
        device.save(force_insert=True)
        return device

    @act(codes[1], row=Device)
    def twice(*, op, by, at):
        ask(True)
        ask(True)

    yield never, twice
    for code in codes:
        del REGISTRY[code]


def test_it_refuses_an_act_that_does_not_ask(cast: Cast, careless) -> None:
    for forgetful in careless:
        with pytest.raises(NeverAsked):
            forgetful(op=new_op(), by=cast.member.reader(), at=NOW)
    assert not Device.objects.filter(account=cast.member).exists()


def test_it_takes_each_code_once(careless) -> None:
    with pytest.raises(RuntimeError, match=r"test\.never_asks"):
        act("test.never_asks", row=Device)(lambda **_: None)


def test_it_seals_with_a_key_and_without_secrets(cast: Cast, settings) -> None:
    from courtyard.journal.seal import seal

    said = {"role": "member", "password": Secret("one"), "link": Token("one")}
    mark = seal("people.invite", cast.organiser.id, said)
    assert mark == seal("people.invite", cast.organiser.id, said | {"password": Secret("two")})
    assert mark != seal("people.invite", cast.organiser.id, said | {"link": Token("two")})
    assert mark != seal("people.invite", cast.organiser.id, said | {"role": "captain"})
    settings.COURTYARD_SEAL_KEY = "another"
    assert mark != seal("people.invite", cast.organiser.id, said)
    with pytest.raises(TypeError, match="object"):
        seal("x", cast.organiser.id, {"what": object()})


def test_it_names_further_rows_by_their_part(cast: Cast) -> None:
    op = new_op()
    link = Token("for two rows")
    acts.invite(
        op=new_op(), by=cast.administrator.reader(), at=NOW, role="member", area=None, link=link
    )
    acts.join(
        op=op, by=Reader(op), at=NOW, link=link, name="New", email="new@example.org",
        password=Secret("a password"),
    )  # fmt: skip
    assert Role.objects.get(account_id=op).id == further_id(op, "role")
    assert Entry.objects.get(id=op).ids == [str(op), str(further_id(op, "role"))]


def test_it_makes_ops_that_sort_by_time_and_never_meet() -> None:
    ops = [new_op() for _ in range(2000)]
    assert len(set(ops)) == 2000
    assert all(op.version == 7 and op.variant == uuid4().variant for op in ops)
    stamps = [op.int >> 80 for op in ops]
    assert stamps == sorted(stamps)


def test_it_shows_the_journal_to_those_it_is_about(cast: Cast) -> None:
    own = Entry.objects.visible_to(cast.captain.reader())
    assert {entry.by for entry in own} == {cast.captain.id}
    everything = Entry.objects.visible_to(cast.administrator.reader())
    assert cast.captain.id in {entry.by for entry in everything}
