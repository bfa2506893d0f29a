"""What is known of a contest besides its rows: from the file's name, the layout, who loads it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from courtyard.electorate.refusal import Refused, shown
from courtyard.electorate.results.layout import SAID, Layout, plain

LONGEST_SLUG = 120
MOST_WORDS = 50
ENDINGS = re.compile(r"(?:\.(?:csv|tsv|txt|tab|gz|zip))+$", re.IGNORECASE)
STAGES = {
    "election night": "These are figures of election night, not certified ones.",
    "unofficial": "These are unofficial figures, not certified ones.",
}


@dataclass(frozen=True, slots=True)
class Contest:
    """One office put to the vote on one day. Equal ones are one contest, whatever their files.

    ``by`` is the kind of area if contests by such areas are kept apart, else empty.
    """

    date: date
    event: str
    party: str
    office: str
    district: str
    state: str = ""
    by: str = ""

    @property
    def title(self) -> str:
        """Return it in one line: ``Representative in Congress 14, Democratic Primary Election``."""
        what = " ".join(filter(None, (self.office, self.district)))
        which = " ".join(filter(None, (self.party, self.event)))
        return ", ".join(filter(None, (what, which)))

    def slug(self, suffix: str) -> str:
        """Return its address, such as ``2020-06-23-democratic-mayor``. Raises Refused."""
        words = _latin(f"{self.party} {self.office} {self.district}")
        if not words:
            mend = "Say the office in Latin letters: office=…"
            raise Refused("the contest has no name in Latin letters", mend=mend)
        from_where = (suffix, self.state) if suffix else ()
        last = _latin(" ".join((*from_where, f"by {self.by}" if self.by else "")))
        whole = [*words, *last]
        slug = "-".join((self.date.isoformat(), *whole))
        if len(slug) <= LONGEST_SLUG and len(whole) <= MOST_WORDS:
            return slug
        mark = "-".join((hashlib.sha256(" ".join(words).encode()).hexdigest()[:8], *last))
        short = "-".join((self.date.isoformat(), *words[: MOST_WORDS - 1 - len(last)]))
        return f"{short[: LONGEST_SLUG - 1 - len(mark)].rstrip('-')}-{mark}"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a whole file, and was not found in its rows. Empty where nothing is."""

    date: date | None = None
    event: str = ""
    party: str = ""
    office: str = ""
    district: str = ""
    county: str = ""
    state: str = ""
    level: str = ""
    notes: tuple[str, ...] = ()


def words_of(layout: Layout, file: str, said: Mapping[str, str]) -> Words:
    """Return the words of a file: of who loads it, else of the layout, else of its name.

    Raises Refused for a word that is none, or a day that cannot be.
    """
    for word in said:
        if word not in SAID:
            mend = f"What can be said is {', '.join(SAID)}"
            raise Refused(f"{shown(word)} is nothing to say of a result", mend=mend, file=file)
    named, day = _from_name(layout, file)
    found = {**named, **layout.contest, **{k: v.strip() for k, v in said.items() if v.strip()}}
    if "date" in layout.contest or said.get("date", "").strip():
        day = day_of(found["date"], layout.dates)
        if day is None:
            what = f"“{shown(found['date'])}” is no day that can be"
            raise Refused(what, mend="Write it as 2018-06-26: date=…", file=file)
    notes = [STAGES[stage] for stage in [named.pop("stage", "")] if stage in STAGES]
    if named.get("guessed") and found["office"] == named["office"]:
        notes.append(
            f"No office is said in the file; its name says “{found['office']}”. "
            "Say it when loading: office=…"
        )
    return Words(
        date=day,
        event=event_named(layout, found.get("event", ""), day),
        party=layout.parties.get(plain(found.get("party", "")), found.get("party", "")),
        office=found.get("office", ""),
        district=found.get("district", ""),
        county=as_name(found.get("county", "")),
        state=found.get("state", "").upper(),
        level=plain(found.get("level", "")).replace(" ", "_"),
        notes=tuple(notes),
    )


def day_of(text: str, formats: tuple[str, ...]) -> date | None:
    """Return the day written in one of the formats, of 1900 to 2100, or None."""
    for form in (*formats, "%Y-%m-%d"):
        try:
            # A calendar day is meant; the time zone only makes the moment between a definite one.
            day = datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if 1900 <= day.year <= 2100:
            return day
    return None


def event_named(layout: Layout, said: str, day: date | None) -> str:
    """Return the name of an event as its publisher would write it out."""
    name = layout.events.get(plain(said.replace("_", " ")))
    if name is None:
        return as_name(said) if "_" in said or said.islower() else said
    return name.format(year=day.year if day else "").strip()


def as_name(said: str) -> str:
    """Return a name as names are written, if it is all small or all capital: ``NEW_YORK``."""
    words = " ".join(said.replace("_", " ").split())
    return words.title() if words.isupper() or words.islower() else words


def _from_name(layout: Layout, file: str) -> tuple[dict[str, str], date | None]:
    stem = ENDINGS.sub("", file)
    for pattern, form in layout.file_names:
        found = pattern.fullmatch(stem) or pattern.fullmatch(stem.casefold())
        if found:
            words = {key: value for key, value in found.groupdict().items() if value}
            day = day_of(words.pop("date"), (form,))
            words["stage"] = words.get("stage", "").replace("_", " ")
            return _split_office(layout, words), day
    return {}, None


def _split_office(layout: Layout, words: dict[str, str]) -> dict[str, str]:
    """Tell the event in the words for the office: ``mayor_primary``."""
    said = words.get("office", "").split("_")
    events = [word for word in said if word in layout.events]
    if not words.get("office"):
        return words
    office = " ".join(word for word in said if word not in layout.events)
    if events:
        words["event"] = events[0]
    if not office:
        words["guessed"] = "yes"
    words["office"] = as_name(office or events[0])
    return words


def _latin(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[a-z0-9]+", letters.encode("ascii", "ignore").decode())
