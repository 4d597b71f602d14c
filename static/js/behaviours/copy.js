/** Copies `data-copy`, or the text of the element named in `data-copy-from`, and says so. */
import { toast } from "./toast.js";

export function start(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copyFrom ?? "");
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? from?.innerText ?? "");
      toast(button.dataset.copied || document.body.dataset.copied);
    } catch {
      if (from) getSelection()?.selectAllChildren(from);
    }
  });
}
