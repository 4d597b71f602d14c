/**
 * Asks, while lines are written, whether the bank can serve them, and shows the answer below the lines. The same
 * address answers the button “Check without saving”: the page works without this.
 */
const form = document.getElementById("blueprint");
const verdict = document.getElementById("blueprint-verdict");
const WAIT = 500;
let timer = 0;
let asked = null;

async function ask() {
  asked?.abort();
  asked = new AbortController();
  const data = new FormData(form);
  data.set("do", "check");
  data.set("fragment", "1");
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: data, signal: asked.signal });
    if (answer.ok && !answer.redirected) verdict.innerHTML = await answer.text();
  } catch {
    /* No line, or asked anew: what stands there stays until the next answer. */
  }
}

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});
