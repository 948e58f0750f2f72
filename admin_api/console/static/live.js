// Parts of a page that follow what happens: told by the desk as it happens, and looked at again every so often.

import { LANGUAGE, say } from "./say.js";

const POLL_MS = 5000; // the state of deliveries is looked at, and everything while the desk cannot tell

/** Show a page's parts as they are now. */
export async function refresh(place) {
  const response = await fetch(place.dataset.poll, { redirect: "manual" });
  if (response.type === "opaqueredirect") return location.assign("/admin/login");
  if (!response.ok) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = await response.text(); // the server escapes every word of it
  for (const part of fresh.content.querySelectorAll("[data-part]")) show(place, part);
}

function show(place, part) {
  const there = place.querySelector(`[data-part="${part.dataset.part}"]`);
  if (!there || there.shown === part.innerHTML) return;
  const focused = there.contains(document.activeElement) ? document.activeElement.id : "";
  const marked = [...there.querySelectorAll(".marked:checked")].map((box) => box.value);
  there.shown = part.innerHTML;
  there.innerHTML = part.innerHTML;
  for (const box of there.querySelectorAll(".marked")) box.checked = marked.includes(box.value);
  if (focused) document.getElementById(focused)?.focus();
  localise(there);
}

export async function refreshAll() {
  for (const place of document.querySelectorAll("[data-poll]")) await refresh(place);
}

export function localise(root) {
  const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
  for (const time of root.querySelectorAll("time[data-form]")) {
    const moment = new Date(time.dateTime);
    const clock = moment.toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit", hour12: false });
    const minutes = Math.round((moment - Date.now()) / 60000);
    time.title = moment.toLocaleString(LANGUAGE);
    if (time.dataset.form === "clock") time.textContent = clock;
    else if (time.dataset.form === "moment") {
      const today = moment.toDateString() === new Date().toDateString();
      time.textContent = today ? clock : `${moment.toLocaleDateString(LANGUAGE, { day: "numeric", month: "short", year: "numeric" })}, ${clock}`;
    } else if (Math.abs(minutes) < 60) time.textContent = relative.format(minutes, "minute");
    else if (Math.abs(minutes) < 1440) time.textContent = relative.format(Math.round(minutes / 60), "hour");
    else time.textContent = relative.format(Math.round(minutes / 1440), "day");
  }
}

function follow(place) {
  let looked = Date.now();
  let waiting = 0;
  const look = () => {
    looked = Date.now();
    refresh(place).catch(() => {});
  };
  if (place.dataset.live && "EventSource" in window) {
    const source = new EventSource(place.dataset.live);
    source.onmessage = () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 100); // what happens together is shown together
    };
    addEventListener("pagehide", () => source.close());
  }
  setInterval(() => {
    if (!document.hidden && Date.now() - looked >= POLL_MS) look();
  }, 1000);
}

for (const place of document.querySelectorAll("[data-poll]")) follow(place);
localise(document);

for (const place of document.querySelectorAll("[data-late]")) {
  fetch(place.dataset.late)
    .then(async (response) => {
      if (response.ok) place.innerHTML = await response.text(); // the server escapes every word of it
      else place.textContent = say("no_lookup");
      localise(place);
    })
    .catch(() => {});
}
