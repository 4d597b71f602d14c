/** A form whose ticked boxes are counted in its bar. Without it the bar says what to do. */
export function start(form) {
  const count = form.querySelector("[data-pick-count]");
  if (!count) return;
  const idle = count.textContent;
  const tell = () => {
    const number = form.querySelectorAll("input[name=person]:checked").length;
    count.textContent = number ? `${count.dataset.pickWords} ${number}` : idle;
  };
  form.addEventListener("change", tell);
  form.addEventListener("reset", () => setTimeout(tell));
  tell();
}
