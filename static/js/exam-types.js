/**
 * What some question types do more comfortably with a script: marking on a picture, dragging into categories, counting
 * words, sending a file. Every one of them works by its plain fields; the script only fills those, and says so by a
 * `change` as if it had been done by hand. Listens on the document, so that questions may come and go.
 */
const MOST = 40;
const NEAR = 3;

function changed(field) {
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/* --- places on a picture --- */

function points(field) {
  return field.value ? field.value.split(";").map((pair) => pair.split(",").map(Number)) : [];
}

function draw(spot) {
  const layer = spot.querySelector("[data-points]");
  if (!layer) return;
  layer.replaceChildren();
  points(spot.querySelector('input[type="hidden"]')).forEach(([x, y], place) => {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    for (const [name, value] of [["cx", `${x}%`], ["cy", `${y}%`], ["r", "10"]]) circle.setAttribute(name, value);
    for (const [name, value] of [["x", `${x}%`], ["y", `${y}%`], ["dy", "5"]]) text.setAttribute(name, value);
    text.textContent = place + 1;
    layer.append(circle, text);
  });
}

function pressed(event, picture) {
  const spot = picture.closest("[data-spot]");
  const field = spot.querySelector('input[type="hidden"]');
  if (field.closest("fieldset")?.disabled) return;
  const box = picture.getBoundingClientRect();
  const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  const [x, y] = at.map((share) => Math.min(100, Math.max(0, Math.round(share * 1000) / 10)));
  const all = points(field);
  const old = all.findIndex((point) => Math.hypot(point[0] - x, point[1] - y) < NEAR);
  const said = spot.querySelector("[data-spot-said]");
  if (old >= 0) all.splice(old, 1);
  else if (all.length < MOST) all.push([x, y]);
  said.textContent = (old >= 0 ? said.dataset.tOff : said.dataset.tSet).replace("%s", `${Math.round(x)} %, ${Math.round(y)} %`);
  field.value = all.map((point) => point.join(",")).join(";");
  draw(spot);
  changed(field);
}

/* --- into categories: by mouse; a finger uses the lists --- */

let dragged = null;

const mouse = window.matchMedia("(pointer: fine)").matches;
// Shown from the start, also on questions that come later: nothing may move under the hand.
document.documentElement.classList.toggle("sorts", mouse);

function prepare(box) {
  if (box.dataset.ready || !mouse) return;
  box.dataset.ready = "1";
  for (const item of box.querySelectorAll("[data-item]")) item.draggable = true;
}

document.addEventListener("pointerover", (event) => {
  const box = event.target.closest?.("[data-sortout]");
  if (box) prepare(box);
});
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-item]") ?? null;
});
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    const bin = event.target.closest?.("[data-bin]");
    if (!bin || !dragged || bin.closest("[data-sortout]") !== dragged.closest("[data-sortout]")) return;
    event.preventDefault();
    if (kind === "dragover") return;
    const list = dragged.querySelector("select");
    list.value = bin.dataset.bin;
    changed(list);
  });
}
document.addEventListener("dragend", () => (dragged = null));

/* --- places of an order --- */

function twice(order) {
  const given = [...order.querySelectorAll("select")].map((list) => list.value).filter(Boolean);
  const double = [...new Set(given.filter((place, at) => given.indexOf(place) !== at))].sort();
  const said = order.querySelector("[data-order-said]");
  said.textContent = double.map((place) => said.dataset.tTwice.replace("%s", Number(place) + 1)).join(" ");
}

/* --- words of an essay --- */

function count(area) {
  const told = area.closest(".field").querySelector("[data-word-count]");
  told.textContent = told.dataset.tWords.replace("%s", area.value.split(/\s+/).filter(Boolean).length);
}

/* --- a file --- */

async function send(button) {
  const form = button.form;
  const line = form.querySelector("[data-problem]");
  const say = (text) => {
    line.querySelector("span").textContent = text;
    line.hidden = !text;
  };
  if (!form.querySelector('input[type="file"]').files.length) return say(button.dataset.tChoose);
  button.disabled = true;
  say(button.dataset.tSending);
  try {
    const headers = { "X-Requested-With": "fetch" };
    const answer = await fetch(button.formAction, { method: "POST", body: new FormData(form), headers });
    if (answer.ok) return location.assign(`?q=${form.dataset.question}`);
    say((await answer.json()).message || button.dataset.tFailed);
  } catch (error) {
    say(button.dataset.tFailed);
  }
  button.disabled = false;
  return null;
}

document.addEventListener("click", (event) => {
  const picture = event.target.closest("[data-spot-picture]");
  if (picture) pressed(event, picture);
  const button = event.target.closest("[data-upload]");
  if (button) {
    event.preventDefault();
    send(button);
  }
});
document.addEventListener("change", (event) => {
  const order = event.target.closest("[data-order]");
  if (order) twice(order);
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-words]")) count(event.target);
});
function show(root) {
  for (const spot of root.querySelectorAll("[data-spot]")) draw(spot);
  for (const order of root.querySelectorAll("[data-order]")) twice(order);
  for (const area of root.querySelectorAll("[data-words]")) count(area);
}

document.addEventListener("filled", (event) => show(event.target));
show(document);
