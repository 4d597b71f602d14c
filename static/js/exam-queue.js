/**
 * What is not yet acknowledged, kept on the device: at most one answer and one mark per question, the newest of each.
 * An entry leaves only when the server has answered for this very save.
 */
export class Queue {
  constructor(attempt) {
    this.name = `nscl.exam.${attempt}`;
    this.kept = true;
    this.memory = {};
    try {
      localStorage.setItem("nscl.exam.try", "1");
      localStorage.removeItem("nscl.exam.try");
    } catch (error) {
      this.kept = false;
    }
  }

  all() {
    if (!this.kept) return { ...this.memory };
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? {};
    } catch (error) {
      return {};
    }
  }

  #write(entries) {
    this.memory = entries;
    if (!this.kept) return;
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.name, JSON.stringify(entries));
      else localStorage.removeItem(this.name);
    } catch (error) {
      // Full: from here on memory alone holds them, and the page says so.
      this.kept = false;
    }
  }

  /** Keeps an answer. Its revision follows both the newest that is known of and what waits already. */
  answer(position, fields, known, seconds = null) {
    const entries = this.all();
    const waiting = entries[`a${position}`]?.revision ?? 0;
    const entry = {
      kind: "answer",
      position,
      fields,
      revision: Math.max(known, waiting) + 1,
      seconds,
      key: uuid(),
      client_at: new Date().toISOString(),
    };
    entries[`a${position}`] = entry;
    this.#write(entries);
    return entry;
  }

  /** Keeps a mark, set or taken off. */
  flag(position, flagged) {
    const entries = this.all();
    entries[`f${position}`] = { kind: "flag", position, flagged, key: uuid(), client_at: new Date().toISOString() };
    this.#write(entries);
  }

  /** Removes `entry` unless a newer one has taken its place meanwhile. */
  done(entry) {
    const entries = this.all();
    const place = `${entry.kind === "flag" ? "f" : "a"}${entry.position}`;
    if (entries[place]?.key === entry.key) {
      delete entries[place];
      this.#write(entries);
    }
  }

  /** The entry that waits longest, but for those with a key in `without`; null when there is none. */
  next(without = new Set()) {
    const entries = Object.values(this.all()).filter((entry) => !without.has(entry.key));
    entries.sort((one, two) => (one.client_at < two.client_at ? -1 : 1));
    return entries[0] ?? null;
  }

  waiting(position) {
    return this.all()[`a${position}`] ?? null;
  }

  answers() {
    return Object.values(this.all()).filter((entry) => entry.kind === "answer");
  }

  get size() {
    return Object.keys(this.all()).length;
  }
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Without a secure context (a hall's own network) the randomness is there, the function is not.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** This tab's name for itself: kept over a reload, another one in a duplicated tab. */
export async function tabName() {
  let name = null;
  try {
    name = sessionStorage.getItem("nscl.tab");
  } catch (error) {
    /* no storage: a new name on each page, and each page takes over */
  }
  if (!name || !(await alone(name))) {
    name = uuid();
    await alone(name);
  }
  try {
    sessionStorage.setItem("nscl.tab", name);
  } catch (error) {
    /* as above */
  }
  return name;
}

/** Whether no other living tab goes by `name`; from now on this one does. */
function alone(name) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks
      .request(`nscl.tab.${name}`, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        // Held for as long as the page lives.
        return lock ? new Promise(() => {}) : undefined;
      })
      .catch(() => resolve(true));
  });
}
