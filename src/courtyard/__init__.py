"""Courtyard: turns the voters a campaign has met into neighbours who organise."""

__version__ = "0.1.0"
