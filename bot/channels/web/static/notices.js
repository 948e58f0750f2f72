// What the page says beside the conversation: whether there is a line, that the desk is writing, and passing words.

import { words } from "./language.js";
import { $, element } from "./render.js";
import { atEnd, toEnd } from "./scrolling.js";

const NO_ANSWER_MS = 60_000;
const BANNER_AFTER_MS = 1200;
const [banner, toasted, typing] = ["banner", "toast", "typing"].map($);
const timers = {};

export function setTyping(on) {
  clearTimeout(timers.typing);
  const near = atEnd();
  typing.hidden = !on;
  if (on) timers.typing = setTimeout(() => setTyping(false), NO_ANSWER_MS);
  if (on && near) toEnd();
}

export function expectAnswer() {
  if (navigator.onLine !== false) setTyping(true);
  toEnd();
}

// Tells the state of the line to the desk: "online", "offline" or "reconnecting".
export function setState(state) {
  if (state === "online" && banner.classList.contains("well")) return;
  clearTimeout(timers.banner);
  if (state === "online") {
    if (banner.textContent) {
      say(words.back, true);
      timers.banner = setTimeout(() => say("", false), 2500);
    }
    setTimeout(() => $("log").setAttribute("aria-busy", "false"), 800);
    return;
  }
  setTyping(false);
  const telling = () => say(state === "offline" ? words.offline : words.reconnecting, false);
  if (banner.textContent || state === "offline") telling();
  else timers.banner = setTimeout(telling, BANNER_AFTER_MS);
}

function say(sentence, well) {
  banner.textContent = sentence;
  banner.classList.toggle("well", well);
}

export function toast(sentence) {
  clearTimeout(timers.toast);
  toasted.textContent = sentence;
  timers.toast = setTimeout(() => { toasted.textContent = ""; }, 5000);
}

export async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
  } catch {
    const area = element("textarea", { class: "hidden" });
    document.body.append(area);
    area.value = value;
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(words.copied);
}
