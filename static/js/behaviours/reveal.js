/** Shows and hides a password or PIN; the button appears only with this script. */
export function start(button) {
  const input = button.parentElement.querySelector("input");
  if (!input) return;

  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
}
