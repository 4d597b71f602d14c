/**
 * Short notices at the foot of the page. The server sends one with the header
 * `HX-Trigger: {"nscl:toast": {"text": "…", "kind": "bad"}}`; `undo` may name an address to go to.
 */
let host = null;

export function toast(text, { kind = "", undo = "", undoText = "" } = {}) {
  if (!host || !text) return;
  const item = document.createElement("div");
  item.className = kind === "bad" ? "toast toast--bad" : "toast";
  const words = document.createElement("span");
  words.textContent = text;
  item.append(words);
  if (undo) {
    const link = document.createElement("a");
    link.className = "btn btn--sm";
    link.href = undo;
    link.textContent = undoText;
    item.append(link);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn--sm";
  close.textContent = document.body.dataset.dismiss;
  close.addEventListener("click", () => item.remove());
  item.append(close);
  host.append(item);
  if (kind !== "bad" && !undo) setTimeout(() => item.remove(), 6000);
}

export function listen(element) {
  host = element;
  document.addEventListener("nscl:toast", (event) => {
    const { text, ...rest } = event.detail ?? {};
    toast(text, rest);
  });
}
