"""Canvass: cuts the ground into turfs. Walks, and what neighbours said, come next."""
