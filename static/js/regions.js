/**
 * Places of a hotspot question, drawn on its picture with mouse, finger or pen. The fields in the rows below hold them;
 * the script only fills those and shows what they say, so that everything can be typed as well.
 */
const box = document.querySelector("[data-regions]");
const SIDES = ["left", "top", "width", "height"];
const SVG = "http://www.w3.org/2000/svg";

function rows() {
  const count = Number(document.querySelector('[name="part-regions-rows"]').value);
  return Array.from({ length: count }, (_none, row) => row);
}

function cell(row, name) {
  return document.getElementById(`part-regions-${row}-${name}`);
}

function number(field) {
  return field.value.trim() === "" ? NaN : Number(field.value.trim().replace(",", "."));
}

function shape(row) {
  const corners = cell(row, "polygon").value.trim();
  const [left, top, width, height] = SIDES.map((side) => number(cell(row, side)));
  if (/^[\d.]+,[\d.]+(\s+[\d.]+,[\d.]+){2,}$/.test(corners)) {
    const [x, y] = corners.split(/[\s,]+/).map(Number);
    return { name: "polygon", facts: { points: corners }, x, y };
  }
  if (![left, top, width, height].every(Number.isFinite)) return null;
  return { name: "rect", facts: { x: left, y: top, width, height }, x: left, y: top };
}

function draw(pending) {
  const layer = box.querySelector("svg");
  layer.replaceChildren();
  for (const row of rows()) {
    const found = shape(row);
    if (!found) continue;
    const outline = document.createElementNS(SVG, found.name);
    for (const [name, value] of Object.entries(found.facts)) outline.setAttribute(name, value);
    const label = document.createElementNS(SVG, "text");
    label.setAttribute("x", found.x + 1);
    label.setAttribute("y", found.y + 5);
    label.textContent = row + 1;
    layer.append(outline, label);
  }
  if (!pending) return;
  const outline = document.createElementNS(SVG, "rect");
  for (const name of ["x", "y", "width", "height"]) outline.setAttribute(name, pending[name]);
  layer.append(outline);
}

function place(event) {
  const frame = box.querySelector("img").getBoundingClientRect();
  const share = (at, from, size) => Math.min(100, Math.max(0, Math.round(((at - from) / size) * 1000) / 10));
  return [share(event.clientX, frame.left, frame.width), share(event.clientY, frame.top, frame.height)];
}

function between([x1, y1], [x2, y2]) {
  const side = (one, two) => Math.round(Math.abs(one - two) * 10) / 10;
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: side(x1, x2), height: side(y1, y2) };
}

/** The row worked on last if it has no place yet, else the first without one. */
let last = null;

function target() {
  const free = rows().filter((row) => !shape(row) && !cell(row, "polygon").value);
  return free.includes(last) ? last : free[0];
}

if (box) {
  let start = null;
  box.addEventListener("pointerdown", (event) => {
    start = place(event);
    box.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  box.addEventListener("pointermove", (event) => start && draw(between(start, place(event))));
  box.addEventListener("pointercancel", () => {
    start = null;
    draw();
  });
  box.addEventListener("pointerup", (event) => {
    const drawn = start && between(start, place(event));
    start = null;
    const row = target();
    const said = box.parentElement.querySelector("[data-said]");
    if (drawn && drawn.width >= 1 && drawn.height >= 1) {
      if (row === undefined) said.textContent = box.dataset.tFull;
      else {
        SIDES.forEach((side, at) => (cell(row, side).value = drawn[["x", "y", "width", "height"][at]]));
        said.textContent = box.dataset.tSet.replace("%s", row + 1);
        cell(row, "vi").focus({ preventScroll: true });
      }
    }
    draw();
  });
  document.addEventListener("focusin", (event) => {
    const found = /^part-regions-(\d+)-/.exec(event.target.id ?? "");
    if (found) last = Number(found[1]);
  });
  document.addEventListener("input", (event) => (event.target.id ?? "").startsWith("part-regions-") && draw());
  draw();
}
