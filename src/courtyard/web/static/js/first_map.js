// Where to go first, on the map: the ranks are the server's; an area opens its why.
import { ask } from "./ask.js";
import { startMap } from "./map.js";

const said = document.getElementById("list").dataset;

if (said.map) {
  const open = (code) => location.assign(said.open.replace("CODE", encodeURIComponent(code)));
  const map = await startMap(document.getElementById("map"), JSON.parse(said.map), open);
  const answer = await ask(said.figures);
  if (answer) map.paint(answer);
}
