/** The questions on the page: turning pages without a line, the navigator, and what was chosen. */
const PAUSE = 700;

export class Questions {
  constructor(data, queue) {
    this.data = data;
    this.queue = queue;
    this.count = Number(data.count);
    this.box = document.querySelector("[data-questions]");
    this.current = Number(this.box.querySelector("[data-q]").dataset.q);
    this.timers = new Map();
    this.spent = new Spent(data.attempt, this.current);
  }

  start(calls) {
    this.calls = calls;
    for (const section of this.box.querySelectorAll("[data-q]")) this.#prepare(section);
    this.#draw();
    this.#load();
    document.addEventListener("click", (event) => this.#stopped(event), { capture: true });
    document.addEventListener("click", (event) => this.#clicked(event));
    window.addEventListener("popstate", () => {
      const asked = Number(new URLSearchParams(location.search).get("q") ?? 1);
      if (this.section(asked)) this.#show(asked, false);
      else location.reload();
    });
    // A number still being written is kept before the page goes.
    window.addEventListener("pagehide", () => this.settle());
  }

  section(position) {
    return this.box.querySelector(`[data-q="${position}"]`);
  }

  revision(position) {
    return Number(this.section(position)?.dataset.revision ?? 0);
  }

  /** The server holds this revision of the answer. */
  known(position, revision) {
    const section = this.section(position);
    if (section) section.dataset.revision = Math.max(Number(section.dataset.revision), revision);
  }

  revisions(all) {
    for (const [position, revision] of Object.entries(all ?? {})) {
      // Newer than this page was drawn with, and nothing of ours waits: another tab has been at work.
      const section = this.section(position);
      if (section && revision > Number(section.dataset.revision) && !this.queue.waiting(position)) this.renew(position);
      this.known(position, revision);
    }
  }

  problem(position, message) {
    const line = this.section(position)?.querySelector("[data-problem]");
    if (!line) return;
    line.querySelector("span").textContent = message;
    line.hidden = !message;
    // What stands in the fields now is not what the server holds: neither here nor in the navigator is it an answer.
    this.section(position).toggleAttribute("data-refused", Boolean(message));
    this.warned = false;
    for (const field of this.section(position).querySelectorAll('input[type="text"][name^="r"], textarea[name^="r"]')) {
      if (message) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    this.#draw();
  }

  /** On the way to the review, once: back to an answer that could not be read and is not saved. */
  #stopped(event) {
    if (this.warned || !event.target.closest("a[data-review], a[data-hand-in]")) return;
    this.settle();
    const refused = this.box.querySelector("[data-refused]");
    if (!refused) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.warned = true;
    document.getElementById("navigator")?.close();
    this.#show(Number(refused.dataset.q), true);
    refused.querySelector("[aria-invalid]")?.focus();
  }

  /** Shows a question as the server has it now. */
  async renew(position) {
    const fresh = await this.#fetch(`${this.data.here}?all=1`);
    const section = fresh?.querySelector(`[data-q="${position}"]`);
    const old = this.section(position);
    if (!section || !old || this.queue.waiting(position)) return;
    section.hidden = old.hidden;
    old.replaceWith(document.adoptNode(section));
    this.#prepare(this.section(position));
    this.#draw();
  }

  /** Time is over: nothing can be changed any more, unless time is added. */
  close() {
    this.settle();
    for (const field of this.box.querySelectorAll("fieldset")) field.disabled = true;
  }

  /** Time was added. Closed sections stay closed. */
  reopen() {
    for (const field of this.box.querySelectorAll("[data-q]:not([data-over]) fieldset")) field.disabled = false;
  }

  /** A section's time is over; whether that is news. */
  closeSection(id) {
    const sections = [...this.box.querySelectorAll(`[data-section="${id}"]:not([data-over])`)];
    if (!sections.length) return false;
    const shown = sections.some((section) => !section.querySelector("fieldset").disabled);
    for (const section of sections) {
      section.toggleAttribute("data-over", true);
      for (const field of section.querySelectorAll("fieldset")) field.disabled = true;
      section.querySelector("[data-closed]").hidden = false;
      for (const link of document.querySelectorAll(`[data-navigator] [data-go="${section.dataset.q}"]`)) link.classList.add("c");
    }
    for (const end of document.querySelectorAll(`[data-part="${id}"] [data-part-end]`)) end.textContent = this.data.tClosed;
    this.#draw();
    return shown;
  }

  /** A number or text still being written is taken as it is. */
  settle() {
    for (const position of [...this.timers.keys()]) this.#changed(position);
  }

  async #fetch(address) {
    try {
      const response = await fetch(address, { redirect: "error", cache: "no-store" });
      if (!response.ok) return null;
      return new DOMParser().parseFromString(await response.text(), "text/html");
    } catch (error) {
      return null;
    }
  }

  /** All questions, so that no page needs a line any more. */
  async #load(tries = 0) {
    if (this.count === this.box.querySelectorAll("[data-q]").length) return;
    const all = await this.#fetch(`${this.data.here}?all=1`);
    if (!all) {
      setTimeout(() => this.#load(tries + 1), Math.min(30000, 1000 * 2 ** tries));
      return;
    }
    for (const section of all.querySelectorAll("[data-q]")) {
      if (this.section(section.dataset.q)) continue;
      section.hidden = true;
      this.box.append(document.adoptNode(section));
      this.#prepare(section);
    }
    this.#draw();
  }

  #prepare(section) {
    const position = Number(section.dataset.q);
    const form = section.querySelector("form");
    const waiting = this.queue.waiting(position);
    if (waiting) fill(form, waiting.fields);
    const flag = this.queue.all()[`f${position}`];
    if (flag) section.toggleAttribute("data-flagged", flag.flagged);
    form.addEventListener("change", () => this.#changed(position));
    form.addEventListener("input", (event) => {
      if (event.target.type === "text" || event.target.type === "textarea") this.#soon(position);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.settle();
      this.#turn(event.submitter?.value);
    });
  }

  #soon(position) {
    clearTimeout(this.timers.get(position));
    this.timers.set(position, setTimeout(() => this.#changed(position), PAUSE));
  }

  #changed(position) {
    clearTimeout(this.timers.get(position));
    this.timers.delete(position);
    const section = this.section(position);
    // A closed question reads as an empty one, whatever stands in it; what it held was taken before it was closed.
    if (section.querySelector("fieldset")?.disabled) return;
    const fields = read(section.querySelector("form"));
    const text = JSON.stringify(fields);
    if (section.said === text) return;
    section.said = text;
    this.problem(position, "");
    section.toggleAttribute("data-answered", Object.keys(fields).length > 0);
    this.calls.answered(position, fields, this.spent.on(position));
    this.#draw();
  }

  #clicked(event) {
    const button = event.target.closest("[data-go], [data-step], [data-flag], [data-clear], button[data-review]");
    if (!button) return;
    if (button.matches("[data-flag]")) {
      event.preventDefault();
      const section = button.closest("[data-q]");
      const flagged = section.toggleAttribute("data-flagged");
      this.calls.flagged(Number(section.dataset.q), flagged);
      this.#draw();
    } else if (button.matches("[data-clear]")) {
      event.preventDefault();
      const form = button.closest("form");
      fill(form, {});
      this.#changed(Number(form.dataset.question));
    } else if (button.matches("[data-step]")) {
      event.preventDefault();
      this.settle();
      const target = this.current + Number(button.dataset.step);
      this.#turn(target > this.count ? "review" : target);
    } else {
      event.preventDefault();
      this.settle();
      this.#turn(button.dataset.go ?? "review");
    }
  }

