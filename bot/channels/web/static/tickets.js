// One's own tickets: a panel that lists them, and which of them have news that was not on the screen yet.

import { element } from "./render.js";

export class Tickets {
  // `parts` are the button, its badge, the dialog and the list; `on` has show, look, ask, words and count.
  constructor(store, transport, parts, on) {
    this.store = store;
    this.transport = transport;
    this.parts = parts;
    this.on = on;
    this.known = [];
    this.watcher = new IntersectionObserver((entries) => this.seen(entries));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      for (const drawn of this.watched ?? []) {
        this.watcher.unobserve(drawn);
        this.watcher.observe(drawn);
      }
      this.refresh();
    });
    parts.button.addEventListener("click", () => this.open());
  }

  // Takes note of a drawn message that told news of a ticket; it is read once it is on the screen.
  watch(drawn, message) {
    drawn.dataset.ticket = message.ticket;
    this.watched = [...(this.watched ?? []).filter((other) => other.isConnected), drawn];
    this.watcher.observe(drawn);
  }

  seen(entries) {
    if (document.visibilityState !== "visible") return;
    const read = this.store.get("read") ?? {};
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      const { ticket, id } = target.dataset;
      read[ticket] = Math.max(read[ticket] ?? 0, Number(id));
      this.watcher.unobserve(target);
      this.watched = this.watched.filter((other) => other !== target);
    }
    this.store.set("read", read);
    this.draw();
  }

  // Asks the desk how the tickets stand, once for all that comes within a moment.
  refresh() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.fetch(), 150);
  }

  async fetch() {
    const token = this.store.get("token");
    if (!token) return;
    try {
      this.known = (await this.transport.ask("GET", "/tickets", token)).tickets;
    } catch {
      return;
    }
    this.draw();
  }

  forget() {
    this.known = [];
    this.store.remove("read");
    this.draw();
  }

  unread(ticket) { return ticket.news > ((this.store.get("read") ?? {})[ticket.id] ?? 0); }

  open() {
    this.draw();
    this.parts.dialog.showModal();
    this.fetch();
  }

  draw() {
    const words = this.on.words();
    const count = this.known.filter((ticket) => this.unread(ticket)).length;
    this.parts.badge.textContent = count ? String(count) : "";
    this.parts.badge.hidden = !count;
    this.parts.button.setAttribute("aria-label", count ? `${words.mine} (${words.unread}: ${count})` : words.mine);
    this.parts.button.title = words.mine;
    this.on.count(count);
    const focused = document.activeElement?.dataset?.press;
    this.parts.list.replaceChildren(...this.known.map((ticket) => this.item(ticket, words)));
    if (!this.known.length) {
      this.parts.list.append(element("li", {}, element("p", {}, words.mine_none), element("div", { class: "row" },
        element("button", { type: "button", class: "strong", onclick: () => this.leave(() => this.on.ask("person")) }, words.ask_expert))));
    }
    if (focused) this.parts.list.querySelector(`[data-press="${CSS.escape(focused)}"]`)?.focus();
  }

  item(ticket, words) {
    const fresh = this.unread(ticket) ? element("b", { class: "fresh" }, words.unread) : null;
    const press = (name, label, act, strong) => element("button", {
      type: "button", class: strong ? "strong" : null, "data-press": `${name}:${ticket.id}`, onclick: () => this.leave(act),
    }, label);
    return element("li", { class: ticket.state },
      element("p", { class: "stands" }, element("b", {}, ticket.number), ` ${ticket.stands} `, fresh),
      element("p", { class: "asked", dir: "auto" }, ticket.question),
      element("div", { class: "row" },
        ticket.news ? press("show", words.show_answer, () => this.on.show(ticket.news), fresh) : null,
        press("look", words.details, () => this.on.ask(`ticket:${ticket.id}`))));
  }

  leave(act) {
    this.parts.dialog.close();
    act();
  }
}
