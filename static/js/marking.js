/**
 * The table of marks: sums, keys that move through it as through a spreadsheet, and a draft that outlives a lost
 * session, a cut line and a reload. The draft stays in this tab and under the examiner's own number: whoever signs in
 * after them does not find it. The page works without any of this.
 */
const place = document.querySelector("[data-draft]");
const form = place?.closest("form");

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function keep(draft) {
  try {
    if (Object.keys(draft).length) sessionStorage.setItem(key, JSON.stringify(draft));
    else sessionStorage.removeItem(key);
  } catch {
    /* storage is full or switched off: nothing is kept, everything else works */
  }
}

const key = place ? `nscl.marks.${place.dataset.draft}` : "";
const fields = form ? [...form.querySelectorAll("[data-field]")] : [];

/** What was saved needs no draft any more; the address says that the last sending went through. */
function forget() {
  const here = new URL(location.href);
  if (!here.searchParams.has("saved")) return;
  here.searchParams.delete("saved");
  history.replaceState(null, "", here);
  keep(Object.fromEntries(Object.entries(stored()).filter(([, one]) => !one.sent)));
}

function restore() {
  const draft = stored();
  let found = 0;
  for (const field of fields) {
    const one = draft[field.name];
    if (one === undefined || one.value === field.value) continue;
    field.value = one.value;
    found += 1;
  }
  const told = document.querySelector("[data-restored]");
  if (told) told.hidden = !found;
}

function remember(field) {
  const draft = stored();
  if (field.value === field.defaultValue) delete draft[field.name];
  else draft[field.name] = { value: field.value };
  keep(draft);
}

/** The sum of a row, in the writing of the page; empty while anything in it is no number. */
function add(row) {
  const sum = row.querySelector("[data-sum]");
  if (!sum) return;
  const points = [...row.querySelectorAll("[data-points]")].map((one) => one.value.trim().replace(",", "."));
  const whole = points.every((one) => /^\d{1,3}(\.\d+)?$/.test(one));
  const total = points.reduce((before, one) => before + Number(one), 0);
  sum.textContent = whole ? total.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }) : "–";
}

/** The field of the same criterion `step` rows away. */
function away(field, step) {
  const column = fields.filter((one) => one.dataset.points === field.dataset.points);
  return column[column.indexOf(field) + step];
}

function move(event) {
  const field = event.target.closest("[data-points]");
  if (!field || event.altKey || event.metaKey || event.ctrlKey) return;
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  // Enter moves on, as in a spreadsheet: half a table is not sent by a slip.
  event.preventDefault();
  const next = away(field, event.key === "Enter" && event.shiftKey ? -1 : step);
  next?.focus();
  next?.select();
}

if (place) forget();
if (form) {
  restore();
  for (const row of form.querySelectorAll("[data-row]")) add(row);
  form.addEventListener("input", (event) => {
    if (event.target.dataset.field === undefined) return;
    remember(event.target);
    const row = event.target.closest("[data-row]");
    if (row) add(row);
  });
  form.addEventListener("click", (event) => {
    const level = event.target.closest("[data-level]");
    const field = level && document.getElementById(level.dataset.for);
    if (!field) return;
    field.value = level.dataset.level;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("keydown", move);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const draft = stored();
    for (const one of Object.values(draft)) one.sent = true;
    keep(draft);
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
} else if (place) {
  // Nothing of this question waits any more.
  keep({});
}
