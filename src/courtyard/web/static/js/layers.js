// How the map is drawn: what lies over what, and in which colours.
import { colours, hatch } from "./colours.js";

export const SOURCE = "ground";
const AREAS = { source: SOURCE, "source-layer": "areas" };
const STEP = ["coalesce", ["feature-state", "step"], -1];

// `told` is what the server says of the tiles: web/tiles.py, map_of.
export function style(told, found) {
  const [minzoom, maxzoom] = told.zooms;
  const tiles = [location.origin + told.tiles];
  return {
    version: 8,
    sources: { [SOURCE]: { type: "vector", tiles, minzoom, maxzoom, bounds: told.whole } },
    layers: [
      { id: "water", type: "background", paint: {} },
      { id: "areas", type: "fill", ...AREAS, paint: { "fill-antialias": false } },
      line("edges", AREAS, ["interpolate", ["linear"], ["zoom"], minzoom, 0.2, minzoom + 1, 0.5, minzoom + 5, 1.5]),
      ...told.across.map((kind) => larger(kind, 1.25, { "line-dasharray": [2, 2] })),
      ...told.around.map((kind, rank) => larger(kind, around(rank, minzoom))),
      line("under", AREAS, marked("under", 2)),
      line("halo", AREAS, marked("chosen", 7)),
      line("chosen", AREAS, marked("chosen", 3)),
    ].map((layer) => coloured(layer, found)),
  };
}

// What is not known: hatched, as in the legend.
export function addHatch(canvas, found) {
  canvas.addImage("hatch", hatch(found));
  const paint = { "fill-pattern": "hatch", "fill-opacity": ["case", ["==", STEP, 0], 1, 0] };
  canvas.addLayer({ id: "unknown", type: "fill", ...AREAS, paint }, "edges");
}

export function recolour(canvas, frame) {
  const found = colours(frame);
  canvas.updateImage("hatch", hatch(found));
  for (const layer of canvas.getStyle().layers.filter(({ id }) => id !== "unknown")) {
    for (const [property, colour] of Object.entries(coloured(layer, found).paint)) {
      if (property.endsWith("-color")) canvas.setPaintProperty(layer.id, property, colour);
    }
  }
}

const line = (id, source, width) => ({
  id,
  type: "line",
  ...source,
  layout: { "line-join": "round" },
  paint: { "line-width": width },
});

function larger(kind, width, dashes = {}) {
  const drawn = line(`larger ${kind}`, { ...AREAS, "source-layer": kind }, width);
  return { ...drawn, paint: { ...drawn.paint, ...dashes, "line-opacity": 0.6 } };
}

// Larger areas have the wider borders, the more so the further away one looks.
const around = (rank, far) => ["interpolate", ["linear"], ["zoom"], far, 0.75 + rank / 4, far + 5, 2];

const marked = (state, width) => ["case", ["boolean", ["feature-state", state], false], width, 0];

// Districts that are nobody's business here (and all, until the figures are there) are plain ground.
const byStep = (found) => ["match", STEP, ...found.steps.flatMap((colour, at) => [at + 1, colour]), 0, found.noData, found.wash];

function coloured(layer, found) {
  const by = { water: found.water, areas: byStep(found), edges: found.line, halo: found.sheet };
  const colour = by[layer.id] ?? (layer.id.startsWith("larger ") ? found.soft : found.ink);
  return { ...layer, paint: { ...layer.paint, [`${layer.type}-color`]: colour } };
}
