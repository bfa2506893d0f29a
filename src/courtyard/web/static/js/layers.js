// How the map is drawn: what lies over what, and in which colours.
import { basemapFills, basemapLines, basemapSources } from "./basemap.js";
import { colours, hatch } from "./colours.js";
import { groundAreas, groundMarks, groundNames, groundSources } from "./ground_layers.js";

export const SOURCE = "ground";
const AREAS = { source: SOURCE, "source-layer": "areas" };
const STEP = ["coalesce", ["feature-state", "step"], -1];

// `told` is what the server says of the tiles: web/tiles.py, map_of. A layer's metadata names the
// token of each of its colours; the areas' own are those of the steps.
export function style(told, found) {
  const [minzoom, maxzoom] = told.zooms;
  const tiles = [location.origin + told.tiles];
  const own = { type: "vector", tiles, minzoom, maxzoom, bounds: told.whole };
  return {
    version: 8,
    sources: { [SOURCE]: own, ...groundSources(told), ...basemapSources(told) },
    layers: [
      // Beneath a basemap all is land until it draws its water.
      { id: "paper", type: "background", metadata: { "background-color": told.basemap ? "wash" : "water" } },
      ...basemapFills(told),
      { id: "areas", type: "fill", ...AREAS, paint: { "fill-antialias": false }, metadata: { "fill-color": "steps" } },
      ...basemapLines(told),
      ...groundAreas(told),
      line("edges", AREAS, ["interpolate", ["linear"], ["zoom"], minzoom, 0.2, minzoom + 1, 0.5, minzoom + 5, 1.5], "line"),
      // Among streets, which are as light, a border needs ink.
      { ...line("borders", AREAS, ["interpolate", ["linear"], ["zoom"], 13, 0.6, 15, 1.25], "soft"), minzoom: 13 },
      ...told.across.map((kind) => larger(kind, 1.25, { "line-dasharray": [2, 2] })),
      ...told.around.map((kind, rank) => larger(kind, around(rank, minzoom))),
      ...groundMarks(told),
      line("under", AREAS, marked("under", 2), "ink"),
      line("halo", AREAS, marked("chosen", 7), "sheet"),
      line("chosen", AREAS, marked("chosen", 3), "ink"),
      ...groundNames(told, SOURCE),
    ].map((layer) => ({ ...layer, paint: { ...layer.paint, ...inColour(layer, found) } })),
  };
}

// What is not known: hatched, as in the legend.
export function addHatch(canvas, found) {
  const { layers } = canvas.getStyle();
  const above = layers[layers.findIndex(({ id }) => id === "areas") + 1].id;
  canvas.addImage("hatch", hatch(found));
  const paint = { "fill-pattern": "hatch", "fill-opacity": ["case", ["==", STEP, 0], 1, 0] };
  canvas.addLayer({ id: "unknown", type: "fill", ...AREAS, paint }, above);
}

export function recolour(canvas, frame) {
  const found = colours(frame);
  if (canvas.hasImage("hatch")) canvas.updateImage("hatch", hatch(found));
  for (const layer of canvas.getStyle().layers) {
    for (const [property, colour] of Object.entries(inColour(layer, found))) {
      canvas.setPaintProperty(layer.id, property, colour);
    }
  }
}

const line = (id, source, width, token) => ({
  id,
  type: "line",
  ...source,
  layout: { "line-join": "round" },
  paint: { "line-width": width },
  metadata: { "line-color": token },
});

function larger(kind, width, dashes = {}) {
  const drawn = line(`larger ${kind}`, { ...AREAS, "source-layer": kind }, width, "soft");
  return { ...drawn, paint: { ...drawn.paint, ...dashes, "line-opacity": 0.6 } };
}

// Larger areas have the wider borders, the more so the further away one looks.
const around = (rank, far) => ["interpolate", ["linear"], ["zoom"], far, 0.75 + rank / 4, far + 5, 2];

const marked = (state, width) => ["case", ["boolean", ["feature-state", state], false], width, 0];

// Districts that are nobody's business here (and all, until the figures are there) are plain ground.
const byStep = (found) => ["match", STEP, ...found.steps.flatMap((colour, at) => [at + 1, colour]), 0, found.noData, found.wash];

function inColour({ metadata = {} }, found) {
  const told = Object.entries(metadata).map(([property, token]) => [property, token === "steps" ? byStep(found) : found[token]]);
  return Object.fromEntries(told);
}
