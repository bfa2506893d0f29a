// What can be pointed at over the districts: a building, and the name of a neighbourhood.
import { layersOf } from "./ground_layers.js";

const NEAR = 5; // pixels: a building is a small thing
const dashed = (id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

// The place at a point, with what its tip says and its page; nothing if there is none for this reader.
export function placeAt(canvas, told, { x, y }, ours) {
  const { own, area, building } = told.pages;
  const hit = (where, layers) => (layers.length ? canvas.queryRenderedFeatures(where, { layers }) : []);
  const named = hit([x, y], told.across.length ? ["names"] : []).find(({ properties }) => own.includes(properties.code));
  if (named) {
    const { name, id } = named.properties;
    return { name, figure: told.words.opens, page: area.replace("ID", dashed(id)) };
  }
  if (!ours) return null;
  const box = [[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]];
  const away = ({ geometry }) => {
    const at = canvas.project(geometry.coordinates);
    return Math.hypot(at.x - x, at.y - y);
  };
  const [found] = hit(box, layersOf(told, "buildings")).sort((one, other) => away(one) - away(other));
  if (!found) return null;
  const { id, number, street, invented } = found.properties;
  return {
    name: `${number} ${street}${invented ? " †" : ""}`,
    figure: invented ? told.words.invented : "",
    page: building.replace("ID", dashed(id)),
  };
}
