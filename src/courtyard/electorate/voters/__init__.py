"""Voter files: recognised, read in blocks, ruled, sorted, compared and reported on."""
