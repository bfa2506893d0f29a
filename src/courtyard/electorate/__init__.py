"""The electorate keeps what the state publishes and answers questions about it.

A file is read by a layout (``layouts/*.toml``) in ``results``, kept whole and versioned by
``dataset``, and asked through ``questions``; whatever cannot be read is ``Refused`` with a sentence
that says what, where and how to mend it. No clock, no network, no web framework.
"""
