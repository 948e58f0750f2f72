// The console's script: forms and buttons speak to the API.

import { refresh, refreshAll } from "./live.js";
import { LANGUAGE, say } from "./say.js";
import "./keys.js";

/** Call the API and return what it says; throws its problem. */
export async function call(method, path, body, headers = {}, keepalive = false) {
  const upload = body instanceof FormData;
  const options = { method, keepalive, headers: { "X-Punte": "console", "Accept-Language": LANGUAGE, Accept: "application/json", ...headers } };
  if (body !== undefined) options.body = upload ? body : JSON.stringify(body);
  if (body !== undefined && !upload) options.headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw { error: "offline", message: say("offline") };
  }
  const said = response.status === 204 ? {} : await response.json().catch(() => ({ message: response.statusText }));
  if (response.ok) return said;
  if (response.status === 401 && path !== "/api/login" && path !== "/api/me/password") location.assign("/admin/login");
  throw said;
}

export function words(problem) {
  return problem.detail ? `${problem.message} (${problem.detail})` : problem.message || say("wrong");
}

export function toast(text, undo) {
  const box = document.createElement("div");
  box.append(text);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say("undo");
    button.addEventListener("click", () => act("POST", undo).then(() => keep(say("undone"))).then(() => location.reload()));
    box.append(button);
  }
  const place = document.getElementById("toast");
  place.replaceChildren(box);
  setTimeout(() => box.remove(), undo ? 12000 : 5000);
}

/** Show a message after the page was loaded anew. */
function keep(text, undo) {
  sessionStorage.setItem("toast", JSON.stringify({ text, undo }));
}

async function act(method, path) {
  try {
    return await call(method, path);
  } catch (problem) {
    toast(words(problem));
    throw problem;
  }
}

function showSecret(said) {
  document.getElementById("secret-of").textContent = said.staff?.email ?? said.about?.name ?? said.webhook.url;
  document.getElementById("secret-word").textContent = said.password ?? said.token ?? said.secret;
  const box = document.getElementById("secret");
  box.hidden = false;
  box.scrollIntoView({ block: "center" });
}

/** Copy what is shown; where the browser does not let pages copy, it is marked to be copied by hand. */
async function copy(button) {
  const place = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(place);
  await navigator.clipboard?.writeText(place.textContent).then(() => toast(button.dataset.done), () => {});
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.opens) document.getElementById(button.dataset.opens).showModal();
  else if (button && "help" in button.dataset) document.getElementById("keys").showModal();
  else if (button && "closes" in button.dataset) button.closest("dialog").close();
  else if (button?.dataset.copy) copy(button);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-post]");
  if (!button || (button.dataset.sure && !confirm(button.dataset.sure))) return;
  button.disabled = true;
  try {
    const said = await act(button.dataset.method ?? "POST", button.dataset.post);
    if ("secret" in button.dataset) return showSecret(said);
    const poll = button.closest("[data-poll]");
    if (button.dataset.next) {
      keep(button.dataset.done, button.dataset.undo);
      location.assign(button.dataset.next);
    } else if (poll) await refresh(poll).then(() => toast(button.dataset.done));
    else {
      keep(button.dataset.done, button.dataset.undo);
      location.reload();
    }
  } catch { /* it was shown */ } finally {
    button.disabled = false;
  }
});

// Forms ----------------------------------------------------------------------

function valuesOf(form, submitter) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.tagName === "BUTTON" || field.closest("[data-kinds][hidden]")) continue;
    if (field.type === "checkbox") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if ("json" in field.dataset) values[field.name] = JSON.parse(field.value || "{}");
    else if ("number" in field.dataset) { if (field.value !== "") values[field.name] = Number(field.value); }
    else if (field.value !== "") values[field.name] = field.value;
  }
  if (submitter?.name) values[submitter.name] = submitter.value;
  return values;
}

