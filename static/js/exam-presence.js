/**
 * A sign of life for the invigilator, and the answer to it: how the attempt stands. Where the exam watches its window
 * (the taker was told before the start), leaving it is counted too.
 */
const EVERY = 15000;
const PATIENCE = 10000;

export class Presence {
  constructor(data, { quiet, facts, heard, signedOut = () => {}, every = EVERY }) {
    Object.assign(this, { address: data.presence, quiet, facts, heard, signedOut, every });
    this.focus = new Focus(data);
    this.timer = null;
  }

  start() {
    this.focus.start(() => this.soon(0));
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(0));
    window.addEventListener("online", () => this.soon(0));
    this.#beat();
  }

  /** Another beat shortly: something has changed that the invigilator sees. */
  soon(wait = 2000) {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#beat(), wait);
  }

  async #beat() {
    this.timer = null;
    if (!this.quiet()) await this.#send();
    // A little apart, so that a hall does not beat in one instant.
    this.timer = setTimeout(() => this.#beat(), this.every * (0.9 + 0.2 * Math.random()));
  }

  async #send() {
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ ...this.facts(), ...this.focus.facts() }),
        signal: stop.signal,
        redirect: "error",
      });
      if (response.status === 401 || response.status === 403) this.signedOut();
      if (!response.ok) return;
      const body = await response.json();
      this.focus.known(body.focus_lost);
      this.heard(body);
    } catch (error) {
      // Without a line there is nobody to tell: saving says so on the page.
    } finally {
      clearTimeout(patience);
    }
  }
}

class Focus {
  constructor(data) {
    this.watches = data.watches !== undefined;
    this.lost = 0;
    this.away = 0;
    this.since = null;
  }

  start(told) {
    if (!this.watches) return;
    const leave = () => {
      if (this.since !== null) return;
      this.since = performance.now();
      this.lost += 1;
    };
    const back = () => {
      if (this.since === null || document.hidden) return;
      this.away += (performance.now() - this.since) / 1000;
      this.since = null;
      told();
    };
    window.addEventListener("blur", leave);
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", () => (document.hidden ? leave() : back()));
  }

  /** The server's count goes on where another tab, or this one before a reload, had left it. */
  known(count) {
    if (!this.watches) return;
    if (Number.isFinite(count) && this.sent !== undefined) {
      this.lost = Math.max(count, this.lost);
      if (count >= this.sent.lost) this.away = Math.max(0, this.away - this.sent.away);
    }
  }

  facts() {
    this.sent = { lost: this.lost, away: Math.round(this.away) };
    return this.watches ? { focus_lost: this.lost, away: this.sent.away } : { focus_lost: 0, away: 0 };
  }
}

function csrfToken() {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}
