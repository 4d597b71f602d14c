/** A filter form that is sent when a choice changes; typing in a text field waits for Enter. */
export function start(form) {
  for (const button of form.querySelectorAll("[data-autosubmit-hide]")) button.hidden = true;
  form.addEventListener("change", (event) => {
    const kind = event.target.type;
    if (["text", "search", "date", "number"].includes(kind) || event.target.closest("[data-no-autosubmit]")) return;
    if (form.closest("dialog")?.matches(":modal")) return; // in a sheet the choices are sent together, by its button
    if (form.requestSubmit) form.requestSubmit();
    else form.submit();
  });
}
