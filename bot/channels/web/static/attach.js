// Files: chosen or pasted by the person, shown in the conversation. The desk wants the session's token for each.

import { element } from "./render.js";

const LARGEST = 10 * 1024 * 1024;
const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const API = "/api/chat/files";

export async function sendFile(transport, id, file) {
  if (!file.size || file.size > LARGEST) throw new Error("size");
  transport.start();
  const query = new URLSearchParams({ id, name: file.name || "file", after: transport.after });
  const headers = { Authorization: `Bearer ${await transport.token()}`, "Content-Type": "application/octet-stream" };
  const response = await fetch(`${API}?${query}`, { method: "POST", headers, body: file });
  if (!response.ok) throw new Error("refused");
  const answer = await response.json();
  answer.messages.forEach((message) => transport.take(message));
}

export function fileList(files, transport, onFailure) {
  return element("ul", { class: "files" }, ...files.map((file) => fileItem(file, transport, onFailure)));
}

function fileItem(file, transport, onFailure) {
  const name = `${file.name} (${size(file.size)})`;
  const button = element("button", { type: "button", dir: "auto", onclick: () => save(file, transport).catch(onFailure) }, name);
  const made = element("li", {}, button);
  if (PICTURES.includes(file.media_type)) {
    content(file, transport).then((address) => made.prepend(element("img", { src: address, alt: file.name })), () => {});
  }
  return made;
}

async function content(file, transport) {
  const headers = { Authorization: `Bearer ${await transport.token()}` };
  const response = await fetch(`${API}/${file.attachment_id}`, { headers });
  if (!response.ok) throw new Error("refused");
  return URL.createObjectURL(await response.blob());
}

async function save(file, transport) {
  const address = await content(file, transport);
  element("a", { href: address, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
