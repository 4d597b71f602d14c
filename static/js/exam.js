/**
 * The exam in the browser: saves each change at once, keeps it on the device until the server has it, turns pages without
 * a line. The page works without it; see exam-queue.js, exam-sender.js and exam-clock.js for the parts.
 */
import { Clock, run, timeOfDay } from "./exam-clock.js";
import { comfort } from "./exam-comfort.js";
import { Presence } from "./exam-presence.js";
import { Questions } from "./exam-questions.js";
import { Queue, tabName } from "./exam-queue.js";
import { Sender, stateAt } from "./exam-sender.js";
import { Status } from "./exam-status.js";
import "./exam-types.js";

comfort();
const root = document.getElementById("exam");
if (root) start(root.dataset);

async function start(data) {
  const queue = new Queue(data.attempt);
  const addresses = { answers: data.answers, flag: data.flag ?? data.answers };
  if (data.page === "result") return leftovers(data, queue, addresses);

  if (data.page === "paused") return waits(data, queue, addresses);

  const clock = new Clock(Number(data.now), Number(data.deadline), data.paused ? Number(data.paused) : null);
  const sections = new Map(data.sections.trim().split(" ").filter(Boolean).map((pair) => {
    const [id, seconds] = pair.split(":");
    return [id, Number(seconds) * 1000];
  }));
  const status = new Status(data);
  const questions = data.page === "question" ? new Questions(data, queue) : null;
  let unread = 0;
  let note = null;
  const late = clock.left() < 0;
  let over = late;
  let kept = 0;

  const device = await tabName();
  const sender = new Sender({ queue, addresses, clock, device, changed: draw, saved, refused, claim });

  function saved(entry, body) {
    if (entry.kind === "flag") return;
    if (unread === entry.position) unread = 0;
    questions?.known(entry.position, body.revision);
    status.acknowledged(body.saved_time);
    stands(body);
  }

  function refused(entry, body) {
    if (entry.kind === "flag") return;
    if (body.error === "out_of_order") {
      questions?.known(entry.position, body.revision);
      questions?.renew(entry.position);
      note = { title: data.tNewer.replace("%s", entry.position), text: "" };
    } else if (body.error === "section_over") {
      note = { title: data.tPart, text: body.message };
    } else if (body.error === "late") {
      kept += 1;
      ended();
    } else if (body.error === "handed_in" || body.error === "void") {
      closed(body.message);
    } else {
      // Not readable as an answer: what was saved before still stands, and the line says so.
      unread = entry.position;
      questions?.problem(entry.position, body.message);
    }
  }

  function draw() {
    const waiting = queue.answers().length;
    status.line(waiting, unread, sender.busy && sender.state === "ready");
    hold(data, waiting > 0 && sender.state !== "ready" && !over);
    for (const part of document.querySelectorAll("main, .exam__foot")) part.hidden = clock.paused !== null;
    if (clock.paused !== null) document.getElementById("navigator")?.close();
    if (sender.state === "superseded") {
      status.show(data.tSuperseded, data.tSupersededText, { action: data.tGoOn, press: takeOver });
    } else if (sender.state === "signed_out") {
      const back = `${data.signin}?next=${encodeURIComponent(location.pathname + location.search)}`;
      const text = queue.kept ? data.tSignedOutText : data.tSignedOutMemory;
      status.show(data.tSignedOut, text, { action: data.tSignIn, link: back, apart: !queue.kept });
    } else if (sender.state === "stranger") {
      status.show(data.tStranger, data.tStrangerText, { action: data.tSignIn, link: data.signin });
    } else if (sender.state === "lost") {
      const text = over ? data.tOverLost : queue.kept ? data.tLostText : data.tLostMemory;
      const next = sender.wait ? data.tRetryIn.replace("%s", sender.wait) : "";
      const title = over ? data.tOver : status.since(sender.lostAt ?? clock.now());
      status.show(title, text, { action: data.tRetry, press: () => (over ? finish() : flush()), next });
    } else if (clock.paused !== null) {
      status.show(data.tPaused, data.tPausedText);
    } else if (over) {
      status.show(data.tOver, kept ? `${data.tOverText} ${data.tKept.replace("%s", kept)}` : data.tOverText);
    } else if (note) {
      const close = note.link ? {} : { action: data.tOk, press: () => ((note = null), draw()) };
      status.show(note.title, note.text, { ...note, ...close });
    } else status.hide();
  }

  async function flush() {
    const sending = sender.flush();
    draw();
    const empty = await sending;
    draw();
    return empty;
  }

  /** By a press: this tab saves from now on, and what it still holds is sent. */
  function takeOver() {
    sender.state = "ready";
    sender.claimed = false;
    return flush();
  }

  /** Asks to be the tab that saves; whether what waits can be sent now, if only as evidence. */
  async function claim() {
    const answer = await sender.post(data.device, { device });
    if (!answer) return false;
    if (answer.ok) {
      stands(answer.body);
      questions?.revisions(answer.body.revisions);
    } else if (answer.body?.error === "late") ended();
    else if (answer.status === 410) closed(answer.body.message);
    else sender.state = stateAt(answer.status);
    return answer.ok || answer.status === 410;
  }

  /** Handed in or void: there is nothing more to do here. */
  function closed(message) {
    note = { title: message, text: "", action: data.tResult, link: data.result };
    questions?.close();
    draw();
  }

  function ended() {
    if (over) return;
    // What is being written at this moment goes with the rest; the server says whether it came in time.
    questions?.close();
    over = true;
    draw();
  }

  /** What the server says of the attempt: stopped, going on, more time, ended. */
  function stands({ state, paused, deadline, sections: ends }) {
    if (state !== "started") {
      if (state !== "void") return ended();
      closed(data.tVoid);
    } else {
      if (clock.paused !== null && paused === null) note = { title: data.tGoesOn, text: "" };
      else if (deadline > clock.deadline) note = { title: data.tMore.replace("%s", timeOfDay(deadline)), text: "" };
      clock.paused = paused;
      if (deadline !== clock.deadline) {
        const until = document.querySelector("[data-until]");
        until.textContent = until.textContent.replace(/\d\d:\d\d/, timeOfDay(deadline).slice(0, 5));
      }
      clock.deadline = deadline;
      for (const [id, end] of Object.entries(ends)) sections.set(id, end);
      if (over && clock.left() >= 0) {
        over = false;
        questions?.reopen();
      }
    }
    return draw();
  }

  /** Sections whose time is over are closed here too; the server has closed them anyway. */
  function part() {
    for (const [id, end] of sections) {
      if (clock.left(end) < 1500) questions?.settle();
      if (clock.left(end) < 0 && questions?.closeSection(id)) {
        note = { title: data.tPart, text: "" };
        draw();
      }
    }
  }

  /** At zero: send what is left, then hand in. Without a line the server does it, and this page waits to deliver. */
  async function finish() {
    ended();
    // Whoever holds the exam now, what waits here is taken in as evidence.
    if (sender.state === "superseded") sender.state = "ready";
    const empty = await flush();
    const answer = empty ? await sender.post(data.device, { device }) : null;
    // Stopped, or given more time, since this page last heard: it is not over.
    if (answer?.ok) stands(answer.body);
    if (!over) return;
    if (answer?.body) document.getElementById("hand-in").submit();
    else setTimeout(finish, 5000);
  }

  run(clock, {
    timer: document.querySelector("[data-timer]"),
    left: document.querySelector("[data-left]"),
    announce: document.querySelector("[data-announce]"),
    texts: { left: data.tLeft, minutes: data.tMinutes, minute: data.tMinute },
    each: part,
    nearly: () => questions?.settle(),
    // Who asked for the page when time was over reads there what was saved, and goes on by a press.
    over: () => (data.page === "submit" && late) || finish(),
  });
  setInterval(() => sender.state === "lost" && draw(), 1000);
  window.addEventListener("beforeunload", (event) => {
    if (queue.answers().length && !queue.kept) event.preventDefault();
  });

  const presence = new Presence(data, {
    quiet: () => sender.state === "superseded" || sender.state === "stranger",
    // Whoever reads for long hears it before the next answer.
    signedOut: () => {
      if (sender.state !== "ready") return;
      sender.claimed = false;
      flush();
    },
    facts: () => ({ position: questions?.current ?? 0, queued: queue.answers().length }),
    heard: (body) => {
      clock.sync(body.now);
      stands(body);
    },
  });
  questions?.start({
    answered(position, fields, seconds) {
      if (over) return;
      if (unread === position) unread = 0;
      queue.answer(position, fields, questions.revision(position), seconds);
      flush();
    },
    turned: () => presence.soon(),
    flagged(position, flagged) {
      queue.flag(position, flagged);
      flush();
    },
    unavailable() {
      note = { title: data.tNoPage, text: "" };
      draw();
    },
  });
  if (over) questions?.close();
  handIn(data, flush);
  // Also where this tab held it before: a save that was on its way when the page was left is seen now.
  await flush();
  presence.start();
}

