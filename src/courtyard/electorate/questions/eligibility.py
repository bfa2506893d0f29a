"""Who may vote in a contest, as far as a voter file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from courtyard.electorate.questions.asking import (
    EVERYBODY,
    PLACES,
    REGISTERED,
    BadQuestion,
    Voters,
    Where,
    counted,
    no_such,
    people,
    words,
)
from courtyard.electorate.questions.results import Contest
from courtyard.electorate.questions.tables import literal
from courtyard.electorate.refusal import shown
from courtyard.electorate.results.layout import plain

OF_AGE = 18
FIRST_YEAR = 1900
# What the offices of a district are called, by the word the voter file has for the district, and
# those of a whole state. They are whole names, as ``_plain`` writes them: a borough has a president
# too, and a governor a council. A name that is not here is asked about, never guessed.
OFFICES = {
    "congress": frozenset(
        ("representative in congress", "representative to congress", "member of congress",
         "us house", "us house of representatives", "us representative", "us congress", "congress",
         "member of us house of representatives", "congressional representative")
    ),
    "senate": frozenset(
        ("state senate", "state senator", "member of state senate", "member of senate")
    ),
    "house": frozenset(
        ("assembly", "state assembly", "member of assembly", "member of state assembly",
         "assembly member", "assemblymember", "state assembly member", "state house",
         "state house of representatives", "state representative", "house of delegates",
         "member of house of delegates", "state delegate")
    ),
}  # fmt: skip
WHOLE_STATE = frozenset(
    ("president", "us president", "president of us", "president us", "presidential",
     "president vice president", "president vice president of us", "presidential electors",
     "presidential electors for president vice president", "electors for president vice president",
     "governor", "lieutenant governor", "governor lieutenant governor", "attorney general",
     "state attorney general", "secretary of state", "us senate", "us senator", "senator us",
     "member of us senate", "state comptroller", "state treasurer", "state auditor")
)  # fmt: skip
# Spellings of a word in an office, of several words first.
SPELLINGS = (("united states of america", "us"), ("united states", "us"), ("u s", "us"),
             ("lt", "lieutenant"), ("lieut", "lieutenant"), ("and", ""), ("the", ""))  # fmt: skip
PRIMARY = ("primary", "primaries", "runoff", "runoffs", "run off")
UNAFFILIATED = ("no party", "unaffiliated", "no party affiliation", "nonpartisan", "none")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What decides who may vote: the day, whose primary it is (a party; empty: none), and where."""

    day: date
    primary: str = ""
    where: Where = EVERYBODY


def ballot_of(contest: Contest, where: Where = EVERYBODY) -> Ballot:
    """Return the ballot of a contest in force, in the district that its office says.

    ``where`` says it for an office whose district no voter file has, such as a mayor's. Raises
    BadQuestion if it is needed and says nothing, and for a primary that does not say whose it is.
    """
    office, number = _plain(contest.office), contest.district.lstrip("0")
    words = [word for word, offices in OFFICES.items() if office in offices]
    district = Where(**{words[0]: (number,)}) if words and number.isdecimal() else EVERYBODY
    primary = _whose_primary(contest, district)
    if district != EVERYBODY:
        return Ballot(contest.date, primary, district)
    whole_state = not number and office in WHOLE_STATE
    if where == EVERYBODY and not whole_state:
        what = f"a voter file does not say who lives in the district of {shown(contest.title, 120)}"
        raise BadQuestion(what, mend="Say where: county, congress, senate, house or area")
    return Ballot(contest.date, primary, where)


def eligible(
    voters: Voters, ballot: Ballot, *, by: Sequence[str] = (), where: Where = EVERYBODY
) -> Any:
    """Return how many may vote on this ballot, of those on the file today.

    They are registered, or preregistered with a known day of birth; 18 on the day, where the file
    has a day or year of birth that says otherwise; in its district; and, for a closed primary, of
    its party (for a semi-closed one, or of none). Columns: the words of ``by``, eligible.
    Raises BadQuestion, also if the dataset does not say who may vote in a primary, and for a day
    before 1900.
    """
    if ballot.day.year < FIRST_YEAR:
        what = f"{ballot.day} is before {FIRST_YEAR}, and no voter file is of those who voted then"
        raise BadQuestion(what, mend="Say the day of the vote, like 2026-06-23")
    by = words(by, PLACES)
    parties = _parties(voters, ballot)
    needed, status = [*by, "party", "born", "born_year"], (*REGISTERED, "preregistered")
    found = people(voters, needed, ballot.where, where, status=status)
    last = literal(_years_before(ballot.day, OF_AGE), "date")
    by_day, by_year = found.born <= last, found.born_year <= ballot.day.year - OF_AGE
    grown = by_day.fill_null(by_year.fill_null(True))
    known = (found.status != "preregistered") | by_day.fill_null(False)
    found = found.filter(grown, known)
    if parties is not None:
        found = found.filter(found.party.isin(parties) | (found.party.isnull() & ("" in parties)))
    return counted(voters, found, by, "eligible")


def _whose_primary(contest: Contest, district: Where) -> str:
    """Return the party whose primary, or runoff of a primary, a contest is; empty if it is none.

    Raises BadQuestion if it does not say whose: every party would be counted in.
    """
    event, named = _plain(contest.event), f" {_plain(f'{contest.event} {contest.title}')} "
    runoff_of_all = " general " in f" {event} " and "primar" not in event
    if runoff_of_all or not any(f" {word} " in named for word in PRIMARY):
        return ""
    if party := contest.party.strip():
        return party
    place = "".join(f" --{word} {one}" for word, few in district.said().items() for one in few)
    what = f"{shown(contest.title or contest.contest, 120)} does not say whose primary it is"
    raise BadQuestion(what, mend=f"Ask with --on {contest.date} --primary PARTY{place}")


def _plain(name: str) -> str:
    """Return the name of an office or event without case, punctuation and other spellings."""
    found = f" {' '.join(plain(name).split())} "
    for said, kept in SPELLINGS:
        found = " ".join(found.replace(f" {said} ", f" {kept} ").split()).join("  ")
    return found.strip()


def _parties(voters: Voters, ballot: Ballot) -> tuple[str, ...] | None:
    """Return the codes of the parties whose voters may take part ("": no party); None: all."""
    if not ballot.primary:
        return None
    said = voters.version.manifest
    kind, parties = said.get("primaries", "unknown"), said.get("parties") or {}
    if kind == "open":
        return None
    if kind not in ("closed", "semi-closed"):
        what = f"{voters.version.name} does not say who may vote in a primary"
        raise BadQuestion(what, mend="Let its layout say primaries: closed, semi-closed or open")
    wanted = ballot.primary.casefold()
    own = [code for code, name in parties.items() if wanted in (code.casefold(), name.casefold())]
    if not own:
        raise no_such("party", ballot.primary, [f"{code} ({parties[code]})" for code in parties])
    if kind == "closed":
        return tuple(own)
    return (*own, "", *(c for c, name in parties.items() if name.casefold() in UNAFFILIATED))


def _years_before(day: date, years: int) -> date:
    """Return the last day of birth of those who are so many years old on ``day``."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February: who was born on 1 March is not yet that old
        return day.replace(year=day.year - years, day=28)
