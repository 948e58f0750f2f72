// The page's own words, in the language that the person chose or else the browser speaks.

import { $, element } from "./render.js";
import { store } from "./store.js";

export let words = {};
export let tag = "en";

export function firstLanguage() {
  return store.get("language") || new URLSearchParams(location.search).get("lang") || navigator.language || "en";
}

// Fetches the words of a language and puts them wherever the page names one.
export async function speak(wanted) {
  const response = await fetch(`/chat/words/${encodeURIComponent(wanted)}`);
  words = await response.json();
  tag = words.tag;
  document.documentElement.lang = tag;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) label(node, words[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-aria]")) node.setAttribute("aria-label", words[node.dataset.aria]);
  $("text").placeholder = words.placeholder;
  $("language").replaceChildren(...Object.entries(words.languages).map(([value, name]) =>
    element("option", { value, lang: value, selected: value === tag ? "" : null }, name)));
}

export function label(node, value) {
  node.setAttribute("aria-label", value);
  node.title = value;
}
