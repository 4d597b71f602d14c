/** Large text and high contrast, without loading the page anew; the cookie is the one that the server reads. */
const COOKIE = "nscl_exam_look";

export function comfort() {
  for (const form of document.querySelectorAll("[data-comfort]")) {
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!button) return;
      event.preventDefault();
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      document.body.classList.toggle(`look-${button.dataset.look}`, on);
      const looks = [...form.querySelectorAll('[aria-pressed="true"]')].map((each) => each.dataset.look);
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `${COOKIE}=${looks.join(".")}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    });
  }
}
