"""What is drawn of a turf: its walk leads along the streets."""

from dataclasses import replace

import numpy as np
from tests.canvass.test_beside import rows_of_houses

from courtyard.canvass.cutting import Recipe, cut_by
from courtyard.canvass.shapes import walk_line
from courtyard.plan.network import Network
from courtyard.plan.turf_ground import Stops

CORNERS = np.array([[0.0, 0.0], [0.0, 5e-4]])


def two_streets():
    """Two houses, each a way off a street between two corners: nodes 0 and 1 are the corners."""
    network = Network.of_ways(([0, 0, 1], [1, 2, 3]), [50.0, 10.0, 10.0], 4)
    places = np.array([[1e-4, 0.0], [1e-4, 5e-4]])
    nodes = np.array([2, 3], dtype=np.int32)
    stops = Stops(nodes, np.array([25, 25]), places=places * 1e5)
    ground = replace(rows_of_houses(), network=network, stops=stops, degrees=places)
    return replace(ground, corners=CORNERS, digest="two streets")


def test_it_leads_round_the_corners() -> None:
    ground = two_streets()
    made = cut_by(Recipe.of_size(ground, 50), ground)

    line = walk_line(made, ground, 0)

    first, last = made.walk.tolist()
    there = [ground.degrees[first], *CORNERS[[first, last]], ground.degrees[last]]
    assert line.tolist() == np.array([*there, *there[::-1][1:]]).tolist()


def test_it_leaves_out_corners_whose_place_is_not_known() -> None:
    ground = replace(two_streets(), corners=CORNERS[:0])
    made = cut_by(Recipe.of_size(ground, 50), ground)
    assert len(walk_line(made, ground, 0)) == 3
