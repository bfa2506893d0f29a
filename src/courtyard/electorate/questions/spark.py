"""Spark as the engine: one session a process, in which each question has views of its own."""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path
from typing import Any

from courtyard.electorate.questions.engine import RELOAD, SPARK, Files
from courtyard.electorate.questions.tables import TABLES, to_sql
from courtyard.electorate.refusal import Refused, shown

LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
}
QUIET = {
    "spark.log.level": "OFF",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
# Every type of ours as Spark writes it.
TYPES = {"int64": "BIGINT", "int16": "SMALLINT", "array<int16>": "ARRAY<SMALLINT>"}


def run_on_spark(question: Any, files: Files, engine: str) -> Any:
    """Return what the question gives, as a ``pyarrow.Table``.

    ``engine`` is the address of a master, ``spark://host:port``, or ``spark://local[2]`` for Spark
    inside this process. Raises Refused if Spark is not installed, cannot be started, or cannot read
    the files.
    """
    session = _session(_master(engine)).newSession()
    try:
        for name, paths in files.items():
            read = session.read.schema(_columns(name))
            read.parquet(*map(_plain, paths)).createOrReplaceTempView(name)
        return session.sql(to_sql(question, "pyspark")).toArrow()
    except Exception as e:  # pyspark, py4j and the JVM raise what they like
        what = f"Spark could not read the stored dataset ({_first_line(e)})"
        raise Refused(what, mend=f"{RELOAD}, or see that every machine has it at this path") from e


def _master(engine: str) -> str:
    rest = engine.removeprefix(SPARK)
    if re.fullmatch(r"local(\[(\d+|\*)\])?", rest):
        return rest
    if re.fullmatch(r"[\w.-]+:\d+(,[\w.-]+:\d+)*", rest):
        return engine
    what = f"“{shown(engine)}” is no address of Spark"
    raise Refused(what, mend="Write spark://host:port, or spark://local[2]")


@cache
def _session(master: str) -> Any:
    logging.getLogger("SQLQueryContextLogger").disabled = True  # it prints whole stack traces
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415  # it may not be installed
    except ImportError as e:
        raise Refused("Spark is not installed", mend="Install courtyard[spark]") from e
    said: dict[str, Any] = QUIET | (LOCAL if master.startswith("local") else {})
    try:
        return (
            SparkSession.builder.appName("courtyard").master(master).config(map=said).getOrCreate()
        )
    except Exception as e:  # as above
        mend = "See that Java 17 is installed and the address is right"
        raise Refused(f"Spark could not be started ({_first_line(e)})", mend=mend) from e


def _first_line(error: Exception) -> str:
    return shown(str(error).strip().split("\n")[0], 160)


def _columns(name: str) -> str:
    """Return the columns of a table as Spark declares them, so that it need not look."""
    return ", ".join(f"`{column}` {TYPES.get(kind, kind)}" for column, kind in TABLES[name].items())


def _plain(path: Path) -> str:
    """Return the path so that Hadoop takes no character of it for a pattern."""
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.absolute()))