  #turn(target) {
    if (target === "review") {
      document.querySelector("a[data-review]").click();
      return;
    }
    const position = Number(target);
    if (!(position >= 1 && position <= this.count)) return;
    document.getElementById("navigator")?.close();
    if (this.section(position)) this.#show(position, true);
    else if (navigator.onLine) location.assign(`${this.data.here}?q=${position}`);
    else this.calls.unavailable();
  }

  #show(position, remember) {
    this.section(this.current).hidden = true;
    this.current = position;
    this.spent.turn(position);
    this.calls.turned?.();
    const section = this.section(position);
    section.hidden = false;
    if (remember) history.pushState(null, "", `?q=${position}`);
    this.#draw();
    const heading = section.querySelector("h1");
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    document.title = document.title.replace(/^[^·]*/, `${this.data.tQuestion.replace("%s", position)} `);
  }

  /** Navigators, counts, marks and the phone's foot, from what the sections say. */
  #draw() {
    const { tQuestion, tAnswered, tNotAnswered, tMarked, tCount, tClosed } = this.data;
    for (const link of document.querySelectorAll("[data-navigator] [data-go]")) {
      const position = Number(link.dataset.go);
      const section = this.section(position);
      if (section) {
        link.classList.toggle("a", section.hasAttribute("data-answered") && !section.hasAttribute("data-refused"));
        link.classList.toggle("f", section.hasAttribute("data-flagged"));
      }
      if (position === this.current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      const words = [tQuestion.replace("%s", position), link.classList.contains("a") ? tAnswered : tNotAnswered];
      if (link.classList.contains("f")) words.push(tMarked);
      if (link.classList.contains("c")) words.push(tClosed);
      link.setAttribute("aria-label", words.join(", "));
    }
    const done = document.querySelectorAll("aside [data-navigator] .a").length;
    for (const count of document.querySelectorAll("[data-answered-count]")) {
      count.textContent = tCount.replace("%s", `${done}/${this.count}`);
    }
    for (const section of this.box.querySelectorAll("[data-q]")) {
      const pressed = String(section.hasAttribute("data-flagged"));
      section.querySelector("[data-flag]").setAttribute("aria-pressed", pressed);
    }
    const back = document.querySelector('[data-step="-1"]');
    back.disabled = this.current === 1;
    const next = document.querySelector("[data-step-text]");
    next.textContent =
      this.current < this.count
        ? tQuestion.replace("%s", this.current + 1)
        : document.querySelector("aside button[data-review]").textContent;
  }
}

