// The Ground page: the list is the server's; this keeps the map in step with it.
import { startMap } from "./map.js";

const list = () => document.getElementById("list");
let map = null;
let painted = "";

async function keepInStep() {
  const said = list().dataset;
  if (!map) return;
  if (said.figures !== painted) {
    painted = said.figures;
    const answer = await fetch(said.figures);
    if (answer.ok && painted === said.figures) map.paint((await answer.json()).areas);
  }
  map.choose(said.area);
}

// Opening a district is following its link in the list, wherever it was chosen.
function open(code) {
  const address = list().dataset.open.replace("CODE", encodeURIComponent(code));
  htmx.ajax("GET", address, { target: "#main", swap: "innerMorph", push: address });
}

document.addEventListener("htmx:after:swap", keepInStep);
document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  htmx.ajax("GET", event.detail.path, { target: "#main", swap: "innerMorph" });
});

map = await startMap(document.getElementById("map"), list().dataset.outlines, open);
await keepInStep();
