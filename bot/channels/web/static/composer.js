// The box in which the person writes: it grows, counts, keeps a draft, and takes files.

import { tag, words } from "./language.js";
import { $ } from "./render.js";
import { store } from "./store.js";

const READ_CHARS = 4000;
const SHOW_COUNT_FROM = 3600;
const [text, form, count, file] = ["text", "form", "count", "file"].map($);

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.max(40, text.scrollHeight)}px`;
  const used = text.value.length;
  $("send").disabled = !text.value.trim();
  count.hidden = used < SHOW_COUNT_FROM;
  count.classList.toggle("over", used > READ_CHARS);
  const number = new Intl.NumberFormat(tag);
  count.textContent = (words.characters ?? "").replace("{used}", number.format(used)).replace("{limit}", number.format(READ_CHARS));
}

export function recallDraft() {
  text.value = store.get("draft") ?? "";
  grow();
}

// Hands what is written to `submit`, and chosen or pasted files to `attach`.
export function compose(submit, attach) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = text.value.trim();
    if (!value) return;
    text.value = "";
    store.remove("draft");
    grow();
    submit(value);
    text.focus();
  });
  text.addEventListener("input", () => {
    store.set("draft", text.value);
    grow();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  text.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    attach(files);
  });
  $("attach").addEventListener("click", () => file.click());
  file.addEventListener("change", (event) => {
    attach([...event.target.files]);
    event.target.value = "";
  });
}