function clearProblems(form) {
  for (const place of form.querySelectorAll(".problem")) place.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function showProblem(form, problem) {
  const places = [...form.querySelectorAll(".problem")];
  const whole = form.querySelector(".problem[data-whole]") ?? places.at(-1);
  let first = null;
  for (const [name, text] of Object.entries(problem.fields ?? {})) {
    const field = form.elements[name]?.length && !form.elements[name].tagName ? form.elements[name][0] : form.elements[name];
    const place = field?.closest(".field")?.querySelector(".problem");
    if (!place) continue;
    place.textContent = text;
    place.hidden = false;
    field.setAttribute("aria-invalid", "true");
    first ??= field;
  }
  if (!first) {
    whole.textContent = words(problem);
    whole.hidden = false;
  }
  first?.focus();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if ("lean" in form.dataset) leaveOutEmpty(form);
  if (!form.dataset.api && !("import" in form.dataset)) return;
  event.preventDefault();
  clearProblems(form);
  const buttons = [...form.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  try {
    if ("import" in form.dataset) await importFile(form);
    else await send(form, event.submitter);
  } catch (problem) {
    if (problem instanceof Error) throw problem;
    showProblem(form, problem);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
});

/** Give values the shape that the API wants where a form's own is another. */
function shaped(form, values) {
  if (form.querySelector("[data-moment]")) values.due_at = new Date(values.due_at).toISOString();
  if (form.querySelector("[data-to]") && values.to) {
    const [name, id] = values.to.split(":");
    values[name] = Number(id);
    delete values.to;
  }
  if (Array.isArray(values.workdays)) values.workdays = values.workdays.join("");
  for (const name of Object.keys(values).filter((each) => each.startsWith("skills."))) {
    (values.skills ??= {})[name.slice(7)] = values[name];
    delete values[name];
  }
  if ("nulls" in form.dataset)
    for (const field of form.elements) if (field.name && field.value === "") values[field.name] = null;
  if ("split" in form.dataset) values.events = [...document.querySelectorAll(".marked:checked")].map((box) => Number(box.value));
  const files = [...form.querySelectorAll("[data-file]")].map((line) => Number(line.dataset.file));
  if (files.length) values.files = files;
  return values;
}

/** Keep empty fields out of the address that a form leads to. */
function leaveOutEmpty(form) {
  const empty = [...form.elements].filter((field) => field.name && field.value === "");
  for (const field of empty) field.disabled = true;
  setTimeout(() => empty.forEach((field) => (field.disabled = false)));
}

async function send(form, submitter) {
  const [method, path] = form.dataset.api.split(" ");
  const headers = {};
  const values = shaped(form, valuesOf(form, submitter));
  if ("once" in form.dataset) {
    // One key a text: sent again after a lost reply it is the same answer, a changed text is another one.
    const text = JSON.stringify(values);
    if (form.keyOf !== text) [form.keyOf, form.key] = [text, crypto.randomUUID?.() ?? String(Math.random())];
    headers["Idempotency-Key"] = form.key;
  }
  const said = await call(method, path, values, headers);
  if ("secret" in form.dataset) {
    form.reset();
    return showSecret(said);
  }
  if ("code" in form.dataset) {
    form.querySelector("code").textContent = `/link ${said.code}`;
    const link = form.querySelector("[data-link]");
    link.hidden = !said.link;
    link.href = said.link ?? "";
    form.querySelector("[data-shown]").hidden = false;
    return;
  }
  if ("clear" in form.dataset) {
    for (const area of form.querySelectorAll("textarea")) area.value = area.defaultValue = "";
    form.reset();
    form.keyOf = undefined;
    await refreshAll();
    return toast(form.dataset.done);
  }
  if (submitter?.dataset.then) return location.assign(submitter.dataset.then);
  if ("goes" in form.dataset) {
    keep(form.dataset.done);
    return location.assign(`/admin/tickets/${said.id}`);
  }
  if ("stay" in form.dataset) {
    form.closest("dialog")?.close();
    await refreshAll();
    return toast(form.dataset.done);
  }
  form.saved = true;
  if (form.dataset.next) {
    keep(form.dataset.done);
    return location.assign(form.dataset.next);
  }
  keep(form.dataset.done);
  if ("entry" in form.dataset && method === "POST") location.assign(`/admin/entries/edit?ref=${encodeURIComponent(said.entry.id)}`);
  else location.reload();
}

async function importFile(form) {
  const data = new FormData(form);
  data.set("all_or_nothing", String(form.elements.all_or_nothing.checked));
  const report = await call("POST", "/api/import", data);
  const order = ["refused", "changed", "added", "held_back", "unchanged"];
  const rows = [...report.rows].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  const counts = order.filter((name) => report.counts[name]).map((name) => `${say(name)}: ${report.counts[name]}`);
  const end = report.written ? "" : ` ${say("not_written")}`;
  document.getElementById("report-summary").textContent = `${report.file} – ${counts.join(", ") || say("no_rows")}.${end}`;
  const unknown = Object.keys(report.unknown_fields);
  document.getElementById("report-facts").textContent =
    say(report.mapping ? "read_by" : "read_as", report) + (unknown.length ? ` ${say("no_place", { fields: unknown.join(", ") })}` : "");
  document.getElementById("report-rows").replaceChildren(...rows.slice(0, 500).map((row) => {
    const line = document.createElement("tr");
    line.className = row.outcome;
    for (const text of [row.line, row.reference, say(row.outcome), row.problem]) line.insertCell().textContent = text;
    return line;
  }));
  const more = rows.length - 500;
  document.getElementById("report-more").textContent = more > 0 ? say("more_rows", { n: more }) : "";
  document.getElementById("report").hidden = false;
  document.getElementById("report").scrollIntoView({ block: "start" });
}

// The entry form, and what is shown after a page was loaded anew -----------------

const entry = document.querySelector("form[data-entry]");
if (entry) {
  const fit = () => {
    for (const field of entry.querySelectorAll("[data-kinds]"))
      field.hidden = !field.dataset.kinds.split(" ").includes(entry.elements.kind.value);
  };
  entry.elements.kind.addEventListener("change", fit);
  entry.addEventListener("change", (event) => {
    const box = event.target.closest("details");
    if (box) box.querySelector(".count").textContent = box.querySelectorAll(":checked").length;
  });
  entry.addEventListener("input", () => (entry.touched = true));
  addEventListener("beforeunload", (event) => entry.touched && !entry.saved && event.preventDefault());
  fit();
}

const kept = sessionStorage.getItem("toast");
if (kept) {
  sessionStorage.removeItem("toast");
  const { text, undo } = JSON.parse(kept);
  if (text) toast(text, undo);
}
