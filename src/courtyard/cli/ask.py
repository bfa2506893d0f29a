"""`courtyard ask`: questions to a voter file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.conf import settings

from courtyard.electorate import questions
from courtyard.electorate.permitted import PURPOSES, NotPermitted
from courtyard.electorate.questions import BY, BadQuestion, Ballot, Voters, Where
from courtyard.electorate.refusal import Refused
from courtyard.electorate.threshold import FEWEST

from .rows import print_csv, print_json, print_table

WHERE = tuple(Where.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said beside the question: options by name, empty ones left out."""

    options: Mapping[str, Any]
    where: Where
    root: Path = field(default_factory=lambda: settings.COURTYARD_ELECTORATE)

    def __getattr__(self, name: str) -> Any:
        return self.options.get(name)

    def common(self) -> dict[str, Any]:
        """What nearly every question takes."""
        return {"by": self.options.get("by", ()), "where": self.where}

    def need(self, name: str, what: str) -> Any:
        """The option, or a refusal that names it."""
        if (value := self.options.get(name)) is None:
            raise BadQuestion(f"this is asked of {what}", mend=f"Say --{name}")
        return value


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its line in the list, the options it takes, and how it is asked."""

    says: str
    takes: tuple[str, ...]
    ask: Callable[[Voters, Said], Any]


def _lapsed(voters: Voters, said: Said) -> Any:
    since = said.need("since", "a day")
    return questions.lapsed(voters, _day(since) or since, **said.common())


def _eligible(voters: Voters, said: Said) -> Any:
    ballot = _ballot(said)
    return questions.eligible(voters, ballot, by=said.common()["by"], where=said.where)


def _names(voters: Voters, said: Said) -> Any:
    purpose = said.need("purpose", f"a purpose: {' or '.join(PURPOSES)}")
    if len(said.where.area) != 1:
        raise BadQuestion("names are read for one area at a time", mend="Say --area once")
    rest = {word: values for word, values in said.where.said().items() if word != "area"}
    [area] = said.where.area
    return questions.names(voters, area=area, purpose=purpose, where=Where(**rest))


def _ballot(said: Said) -> Ballot:
    if slug := said.contest:
        if said.on or said.primary:
            raise BadQuestion("a contest has its own day", mend="Say --contest, or --on, not both")
        if contest := questions.contest(said.root, slug):
            return questions.ballot_of(contest, said.where)
        known = ", ".join(one.contest for one in questions.contests(said.root)) or "none"
        raise BadQuestion(f"no contest {slug} is loaded", mend=f"Loaded: {known}")
    text = said.need("on", "a contest (--contest) or a day")
    if not (day := _day(text)):
        raise BadQuestion(f"“{text}” is no day", mend="Write it like 2026-06-23")
    return Ballot(day, said.primary or "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01-01" if len(text) == 4 else text)
    except ValueError:
        return None


PLACES = ("by", *WHERE)
QUESTIONS: dict[str, Question] = {
    "summary": Question(
        "what a voter file holds: by status, confidential, its elections",
        (),
        lambda voters, _: questions.summary(voters),
    ),
    "elections": Question(
        "the elections in its vote histories",
        (),
        lambda voters, _: questions.elections(voters),
    ),
    "registered": Question(
        "who is registered today, active or inactive",
        PLACES,
        lambda voters, said: questions.registered(voters, **said.common()),
    ),
    "voted": Question(
        "who on the file today voted: ever, in an --election, or --by election",
        (*PLACES, "election"),
        lambda voters, said: questions.voted(voters, **said.common(), election=said.election),
    ),
    "turnout": Question(
        "of those registered today, who voted in an --election, or --by election",
        (*PLACES, "election"),
        lambda voters, said: questions.turnout(voters, **said.common(), election=said.election),
    ),
    "first-time": Question(
        "who voted in an --election and in none before it",
        (*PLACES, "election"),
        lambda voters, said: questions.first_time(
            voters, said.need("election", "an election"), **said.common()
        ),
    ),
    "lapsed": Question(
        "who is registered and voted once, but never --since a day, year or election",
        (*PLACES, "since"),
        _lapsed,
    ),
    "never-voted": Question(
        "who is registered and has no vote on the file",
        PLACES,
        lambda voters, said: questions.never_voted(voters, **said.common()),
    ),
    "doors": Question(
        "residents, households and buildings of those registered",
        PLACES,
        lambda voters, said: questions.doors(voters, **said.common()),
    ),
    "eligible": Question(
        "who may vote in a --contest, or --on a day in the --primary of a party",
        (*PLACES, "contest", "on", "primary"),
        _eligible,
    ),
    "names": Question(
        "names and addresses in one --area, for a --purpose the law of the file allows",
        (*WHERE, "purpose"),
        _names,
    ),
}


def _where(command: Callable[..., None]) -> Callable[..., None]:
    for word in reversed(WHERE):
        many = f"Only this {word}; may be said more than once."
        command = click.option(f"--{word}", multiple=True, help=many)(command)
    return command


@click.command()
@click.argument("question", required=False)
@click.option("--dataset", help="Which voter file, if more than one is loaded.")
@click.option("--by", multiple=True, help=f"A row for each {', '.join(BY)}; once for each word.")
@_where
@click.option("--election", help="One election, by its name.")
@click.option("--since", help="A day, a year, or an election by its name.")
@click.option("--contest", help="A contest whose result is loaded, by its slug.")
@click.option("--on", help="A day, such as 2026-06-23.")
@click.option("--primary", help="The party whose primary it is, by code or name.")
@click.option("--purpose", help=f"What names are read for: {' or '.join(PURPOSES)}.")
@click.option("--json", "as_json", is_flag=True, help="Rows as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Rows as CSV.")
def ask(
    question: str | None, dataset: str | None, as_json: bool, as_csv: bool, **options: Any
) -> None:
    """Asks a QUESTION of a voter file; without one, lists them.

    Counts are of those on the file today. Confidential voters are counted and never listed.
    """
    if question is None:
        print_list()
        return
    try:
        answer = answered(question, dataset, options)
    except (BadQuestion, NotPermitted) as error:
        click.echo(_sentence(error), err=True)
        raise SystemExit(2) from error
    except Refused as error:
        click.echo(_sentence(error), err=True)
        raise SystemExit(1) from error
    columns, rows = answer.column_names, answer.to_pylist()
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(columns, rows)
    elif {"registered", "voted"} <= {*columns}:
        print_table([*columns, "share"], [row | {"share": share(row)} for row in rows])
    else:
        print_table(columns, rows)


def answered(question: str, dataset: str | None, options: Mapping[str, Any]) -> Any:
    """The answer as a table. Raises BadQuestion, NotPermitted or Refused."""
    asked = QUESTIONS.get(question.replace("_", "-"))
    if asked is None:
        raise BadQuestion(f"“{question}” is no question", mend=f"There is: {', '.join(QUESTIONS)}")
    said = {name: value for name, value in options.items() if value}
    for name in said:
        if name not in asked.takes:
            takes = ", ".join(f"--{one}" for one in asked.takes) or "no option"
            raise BadQuestion(f"{question} takes no --{name}", mend=f"It takes {takes}")
    where = Where(**{word: said.get(word, ()) for word in WHERE})
    voters = questions.voters_of(
        settings.COURTYARD_ELECTORATE, dataset, engine=settings.COURTYARD_ENGINE
    )
    return asked.ask(voters, Said(said, where))


def share(row: Mapping[str, Any]) -> float | None:
    """Who voted out of who is registered (0–1); None of fewer than FEWEST."""
    return row["voted"] / row["registered"] if row["registered"] >= FEWEST else None


def print_list() -> None:
    """Prints every question with a line each."""
    click.echo("courtyard ask QUESTION, one of:")
    for name, one in QUESTIONS.items():
        click.echo(f"  {name:<12} {one.says}")


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
