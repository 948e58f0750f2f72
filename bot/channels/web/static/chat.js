// The chat page: what the person sees and does. The line to the desk is transport.js, the drawing render.js.

import { fileList, sendFile } from "./attach.js";
import { dayName, element, icon, messageElement, paragraphs } from "./render.js";
import { Tickets } from "./tickets.js";
import { Transport } from "./transport.js";

const READ_CHARS = 4000;
const SHOW_COUNT_FROM = 3600;
const NO_ANSWER_MS = 60_000;
const BANNER_AFTER_MS = 1200;

const $ = (id) => document.getElementById(id);
const [log, scroller, text, form, banner, typing] = ["log", "scroller", "text", "form", "banner", "typing"].map($);
const query = new URLSearchParams(location.search);
const embedded = query.has("embed") && window.parent !== window;

// Browsers may deny storage to frames of other sites. Then the page around the frame keeps what began on it.
let memory = {};
const denied = (() => {
  try { return !window.localStorage; } catch { return true; }
})();
const keep = () => { if (embedded && denied) parent.postMessage({ punte: "keep", state: memory }, "*"); };
const store = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(`punte.${key}`) ?? "null") ?? memory[key] ?? null; } catch { return memory[key] ?? null; }
  },
  set(key, value) {
    memory[key] = value;
    try { localStorage.setItem(`punte.${key}`, JSON.stringify(value)); } catch { keep(); }
  },
  remove(key) {
    delete memory[key];
    try { localStorage.removeItem(`punte.${key}`); } catch { keep(); }
  },
};

function recall() {
  return new Promise((done) => {
    addEventListener("message", (event) => {
      if (event.source !== parent || event.data?.punte !== "kept") return;
      memory = { ...event.data.state };
      done();
    });
    parent.postMessage({ punte: "recall" }, "*");
    setTimeout(done, 1000);
  });
}

let words = {};
let tag = "en";
let messages = new Map();
let lastDay = "";
let timers = {};
let forgetting = null;
let sought = null;

const transport = new Transport(store, {
  message: show,
  ack: acknowledged,
  refused,
  typing: setTyping,
  begun() {
    setTyping(true);
    log.querySelector(".waiting")?.classList.replace("waiting", "taken");
  },
  language: () => tag,
  state: setState,
  expired() {
    clearLog();
    tickets.forget();
    toast(words.error_session);
    transport.outbox().forEach(showPending);
  },
});

const tickets = new Tickets(store, transport, {
  button: $("mine"), badge: $("badge"), dialog: $("panel"), list: $("tickets"),
}, {
  words: () => words,
  show: seek,
  ask,
  count(unread) {
    document.title = `${unread ? `(${unread}) ` : ""}Punte · ${words.tagline}`;
  },
});

// Words and language

async function speak(wanted) {
  const response = await fetch(`/chat/words/${encodeURIComponent(wanted)}`);
  words = await response.json();
  tag = words.tag;
  document.documentElement.lang = tag;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) label(node, words[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-aria]")) node.setAttribute("aria-label", words[node.dataset.aria]);
  text.placeholder = words.placeholder;
  $("language").replaceChildren(...Object.entries(words.languages).map(([value, name]) =>
    element("option", { value, lang: value, selected: value === tag ? "" : null }, name)));
  $("examples").replaceChildren(...words.examples.map((example) => element("li", {},
    element("button", { type: "button", onclick: () => submit(example) }, element("span", {}, example), icon("next")))));
  labelTheme();
  tickets.draw();
  redraw();
}

function label(node, value) {
  node.setAttribute("aria-label", value);
  node.title = value;
}

function firstLanguage() {
  return store.get("language") || query.get("lang") || navigator.language || "en";
}

async function chooseLanguage(wanted) {
  store.set("language", wanted);
  try {
    await speak(wanted);
  } catch {
    toast(words.reconnecting);
    return;
  }
  transport.send({ id: newId(), action: `language:${wanted}` });
  tickets.refresh();
}

// Messages

const failed = () => toast(words.error_file);
const drawing = () => ({
  words, tag, onAction: press, onCopy: copy, files: (files) => fileList(files, transport, failed),
});

function show(message) {
  const near = atEnd() && !sought;
  const own = message.author === "asker";
  if (ofBeginning(message, own)) return;
  if (own && message.client_id) pendingElement(message.client_id)?.remove();
  if (!own && forgetting && message.replaces === forgetting) {
    forgetting = null;
    store.remove("since");
    clearLog();
    tickets.forget();
  }
  messages.set(message.id, message);
  setTalking(true);
  if (!own) setTyping(false);
  if (own && !message.text && !message.files?.length) return;
  const earlier = message.replaces && log.querySelector(`[data-id="${message.replaces}"]`);
  const drawn = messageElement(message, drawing());
  if (!own && message.ticket) {
    tickets.watch(drawn, message);
    tickets.refresh();
  }
  if (earlier) {
    const focused = earlier.contains(document.activeElement);
    pressOn(message.replaces)?.remove();
    earlier.replaceWith(drawn);
    if (focused) (drawn.querySelector(".actions button") ?? drawn).focus({ preventScroll: true });
    if (near) toEnd();
    return;
  }
  log.insertBefore(separator(message), firstPending());
  log.insertBefore(drawn, firstPending());
  if (sought) found();
  else if (near || own) settle(drawn);
  else $("latest").hidden = false;
  if (embedded && !own && log.getAttribute("aria-busy") !== "true") parent.postMessage({ punte: "message" }, "*");
}

