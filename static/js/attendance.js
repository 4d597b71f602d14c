/**
 * Attendance on a phone: every tap is kept on the device first and sent then, again and again until the server has
 * answered for it. What waits stands in brown. Sent twice, the server writes it once: every mark has a key of its own.
 */
import { uuid } from "./exam-queue.js";

const WAITS = [2, 4, 8, 15, 30];
const PATIENCE = 15000;

/** Marks not yet acknowledged, of all meetings of one user on this device; of each person at a meeting the newest. */
class Marks {
  constructor(user) {
    this.name = `nscl.attendance.${user}`;
    this.memory = {};
    this.kept = true;
  }

  all() {
    if (!this.kept) return { ...this.memory };
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? {};
    } catch {
      return { ...this.memory };
    }
  }

  #write(entries) {
    this.memory = entries;
    if (!this.kept) return;
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.name, JSON.stringify(entries));
      else localStorage.removeItem(this.name);
    } catch {
      // No storage, or full: from here on memory alone holds them.
      this.kept = false;
    }
  }

  put(address, enrolment, status) {
    const entries = this.all();
    const entry = { address, enrolment, status, key: uuid(), tapped: Date.now() };
    entries[`${address}#${enrolment}`] = entry;
    this.#write(entries);
    return entry;
  }

  /** Removes `entry` unless a newer one has taken its place meanwhile. */
  done(entry) {
    const entries = this.all();
    const place = `${entry.address}#${entry.enrolment}`;
    if (entries[place]?.key === entry.key) {
      delete entries[place];
      this.#write(entries);
    }
  }

  /** The mark that waits longest, but for those in `passed`. */
  next(passed) {
    const waiting = Object.values(this.all()).filter((entry) => !passed.has(entry.key));
    return waiting.sort((one, two) => one.tapped - two.tapped)[0] ?? null;
  }

  waiting(address, enrolment) {
    return this.all()[`${address}#${enrolment}`] ?? null;
  }

  get size() {
    return Object.keys(this.all()).length;
  }
}

class List {
  constructor(form) {
    this.form = form;
    this.address = form.dataset.address;
    this.marks = new Marks(form.dataset.user);
    this.rows = new Map([...form.querySelectorAll("[data-enrolment]")].map((row) => [row.dataset.enrolment, row]));
    this.state = "ready";
    this.failures = 0;
    this.busy = false;
    this.nextTry = 0;
    this.filter = "all";
    form.addEventListener("change", (event) => this.#tapped(event.target));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("[data-filters]")?.addEventListener("click", (event) => this.#choose(event.target.closest("button")));
    addEventListener("online", () => this.flush());
    // What another tab of this device keeps or has sent.
    addEventListener("storage", (event) => event.key === this.marks.name && this.show());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
    setInterval(() => this.nextTry && Date.now() >= this.nextTry && this.flush(), 500);
    this.show();
    this.flush();
  }

  #tapped(input) {
    const row = input.closest("[data-enrolment]");
    if (!row || input.type !== "radio") return;
    this.marks.put(this.address, row.dataset.enrolment, input.value);
    this.show();
    this.flush();
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    this.nextTry = 0;
    let entry;
    const passed = new Set();
    while ((entry = this.marks.next(passed))) {
      const answer = await this.#post(entry);
      if (answer === null) break;
      if (answer === false) {
        // Not to be had with this session, such as a class that is another's now: the others go on.
        passed.add(entry.key);
        continue;
      }
      this.marks.done(entry);
      this.#answered(entry, answer);
    }
    this.busy = false;
    this.show();
  }

