/**
 * A button that opens the <dialog> named in `data-dialog` (an id).
 * A link may carry it too: without a script it leads to a page that does the same.
 */
export function start(opener) {
  const dialog = document.getElementById(opener.dataset.dialog);
  if (!dialog?.showModal) return;

  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
    dialog.querySelector("[autofocus], h2, h3")?.focus();
  });
  if (dialog.dataset.closes) return;

  dialog.dataset.closes = "outside";
  dialog.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer || event.target === dialog) {
      if (closer) event.preventDefault();
      dialog.close();
    }
  });
}
