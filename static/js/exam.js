/**
 * The exam in the browser: saves each change at once, keeps it on the device until the server has it, turns pages without
 * a line. The page works without it; see exam-queue.js, exam-sender.js and exam-clock.js for the parts.
 */
import { Clock, run } from "./exam-clock.js";
import { Questions } from "./exam-questions.js";
import { Queue, tabName } from "./exam-queue.js";
import { Sender } from "./exam-sender.js";
import { Status } from "./exam-status.js";

const root = document.getElementById("exam");
if (root) start(root.dataset);

async function start(data) {
  const queue = new Queue(data.attempt);
  const addresses = { answers: data.answers, flag: data.flag ?? data.answers };
  if (data.page === "result") return leftovers(data, queue, addresses);

  const clock = new Clock(Number(data.now), Number(data.deadline));
  const status = new Status(data);
  const questions = data.page === "question" ? new Questions(data, queue) : null;
  let unread = 0;
  let note = null;
  let over = clock.left() < 0;
  let kept = 0;

  const device = await tabName();
  const sender = new Sender({ queue, addresses, clock, device, changed: draw, saved, refused });

  function saved(entry, body) {
    if (entry.kind === "flag") return;
    if (unread === entry.position) unread = 0;
    questions?.known(entry.position, body.revision);
    status.acknowledged(body.saved_time);
  }

  function refused(entry, body) {
    if (entry.kind === "flag") return;
    if (body.error === "out_of_order") {
      questions?.known(entry.position, body.revision);
      questions?.renew(entry.position);
      note = { title: data.tNewer.replace("%s", entry.position), text: "" };
    } else if (body.error === "late") {
      kept += 1;
      ended();
    } else if (body.error === "handed_in" || body.error === "void") {
      note = { title: body.message, text: "", action: data.tResult, link: data.result };
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
    if (sender.state === "superseded") {
      status.show(data.tSuperseded, data.tSupersededText, { action: data.tGoOn, press: takeOver });
    } else if (sender.state === "signed_out") {
      const back = `${data.signin}?next=${encodeURIComponent(location.pathname + location.search)}`;
      status.show(data.tSignedOut, data.tSignedOutText, { action: data.tSignIn, link: back });
    } else if (sender.state === "stranger") {
      status.show(data.tStranger, data.tStrangerText, { action: data.tSignIn, link: data.signin });
    } else if (sender.state === "lost") {
      const text = over ? data.tOverLost : queue.kept ? data.tLostText : data.tLostMemory;
      const seconds = Math.max(0, Math.ceil((sender.nextTry - Date.now()) / 1000));
      const next = sender.nextTry ? data.tRetryIn.replace("%s", seconds) : "";
      const title = over ? data.tOver : status.since(sender.lostAt ?? clock.now());
      status.show(title, text, { action: data.tRetry, press: () => (over ? finish() : flush()), next });
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

  /** This tab saves from now on; what it still holds is sent. */
  async function takeOver() {
    const answer = await sender.post(data.device, { device });
    if (answer?.ok) {
      sender.state = "ready";
      questions?.revisions(answer.body.revisions);
    } else if (answer?.body?.error === "late") ended();
    else if (answer?.body?.error) note = { title: answer.body.message, text: "", action: data.tResult, link: data.result };
    else if (answer?.status === 401) sender.state = "signed_out";
    else if (answer?.status === 404) sender.state = "stranger";
    await flush();
  }

  function ended() {
    if (over) return;
    over = true;
    questions?.close();
    draw();
  }

  /** At zero: send what is left, then hand in. Without a line the server does it, and this page waits to deliver. */
  async function finish() {
    ended();
    // Whoever holds the exam now, what waits here is taken in as evidence.
    if (sender.state === "superseded") sender.state = "ready";
    const empty = await flush();
    const answer = empty ? await sender.post(data.device, { device }) : null;
    if (answer?.body) document.getElementById("hand-in").submit();
    else setTimeout(finish, 5000);
  }

  run(clock, {
    timer: document.querySelector("[data-timer]"),
    left: document.querySelector("[data-left]"),
    announce: document.querySelector("[data-announce]"),
    texts: { left: data.tLeft, minutes: data.tMinutes, minute: data.tMinute },
    over: () => data.page !== "submit" && finish(),
  });
  setInterval(() => sender.state === "lost" && draw(), 1000);
  window.addEventListener("beforeunload", (event) => {
    if (queue.answers().length && !queue.kept) event.preventDefault();
  });

  questions?.start({
    answered(position, fields) {
      if (over) return;
      if (unread === position) unread = 0;
      queue.answer(position, fields, questions.revision(position));
      flush();
    },
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
  await takeOver();
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
  const quiet = () => {};
  const device = await tabName();
  new Sender({ queue, addresses, clock: null, device, changed: quiet, saved: quiet, refused: quiet }).flush();
}
