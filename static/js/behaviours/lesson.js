/**
 * The lesson player: tells the server which lesson is open, and takes the reader back to where they were in it.
 * `data-opened` is the address to tell.
 */
export function start(element) {
  const token = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  fetch(element.dataset.opened, {
    method: "POST",
    headers: { "X-CSRFToken": token ? decodeURIComponent(token[1]) : "" },
    keepalive: true,
  }).catch(() => {
    // Without a line the place is told with the next lesson; nothing is lost.
  });
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
