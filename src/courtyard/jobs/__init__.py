"""Jobs: what is done while nobody waits for it. A door with a clock of its own."""
