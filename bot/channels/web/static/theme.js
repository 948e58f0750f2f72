// Light or dark: as the system wants it, until the person chooses.

import { label, words } from "./language.js";
import { $ } from "./render.js";
import { store } from "./store.js";

const MOON = "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z";
const SUN = "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5";
const root = document.documentElement;

const dark = () => root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);

export function recallTheme() {
  const theme = store.get("theme");
  if (theme) root.dataset.theme = theme;
}

export function labelTheme() {
  label($("theme"), dark() ? words.theme_light : words.theme_dark);
  $("theme").querySelector("path").setAttribute("d", dark() ? SUN : MOON);
}

export function switchTheme() {
  const theme = dark() ? "light" : "dark";
  root.dataset.theme = theme;
  store.set("theme", theme);
  labelTheme();
}
