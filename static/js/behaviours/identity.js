/** Says what the one sign-in field was recognised as: an e-mail address, a phone number or an issued code. */
const kinds = [
  ["email", /@/],
  ["phone", /^\+?[\d\s.()-]{9,16}$/],
  ["code", /^[A-HJ-NP-Z2-9]{4}[-\s]?[A-HJ-NP-Z2-9]{4}$/i],
];

export function start(input) {
  const output = document.getElementById(input.dataset.identity);
  if (!output) return;

  const say = () => {
    const value = input.value.trim();
    const kind = kinds.find(([, pattern]) => pattern.test(value))?.[0];
    for (const part of output.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== kind;
  };
  input.addEventListener("input", say);
  say();
}
