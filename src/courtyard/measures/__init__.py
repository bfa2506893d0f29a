"""What became of it, and where to go next: figures of areas, never of a person."""
