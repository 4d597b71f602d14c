/** The two honest lines of the exam: what is saved, and what is wrong. */
import { timeOfDay } from "./exam-clock.js";

export class Status {
  constructor(texts) {
    this.texts = texts;
    this.saved = document.querySelector("[data-saved]");
    this.savedText = document.querySelector("[data-saved-text]");
    this.band = document.querySelector("[data-lost]");
    this.part = (name) => this.band.querySelector(`[data-lost-${name}]`);
    this.retry = this.band.querySelector("[data-retry]");
    this.retryText = this.band.querySelector("[data-retry-text]");
    this.lastSaved = this.savedText.textContent;
  }

  /** After the server's acknowledgement, and only then: its own time of it. */
  acknowledged(time) {
    this.lastSaved = this.texts.tSaved.replace("%s", time);
  }

  /** The line in the bar. */
  line(waiting, unread, sending) {
    const { tUnsaved, tUnread, tSaving } = this.texts;
    let text = this.lastSaved;
    if (unread) text = tUnread.replace("%s", unread);
    else if (waiting) text = sending ? tSaving : tUnsaved.replace("%s", waiting);
    if (this.savedText.textContent !== text) this.savedText.textContent = text;
    this.saved.classList.toggle("saved--lost", Boolean(unread || (waiting && !sending)));
  }

  /** The band below the bar. `action` is what its button says and does. */
  show(title, text, { action = "", press = null, link = "", next = "", apart = false } = {}) {
    const fill = (element, words) => element.textContent !== words && (element.textContent = words);
    fill(this.part("title"), title);
    fill(this.part("text"), text);
    fill(this.part("next"), next);
    this.retry.hidden = !press;
    this.retry.onclick = press;
    fill(this.retryText, press ? action : "");
    const anchor = this.part("link");
    anchor.hidden = !link;
    if (link) {
      anchor.href = link;
      anchor.target = apart ? "_blank" : "";
      fill(anchor, action);
    }
    this.band.hidden = false;
  }

  hide() {
    this.band.hidden = true;
  }

  since(ms) {
    return this.texts.tLost.replace("%s", timeOfDay(ms));
  }
}
