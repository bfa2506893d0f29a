// An operator's own basemap: land, water and roads as thin and pale as may be. The layers of the
// schemas of Protomaps and OpenMapTiles are known; of any other all is drawn as lines.
const GREEN = ["landuse", "landcover", "park"];
const WATER = ["water"];
const RIVERS = ["waterway"];
const ROADS = ["roads", "transportation"];

export function basemapSources({ basemap }) {
  if (!basemap) return {};
  const { tiles, zooms, bounds } = basemap;
  return { basemap: { type: "vector", tiles: [location.origin + tiles], minzoom: zooms[0], maxzoom: zooms[1], bounds } };
}

const these = ({ basemap }, kinds) => (basemap?.layers ?? []).filter((kind) => kinds.includes(kind));
const is = (shape) => ["==", ["geometry-type"], shape];

const layer = (kind, type, token, paint, filter) => ({
  id: `basemap ${type} ${kind}`,
  source: "basemap",
  "source-layer": kind,
  type,
  paint,
  ...(filter ? { filter } : {}),
  metadata: { [`${type}-color`]: token },
});

// Beneath the districts: their colour comes first.
export const basemapFills = (told) => [
  ...these(told, GREEN).map((kind) => layer(kind, "fill", "line", { "fill-opacity": 0.3 }, is("Polygon"))),
  ...these(told, WATER).map((kind) => layer(kind, "fill", "water", {}, is("Polygon"))),
];

export function basemapLines(told) {
  const known = [...GREEN, ...WATER, ...RIVERS, ...ROADS];
  const roads = these(told, ROADS);
  const drawn = these(told, known).length ? roads : (told.basemap?.layers ?? []);
  const width = ["interpolate", ["linear"], ["zoom"], 10, 0.3, 14, 1, 18, 4];
  return [
    ...these(told, RIVERS).map((kind) => layer(kind, "line", "water", { "line-width": width })),
    ...drawn.map((kind) => layer(kind, "line", "soft", { "line-width": width, "line-opacity": 0.3 }, ["!=", ["geometry-type"], "Point"])),
  ];
}
