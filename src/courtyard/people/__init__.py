"""People: who can sign in, what they may do where, and on which devices."""
