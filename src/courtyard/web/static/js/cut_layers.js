// How turfs are drawn: the walk of each as a line, its buildings as dots, its number in the middle.
import { style } from "./layers.js";

export const TURFS = "turfs";
export const CHOSEN = "turf chosen";
const FONT = ["Atkinson Hyperlegible Next Variable Bold", "Atkinson Hyperlegible Next Variable", "system-ui"];
const by = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const is = (what) => ["==", ["get", "is"], what];
// The ground beneath has dots of its own for buildings, and marks for areas: here they are turfs'.
const BENEATH = /^(dots|buildings|under|halo|chosen|numbers)( |$)/;

export function cutStyle(told, found) {
  const made = style(told, found);
  const names = made.layers.filter(({ type }) => type === "symbol");
  const ground = made.layers.filter(({ id, type }) => type !== "symbol" && !BENEATH.test(id));
  const drawn = turfLayers().map((layer) => ({ ...layer, paint: { ...layer.paint, ...tokens(layer, found) } }));
  return {
    ...made,
    sources: { ...made.sources, [TURFS]: empty(), [CHOSEN]: empty() },
    layers: [...ground, ...drawn.filter(({ type }) => type !== "symbol"), ...names, ...drawn.filter(({ type }) => type === "symbol")],
  };
}

const empty = () => ({ type: "geojson", data: { type: "FeatureCollection", features: [] } });
const tokens = ({ metadata }, found) => Object.fromEntries(Object.entries(metadata).map(([name, token]) => [name, found[token]]));

const line = (id, source, filter, paint, token) => ({
  id,
  type: "line",
  source,
  filter,
  layout: { "line-join": "round", "line-cap": "round" },
  paint,
  metadata: { "line-color": token },
});

const dot = (id, source, filter, paint, fill, edge) => ({
  id,
  type: "circle",
  source,
  filter,
  paint,
  metadata: { "circle-color": fill, "circle-stroke-color": edge },
});

const number = (id, source, filter, size, more = {}) => ({
  id,
  type: "symbol",
  source,
  filter,
  layout: { "text-field": ["get", "text"], "text-size": size, "text-padding": 2, "text-font": FONT, ...more },
  paint: { "text-halo-width": 2 },
  metadata: { "text-color": "ink", "text-halo-color": "sheet" },
});

const WALK = by(12, 0.75, 14, 1.5, 16, 2.5, 18, 4);
// A building that is a turf by itself, or several, has no walk: its dot is the larger.
const house = (small, whole = 2 * small) => ["case", ["get", "whole"], whole, small];
const HOUSE = by(12, house(0.8), 14, house(1.75), 16, house(3.5, 6), 18, house(7, 10));

// The number of a turf of one building stands above its dot, any other in the middle of its walk.
const ABOVE = ["case", ["get", "whole"], ["literal", [0, -1]], ["literal", [0, 0]]];

// The number of a stop stands beside it, where there is room.
const BESIDE = {
  "text-variable-anchor": ["left", "right", "top", "bottom"],
  "text-radial-offset": by(15, 0.7, 18, 0.9),
  "text-padding": 0,
  "symbol-sort-key": ["to-number", ["get", "text"]],
};

const turfLayers = () => [
  line("turf walks", TURFS, ["all", is("walk"), ["!", ["get", "out"]]], { "line-width": WALK, "line-opacity": 0.85 }, "turf"),
  { ...line("turf walks out", TURFS, ["all", is("walk"), ["get", "out"]], { "line-width": WALK, "line-dasharray": [2, 1.5] }, "turf"), layout: { "line-join": "round" } },
  dot("turf houses", TURFS, is("house"), { "circle-radius": HOUSE, "circle-stroke-width": by(14, 0, 16, 1) }, "turf", "sheet"),
  line("turf halo", CHOSEN, is("walk"), { "line-width": 8 }, "sheet"),
  line("turf mark", CHOSEN, is("walk"), { "line-width": 3 }, "ink"),
  dot("turf left out", TURFS, is("none"), { "circle-radius": HOUSE, "circle-stroke-width": 1.5 }, "sheet", "soft"),
  dot("turf stops", CHOSEN, is("house"), { "circle-radius": by(12, 2, 15, 4, 18, 8), "circle-stroke-width": by(12, 1, 15, 2) }, "sheet", "ink"),
  dot("turf building", CHOSEN, is("here"), { "circle-radius": by(12, 5, 16, 8, 18, 12), "circle-stroke-width": 3 }, "brick", "sheet"),
  number("turf numbers", TURFS, is("label"), by(12, 11, 15, 14, 17, 18), { "text-padding": by(12, 12, 15, 4), "text-offset": ABOVE }),
  { ...number("turf order", CHOSEN, is("house"), by(15, 10, 18, 14), BESIDE), minzoom: 14.5 },
];