// The last words are a button of the message whose place the reply takes: below it they would look unanswered.
function pressOn(id) {
  const last = [...log.querySelectorAll(".message")].at(-1);
  const labels = messages.get(id)?.buttons.flat().map((button) => button.label) ?? [];
  const said = messages.get(Number(last?.dataset.id));
  return said?.author === "asker" && labels.includes(said.text) ? last : null;
}

// Beginning anew hides what was before; the press and the desk's reply to it say nothing to anybody.
function ofBeginning(message, own) {
  const begun = store.get("begun");
  if (!begun) return false;
  if (begun.at && message.id > begun.at) store.remove("begun");
  else if (own && message.client_id === begun.id) store.set("begun", { ...begun, at: message.id });
  store.set("since", message.id);
  $("earlier").hidden = false;
  return true;
}

function beginAnew() {
  const id = newId();
  store.set("begun", { id });
  clearLog();
  setTyping(false);
  transport.send({ id, action: "new" });
  text.focus();
}

// A beginning that the desk never heard of hides nothing.
function forgetBeginning() {
  const begun = store.get("begun");
  if (!begun || begun.at || transport.outbox().some((item) => item.id === begun.id)) return false;
  store.remove("begun");
  return true;
}

function bringBack() {
  store.remove("since");
  clearLog();
  transport.again();
}

// Goes to a message, which may have to be brought back first.
function seek(id) {
  sought = id;
  if (!log.querySelector(`[data-id="${id}"]`)) bringBack();
  else found();
}

function found() {
  const drawn = log.querySelector(`[data-id="${sought}"]`);
  if (!drawn) return;
  drawn.scrollIntoView({ block: "center" });
  drawn.classList.add("found");
  drawn.focus({ preventScroll: true });
  clearTimeout(timers.sought);
  timers.sought = setTimeout(() => { sought = null; }, 1500);
}

function separator(message) {
  const day = new Date(message.created_at).toDateString();
  if (day === lastDay) return document.createDocumentFragment();
  lastDay = day;
  return element("div", { class: "day", role: "separator" }, element("span", {}, dayName(message.created_at, tag)));
}

const firstPending = () => log.querySelector("[data-pending]");
const pendingElement = (id) => log.querySelector(`[data-pending="${CSS.escape(id)}"]`);

function showPending(item) {
  if (item.action || pendingElement(item.id)) return;
  const drawn = element("article", { class: "message asker waiting", "data-pending": item.id },
    element("div", { class: "hidden" }, words.you),
    element("div", { class: "said-box" }, ...paragraphs(item.text, words)),
    element("div", { class: "foot" }, element("span", {}, words.sending)));
  log.append(drawn);
  setTalking(true);
  if (item.refused) markRefused(item);
  toEnd();
}

function submit(value) {
  const item = { id: newId(), text: value };
  showPending(item);
  transport.send(item);
  expectAnswer();
}

function press(button, message, pressed) {
  pressed.setAttribute("aria-pressed", "true");
  if (button.action === "delete:yes") forgetting = message.id;
  transport.send({ id: newId(), action: button.action, on_message: message.id });
  expectAnswer();
}

// Does what a button would that is on no message.
function ask(action) {
  transport.send({ id: newId(), action });
  expectAnswer();
}

function expectAnswer() {
  if (navigator.onLine !== false) setTyping(true);
  toEnd();
}

function acknowledged(id) {
  setTyping(false);
  pendingElement(id)?.querySelector(".foot").replaceChildren();
}

function refused(item, error) {
  setTyping(false);
  const reason = { too_long: words.error_long, slow_down: words.error_slow }[error.code] ?? words.error_failed;
  toast(reason);
  if (item.action) {
    transport.forget(item.id);
    if (forgetBeginning()) bringBack();
    log.querySelectorAll("[aria-pressed]").forEach((button) => button.removeAttribute("aria-pressed"));
  } else markRefused(item);
}

function markRefused(item) {
  const drawn = pendingElement(item.id);
  if (!drawn) return;
  drawn.classList.remove("waiting", "taken");
  drawn.classList.add("refused");
  const again = () => {
    drawn.remove();
    const fresh = { id: item.id, text: item.text };
    showPending(fresh);
    transport.send(fresh);
    expectAnswer();
    text.focus();
  };
  const discard = () => {
    drawn.remove();
    transport.forget(item.id);
    text.focus();
  };
  drawn.querySelector(".foot").replaceChildren(
    element("span", {}, words.not_sent),
    element("button", { type: "button", onclick: again }, words.retry),
    element("button", { type: "button", onclick: discard }, words.cancel));
}

