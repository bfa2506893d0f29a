"""The territory knows where we live and work: areas and their outlines, by edition."""
