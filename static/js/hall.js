/** The invigilator's screen says honestly when its picture is old: after a request that failed, or none for long. */
const line = document.querySelector("[data-line]");
const text = document.querySelector("[data-line-text]");
const STALE = 12000;
let last = performance.now();
let out = false;

function say() {
  const live = !out && performance.now() - last < STALE;
  text.textContent = out ? line.dataset.tOut : live ? line.dataset.tLive : line.dataset.tStale;
  line.classList.toggle("saved--lost", !live);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  // A sign-in page instead of the table: it never takes the table's place.
  if (event.detail.target.id !== "takers") return;
  const { xhr } = event.detail;
  out = (xhr.status >= 400 && xhr.status < 500) || (xhr.status === 200 && !xhr.responseText.includes('id="takers"'));
  if (out) event.detail.shouldSwap = false;
  else if (xhr.status === 200) last = performance.now();
  say();
});
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => { last = -Infinity; say(); });
setInterval(say, 1000);
