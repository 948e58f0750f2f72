// Where one is in the conversation: at its end, or somewhere above it.

import { $ } from "./render.js";

const scroller = $("scroller");

export const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 90;

export function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  $("latest").hidden = true;
}

// Shows a new message; of one that is taller than the window its beginning.
export function settle(drawn) {
  const tall = drawn.offsetHeight > scroller.clientHeight - 40;
  if (tall && !drawn.classList.contains("asker")) {
    scroller.scrollTop += drawn.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 12;
    $("latest").hidden = atEnd();
  } else toEnd();
}

// Does something to the conversation and stays where one was.
export function inPlace(act) {
  const at = scroller.scrollTop;
  act();
  scroller.scrollTop = at;
}

scroller.addEventListener("scroll", () => { if (atEnd()) $("latest").hidden = true; }, { passive: true });
