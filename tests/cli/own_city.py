"""An invented quarter beside a river, far from New York, in files as others keep them."""

import json
from pathlib import Path

EAST, NORTHWARD = -73.60, 45.50
STEP = 0.0004  # degrees, about 30 m
LENGTH = 24  # houses along a bank
NORTH, SOUTH = f"{EAST},{NORTHWARD}", f"{EAST + STEP},{NORTHWARD}"


def doors_of(folder: Path) -> Path:
    """Houses along both banks; those not by the bridge, which is in the west, are `far`."""
    rows = []
    for bank, latitude in (("left", NORTHWARD), ("right", NORTHWARD + 2.2 * STEP)):
        for n in range(LENGTH):
            near = "near" if n < 4 else "far"
            where = f"{EAST + n * STEP:.5f},{latitude + 0.00005:.6f}"
            rows.append(f"{bank}-{near}-{n},{where},{1 + n % 5},{n + 1} {bank} bank")
    return write_doors(folder, rows)


def write_doors(folder: Path, rows: list[str], *more: str) -> Path:
    """A file of doors with such rows."""
    path = folder / "doors.csv"
    header = ",".join(("id,longitude,latitude,doors,address", *more))
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def streets_of(folder: Path, *, wkt: bool = False) -> Path:
    """A street along each bank, and a bridge that meets both, one of them at no corner."""
    west, east = EAST - STEP, EAST + LENGTH * STEP
    low, high = NORTHWARD, NORTHWARD + 2.2 * STEP
    lines = [
        [(west, low), (east, low)],
        [(west - STEP, high), (east, high)],
        [(west, low), (west, high)],
    ]
    if wkt:
        path = folder / "streets.csv"
        texts = [", ".join(f"{x} {y}" for x, y in line) for line in lines]
        path.write_text("wkt\n" + "".join(f'"LINESTRING ({text})"\n' for text in texts))
        return path
    path = folder / "streets.geojson"
    features = [
        {"type": "Feature", "properties": {},
         "geometry": {"type": "LineString", "coordinates": line}}
        for line in lines
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path
