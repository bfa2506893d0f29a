// The Ground page: the list is the server's; this keeps the map in step with it.
import { ask } from "./ask.js";
import { startMap } from "./map.js";

const list = () => document.getElementById("list");
const tiles = list().dataset.map;
let map = null;
let painted = "";
let opened = "";

async function keepInStep() {
  const said = list().dataset;
  // The answer must not take away what was typed while it was on its way.
  const find = document.getElementById("find");
  if (find !== document.activeElement) find.value = said.find;
  if (said.map !== tiles) return location.reload(); // a contest on other boundaries
  if (!map) return;
  if (said.figures !== painted) {
    painted = said.figures;
    const answer = await ask(said.figures);
    if (answer && painted === said.figures) map.paint(answer);
  }
  map.choose(Number(said.chosen), said.box && JSON.parse(said.box));
  // Whoever opened a district on the map is led to what it says.
  if (opened && opened === said.area) document.getElementById("district-name")?.focus();
  opened = "";
}

// Opening a district is following its link in the list, wherever it was chosen.
function open(code) {
  opened = code;
  const address = list().dataset.open.replace("CODE", encodeURIComponent(code));
  htmx.ajax("GET", address, { target: "#main", swap: "innerMorph", push: address });
}

// What is not the part asked for (a sign-in, a refusal) is opened as the page it is.
document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  if (response.raw.ok && !response.raw.redirected) return;
  event.preventDefault();
  location.assign(request.action);
});
document.addEventListener("htmx:after:swap", keepInStep);
document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  htmx.ajax("GET", event.detail.path, { target: "#main", swap: "innerMorph" });
});

if (tiles) map = await startMap(document.getElementById("map"), JSON.parse(tiles), open);
await keepInStep();
