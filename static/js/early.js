/* Runs before the first paint, so that the chosen theme does not flash and script-only controls can show at once. */
(function () {
  var root = document.documentElement;
  root.setAttribute("data-js", "");
  try {
    var theme = localStorage.getItem("nscl.theme");
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
  } catch (error) {
    /* storage is switched off: the device's own setting applies */
  }
})();
