// The turfs of a draft as the map draws them, unpacked from what the server tells (web/cut_map.py).
const point = (at, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: at } });
const line = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "LineString", coordinates } });
const ring = (places, properties) => line([...places, places[0]], properties);
const collection = (features) => ({ type: "FeatureCollection", features });

export function unpacked(told) {
  let [x, y] = [0, 0];
  const places = told.x.map((step, at) => {
    x += step;
    y += told.y[at];
    return [x / told.fine, y / told.fine];
  });
  const turfOf = new Map();
  const count = told.begin.length - 1;
  for (let turf = 0; turf < count; turf++) {
    for (let at = told.begin[turf]; at < told.begin[turf + 1]; at++) turfOf.set(told.parts[at], turf);
  }
  return { ...told, places, turfOf, count };
}

// Everything: walks, buildings with their turf, and numbers.
export function allTurfs(told) {
  const out = new Set(told.out);
  const features = [];
  const alone = new Set(); // turfs of one building
  for (let turf = 0; turf < told.count; turf++) {
    const [begin, end] = [told.begin[turf], told.begin[turf + 1]];
    const said = { colour: told.colours[turf], out: out.has(turf), turf };
    if (end - begin === 1) alone.add(turf);
    else features.push(ring(told.places.slice(begin, end), { is: "walk", ...said }));
  }
  told.places.forEach((place, at) => {
    const turf = told.turfOf.get(told.parts[at]);
    const said = turf === undefined ? { is: "none", whole: false } : { is: "house", colour: told.colours[turf], turf, whole: alone.has(turf) };
    features.push(point(place, { ...said, part: told.parts[at] }));
  });
  for (const [x, y, text, turf] of told.labels) features.push(point([x / told.fine, y / told.fine], { is: "label", text, turf, whole: alone.has(turf) }));
  return collection(features);
}

// The turf that is opened (from 1), its way along the streets, its stops in order, and the building
// that is looked at.
export function chosenTurf(told, number, part, way) {
  const features = [];
  if (number) {
    const places = told.places.slice(told.begin[number - 1], told.begin[number]);
    if (way.length > 1) features.push(line(way, { is: "walk" }));
    places.forEach((place, at) => features.push(point(place, { is: "house", text: String(at + 1) })));
  }
  // One building is marked itself: it has no order.
  const here = part === "" ? -1 : told.parts.indexOf(Number(part));
  if (here >= 0) features.push(point(told.places[here], { is: "here" }));
  return collection(features);
}
