/**
 * Starts the behaviour named in `data-behaviour` on each element that carries one; several names are separated by spaces.
 * A behaviour is a module that exports `start(element)`. Pages work without any of them.
 */
import { start as autosubmit } from "./behaviours/autosubmit.js";
import { start as copy } from "./behaviours/copy.js";
import { start as dialog } from "./behaviours/dialog.js";
import { start as disclosure } from "./behaviours/disclosure.js";
import { start as identity } from "./behaviours/identity.js";
import { start as lesson } from "./behaviours/lesson.js";
import { start as menu } from "./behaviours/menu.js";
import { start as pick } from "./behaviours/pick.js";
import { start as reveal } from "./behaviours/reveal.js";
import { start as sheet } from "./behaviours/sheet.js";
import { start as submitOnce } from "./behaviours/submit-once.js";
import { start as theme } from "./behaviours/theme.js";
import { listen as toasts } from "./behaviours/toast.js";

const behaviours = {
  autosubmit,
  copy,
  dialog,
  disclosure,
  identity,
  lesson,
  menu,
  pick,
  reveal,
  sheet,
  "submit-once": submitOnce,
  theme,
};
const started = new WeakMap();
/* Parts of questions that do more with a script: few pages have them. */
const RICH = "[data-spot], [data-bins], [data-order], [data-words], [data-upload]";

/** Starts every behaviour within `root`, each once per element. */
function scan(root) {
  if (root.querySelector(RICH)) import("./exam-types.js");
  const found = root.querySelectorAll("[data-behaviour]");
  const own = root.matches?.("[data-behaviour]") ? [root] : [];
  for (const element of [...own, ...found]) {
    const done = started.get(element) ?? new Set();
    started.set(element, done);
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      if (!done.has(name) && behaviours[name]) {
        done.add(name);
        behaviours[name](element);
      }
    }
  }
}

/** The CSRF token from its cookie; empty for a visitor without a session. */
function csrfToken() {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = csrfToken();
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});
document.addEventListener("htmx:load", (event) => scan(event.detail.elt));

toasts(document.getElementById("toasts"));
scan(document.body);