/** Seconds on each question while it is shown and the page is looked at; kept over a reload of this tab. */
class Spent {
  constructor(attempt, position) {
    this.name = `nscl.spent.${attempt}`;
    try {
      this.seconds = JSON.parse(sessionStorage.getItem(this.name)) ?? {};
    } catch (error) {
      this.seconds = {};
    }
    this.position = position;
    this.since = performance.now();
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.turn(this.position)));
    window.addEventListener("pagehide", () => this.stop());
  }

  stop() {
    if (this.since !== null) {
      const before = this.seconds[this.position] ?? 0;
      this.seconds[this.position] = before + (performance.now() - this.since) / 1000;
      this.since = null;
      try {
        sessionStorage.setItem(this.name, JSON.stringify(this.seconds));
      } catch (error) {
        /* no storage: counted from the reload on */
      }
    }
  }

  turn(position) {
    this.stop();
    this.position = position;
    this.since = performance.now();
  }

  on(position) {
    this.turn(this.position);
    return Math.round(this.seconds[position] ?? 0);
  }
}

/** The answer in a form: every field `r`, `r0` … that says something. */
export function read(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (/^r\d*$/.test(name) && value !== "") (fields[name] ??= []).push(value);
  }
  return fields;
}

/** Puts an answer into a form. */
export function fill(form, fields) {
  for (const field of form.elements) {
    if (!/^r\d*$/.test(field.name ?? "")) continue;
    const values = fields[field.name] ?? [];
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
  }
  form.dispatchEvent(new Event("filled", { bubbles: true }));
  const section = form.closest("[data-q]");
  section.toggleAttribute("data-answered", Object.keys(fields).length > 0);
}
