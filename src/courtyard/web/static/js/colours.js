// The tokens' colours as the canvas needs them: the browser works out light, dark and sunlight.
const STEPS = [1, 2, 3, 4, 5];

export function colours(element) {
  const probe = document.createElement("i");
  element.append(probe);
  const read = (token) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    steps: STEPS.map((step) => read(`--leaf-${step}`)),
    noData: read("--no-data"),
    water: read("--water"),
    line: read("--map-line"),
    ink: read("--ink"),
    sheet: read("--sheet"),
  };
  probe.remove();
  return found;
}

export function onChange(act) {
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
    matchMedia(query).addEventListener("change", act);
  }
}
