// The console by keys: j k o on lists and timelines, c a n e x on a ticket, ? for help. Never while somebody types.

const press = (selector) => document.querySelector(selector)?.click();

function step(by) {
  const places = [...document.querySelectorAll("[data-step]")];
  if (!places.length) return press(by > 0 ? "a[rel=next]" : "a[rel=prev]");
  const now = places.indexOf(document.activeElement.closest("[data-step]"));
  const next = now < 0 ? (by > 0 ? 0 : places.length - 1) : Math.min(places.length - 1, Math.max(0, now + by));
  places[next].focus();
  places[next].scrollIntoView({ block: "nearest" });
}

function write(kind) {
  press(`#tab-${kind}`);
  document.getElementById(kind)?.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => document.activeElement.closest("a[data-step]")?.click(),
  c: () => press("#claim"),
  a: () => write("answer"),
  n: () => write("note"),
  e: () => press("#close, #edit"),
  p: () => press("#publish[data-next]"),
  x: () => document.activeElement.closest("[data-step]")?.querySelector(".marked")?.click(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return typing.form?.requestSubmit();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
