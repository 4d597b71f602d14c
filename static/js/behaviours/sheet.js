/** A sheet that is a dialog on phones and part of the page on wide screens: filters, outline, navigator. */
export function start(dialog) {
  const wide = window.matchMedia("(min-width: 60rem)");
  const settle = () => {
    if (wide.matches && dialog.open) dialog.close();
  };
  wide.addEventListener?.("change", settle);
  settle();
}
