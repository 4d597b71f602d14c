/**
 * The lesson player: tells the server which lesson is open, and takes the reader back to where they were in it.
 * `data-opened` is the address to tell; `data-beat` the one that takes signs of life.
 */
export function start(element) {
  tell(element.dataset.opened);
  if (element.dataset.beat) beat(element.dataset.beat);
  const key = `place:${location.pathname}`;
  let store;
  try {
    store = window.localStorage;
  } catch {
    // Storage is switched off: reading begins at the top.
  }
  if (!store) return;
  const kept = Number(store.getItem(key));
  if (kept > 0 && !location.hash && !location.search) window.scrollTo(0, kept);
  addEventListener("pagehide", () => {
    try {
      store.setItem(key, String(Math.round(window.scrollY)));
    } catch {
      // Storage is full: as above.
    }
  });
}

function tell(address) {
  const token = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": token ? decodeURIComponent(token[1]) : "" },
    keepalive: true,
  }).catch(() => {
    // Without a line the place is told with the next lesson, and the time with the next sign of life.
  });
}

/**
 * Every half minute a sign of life, as long as the page is seen and its reader did something within the last
 * three minutes. The server counts the time between two signs; here nothing is counted.
 */
function beat(address) {
  const every = 30_000;
  const idle = 180_000;
  let lively = Date.now();
  for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"]) {
    addEventListener(kind, () => (lively = Date.now()), { passive: true });
  }
  const sign = () => {
    if (document.visibilityState === "visible" && Date.now() - lively < idle) tell(address);
  };
  sign();
  setInterval(sign, every);
  addEventListener("pagehide", sign);
}
