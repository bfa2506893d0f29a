// The small sign beside the pointer: a district's name and figure, kept inside the map.
export function tip(frame) {
  const box = frame.querySelector(".map-tip");
  const inner = box.firstElementChild;
  const name = inner.querySelector("b");
  const figure = document.createTextNode("");
  inner.append(figure);

  function show(words, point) {
    box.hidden = !words;
    if (!words) return;
    name.textContent = words.name;
    figure.data = words.figure;
    const far = point.x + box.offsetWidth + 24 > frame.clientWidth;
    const low = point.y + box.offsetHeight + 24 > frame.clientHeight;
    const x = Math.max(4, point.x + (far ? -box.offsetWidth - 12 : 12));
    const y = Math.max(4, point.y + (low ? -box.offsetHeight - 12 : 12));
    box.style.setProperty("--x", `${x}px`);
    box.style.setProperty("--y", `${y}px`);
  }

  return { show, hide: () => (box.hidden = true) };
}
