"""The terminal door: load, ask, serve, look after an installation."""
