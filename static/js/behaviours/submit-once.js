/**
 * A form that is sent once: its button turns busy after the first press, and free again when the page comes back.
 * The button waits until the browser has read the form, so that its own name and value are sent.
 */
const waiting = new Set();

function free(form) {
  for (const button of form.querySelectorAll("[data-was]")) {
    button.removeAttribute("aria-busy");
    button.disabled = false;
    button.innerHTML = "";
    button.append(...button.savedNodes);
    delete button.dataset.was;
  }
  form.removeAttribute("data-sent");
  waiting.delete(form);
}

window.addEventListener("pageshow", () => waiting.forEach(free));

export function start(form) {
  const byHtmx = [...form.getAttributeNames()].some((name) => /^hx-(get|post|put|patch|delete)$/.test(name));

  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.defaultPrevented && !byHtmx) return;
    form.setAttribute("data-sent", "");
    waiting.add(form);

    const button = event.submitter ?? form.querySelector("button:not([type=button])");
    if (!button || button.tagName !== "BUTTON") return;
    setTimeout(() => {
      if (!form.hasAttribute("data-sent")) return;
      button.savedNodes = [...button.childNodes];
      button.dataset.was = "1";
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
      button.textContent = form.dataset.busy || document.body.dataset.busy || button.textContent;
    });
  });
  form.addEventListener("htmx:afterRequest", () => free(form));
}
