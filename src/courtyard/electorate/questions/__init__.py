"""Every question asked of the electorate, in Ibis: the only package that knows the engines.

An answer is a ``pyarrow.Table``: the words it was asked ``by``, then whole numbers, the same one
from DuckDB and from Spark. Contests and their figures are plain values. No question gives a share:
that is left to whoever shows it, and says of whom.
"""

from courtyard.electorate.questions.addresses import doors, names
from courtyard.electorate.questions.asking import (
    BY,
    EVERYBODY,
    BadQuestion,
    Voters,
    Where,
    voters_of,
)
from courtyard.electorate.questions.counts import (
    first_time,
    lapsed,
    never_voted,
    registered,
    turnout,
    voted,
)
from courtyard.electorate.questions.eligibility import Ballot, ballot_of, eligible
from courtyard.electorate.questions.overview import elections, summary
from courtyard.electorate.questions.results import (
    AreaFigures,
    Candidate,
    Contest,
    NoSuchContest,
    ResultRow,
    candidates,
    contest,
    contests,
    figures,
    result_rows,
    whole_result,
)

__all__ = [
    "BY",
    "EVERYBODY",
    "AreaFigures",
    "BadQuestion",
    "Ballot",
    "Candidate",
    "Contest",
    "NoSuchContest",
    "ResultRow",
    "Voters",
    "Where",
    "ballot_of",
    "candidates",
    "contest",
    "contests",
    "doors",
    "elections",
    "eligible",
    "figures",
    "first_time",
    "lapsed",
    "names",
    "never_voted",
    "registered",
    "result_rows",
    "summary",
    "turnout",
    "voted",
    "voters_of",
    "whole_result",
]
