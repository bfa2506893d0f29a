// Streets, complexes, blocks, buildings and the names of neighbourhoods: each at its zoom, and quiet,
// so that the colour of a district is what one sees first.

// No glyphs are fetched: the letters are drawn here, in the page's own font.
const FONT = ["Atkinson Hyperlegible Next Variable", "system-ui"];
const BOLD = ["Atkinson Hyperlegible Next Variable Bold", ...FONT]; // the first says the weight
const NAMED = { "text-color": "ink", "text-halo-color": "sheet" };
const DOT = { "circle-color": "sheet", "circle-stroke-color": "ink" }; // to be seen on every colour
const by = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
// A name that is invented is marked as it is in every list.
const marked = (name) => ["concat", name, ["case", ["==", ["get", "invented"], 1], " †", ""]];

export function groundSources(told) {
  const sources = told.ground.map(({ tiles, zooms, bounds }, number) => [
    `ground ${number}`,
    { type: "vector", tiles: [location.origin + tiles], minzoom: zooms[0], maxzoom: zooms[1], bounds },
  ]);
  return Object.fromEntries(sources);
}

// One layer for each set of tiles that has this one.
function each(told, kind, drawn, id = kind) {
  return told.ground.flatMap(({ layers }, number) =>
    layers.includes(kind) ? [{ id: `${id} ${number}`, source: `ground ${number}`, "source-layer": kind, ...drawn }] : [],
  );
}

// The ids of the drawn layers of a kind.
export const layersOf = (told, kind) => each(told, kind, {}).map(({ id }) => id);

export const groundAreas = (told) => [
  ...each(told, "complexes", {
    type: "fill",
    paint: { "fill-opacity": 0.12 },
    metadata: { "fill-color": "ink" },
  }),
  ...each(told, "streets", {
    type: "line",
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-width": by(13, 0.5, 14, 1, 16, 4, 18, 10), "line-opacity": by(13, 0.5, 15, 0.8) },
    metadata: { "line-color": "line" },
  }),
];

export const groundMarks = (told) => [
  ...each(told, "complexes", {
    type: "line",
    paint: { "line-width": 1, "line-dasharray": [3, 2], "line-opacity": 0.7 },
    metadata: { "line-color": "ink" },
  }, "reach"),
  ...each(told, "buildings", {
    type: "circle",
    paint: { "circle-radius": by(15, 0.75, 16, 1.5), "circle-stroke-width": 0.5 },
    metadata: DOT,
    maxzoom: 16, // from there on they have an address
  }, "dots"),
  ...each(told, "buildings", {
    type: "circle",
    paint: { "circle-radius": by(16, 2, 18, 5, 20, 9), "circle-stroke-width": by(16, 0.75, 18, 2) },
    metadata: DOT,
    minzoom: 16,
  }),
];

const name = (text, size, layout = {}, more = {}) => ({
  type: "symbol",
  layout: { "text-field": text, "text-size": size, "text-font": FONT, "text-padding": 4, ...layout },
  paint: { "text-halo-width": 1.5 },
  metadata: NAMED,
  ...more,
});

// Later ones are placed first.
export const groundNames = (told, source) => [
  ...each(told, "buildings", name(marked(["get", "number"]), 12, { "text-offset": [0, -1] }, { minzoom: 17.5 }), "numbers"),
  ...each(told, "blocks", name(["get", "name"], 12, {}, { minzoom: 16, metadata: { ...NAMED, "text-color": "soft" } })),
  ...each(told, "streets", name(marked(["get", "name"]), by(14, 11, 17, 14), {
    "symbol-placement": "line",
    "symbol-spacing": 320,
    "text-max-angle": 30,
  }, { minzoom: 14 }), "street names"),
  ...each(told, "complex_names", name(["concat", ["get", "name"], "\n", told.words.complex], 12, {}, { minzoom: 14.5 })),
  ...(told.across.length
    ? [{
        id: "names",
        source,
        "source-layer": "names",
        ...name(["get", "name"], by(12, 13, 14, 16), { "text-font": BOLD, "text-max-width": 8 }, { minzoom: 11.75, maxzoom: 16 }),
      }]
    : []),
];
