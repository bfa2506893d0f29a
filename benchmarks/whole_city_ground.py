"""Invents a ground of the size of New York City: districts, streets, lots, results, voters.

Five boxes where the boroughs lie, cut into Voronoi cells; streets on a grid; lots along them. It is
written in the layouts in which the real files come, so that the product reads it as it is.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely

SEED = 14
DISTRICTS, LOTS, NEIGHBOURHOODS = 5_719, 850_000, 260
APART = (0.00235, 0.00068)  # degrees between avenues and between streets: some 200 m and 75 m
CORNERS_EVERY = 0.0002  # degrees: a district has some eighty corners, as real ones do
BESIDE = 0.00012  # degrees from the middle of the street to a lot's point
# Homes of a lot and their share of all lots; the mean is that of the city's, about four.
HOMES = ((0, 0.12), (1, 0.38), (2, 0.3), (3, 0.11), (6, 0.05), (24, 0.03), (90, 0.0095),
         (450, 0.0005))  # fmt: skip
AREAS = ("city", "districts", "neighbourhoods")
CONTESTS = (
    ("2018-09-13", "lieutenant governor", ("Rosa Invented", "Carl Invented"), 0.48),
    ("2020-06-23", "public advocate", ("Ana Invented", "Rosa Invented", "Ben Invented"), 0.41),
)


@dataclass(frozen=True, slots=True)
class Borough:
    """A box in degrees, its share of the districts and lots, its assembly districts."""

    code: str
    number: int
    box: tuple[float, float, float, float]
    share: float
    assembly: range


BOROUGHS = (
    Borough("MN", 1, (-74.02, 40.70, -73.94, 40.80), 0.20, range(65, 77)),
    Borough("BX", 2, (-73.93, 40.80, -73.78, 40.91), 0.17, range(77, 88)),
    Borough("BK", 3, (-74.04, 40.57, -73.87, 40.70), 0.30, range(41, 61)),
    Borough("QN", 4, (-73.86, 40.59, -73.70, 40.79), 0.27, range(23, 41)),
    Borough("SI", 5, (-74.25, 40.50, -74.06, 40.65), 0.06, range(61, 65)),
)


def write_ground(folder: Path) -> dict[str, list[Path]]:
    """Writes all of it and gives the files by what they are. Written before, it is left alone."""
    files = {
        "boundaries": [folder / f"{name}.geojson" for name in AREAS],
        "streets": [folder / "streets.csv"],
        "lots": [folder / "lots.csv"],
        "results": [folder / _file_of(day, office) for day, office, *_ in CONTESTS],
    }
    last = folder / "written"
    if last.exists():
        return files
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(SEED)
    city, districts, neighbourhoods = files["boundaries"]
    whole = shapely.union_all([shapely.box(*one.box) for one in BOROUGHS])
    _write_features(city, [_feature(whole, {"congressional_district": 1})])
    codes = _write_districts(chance, districts)
    _write_neighbourhoods(chance, neighbourhoods)
    lines = _write_streets(files["streets"][0])
    _write_lots(chance, lines, files["lots"][0])
    _write_results(chance, codes, files["results"])
    last.touch()
    return files


def _cells(chance: np.random.Generator, box: tuple[float, ...], many: int) -> npt.NDArray:
    """A box cut into so many cells, whose edges have corners as real ones do."""
    west, south, east, north = box
    points = chance.uniform((west, south), (east, north), (many, 2))
    whole = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=shapely.box(*box))
    cells = shapely.intersection(shapely.get_parts(whole), shapely.box(*box))
    return shapely.segmentize(cells, CORNERS_EVERY)


def _write_districts(chance: np.random.Generator, path: Path) -> list[int]:
    features, codes = [], []
    many = _shared_out(DISTRICTS)
    for borough, count in zip(BOROUGHS, many, strict=True):
        cells = _cells(chance, borough.box, count)
        west, south, east, north = borough.box
        seeds = chance.uniform((west, south), (east, north), (len(borough.assembly), 2))
        middles = shapely.get_coordinates(shapely.centroid(cells))
        nearest = np.hypot(*(middles[:, None] - seeds[None]).T).argmin(axis=0)
        for at, assembly in enumerate(borough.assembly):
            for n, cell in enumerate(cells[nearest == at], 1):
                code = assembly * 1000 + n
                codes.append(code)
                features.append(_feature(cell, {"ed": code, "assembly_district": assembly}))
    _write_features(path, features)
    return codes


def _write_neighbourhoods(chance: np.random.Generator, path: Path) -> None:
    features = []
    for borough, count in zip(BOROUGHS, _shared_out(NEIGHBOURHOODS), strict=True):
        for n, cell in enumerate(_cells(chance, borough.box, count), 1):
            said = {"nta2020": f"{borough.code}{n:04}", "name": f"Invented {borough.code} {n}"}
            features.append(_feature(cell, said))
    _write_features(path, features)


def _write_streets(path: Path) -> list[npt.NDArray]:
    """Of each borough the segments: x, y at both ends."""
    found, edge = [], 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["edge", "u", "v", "length_m", "name", "highway", "wkt"])
        for borough in BOROUGHS:
            west, south, east, north = borough.box
            xs, ys = np.arange(west, east, APART[0]), np.arange(south, north, APART[1])
            own = []
            for i, j, to_i, to_j, name in _edges(len(xs), len(ys), borough.code):
                ends = xs[i], ys[j], xs[to_i], ys[to_j]
                corners = [f"{borough.code}{a}-{b}" for a, b in ((i, j), (to_i, to_j))]
                line = "LINESTRING ({:.6f} {:.6f}, {:.6f} {:.6f})".format(*ends)
                writer.writerow([edge, *corners, "", name, "residential", line])
                own.append(ends)
                edge += 1
            found.append(np.array(own))
    return found


def _edges(across: int, along: int, code: str) -> Iterator[tuple[int, int, int, int, str]]:
    for j in range(along):
        for i in range(across - 1):
            yield i, j, i + 1, j, f"{code} {j + 1} Street"
    for i in range(across):
        for j in range(along - 1):
            yield i, j, i, j + 1, f"{code} {i + 1} Avenue"


def _write_lots(chance: np.random.Generator, lines: list[npt.NDArray], path: Path) -> None:
    kinds, shares = zip(*HOMES, strict=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["bbl", "borough", "block", "lot", "unitsres", "latitude", "longitude",
                         "modzcta", "nta"])  # fmt: skip
        for borough, own, many in zip(BOROUGHS, lines, _shared_out(LOTS), strict=True):
            on = np.sort(chance.integers(len(own), size=many))
            x, y, to_x, to_y = own[on].T
            part, side = chance.uniform(0.1, 0.9, many), chance.choice([-BESIDE, BESIDE], many)
            flat = to_y == y
            east = x + (to_x - x) * part + np.where(flat, 0, side)
            north = y + (to_y - y) * part + np.where(flat, side, 0)
            homes = chance.choice(kinds, many, p=shares)
            lot = np.arange(many) - np.searchsorted(on, on) + 1
            for row in zip(on.tolist(), lot.tolist(), homes.tolist(), north.tolist(),
                           east.tolist(), strict=True):  # fmt: skip
                block, n, units, latitude, longitude = row
                bbl = f"{borough.number}{block + 1:05}{n:04}"
                zip_ = 10_000 + borough.number * 300 + block % 40
                place = f"{latitude:.6f}", f"{longitude:.6f}"
                writer.writerow([bbl, borough.code, block + 1, n, units, *place, zip_, ""])


def _write_results(chance: np.random.Generator, codes: list[int], paths: list[Path]) -> None:
    for path, (_, _, names, mean) in zip(paths, CONTESTS, strict=True):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["ed", *names])
            for code in codes:
                first = chance.beta(8 * mean, 8 * (1 - mean))
                others = (1 - first) * chance.dirichlet(np.ones(len(names) - 1))
                total = int(chance.gamma(3, 40))
                writer.writerow([code, *chance.multinomial(total, [first, *others])])


def _shared_out(many: int) -> list[int]:
    first = [round(one.share * many) for one in BOROUGHS[:-1]]
    return [*first, many - sum(first)]


def _file_of(day: str, office: str) -> str:
    return f"{day}_{office.replace(' ', '_')}_by_election_district.csv"


def _feature(cell: shapely.Geometry, said: dict[str, object]) -> dict[str, object]:
    rounded = shapely.set_precision(cell, 1e-6, mode="pointwise")
    return {"type": "Feature", "properties": said, "geometry": shapely.geometry.mapping(rounded)}


def _write_features(path: Path, features: list[dict[str, object]]) -> None:
    whole = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(whole, separators=(",", ":")))
