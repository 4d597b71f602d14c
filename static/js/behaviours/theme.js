/** The choice of appearance: as on the device, light or dark; kept in this browser only. */
const KEY = "nscl.theme";

function chosen() {
  try {
    return localStorage.getItem(KEY) || "auto";
  } catch {
    return "auto";
  }
}

function apply(theme) {
  const root = document.documentElement;
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
  try {
    if (theme === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    /* storage is switched off: the choice lasts for this page */
  }
  document.dispatchEvent(new CustomEvent("nscl:theme", { detail: theme }));
}

export function start(fieldset) {
  const show = (theme) => {
    for (const radio of fieldset.querySelectorAll("input")) radio.checked = radio.value === theme;
  };
  show(chosen());
  fieldset.addEventListener("change", (event) => apply(event.target.value));
  document.addEventListener("nscl:theme", (event) => show(event.detail));
}
