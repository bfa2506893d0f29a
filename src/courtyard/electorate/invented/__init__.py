"""Invented voters: people who never were, in a publisher's layout, with dirt in known amounts.

`write.write_voters` makes a file and its truth. The parts: `elections` (the calendar), `names`,
`geography` (addresses), `people` (draws them), `history` (who voted, and how it is spelled), `ny`
(the New York layout), `dirt`, `truth`.
"""
