/**
 * The projector: fetches the next code just before the present one ends, and the headcount every few seconds.
 * Without a connection it says so: an old code would let nobody in.
 */
const EVERY = 5;
const page = document.querySelector("[data-beam]");
const part = (name) => page.querySelector(`[data-${name}]`);

let left = Number(part("left").textContent) || 0;
let wait = EVERY;
let asking = false;

function draw(svg) {
  const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  part("qr").replaceChildren(document.importNode(drawn, true));
}

function show(state) {
  part("there").textContent = state.there;
  part("total").textContent = state.total;
  part("clock").textContent = state.clock;
  part("qr").hidden = part("when-open").hidden = !state.open;
  part("closed").hidden = state.open;
  part("closed").textContent = state.text ?? "";
  part("lost-text").textContent = "";
  wait = EVERY;
  if (!state.open) return;
  draw(state.qr);
  part("code").textContent = state.code;
  left = state.code_left;
  part("left-bar").max = state.code_stands;
  wait = Math.min(EVERY, state.qr_left, state.code_left);
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const response = await fetch(page.dataset.beam, { redirect: "error", signal: AbortSignal.timeout?.(8000) });
    if (!response.ok) throw new Error(response.status);
    show(await response.json());
  } catch {
    part("lost-text").textContent = page.dataset.lost;
    wait = 2;
  }
  asking = false;
}

setInterval(() => {
  left = Math.max(left - 1, 0);
  wait -= 1;
  part("left").textContent = left;
  part("left-bar").value = left;
  if (wait <= 0) ask();
}, 1000);
ask();
