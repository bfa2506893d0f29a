"""Logs hold codes, never words: no addresses with queries, no bodies, no names, no values."""

import logging
import re
import traceback

LINK = re.compile(r"(/join/|/account/password/reset/key/)[^\s/]+")


class CodesOnly(logging.Filter):
    """Cuts the secret part out of links; of a fault keeps where it was and its kind.

    What an exception says can be somebody's words: a database quotes the row it refuses.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = LINK.sub(r"\1…", record.getMessage())
        record.args = ()
        record.__dict__.pop("request", None)
        if record.exc_info and record.exc_info[0]:
            frames = "".join(traceback.format_tb(record.exc_info[2]))
            record.exc_text = f"{frames}{record.exc_info[0].__name__}"
            record.exc_info = None
        return True
