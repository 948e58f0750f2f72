// The person's own messages that are on their way, or that the desk did not take.

import { setTalking } from "./beginning.js";
import { words } from "./language.js";
import { expectAnswer } from "./notices.js";
import { $, element, paragraphs } from "./render.js";
import { toEnd } from "./scrolling.js";

const log = $("log");

export const firstPending = () => log.querySelector("[data-pending]");
export const pendingElement = (id) => log.querySelector(`[data-pending="${CSS.escape(id)}"]`);

export class Pending {
  constructor(transport) {
    this.transport = transport;
  }

  send(item) {
    this.show(item);
    this.transport.send(item);
    expectAnswer();
  }

  show(item) {
    if (item.action || pendingElement(item.id)) return;
    const drawn = element("article", { class: "message asker waiting", "data-pending": item.id },
      element("div", { class: "hidden" }, words.you),
      element("div", { class: "said-box" }, ...paragraphs(item.text, words)),
      element("div", { class: "foot" }, element("span", {}, words.sending)));
    log.append(drawn);
    setTalking(true);
    if (item.refused) this.refuse(item);
    toEnd();
  }

  showAll() {
    this.transport.outbox().forEach((item) => this.show(item));
  }

  begun() {
    log.querySelector(".waiting")?.classList.replace("waiting", "taken");
  }

  acknowledge(id) {
    pendingElement(id)?.querySelector(".foot").replaceChildren();
  }

  refuse(item) {
    const drawn = pendingElement(item.id);
    if (!drawn) return;
    drawn.classList.remove("waiting", "taken");
    drawn.classList.add("refused");
    const away = (act) => () => {
      drawn.remove();
      act();
      $("text").focus();
    };
    drawn.querySelector(".foot").replaceChildren(
      element("span", {}, words.not_sent),
      element("button", { type: "button", onclick: away(() => this.send({ id: item.id, text: item.text })) }, words.retry),
      element("button", { type: "button", onclick: away(() => this.transport.forget(item.id)) }, words.cancel));
  }
}
