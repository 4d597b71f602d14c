/**
 * Sends what the queue holds, one by one, and tries again until the server has answered for it.
 * Says what is so: `changed` is called with every new state.
 */
const WAITS = [1, 2, 4, 8, 15, 30];
const PATIENCE = 15000;
const STOPS = new Set(["superseded", "signed_out", "stranger"]);

export class Sender {
  constructor({ queue, addresses, clock, device, changed, saved, refused }) {
    Object.assign(this, { queue, addresses, clock, device, changed, saved, refused });
    this.state = "ready";
    this.failures = 0;
    this.busy = false;
    this.nextTry = 0;
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
    setInterval(() => this.nextTry && Date.now() >= this.nextTry && this.flush(), 500);
  }

  /** Sends what waits. Resolves with whether nothing waits any more. */
  async flush() {
    if (this.busy) {
      await this.busy;
      return this.queue.size === 0;
    }
    this.busy = this.#work();
    await this.busy;
    this.busy = false;
    this.changed();
    return this.queue.size === 0;
  }

  async #work() {
    this.nextTry = 0;
    while (this.state !== "superseded") {
      const entry = this.queue.next();
      if (!entry) break;
      const { kind, ...data } = entry;
      const address = kind === "flag" ? this.addresses.flag : this.addresses.answers;
      const answer = await this.post(address, { ...data, device: this.device });
      if (!answer) break;
      if (answer.ok) {
        this.queue.done(entry);
        this.saved(entry, answer.body);
      } else if (!this.#settle(entry, answer)) break;
    }
    if (this.queue.size && !this.nextTry && this.state !== "superseded") this.#later();
  }

  /** What a refusal means for the entry; whether to go on with the next. */
  #settle(entry, { status, body }) {
    const code = body?.error;
    if (code === "superseded") {
      this.state = "superseded";
      return false;
    }
    if ([409, 410, 422].includes(status) && code) {
      // The server has it, as evidence, or cannot read it: sending it again would change nothing.
      this.queue.done(entry);
      this.refused(entry, body);
      return true;
    }
    this.#failed(status === 401 ? "signed_out" : status === 404 ? "stranger" : "lost");
    return false;
  }

  /** POST of JSON: `{ok, status, body}`, or null, with the state changed, when no answer came. */
  async post(address, data) {
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify(data),
        signal: stop.signal,
        redirect: "error",
        keepalive: true,
      });
      const body = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
      this.clock?.sync(body?.now);
      if (response.status >= 500 || (response.ok && !body)) throw new Error(response.status);
      if (response.ok) {
        this.failures = 0;
        this.state = "ready";
      }
      return { ok: response.ok, status: response.status, body };
    } catch (error) {
      this.#failed("lost");
      return null;
    } finally {
      clearTimeout(patience);
    }
  }

  #failed(state) {
    if (this.state === "superseded") return;
    if (state === "lost" && this.state !== "lost" && !STOPS.has(this.state)) this.lostAt = this.clock?.now() ?? Date.now();
    this.state = state;
    this.#later();
    this.changed();
  }

  #later() {
    const seconds = WAITS[Math.min(this.failures, WAITS.length - 1)];
    this.failures += 1;
    // A little apart, so that a hall does not come back in the same instant.
    this.nextTry = Date.now() + seconds * 1000 * (0.8 + 0.4 * Math.random());
  }
}

/** The CSRF token as it is now: signing in again in another tab gives a new one. */
function csrfToken() {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}
