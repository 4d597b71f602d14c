/**
 * Sends what the queue holds, one by one, and tries again until the server has answered for it.
 * Says what is so: `changed` is called with every new state.
 */
const WAITS = [1, 2, 4, 8, 15, 30];
const PATIENCE = 15000;
const STOPS = new Set(["superseded", "signed_out", "stranger"]);
/** More than this in flight and the browser refuses to carry a request on behind a closed page. */
const CARRIED = 30000;

export class Sender {
  /** `claim` makes this tab the one that saves: asked first, and whenever the line came back with nothing to send. */
  constructor({ queue, addresses, clock, device, changed, saved, refused, claim = null }) {
    Object.assign(this, { queue, addresses, clock, device, changed, saved, refused, claim });
    this.claimed = claim === null;
    this.state = "ready";
    this.failures = 0;
    this.busy = false;
    this.nextTry = 0;
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
    setInterval(() => this.nextTry && performance.now() >= this.nextTry && this.flush(), 500);
  }

  /** Seconds until the next try by itself; 0 when none is due. By the monotonic clock: the device's may be changed. */
  get wait() {
    return this.nextTry ? Math.max(1, Math.ceil((this.nextTry - performance.now()) / 1000)) : 0;
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
    // Nothing to send is no proof of a line: what said that it was lost must be unsaid by an answer.
    const unsure = this.state !== "ready" && !this.queue.size;
    if (this.state !== "superseded" && this.claim && (!this.claimed || unsure) && !(await this.#claims())) return;
    const failed = new Set();
    while (this.state !== "superseded") {
      const entry = this.queue.next(failed);
      if (!entry) break;
      const { kind, ...data } = entry;
      const address = kind === "flag" ? this.addresses.flag : this.addresses.answers;
      const answer = await this.post(address, { ...data, device: this.device });
      if (!answer) {
        // One answer that the server stumbles over must not keep the others here; twice in a row is the server itself.
        if (!this.stumbled || failed.size) break;
        failed.add(entry.key);
        continue;
      }
      if (answer.ok) {
        this.queue.done(entry);
        this.saved(entry, answer.body);
      } else if (!this.#settle(entry, answer)) break;
    }
    if (this.queue.size && this.state !== "superseded") {
      if (failed.size) this.state = "lost";
      if (!this.nextTry || failed.size) this.#later();
    }
  }

  /** Whether to go on with what waits. */
  async #claims() {
    const taken = await this.claim();
    this.claimed ||= taken;
    if (!taken && this.state !== "ready" && this.state !== "superseded" && !this.nextTry) this.#later();
    return taken || this.state === "ready";
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
    this.#failed(stateAt(status));
    return false;
  }

  /** POST of JSON: `{ok, status, body}`, or null, with the state changed, when no answer came. */
  async post(address, data) {
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE);
    const body = JSON.stringify(data);
    this.stumbled = false;
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body,
        signal: stop.signal,
        redirect: "error",
        keepalive: body.length < CARRIED,
      });
      const said = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
      this.clock?.sync(said?.now);
      if (response.status >= 500 || (response.ok && !said)) {
        this.stumbled = true;
        throw new Error(response.status);
      }
      if (response.ok) {
        this.failures = 0;
        this.state = "ready";
      }
      return { ok: response.ok, status: response.status, body: said };
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
    this.nextTry = performance.now() + seconds * 1000 * (0.8 + 0.4 * Math.random());
  }
}

/** What a refusal without a code of ours says of the session: 403 is a page whose token is gone. */
export function stateAt(status) {
  return { 401: "signed_out", 403: "signed_out", 404: "stranger" }[status] ?? "lost";
}

/** The CSRF token as it is now: signing in again in another tab gives a new one. */
function csrfToken() {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}
