"""What may be told of few people: the one threshold of everything that is shown or published."""

FEWEST = 11  # of fewer, a figure says more of chance and of single people than of a place
