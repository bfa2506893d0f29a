"""Template tags for the pages that are allauth's."""
