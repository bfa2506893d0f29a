"""Logs hold codes, never words: no addresses with queries, no request bodies, no names."""

import logging
import re

LINK = re.compile(r"(/join/|/account/password/reset/key/)[^\s/]+")


class CodesOnly(logging.Filter):
    """Cuts the secret part out of links and drops the request object from a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = LINK.sub(r"\1…", record.getMessage())
        record.args = ()
        record.__dict__.pop("request", None)
        return True
