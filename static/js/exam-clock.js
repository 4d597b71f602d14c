/** The exam's clock: the server's time, carried on by the browser's monotonic one. A changed computer clock changes nothing. */
export class Clock {
  constructor(now, deadline) {
    this.deadline = deadline;
    this.sync(now);
  }

  /** Takes over the server's time, which an answer to a request brought along. */
  sync(now) {
    if (!Number.isFinite(now)) return;
    this.base = now;
    this.mark = performance.now();
  }

  now() {
    return this.base + (performance.now() - this.mark);
  }

  /** Milliseconds until the deadline; below 0 after it. */
  left() {
    return this.deadline - this.now();
  }
}

/** `ms` as 38:24, or 1:02:05 above an hour. */
export function written(ms) {
  const total = Math.max(0, Math.ceil(ms / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** The time of day as it is spoken here: 10:32:05. */
export function timeOfDay(ms) {
  return new Date(ms).toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour12: false });
}

/** Shows the time left each second, tells the minutes 10, 5 and 1, and calls `over` once at zero. */
export function run(clock, { timer, left, announce, texts, over }) {
  const told = new Set([10, 5, 1].filter((minutes) => clock.left() <= minutes * 60000));
  let ended = false;
  const tick = () => {
    const ms = clock.left();
    const total = Math.max(0, Math.ceil(ms / 1000));
    left.textContent = written(ms);
    timer.classList.toggle("timer--last", ms < 5 * 60000);
    timer.setAttribute("aria-label", texts.left.replace("%m", Math.floor(total / 60)).replace("%s", total % 60));
    for (const minutes of [10, 5, 1]) {
      if (ms <= minutes * 60000 && !told.has(minutes)) {
        told.add(minutes);
        announce.textContent = minutes === 1 ? texts.minute : texts.minutes.replace("%s", minutes);
      }
    }
    if (ms < 0 && !ended) {
      ended = true;
      over();
    }
  };
  tick();
  setInterval(tick, 500);
}
