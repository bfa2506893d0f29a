// A map of areas: draws their tiles, colours them by step, says which is under the pointer.
import { Map as Canvas, setWorkerUrl } from "maplibre-gl";
import { colours, onChange } from "./colours.js";
import { addHatch, recolour, SOURCE, style } from "./layers.js";
import { placeAt } from "./places.js";
import { tip } from "./tip.js";

setWorkerUrl(new URL("../vendor/maplibre/maplibre-gl-worker.mjs", import.meta.url).href);

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const quick = () => ({ duration: CALM.matches ? 0 : 120 });

export async function startMap(frame, told, open) {
  const canvas = await begin(frame, told, style(told, colours(frame)));
  addHatch(canvas, colours(frame));
  await canvas.once("load");
  const areas = new Map();
  const chosen = flag(canvas, "chosen");
  const under = flag(canvas, "under");
  listen(canvas, frame, (point) => thingAt(canvas, told, point, areas, open), under);
  ready(canvas, frame, told);
  return {
    paint: (figures) => paint(canvas, figures, areas),
    choose: (number, box) => {
      chosen(number || null);
      if (box) bringIn(canvas, box);
    },
  };
}

// A map in its frame, as soon as layers can be added to it.
export async function begin(frame, told, drawn) {
  const canvas = new Canvas({
    container: frame,
    style: drawn,
    bounds: told.bounds,
    fitBoundsOptions: { padding: room(frame) },
    minZoom: told.zooms[0],
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches,
    locale: { "Map.Title": frame.getAttribute("aria-label") },
    fadeDuration: 0,
  });
  canvas.touchZoomRotate.disableRotation();
  canvas.keyboard.disableRotation();
  await canvas.once("style.load");
  return canvas;
}

// What every map has: whose work it is, its buttons, and its colours in every light.
export function ready(canvas, frame, told) {
  credit(told);
  buttons(canvas, told.bounds, room(frame));
  onChange(() => recolour(canvas, frame));
  frame.dataset.ready = "";
}

const feature = (id) => ({ source: SOURCE, sourceLayer: "areas", id });

// The step and the figure of each of the reader's areas, in the order of their numbers in the tiles,
// and these numbers in runs: the first of each, and how many. Web/map_figures.py writes it so.
function paint(canvas, { numbers, steps, figures }, areas) {
  areas.clear();
  for (const [first, many] of numbers) {
    for (let id = first; id < first + many; id += 1) {
      const at = areas.size;
      areas.set(id, figures[at]);
      canvas.setFeatureState(feature(id), { step: steps[at] });
    }
  }
}

// Something that is so of one area at a time.
function flag(canvas, name) {
  let last = null;
  return (id = null) => {
    if (id === last) return;
    if (last !== null) canvas.removeFeatureState(feature(last), name);
    if (id !== null) canvas.setFeatureState(feature(id), { [name]: true });
    last = id;
  };
}

export function bringIn(canvas, [west, south, east, north]) {
  const seen = canvas.getBounds();
  const inside = seen.contains([west, south]) && seen.contains([east, north]);
  if (!inside) canvas.panTo([(west + east) / 2, (south + north) / 2], quick());
}

// What lies at a point: the district there, and over it a building or a name that has a page.
function thingAt(canvas, told, point, areas, open) {
  // Areas without figures are those of others: they are drawn, and that is all.
  const area = canvas.queryRenderedFeatures(point, { layers: ["areas"] }).find(({ id }) => areas.has(id));
  const under = area?.id;
  const place = placeAt(canvas, told, point, area !== undefined);
  if (place) return { under, words: place, follow: () => location.assign(place.page) };
  const words = area && { name: area.properties.name, figure: areas.get(under) };
  return { under, words, follow: () => area && open(area.properties.code) };
}

// `at` gives what lies at a point: `words` for its sign, and `follow`, which opens it.
export function listen(canvas, frame, at, under = () => {}) {
  const sign = tip(frame);
  const show = (point) => {
    const thing = at(point);
    under(thing.under);
    sign.show(thing.words, point);
    canvas.getCanvas().style.cursor = thing.words ? "pointer" : "";
    return thing;
  };
  const hide = () => sign.hide(under());
  const middle = () => canvas.project(canvas.getCenter());
  canvas.on("mousemove", (event) => show(event.point));
  canvas.on("mouseout", hide);
  canvas.on("click", (event) => show(event.point).follow());
  // By keyboard the arrows move the map under its middle, and Enter opens what is there.
  const keyed = () => frame.contains(document.activeElement) && canvas.getCanvas().matches(":focus-visible");
  canvas.on("moveend", () => keyed() && show(middle()));
  canvas.getCanvas().addEventListener("focus", () => keyed() && show(middle()));
  canvas.getCanvas().addEventListener("blur", hide);
  canvas.getCanvas().addEventListener("keydown", (event) => event.key === "Enter" && at(middle()).follow());
}

// Whose work is drawn, where they ask for it, and what the mark beside a name means.
function credit({ note, credit }) {
  const box = document.getElementById("map-credit");
  box.querySelector("span").textContent = note;
  box.querySelector("small").textContent = credit;
  box.hidden = !note && !credit;
}

// On a wide screen the strip of measures lies over the map's upper edge; the credit over its lower.
const room = (frame) => ({ top: frame.clientWidth > 600 ? 88 : 16, bottom: 36, left: 16, right: 16 });

function buttons(canvas, whole, padding) {
  const acts = {
    in: () => canvas.zoomIn(quick()),
    out: () => canvas.zoomOut(quick()),
    all: () => canvas.fitBounds(whole, { padding, ...quick() }),
  };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", acts[button.dataset.zoom]);
  }
}
