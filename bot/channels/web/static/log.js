// The conversation as it is drawn: its messages in their order, a line for each new day, and the one that is sought.

import { forgetEarlier, ofBeginning, setTalking } from "./beginning.js";
import { embedded, tellSite } from "./embed.js";
import { tag } from "./language.js";
import { setTyping } from "./notices.js";
import { firstPending, pendingElement } from "./pending.js";
import { $, dayName, element, messageElement } from "./render.js";
import { atEnd, inPlace, settle, toEnd } from "./scrolling.js";

const log = $("log");
const drawnOf = (id) => log.querySelector(`[data-id="${id}"]`);

export class Log {
  // `on` has drawing (what messageElement wants beside the message), news (of a ticket) and forgotten.
  constructor(transport, pending, on) {
    this.transport = transport;
    this.pending = pending;
    this.on = on;
    this.forgetting = null;
    this.sought = null;
    this.messages = new Map();
    this.lastDay = "";
  }

  clear() {
    this.messages = new Map();
    this.lastDay = "";
    log.replaceChildren();
    setTalking(false);
  }

  show(message) {
    const near = atEnd() && !this.sought;
    const own = message.author === "asker";
    if (ofBeginning(message)) return;
    if (own && message.client_id) pendingElement(message.client_id)?.remove();
    if (!own && this.forgetting && message.replaces === this.forgetting) this.forget();
    this.messages.set(message.id, message);
    setTalking(true);
    if (!own) setTyping(false);
    if (own && !message.text && !message.files?.length) return;
    const drawn = messageElement(message, this.on.drawing());
    if (!own && message.ticket) this.on.news(drawn, message);
    const earlier = message.replaces && drawnOf(message.replaces);
    if (earlier) {
      this.replace(earlier, drawn, message.replaces);
      if (near) toEnd();
      return;
    }
    this.append(message, drawn);
    if (this.sought) this.found();
    else if (near || own) settle(drawn);
    else $("latest").hidden = false;
    if (embedded && !own && log.getAttribute("aria-busy") !== "true") tellSite("message");
  }

  append(message, drawn) {
    const day = new Date(message.created_at).toDateString();
    if (day !== this.lastDay) {
      this.lastDay = day;
      const name = element("span", {}, dayName(message.created_at, tag));
      log.insertBefore(element("div", { class: "day", role: "separator" }, name), firstPending());
    }
    log.insertBefore(drawn, firstPending());
  }

  replace(earlier, drawn, id) {
    const focused = earlier.contains(document.activeElement);
    this.pressOn(id)?.remove();
    earlier.replaceWith(drawn);
    if (focused) (drawn.querySelector(".actions button") ?? drawn).focus({ preventScroll: true });
  }

  // The last words are a button of the message whose place the reply takes: below it they would look unanswered.
  pressOn(id) {
    const last = [...log.querySelectorAll(".message")].at(-1);
    const labels = this.messages.get(id)?.buttons.flat().map((button) => button.label) ?? [];
    const said = this.messages.get(Number(last?.dataset.id));
    return said?.author === "asker" && labels.includes(said.text) ? last : null;
  }

  // Once the desk has deleted what it knew, at the press on `message`, the page forgets it too.
  expectDeletion(message) {
    this.forgetting = message.id;
  }

  forget() {
    this.forgetting = null;
    forgetEarlier();
    this.clear();
    this.on.forgotten();
  }

  redraw() {
    const shown = [...this.messages.values()];
    inPlace(() => {
      this.clear();
      shown.forEach((message) => this.show(message));
      this.pending.showAll();
    });
  }

  bringBack() {
    forgetEarlier();
    this.clear();
    this.transport.again();
  }

  // Goes to a message, which may have to be brought back first.
  seek(id) {
    this.sought = id;
    if (!drawnOf(id)) this.bringBack();
    else this.found();
  }

  found() {
    const drawn = drawnOf(this.sought);
    if (!drawn) return;
    drawn.scrollIntoView({ block: "center" });
    drawn.classList.add("found");
    drawn.focus({ preventScroll: true });
    clearTimeout(this.seeking);
    this.seeking = setTimeout(() => { this.sought = null; }, 1500);
  }
}