function redraw() {
  const shown = [...messages.values()];
  const at = scroller.scrollTop;
  clearLog();
  shown.forEach(show);
  transport.outbox().forEach(showPending);
  scroller.scrollTop = at;
}

function clearLog() {
  messages = new Map();
  lastDay = "";
  log.replaceChildren();
  setTalking(false);
}

function setTalking(on) {
  $("welcome").hidden = on;
  $("new").hidden = !on;
  $("earlier").hidden = !store.get("since");
  document.body.classList.toggle("talking", on);
}

// Where one is in the conversation

const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 90;

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  $("latest").hidden = true;
}

function settle(drawn) {
  const tall = drawn.offsetHeight > scroller.clientHeight - 40;
  if (tall && drawn.classList.contains("asker") === false) {
    scroller.scrollTop += drawn.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 12;
    $("latest").hidden = atEnd();
  } else toEnd();
}

function setTyping(on) {
  clearTimeout(timers.typing);
  const near = atEnd();
  typing.hidden = !on;
  if (on) timers.typing = setTimeout(() => setTyping(false), NO_ANSWER_MS);
  if (on && near) toEnd();
}

function setState(state) {
  if (state === "online" && banner.classList.contains("well")) return;
  clearTimeout(timers.banner);
  if (state === "online") {
    if (banner.textContent) {
      say(words.back, true);
      timers.banner = setTimeout(() => say("", false), 2500);
    }
    setTimeout(() => log.setAttribute("aria-busy", "false"), 800);
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

function toast(sentence) {
  clearTimeout(timers.toast);
  $("toast").textContent = sentence;
  timers.toast = setTimeout(() => { $("toast").textContent = ""; }, 5000);
}

async function copy(value) {
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

// Writing

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.max(40, text.scrollHeight)}px`;
  const used = text.value.length;
  $("send").disabled = !text.value.trim();
  $("count").hidden = used < SHOW_COUNT_FROM;
  $("count").classList.toggle("over", used > READ_CHARS);
  const number = new Intl.NumberFormat(tag);
  $("count").textContent = (words.characters ?? "").replace("{used}", number.format(used)).replace("{limit}", number.format(READ_CHARS));
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

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

async function attach(files) {
  for (const file of files) {
    setTyping(true);
    await sendFile(transport, newId(), file).catch(failed);
    setTyping(false);
  }
}

$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", (event) => {
  attach([...event.target.files]);
  event.target.value = "";
});
text.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  attach(files);
});

// Tools

function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

const MOON = "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z";
const SUN = "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5";

function labelTheme() {
  label($("theme"), dark() ? words.theme_light : words.theme_dark);
  $("theme").querySelector("path").setAttribute("d", dark() ? SUN : MOON);
}

$("theme").addEventListener("click", () => {
  const theme = dark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  store.set("theme", theme);
  labelTheme();
});

$("language").addEventListener("change", (event) => chooseLanguage(event.target.value));
$("new").addEventListener("click", () => $("confirm").showModal());
$("confirm-no").addEventListener("click", () => $("confirm").close());
$("confirm-yes").addEventListener("click", () => {
  $("confirm").close();
  beginAnew();
});
$("earlier").addEventListener("click", () => {
  bringBack();
  text.focus();
});
for (const [id, action] of [["data", "mine"], ["delete", "ask_delete"]]) {
  $(id).addEventListener("click", () => tickets.leave(() => ask(action)));
}
$("panel-close").addEventListener("click", () => $("panel").close());
$("panel").addEventListener("click", (event) => { if (event.target === $("panel")) $("panel").close(); });
$("latest").addEventListener("click", () => {
  toEnd();
  text.focus();
});
scroller.addEventListener("scroll", () => { if (atEnd()) $("latest").hidden = true; }, { passive: true });

const leave = () => parent.postMessage({ punte: "close" }, "*");
if (embedded) {
  document.documentElement.classList.add("embed");
  $("close").hidden = false;
  $("close").addEventListener("click", leave);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !document.querySelector("dialog[open]")) leave(); });
  addEventListener("message", (event) => { if (event.source === parent && event.data?.punte === "opened") text.focus(); });
}

async function begin() {
  if (embedded && denied) await recall();
  const theme = store.get("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  for (let pause = 500; ; pause = Math.min(8000, pause * 2)) {
    try {
      await speak(firstLanguage());
      break;
    } catch {
      await new Promise((done) => { setTimeout(done, pause); });
    }
  }
  text.value = store.get("draft") ?? "";
  grow();
  forgetBeginning();
  if (store.get("token") || transport.outbox().length) transport.start();
  else log.setAttribute("aria-busy", "false");
  tickets.refresh();
  if (query.get("follow")) {
    ask(`redeem:${query.get("follow").slice(0, 20)}`);
    history.replaceState(null, "", location.pathname);
  }
  if (navigator.onLine === false) setState("offline");
  if (matchMedia("(pointer: fine)").matches || embedded) text.focus();
}

begin();
