// The page Cut: the list is the server's; this keeps the map in step with it, and the slider with
// its field.
import { ask } from "./ask.js";
import { startCutMap } from "./cut_map.js";

const list = () => document.getElementById("list");
const told = list().dataset.map;
let map = null;
let drawn = "";
let shown = "";
let looked = "";
let isOpen = false;

async function keepInStep(event) {
  const isPoll = event?.detail?.ctx?.sourceElement?.id === "poll";
  keepSlider();
  if (!map || !list()) return;
  const said = list().dataset;
  if (said.figures !== drawn) {
    drawn = said.figures;
    const answer = await ask(said.figures);
    if (answer && drawn === said.figures) map.draw(answer);
  }
  // What is looked at is brought in when it is opened, not when it is corrected.
  const now = list().dataset;
  const way = now.way ? JSON.parse(now.way) : [];
  map.choose(Number(now.turf), now.part, way, now.turf !== shown && now.box && JSON.parse(now.box));
  if (isOpen && !isPoll) lead(now);
  [isOpen, shown, looked] = [true, now.turf, now.part];
}

// Whoever opened or corrected something is led to what it says now.
function lead(now) {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (now.part && now.part !== looked) return document.getElementById("building-name")?.focus();
  if (now.turf === shown && !lost) return;
  for (const id of ["wrong", "turf-name", "longer", "list"]) {
    const found = document.getElementById(id);
    if (found) return found.focus();
  }
}

// The slider and its field say the same, in doors or in minutes.
function keepSlider() {
  const [slider, field, of] = ["slider", "amount", "of"].map((id) => document.getElementById(id));
  if (!slider) return;
  const slides = () => {
    const { bounds, slides } = of.selectedOptions[0].dataset;
    [field.min, field.max] = bounds.split(" ");
    [slider.min, slider.max, slider.step] = slides.split(" ");
    slider.value = field.value;
  };
  slides();
  slider.hidden = false;
  slider.oninput = () => (field.value = slider.value);
  field.oninput = () => (slider.value = field.value);
  of.onchange = () => {
    field.value = of.selectedOptions[0].dataset.usual;
    slides();
  };
}

// Opening a building on the map is following its link in the list.
function open(part) {
  const address = new URL(list().dataset.open, location.href);
  address.searchParams.set("part", part);
  const path = address.pathname + address.search;
  htmx.ajax("GET", path, { target: "#main", swap: "innerMorph", push: path });
}

// A refusal of a correction is shown as what it is; what is another page is opened.
document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  const { ok, status, redirected } = response.raw;
  if ((ok || status === 400) && !redirected) return;
  event.preventDefault();
  if (request.method === "GET") location.assign(request.action);
  else location.reload();
});
document.addEventListener("htmx:after:swap", keepInStep);
document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  htmx.ajax("GET", event.detail.path, { target: "#main", swap: "innerMorph" });
});

keepSlider();
if (told) map = await startCutMap(document.getElementById("map"), JSON.parse(told), open);
await keepInStep();
