// The page in a frame of another site: what it tells the widget that opened it, and what it hears from there.

import { $ } from "./render.js";

export const embedded = new URLSearchParams(location.search).has("embed") && window.parent !== window;

export const tellSite = (punte, more = {}) => parent.postMessage({ punte, ...more }, "*");

export function onSite(punte, act) {
  addEventListener("message", (event) => {
    if (event.source === parent && event.data?.punte === punte) act(event.data);
  });
}

export function embed() {
  const leave = () => tellSite("close");
  document.documentElement.classList.add("embed");
  $("close").hidden = false;
  $("close").addEventListener("click", leave);
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !document.querySelector("dialog[open]")) leave(); });
  onSite("opened", () => $("text").focus());
}
