// Where a conversation begins: the welcome while nothing was said, beginning anew, and what was before.

import { $ } from "./render.js";
import { store } from "./store.js";
import { newId } from "./transport.js";

export function setTalking(on) {
  $("welcome").hidden = on;
  $("new").hidden = !on;
  $("earlier").hidden = !store.get("since");
  document.body.classList.toggle("talking", on);
}

// Asks the desk to begin anew; `clear` empties the page.
export function beginAnew(transport, clear) {
  const id = newId();
  store.set("begun", { id });
  clear();
  transport.send({ id, action: "new" });
}

// Beginning anew hides what was before; the press and the desk's reply to it say nothing to anybody.
export function ofBeginning(message) {
  const begun = store.get("begun");
  if (!begun) return false;
  if (begun.at && message.id > begun.at) store.remove("begun");
  else if (message.author === "asker" && message.client_id === begun.id) store.set("begun", { ...begun, at: message.id });
  store.set("since", message.id);
  $("earlier").hidden = false;
  return true;
}

// A beginning that the desk never heard of hides nothing; returns whether there was one.
export function forgetBeginning(transport) {
  const begun = store.get("begun");
  if (!begun || begun.at || transport.outbox().some((item) => item.id === begun.id)) return false;
  store.remove("begun");
  return true;
}

export const forgetEarlier = () => store.remove("since");
