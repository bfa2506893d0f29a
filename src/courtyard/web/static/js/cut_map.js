// The map of turfs: draws them, says which is under the pointer, and opens what is tapped.
import { colours } from "./colours.js";
import { CHOSEN, cutStyle, TURFS } from "./cut_layers.js";
import { allTurfs, chosenTurf, unpacked } from "./cut_turfs.js";
import { begin, bringIn, listen, ready } from "./map.js";

const SMALL = 260; // pixels from corner to corner of a turf
const NEAR_ENOUGH = 17;
const NEAR = 10; // pixels: fingers are wider than houses

export async function startCutMap(frame, told, open) {
  const drawn = cutStyle(told, colours(frame));
  const canvas = await begin(frame, told, drawn);
  let draft = null;
  listen(canvas, frame, (point) => houseAt(canvas, point, draft, told.words, open));
  await canvas.once("load");
  ready(canvas, frame, told);
  return {
    draw: (answer) => {
      draft = unpacked(answer);
      canvas.getSource(TURFS).setData(allTurfs(draft));
    },
    choose: (turf, part, way, box) => {
      if (!draft) return;
      for (const id of ["turf numbers", "turf walks", "turf walks out"]) {
        const { filter } = drawn.layers.find((one) => one.id === id);
        canvas.setFilter(id, ["all", filter, ["!=", ["get", "turf"], turf - 1]]);
      }
      canvas.getSource(CHOSEN).setData(chosenTurf(draft, turf, part, way));
      if (box) comeTo(canvas, box);
    },
  };
}

// A turf is brought in, and near enough to tell its houses apart; what can be seen well stays.
function comeTo(canvas, box) {
  const [west, south, east, north] = box;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const [one, other] = [canvas.project([west, south]), canvas.project([east, north])];
  const isSmall = Math.hypot(one.x - other.x, one.y - other.y) < SMALL;
  if (canvas.getZoom() >= NEAR_ENOUGH || !isSmall) return bringIn(canvas, box);
  const padding = Math.min(120, canvas.getContainer().clientWidth / 5);
  canvas.fitBounds([west, south, east, north], { padding, maxZoom: NEAR_ENOUGH, duration: calm ? 0 : 120 });
}

function houseAt(canvas, { x, y }, draft, words, open) {
  const nothing = { words: null, follow: () => {} };
  if (!draft) return nothing;
  const box = [[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]];
  const away = ({ geometry }) => {
    const at = canvas.project(geometry.coordinates);
    return Math.hypot(at.x - x, at.y - y);
  };
  const [found] = canvas
    .queryRenderedFeatures(box, { layers: ["turf houses", "turf left out"] })
    .sort((one, other) => away(one) - away(other));
  if (!found) return nothing;
  const { turf, part } = found.properties;
  const isIn = turf !== undefined;
  const said = isIn
    ? { name: words.turf.replace("%", turf + 1), figure: draft.words[turf] + (draft.out.includes(turf) ? ` · ${words.out}` : "") }
    : { name: words.nowhere, figure: "" };
  return { words: said, follow: () => open(part) };
}
