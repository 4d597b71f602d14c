/**
 * The exam's clock: the server's time, carried on by the browser's monotonic one. A changed computer clock changes
 * nothing. `paused` is when the invigilator stopped it, else null.
 */
export class Clock {
  constructor(now, deadline, paused = null) {
    this.deadline = deadline;
    this.paused = paused;
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

  /** Milliseconds until `moment`, by default the deadline; below 0 after it. While it is paused they stay. */
  left(moment = this.deadline) {
    return moment - (this.paused ?? this.now());
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

const NEARLY = 1500;

/**
 * Shows the time left each second, tells the minutes 10, 5 and 1, calls `nearly` again and again shortly before zero,
 * and `over` once at zero; both anew after time was added. `each` is called every time.
 */
export function run(clock, { timer, left, announce, texts, nearly, over, each }) {
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
    each?.();
    if (ms > NEARLY) ended = false;
    else if (ms >= 0) nearly?.();
    if (ms < 0 && !ended) {
      ended = true;
      over();
    }
  };
  tick();
  setInterval(tick, 500);
}
