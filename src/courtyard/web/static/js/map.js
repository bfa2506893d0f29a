// A map of areas: draws outlines, colours them by step, says which is under the pointer.
import { Map as Canvas, setWorkerUrl } from "maplibre-gl";
import { ask } from "./ask.js";
import { colours, hatch, onChange } from "./colours.js";
import { tip } from "./tip.js";

setWorkerUrl(new URL("../vendor/maplibre/maplibre-gl-worker.mjs", import.meta.url).href);

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

export async function startMap(frame, address, open) {
  const outlines = await ask(address);
  if (!outlines) return null;
  const canvas = new Canvas({
    container: frame,
    style: style(outlines, colours(frame)),
    bounds: bounds(outlines.features),
    fitBoundsOptions: { padding: room(frame) },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    locale: { "Map.Title": frame.getAttribute("aria-label") },
    fadeDuration: 0,
  });
  canvas.touchZoomRotate.disableRotation();
  canvas.keyboard.disableRotation();
  await canvas.once("load");
  canvas.addImage("hatch", hatch(colours(frame)));
  const unknown = { id: "unknown", type: "fill", source: "areas", filter: ["==", ["get", "code"], ""] };
  canvas.addLayer({ ...unknown, paint: { "fill-pattern": "hatch" } }, "edges");
  const words = new Map();
  const sign = tip(frame, (code) => words.get(code));
  listen(canvas, frame, sign, open);
  buttons(canvas, bounds(outlines.features), room(frame));
  onChange(() => recolour(canvas, colours(frame)));
  frame.dataset.ready = "";
  return {
    paint: (areas) => paint(canvas, areas, words),
    choose: (code) => choose(canvas, outlines, code),
  };
}

const byStep = (found) => [
  "match",
  ["coalesce", ["feature-state", "step"], 0],
  ...found.steps.flatMap((colour, at) => [at + 1, colour]),
  found.noData,
];

function style(outlines, found) {
  const line = (id, colour, width, filter) => ({
    id,
    type: "line",
    source: "areas",
    paint: { "line-color": colour, "line-width": width },
    ...(filter && { filter }),
  });
  const none = ["==", ["get", "code"], ""];
  return {
    version: 8,
    sources: { areas: { type: "geojson", data: outlines, promoteId: "code" } },
    layers: [
      { id: "water", type: "background", paint: { "background-color": found.water } },
      { id: "areas", type: "fill", source: "areas", paint: { "fill-color": byStep(found), "fill-antialias": false } },
      line("edges", found.line, ["interpolate", ["linear"], ["zoom"], 10, 0.5, 14, 1.5]),
      line("under", found.ink, 2, none),
      line("halo", found.sheet, 7, none),
      line("chosen", found.ink, 3, none),
    ],
  };
}

function recolour(canvas, found) {
  canvas.updateImage("hatch", hatch(found));
  canvas.setPaintProperty("water", "background-color", found.water);
  canvas.setPaintProperty("areas", "fill-color", byStep(found));
  for (const [layer, colour] of [["edges", "line"], ["under", "ink"], ["halo", "sheet"], ["chosen", "ink"]]) {
    canvas.setPaintProperty(layer, "line-color", found[colour]);
  }
}

function paint(canvas, areas, words) {
  words.clear();
  const known = Object.entries(areas).filter(([, [step]]) => step).map(([code]) => code);
  canvas.setFilter("unknown", ["!", ["in", ["get", "code"], ["literal", known]]]);
  canvas.removeFeatureState({ source: "areas" });
  for (const [code, [step, figure, name]] of Object.entries(areas)) {
    words.set(code, { name, figure });
    canvas.setFeatureState({ source: "areas", id: code }, { step });
  }
}

function choose(canvas, outlines, code) {
  for (const layer of ["halo", "chosen"]) canvas.setFilter(layer, ["==", ["get", "code"], code || ""]);
  const found = outlines.features.filter((one) => one.properties.code === code);
  if (!found.length) return;
  const [west, south, east, north] = bounds(found);
  const seen = canvas.getBounds();
  const inside = seen.contains([west, south]) && seen.contains([east, north]);
  if (!inside) canvas.panTo([(west + east) / 2, (south + north) / 2], { duration: CALM.matches ? 0 : 120 });
}

function listen(canvas, frame, sign, open) {
  const at = (point) => canvas.queryRenderedFeatures(point, { layers: ["areas"] })[0]?.properties.code;
  const mark = (code) => canvas.setFilter("under", ["==", ["get", "code"], code || ""]);
  const show = (point) => {
    const code = at(point);
    mark(code);
    sign.show(code, point);
    canvas.getCanvas().style.cursor = code ? "pointer" : "";
    return code;
  };
  const middle = () => canvas.project(canvas.getCenter());
  canvas.on("mousemove", (event) => show(event.point));
  canvas.on("mouseout", () => sign.hide(mark()));
  canvas.on("click", (event) => {
    const code = show(event.point);
    if (code) open(code);
  });
  // By keyboard the arrows move the map under its middle, and Enter opens what is there.
  const keyed = () => frame.contains(document.activeElement) && canvas.getCanvas().matches(":focus-visible");
  canvas.on("moveend", () => keyed() && show(middle()));
  canvas.getCanvas().addEventListener("focus", () => keyed() && show(middle()));
  canvas.getCanvas().addEventListener("blur", () => sign.hide(mark()));
  canvas.getCanvas().addEventListener("keydown", (event) => {
    const code = event.key === "Enter" && at(middle());
    if (code) open(code);
  });
}

// On a wide screen the strip of measures lies over the map's upper edge.
const room = (frame) => ({ top: frame.clientWidth > 600 ? 88 : 16, bottom: 16, left: 16, right: 16 });

function buttons(canvas, whole, padding) {
  const quick = { duration: CALM.matches ? 0 : 120 };
  const acts = {
    in: () => canvas.zoomIn(quick),
    out: () => canvas.zoomOut(quick),
    all: () => canvas.fitBounds(whole, { padding, ...quick }),
  };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", acts[button.dataset.zoom]);
  }
}

function bounds(features) {
  const found = [180, 90, -180, -90];
  const visit = (part) => {
    if (typeof part[0] !== "number") return part.forEach(visit);
    found[0] = Math.min(found[0], part[0]);
    found[1] = Math.min(found[1], part[1]);
    found[2] = Math.max(found[2], part[0]);
    found[3] = Math.max(found[3], part[1]);
  };
  features.forEach((one) => visit(one.geometry.coordinates));
  return found;
}
