// The chat page: what the person does and the desk says, put together from the page's parts.

import { fileList, sendFile } from "./attach.js";
import { beginAnew, forgetBeginning } from "./beginning.js";
import { compose, recallDraft } from "./composer.js";
import { embed, embedded } from "./embed.js";
import { firstLanguage, speak, tag, words } from "./language.js";
import { Log } from "./log.js";
import { copy, expectAnswer, setState, setTyping, toast } from "./notices.js";
import { Pending } from "./pending.js";
import { $, element, icon } from "./render.js";
import { toEnd } from "./scrolling.js";
import { store } from "./store.js";
import { labelTheme, recallTheme, switchTheme } from "./theme.js";
import { Tickets } from "./tickets.js";
import { newId, Transport } from "./transport.js";

const text = $("text");

const transport = new Transport(store, {
  message: (message) => log.show(message),
  ack: acknowledged,
  refused,
  typing: setTyping,
  begun() {
    setTyping(true);
    pending.begun();
  },
  language: () => tag,
  state: setState,
  expired() {
    log.clear();
    tickets.forget();
    toast(words.error_session);
    pending.showAll();
  },
});

const pending = new Pending(transport);

const tickets = new Tickets(store, transport, {
  button: $("mine"), badge: $("badge"), dialog: $("panel"), list: $("tickets"),
}, {
  words: () => words,
  show: (id) => log.seek(id),
  ask,
  count(unread) {
    document.title = `${unread ? `(${unread}) ` : ""}Punte · ${words.tagline}`;
  },
});

const failed = () => toast(words.error_file);
const log = new Log(transport, pending, {
  drawing: () => ({ words, tag, onAction: press, onCopy: copy, files: (files) => fileList(files, transport, failed) }),
  news(drawn, message) {
    tickets.watch(drawn, message);
    tickets.refresh();
  },
  forgotten: () => tickets.forget(),
});

// What the person does

const submit = (value) => pending.send({ id: newId(), text: value });

function press(button, message, pressed) {
  pressed.setAttribute("aria-pressed", "true");
  if (button.action === "delete:yes") log.expectDeletion(message);
  transport.send({ id: newId(), action: button.action, on_message: message.id });
  expectAnswer();
}

// Does what a button would that is on no message.
function ask(action) {
  transport.send({ id: newId(), action });
  expectAnswer();
}

async function attach(files) {
  for (const file of files) {
    setTyping(true);
    await sendFile(transport, newId(), file).catch(failed);
    setTyping(false);
  }
}

async function chooseLanguage(wanted) {
  store.set("language", wanted);
  try {
    await speakAll(wanted);
  } catch {
    toast(words.reconnecting);
    return;
  }
  transport.send({ id: newId(), action: `language:${wanted}` });
  tickets.refresh();
}

async function speakAll(wanted) {
  await speak(wanted);
  $("examples").replaceChildren(...words.examples.map((example) => element("li", {},
    element("button", { type: "button", onclick: () => submit(example) }, element("span", {}, example), icon("next")))));
  labelTheme();
  tickets.draw();
  log.redraw();
}

// What the desk says of a message

function acknowledged(id) {
  setTyping(false);
  pending.acknowledge(id);
}

function refused(item, error) {
  setTyping(false);
  toast({ too_long: words.error_long, slow_down: words.error_slow }[error.code] ?? words.error_failed);
  if (!item.action) {
    pending.refuse(item);
    return;
  }
  transport.forget(item.id);
  if (forgetBeginning(transport)) log.bringBack();
  document.querySelectorAll("#log [aria-pressed]").forEach((button) => button.removeAttribute("aria-pressed"));
}

// Tools

compose(submit, attach);
$("theme").addEventListener("click", switchTheme);
$("language").addEventListener("change", (event) => chooseLanguage(event.target.value));
$("new").addEventListener("click", () => $("confirm").showModal());
$("confirm-no").addEventListener("click", () => $("confirm").close());
$("confirm-yes").addEventListener("click", () => {
  $("confirm").close();
  beginAnew(transport, () => {
    log.clear();
    setTyping(false);
  });
  text.focus();
});
$("earlier").addEventListener("click", () => {
  log.bringBack();
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
if (embedded) embed();

async function begin() {
  await store.recall();
  recallTheme();
  for (let pause = 500; ; pause = Math.min(8000, pause * 2)) {
    try {
      await speakAll(firstLanguage());
      break;
    } catch {
      await new Promise((done) => { setTimeout(done, pause); });
    }
  }
  recallDraft();
  forgetBeginning(transport);
  if (store.get("token") || transport.outbox().length) transport.start();
  else $("log").setAttribute("aria-busy", "false");
  tickets.refresh();
  const code = new URLSearchParams(location.search).get("follow");
  if (code) {
    ask(`redeem:${code.slice(0, 20)}`);
    history.replaceState(null, "", location.pathname);
  }
  if (navigator.onLine === false) setState("offline");
  if (matchMedia("(pointer: fine)").matches || embedded) text.focus();
}

begin();
