/** Before the start: line, storage, clock and battery of this device. */
const box = document.getElementById("check");
if (box) {
  box.querySelector("[data-again]").addEventListener("click", check);
  check();
}

function say(name, good, text, title) {
  const row = box.querySelector(`[data-check="${name}"]`);
  row.hidden = false;
  row.classList.toggle("wait", !good);
  row.querySelector("[data-good]").hidden = !good;
  row.querySelector("[data-poor]").hidden = good;
  row.querySelector("[data-text]").textContent = text;
  if (title) row.querySelector("[data-title]").textContent = title;
}

async function check() {
  const texts = box.dataset;
  for (const name of ["line", "keep", "clock"]) say(name, false, texts.tTesting);
  storage(texts);
  battery(texts);
  try {
    const begun = performance.now();
    const response = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    const spent = Math.round(performance.now() - begun);
    if (!response.ok) throw new Error(response.status);
    say("line", spent < 2000, (spent < 2000 ? texts.tMs : texts.tSlow).replace("%s", spent));
    const server = Date.parse(response.headers.get("Date")) + 500 + spent / 2;
    const off = Math.round(Math.abs(Date.now() - server) / 1000);
    say("clock", true, off > 1 ? texts.tClock.replace("%s", off) : texts.tClockRight);
  } catch (error) {
    say("line", false, texts.tOffline);
    say("clock", false, texts.tOffline);
  }
}

function storage(texts) {
  try {
    localStorage.setItem("nscl.exam.try", "1");
    localStorage.removeItem("nscl.exam.try");
    say("keep", true, texts.tKeeps);
  } catch (error) {
    say("keep", false, texts.tForgets);
  }
}

async function battery(texts) {
  if (!navigator.getBattery) return;
  const state = await navigator.getBattery();
  const percent = Math.round(state.level * 100);
  const good = state.charging || percent > 40;
  say("battery", good, good ? texts.tEnough : texts.tCharge, texts.tBattery.replace("%s", percent));
}
