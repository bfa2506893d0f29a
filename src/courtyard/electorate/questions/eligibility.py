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

OF_AGE = 18
# What the offices of a district are called, by the word the voter file has for the district.
OFFICES = {
    "congress": ("representative in congress", "member of congress", "u.s. house", "us house"),
    "senate": ("state senat",),
    "house": ("assembly", "state house", "state representative", "house of delegates"),
}
WHOLE_STATE = ("president", "governor", "attorney general", "united states senat", "u.s. senat",
               "us senat", "secretary of state")  # fmt: skip
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
    BadQuestion if it is needed and says nothing.
    """
    primary = contest.party if "primary" in f"{contest.event} {contest.title}".casefold() else ""
    office, number = contest.office.casefold(), contest.district.lstrip("0")
    for word, offices in OFFICES.items():
        if number.isdecimal() and any(name in office for name in offices):
            return Ballot(contest.date, primary, Where(**{word: (number,)}))
    whole_state = not number and any(name in office for name in WHOLE_STATE)
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
    Raises BadQuestion, also if the dataset does not say who may vote in a primary.
    """
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