/** On the page of a pause: what the device still holds is sent, and the way back opens by itself. */
async function waits(data, queue, addresses) {
  const line = document.querySelector("[data-kept]");
  const say = () => {
    const count = queue.answers().length;
    line.textContent = count ? line.dataset.tWaiting.replace("%s", count) : line.dataset.tSent;
  };
  const quiet = () => {};
  const device = await tabName();
  const sender = new Sender({ queue, addresses, clock: null, device, changed: say, saved: quiet, refused: quiet });
  const presence = new Presence(data, {
    quiet: () => false,
    facts: () => ({ position: 0, queued: queue.answers().length }),
    heard: (body) => {
      if (body.state !== "started") location.replace(data.result);
      else if (body.paused === null) location.replace(data.here);
    },
    every: 5000,
  });
  if (queue.size) await sender.flush();
  say();
  presence.start();
}

/** The hand-in waits until everything has arrived; where it cannot, it says why. */
function handIn(data, flush) {
  for (const link of document.querySelectorAll("a[data-hand-in], a[data-review]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      if (await flush()) location.assign(link.href);
      else hold(data, true);
    });
  }
  for (const form of document.querySelectorAll("form[data-final]")) {
    let sent = false;
    // Before the button turns busy: a form that may not go yet stays pressable.
    form.addEventListener(
      "submit",
      (event) => {
        if (sent) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        flush().then((empty) => {
          if (!empty) return hold(data, true);
          sent = true;
          // Not before the first attempt is over: a form asked while it is being sent stays where it is.
          setTimeout(() => form.requestSubmit());
          return null;
        });
      },
      { capture: true },
    );
  }
}

function hold(data, waits) {
  for (const element of document.querySelectorAll("[data-wait]")) {
    element.hidden = !waits;
    element.textContent = waits ? data.tWait : "";
  }
  for (const element of document.querySelectorAll("[data-hand-in], aside button[data-review], [data-final] button")) {
    element.setAttribute("aria-disabled", String(waits));
  }
}

/** On the result: what the device still holds goes to the server as evidence. */
async function leftovers(data, queue, addresses) {
  if (!queue.size) return;
  const line = document.querySelector("[data-kept]");
  let kept = 0;
  const say = () => {
    const count = queue.answers().length;
    if (!line || !(count || kept)) return;
    line.hidden = false;
    line.textContent = count ? line.dataset.tWaiting.replace("%s", count) : line.dataset.tSent.replace("%s", kept);
  };
  const refused = (entry, body) => {
    if (entry.kind === "answer" && body.error !== "void") kept += 1;
  };
  const device = await tabName();
  const sender = new Sender({ queue, addresses, clock: null, device, changed: say, saved: () => {}, refused });
  say();
  await sender.flush();
  say();
}
