// A ticket's page: three drafts kept as they are typed, files, ready texts, quotes, and who else is here.

import { call, toast, words } from "./console.js";
import { say } from "./say.js";

const page = document.getElementById("ticket");
const api = `/api/tickets/${page.dataset.ticket}`;
const forms = [...document.querySelectorAll("form[data-writes]")];
const writing = () => forms.find((form) => !form.hidden);
let typedAt = 0;

// What is written -------------------------------------------------------------

function choose(kind) {
  for (const form of forms) {
    form.hidden = form.dataset.writes !== kind;
    document.getElementById(`tab-${form.dataset.writes}`).setAttribute("aria-selected", String(!form.hidden));
  }
}

for (const form of forms) {
  const area = form.elements.text;
  const kind = form.dataset.writes;
  let later = 0;
  let shown = area.value;
  document.getElementById(`tab-${kind}`).addEventListener("click", () => choose(kind));
  const keep = async () => {
    if (area.value === shown) return;
    shown = area.value;
    const note = form.querySelector("[data-saved]");
    try {
      await call("PUT", `${api}/drafts/${kind}`, { text: shown }, {}, true); // also when the page is being left
      note.textContent = shown ? say("kept") : "";
    } catch {
      note.textContent = say("not_kept");
      shown = null;
      later = setTimeout(keep, 5000);
    }
  };
  area.addEventListener("input", () => {
    typedAt = Date.now();
    clearTimeout(later);
    later = setTimeout(keep, 600);
  });
  area.addEventListener("blur", keep);
  addEventListener("pagehide", keep);
  form.addEventListener("reset", () => {
    clearTimeout(later);
    shown = "";
    form.querySelector("[data-files]").replaceChildren();
  });
}

function put(text) {
  const area = writing().elements.text;
  const [start, end] = [area.selectionStart, area.selectionEnd];
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

for (const select of document.querySelectorAll("[data-canned]")) {
  select.addEventListener("change", () => {
    if (select.value) put(select.value);
    select.value = "";
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-quote]");
  if (!button || !forms.length) return;
  const place = button.closest("li");
  const source = place.dataset.source ? `\n— ${place.dataset.source}` : "";
  put(`${place.querySelector(".quotable .words").textContent}${source}\n`);
});

for (const input of document.querySelectorAll("[data-attach]")) {
  input.addEventListener("change", async () => {
    const data = new FormData();
    data.set("file", input.files[0]);
    input.value = "";
    try {
      const file = await call("POST", "/api/files", data);
      const line = document.createElement("li");
      const off = document.createElement("button");
      line.dataset.file = file.id;
      line.append(`${file.name} `, off);
      off.type = "button";
      off.className = "quiet";
      off.textContent = say("take_off");
      off.addEventListener("click", () => line.remove());
      input.form.querySelector("[data-files]").append(line);
    } catch (problem) {
      toast(words(problem));
    }
  });
}

// Marks, and who is here --------------------------------------------------

document.addEventListener("change", () => {
  for (const place of document.querySelectorAll("[data-marked]"))
    place.textContent = document.querySelectorAll(".marked:checked").length;
});

// The finder of personal data takes some seconds to load: it begins while the closing is thought about.
document.addEventListener("click", (event) => {
  const then = event.target.closest("#close") && document.querySelector("#closing [data-then]");
  if (then) fetch(then.dataset.then).catch(() => {});
});

async function here() {
  if (document.hidden) return;
  const { others } = await call("POST", `${api}/presence`, { writing: Date.now() - typedAt < 8000 });
  document.getElementById("others").textContent = others
    .map((other) => say(other.writing ? "is_writing" : "is_here", other))
    .join(" · ");
}

here().catch(() => {});
setInterval(() => here().catch(() => {}), 5000);