  /** What the server answered for a mark; null while no answer came, false where this session gets none. */
  async #post(entry) {
    const { address, enrolment, status, key, tapped } = entry;
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ user: this.form.dataset.user, enrolment, status, key, tapped, sent: Date.now() }),
        signal: stop.signal,
        redirect: "manual",
        keepalive: true,
      });
      const json = response.headers.get("Content-Type")?.includes("json");
      if (json && [200, 409, 422].includes(response.status)) {
        this.state = "ready";
        this.failures = 0;
        return { ok: response.ok, ...(await response.json()) };
      }
      // A way to the sign-in page, a token of a session that is over, or somebody else signed in.
      const out = response.type === "opaqueredirect" || [403, 404].includes(response.status);
      this.#failed(out ? "out" : "lost");
      if (response.status === 404) return false;
    } catch {
      this.#failed("lost");
    } finally {
      clearTimeout(patience);
    }
    return null;
  }

  #failed(state) {
    if (this.state === "ready") this.since = new Date();
    this.state = state;
    this.nextTry = Date.now() + WAITS[Math.min(this.failures, WAITS.length - 1)] * 1000 * (0.8 + 0.4 * Math.random());
    this.failures += 1;
  }

  #answered(entry, answer) {
    const row = entry.address === this.address && this.rows.get(String(entry.enrolment));
    if (!row || this.marks.waiting(this.address, entry.enrolment)) return;
    const how = row.querySelector(".how");
    how.classList.toggle("refused", !answer.ok);
    if (answer.ok) row.dataset.status = answer.status;
    if (answer.text) how.textContent = answer.text;
    this.#check(row, row.dataset.status);
  }

  #check(row, status) {
    for (const input of row.querySelectorAll("input[type=radio]")) input.checked = input.value === status;
  }

  /** Brings the page in step with what is kept. */
  show() {
    let unsent = 0;
    const counts = { present: 0, late: 0, excused: 0, absent: 0, "": 0 };
    for (const [enrolment, row] of this.rows) {
      const waiting = this.marks.waiting(this.address, enrolment);
      row.classList.toggle("att--waiting", Boolean(waiting));
      if (waiting) {
        unsent += 1;
        this.#check(row, waiting.status);
        row.querySelector("[data-waiting]").textContent = fill(this.form.dataset.unsent, { time: clock(waiting.tapped) });
      }
      const status = waiting?.status ?? row.dataset.status;
      counts[status] += 1;
      row.hidden = (this.filter === "unmarked" && status !== "") || (this.filter === "unsent" && !waiting);
    }
    const rest = document.querySelector("[data-rest]");
    set("[data-there]", counts.present + counts.late);
    document.querySelector("main progress").value = counts.present + counts.late;
    set("[data-marked]", this.rows.size - counts[""]);
    set("[data-count=unmarked]", counts[""]);
    set("[data-count=unsent]", unsent);
    rest.textContent = fill(rest.dataset.text, { late: counts.late, excused: counts.excused, unmarked: counts[""] });
    this.#showLost();
    this.#showClosing();
  }

  #showLost() {
    const box = document.querySelector("[data-lost]");
    const { form, state } = this;
    box.hidden = state === "ready" || this.marks.size === 0;
    if (box.hidden) return;
    const words = state === "out" ? [form.dataset.outTitle, form.dataset.outText] : [form.dataset.lostTitle, form.dataset.lostText];
    const facts = { time: clock(this.since), count: this.marks.size };
    const [title, text] = words.map((word) => fill(word, facts));
    // Written anew only when it changes: it is read aloud.
    if (set("[data-lost-title]", title) | set("[data-lost-text]", text)) box.hidden = false;
  }

  #showClosing() {
    const button = document.querySelector("[data-close-meeting]");
    const why = document.querySelector("[data-close-why]");
    if (!button || !why) return;
    this.closable ??= { disabled: button.disabled, why: why.textContent };
    const waits = this.marks.size > 0;
    button.disabled = this.closable.disabled || waits;
    why.textContent = waits ? why.dataset.text : this.closable.why;
  }

  #choose(button) {
    if (!button) return;
    this.filter = button.dataset.filter;
    for (const chip of this.form.querySelectorAll("[data-filter]")) chip.setAttribute("aria-pressed", String(chip === button));
    this.show();
  }
}

/** Puts `text` into the element, if it says something else; whether it did. */
function set(selector, text) {
  const element = document.querySelector(selector);
  if (!element || element.textContent === String(text)) return false;
  element.textContent = text;
  return true;
}

function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

function clock(moment) {
  const at = new Date(moment);
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** The CSRF token as it is now: signing in again in another tab gives a new one. */
function csrfToken() {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}

const form = document.getElementById("attendance");
if (form) new List(form);
