// The tokens' colours as the canvas needs them: the browser works out light, dark and sunlight.
// Five from few to many, then five from much less to much more than before.
const STEPS = ["leaf-1", "leaf-2", "leaf-3", "leaf-4", "leaf-5", "brick-4", "brick-2", "even", "sky-2", "sky-4"];
const TURFS = [1, 2, 3, 4, 5, 6].map((one) => `turf-${one}`);
// Which of them a turf has stands with it.
const byTurf = (found) => ["match", ["get", "colour"], ...found.flatMap((colour, at) => [at, colour]), found[0]];

export function colours(element) {
  const probe = document.createElement("i");
  element.append(probe);
  const read = (token) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    steps: STEPS.map((step) => read(`--${step}`)),
    turf: byTurf(TURFS.map((token) => read(`--${token}`))),
    noData: read("--no-data"),
    noDataLine: read("--no-data-line"),
    water: read("--water"),
    wash: read("--wash"),
    line: read("--map-line"),
    ink: read("--ink"),
    soft: read("--soft"),
    sheet: read("--sheet"),
    brick: read("--brick"),
  };
  probe.remove();
  return found;
}

// Diagonal lines, as in the legend: what is not known is told apart by more than its colour.
export function hatch(found, size = 8) {
  const brush = new OffscreenCanvas(size, size).getContext("2d");
  brush.fillStyle = found.noData;
  brush.fillRect(0, 0, size, size);
  brush.strokeStyle = found.noDataLine;
  brush.lineWidth = 1.5;
  for (const shift of [-size, 0, size]) {
    brush.moveTo(shift, size);
    brush.lineTo(shift + size, 0);
  }
  brush.stroke();
  return brush.getImageData(0, 0, size, size);
}

export function onChange(act) {
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", act);
  }
}
