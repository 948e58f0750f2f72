// Messages as elements. Everything that comes from the desk enters as text, never as markup.

const ICONS = {
  open: "M5 12l5 5 9-10",
  soon: "M12 7v5l3 3M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  over: "M6 6l12 12M18 6L6 18",
  next: "M5 12h14M13 6l6 6-6 6",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
  place: "M12 21s7-6.3 7-11a7 7 0 1 0-14 0c0 4.700 7 11 7 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
};
const STATUS = {
  open: "open", closing_soon: "soon", closing: "soon", soon: "soon", closed: "over", past: "over", forthcoming: "next",
};
const LINK = /https?:\/\/[^\s<>"“”«»]+/g;

export const $ = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function safeUrl(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, text, words, attributes = {}) {
  const url = safeUrl(address);
  if (!url) return element("span", attributes, text);
  const whither = { href: url, target: "_blank", rel: "noopener noreferrer nofollow" };
  const note = element("span", { class: "hidden" }, ` (${words.new_window})`);
  return element("a", { ...whither, ...attributes }, text, note);
}

function withLinks(text, words) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    let address = match[0].replace(/[.,;:!?'’…]+$/, "");
    if (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
    parts.push(text.slice(from, match.index), link(address, address, words));
    from = match.index + address.length;
  }
  return [...parts, text.slice(from)];
}

export function paragraphs(text, words) {
  return text.split(/\n{2,}/).filter((part) => part.trim())
    .map((part) => element("p", { class: "said", dir: "auto" }, ...withLinks(part, words)));
}

function looks(span, words) {
  let made = span.url ? [link(span.url, span.text, words)] : span.code ? [span.text] : withLinks(span.text, words);
  const names = { code: "code", italic: "em", bold: "strong" };
  for (const [look, name] of Object.entries(names)) if (span[look]) made = [element(name, {}, ...made)];
  return made;
}

function blocks(parts, words) {
  const made = document.createDocumentFragment();
  const lists = []; // those that are open, the outermost first
  const innermost = () => lists.at(-1)?.lastElementChild ?? made;
  for (const { spans, marker, depth } of parts) {
    const inner = spans.flatMap((span) => looks(span, words));
    lists.length = Math.min(lists.length, depth);
    if (!marker) {
      innermost().append(element("p", {}, ...inner));
      continue;
    }
    const number = parseInt(marker, 10);
    const name = marker === "-" ? "ul" : "ol";
    if (lists.length === depth && lists.at(-1).localName !== name) lists.pop();
    if (lists.length < depth) {
      const list = element(name);
      innermost().append(list);
      lists.push(list);
    }
    lists.at(-1).append(element("li", { value: name === "ol" ? number : null }, ...inner));
  }
  return made;
}

export function localDate(value, tag, options = { dateStyle: "long" }) {
  const day = /^\d{4}-\d\d-\d\d$/.test(value);
  const date = new Date(day ? `${value}T12:00:00Z` : value);
  if (Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(tag === "en" ? "en-GB" : tag, day ? { ...options, timeZone: "UTC" } : options).format(date);
}

function quote(part, words, tag) {
  const source = [element("span", {}, `${words.source}: `)];
  source.push(link(part.url, part.title, words, { lang: part.language, dir: "auto" }));
  if (part.by) source.push(` · ${part.by}`);
  if (part.as_of) source.push(`, ${words.as_of.replace("{date}", localDate(part.as_of, tag))}`);
  return element("figure", { class: "quote" },
    element("blockquote", { lang: part.language, dir: "auto" }, part.blocks?.length ? blocks(part.blocks, words) : part.text),
    element("figcaption", {}, ...source));
}

function card(part, words) {
  const state = STATUS[part.status_code] ?? (part.status_code ? "plain" : "");
  const meta = element("div", { class: "meta" });
  if (part.status) {
    const mark = ICONS[state] ? icon(state) : null;
    meta.append(element("span", { class: `badge ${state}` }, mark, part.status));
  }
  if (part.deadline) {
    const label = element("span", { class: "hidden" }, `${words.deadline}: `);
    meta.append(element("span", { title: words.deadline }, icon("calendar"), label, part.deadline));
  }
  if (part.countries) meta.append(element("span", {}, icon("place"), part.countries));
  if (part.kind) meta.append(element("span", {}, part.kind));
  return element("li", { class: `card ${state}` },
    element("span", { class: "number" }, String(part.number)),
    element("h2", { lang: part.language, dir: "auto" }, link(part.url, part.title, words)),
    meta.childNodes.length ? meta : null);
}

function actions(message, onAction) {
  const rows = message.buttons.map((row) => element("div", { class: "row" }, ...row.map((button) =>
    element("button", {
      type: "button",
      dir: "auto",
      "data-action": button.action,
      onclick: (event) => onAction(button, message, event.currentTarget),
    }, button.label))));
  return element("div", { class: "actions", lang: message.language }, ...rows);
}

function plainText(message) {
  const quotes = message.quotes.map((part) => `“${part.text}”\n${part.title}${part.url ? ` ${part.url}` : ""}`);
  const cards = message.cards.map((part) =>
    [`${part.number}. ${part.title}`, part.status, part.deadline, part.countries, part.url].filter(Boolean).join(", "));
  return [message.text, ...quotes, ...cards].filter(Boolean).join("\n\n");
}

export function timeOf(message, tag) {
  const full = localDate(message.created_at, tag, { dateStyle: "long", timeStyle: "short" });
  const short = localDate(message.created_at, tag, { hour: "2-digit", minute: "2-digit" });
  return element("time", { datetime: message.created_at, title: full }, short);
}

export function messageElement(message, { words, tag, onAction, onCopy, files }) {
  const own = message.author === "asker";
  const who = { asker: words.you, bot: words.desk, expert: words.expert }[message.author];
  const box = element("div", { class: "said-box", lang: message.language }, ...paragraphs(message.text, words));
  const made = element("article", { class: `message ${message.author}`, "data-id": message.id, tabindex: "-1" },
    element("div", { class: own ? "hidden" : "who" }, who), box);
  for (const part of message.quotes) made.append(quote(part, words, tag));
  if (message.cards.length) made.append(element("ol", { class: "cards" }, ...message.cards.map((part) => card(part, words))));
  if (message.qr?.startsWith("data:image/svg+xml")) {
    made.append(element("figure", { class: "qr" }, element("img", { src: message.qr, alt: "" }), element("figcaption", {}, words.qr)));
  }
  if (message.files?.length) made.append(files(message.files));
  if (message.buttons.length) made.append(actions(message, onAction));
  const foot = element("div", { class: "foot" }, timeOf(message, tag));
  if (!own) {
    const copy = element("button", { type: "button", onclick: () => onCopy(plainText(message)) }, words.copy);
    foot.append(copy);
  }
  made.append(foot);
  return made;
}

export function dayName(value, tag) {
  const day = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const passed = Math.round((day(new Date(value)) - day(new Date())) / 86_400_000);
  if (passed !== 0 && passed !== -1) return localDate(value, tag, { dateStyle: "full" });
  const name = new Intl.RelativeTimeFormat(tag, { numeric: "auto" }).format(passed, "day");
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
