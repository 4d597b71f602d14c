/** A button that shows and hides the element named in its `aria-controls`. */
export function start(button) {
  const target = document.getElementById(button.getAttribute("aria-controls"));
  if (!target) return;

  const set = (open) => {
    button.setAttribute("aria-expanded", String(open));
    target.hidden = !open;
  };
  set(button.getAttribute("aria-expanded") === "true");
  button.addEventListener("click", () => set(target.hidden));
}
