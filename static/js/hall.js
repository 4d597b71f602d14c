/** The invigilator's screen says honestly when its picture is old: after a request that failed, or none for long. */
const line = document.querySelector("[data-line]");
const text = document.querySelector("[data-line-text]");
const STALE = 15000;
let last = performance.now();

function say(live) {
  text.textContent = live ? line.dataset.tLive : line.dataset.tStale;
  line.classList.toggle("saved--lost", !live);
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) last = performance.now();
});
setInterval(() => say(performance.now() - last < STALE), 1000);
