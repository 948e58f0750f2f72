// Puts the desk's chat on any page: <script src="https://desk.example/widget.js" data-language="bg" async></script>
(() => {
  const script = document.currentScript;
  if (!script || document.getElementById("punte-widget")) return;
  const words = "WORDS";
  const desk = new URL(script.src).origin;
  const base = new URL(script.src).pathname.replace(/widget\.js$/, "");
  const wanted = script.dataset.language || document.documentElement.lang || navigator.language || "en";
  const tag = [wanted, wanted.split("-")[0]].find((one) => words[one]) ?? "en";
  const say = words[tag];

  const host = document.createElement("div");
  host.id = "punte-widget";
  host.lang = tag;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { position: fixed; right: max(1.25rem, env(safe-area-inset-right)); bottom: max(1.25rem, env(safe-area-inset-bottom));
      z-index: 2147483000; display: grid; place-items: center; width: 3.5rem; height: 3.5rem; padding: 0; border: 0; border-radius: 50%;
      background: #1d4f91; color: #fff; cursor: pointer; box-shadow: 0 4px 18px rgb(10 25 50 / .3); }
    button:hover { background: #173f74; }
    button:focus-visible { outline: 3px solid #1d4f91; outline-offset: 3px; }
    svg { width: 1.6rem; height: 1.6rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    i { position: absolute; top: .1rem; right: .1rem; width: .9rem; height: .9rem; border: 2px solid #fff; border-radius: 50%; background: #c62f21; }
    iframe { position: fixed; right: max(1.25rem, env(safe-area-inset-right)); bottom: 5.75rem; z-index: 2147483001; width: min(26rem, calc(100vw - 2.5rem));
      height: min(42rem, calc(100dvh - 7.5rem)); border: 1px solid rgb(120 135 155 / .35); border-radius: 1.1rem; background: #f6f7f9;
      box-shadow: 0 14px 50px rgb(10 25 50 / .28); color-scheme: normal; }
    [hidden] { display: none; }
    @media (max-width: 30rem), (max-height: 30rem) {
      iframe { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; }
    }
    @media (prefers-color-scheme: dark) { iframe { background: #14181f; } button { outline: 1px solid rgb(255 255 255 / .25); } }
  `);
  root.adoptedStyleSheets = [sheet];

  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  const button = document.createElement("button");
  button.type = "button";
  const dot = document.createElement("i");
  dot.hidden = true;
  button.append(svg, dot);
  let frame = null;

  // Only for browsers that deny storage to the frame: what began on this site stays with this site.
  const key = `punte.widget ${desk}`;
  const keep = (state) => { try { localStorage.setItem(key, JSON.stringify(state)); } catch { /* not kept */ } };
  const kept = () => { try { return JSON.parse(localStorage.getItem(key) ?? "{}"); } catch { return {}; } };

  const isOpen = () => frame !== null && !frame.hidden;

  function draw() {
    path.setAttribute("d", isOpen() ? "M6 9l6 6 6-6" : "M4 5h16v11H9l-5 4z");
    const name = isOpen() ? say.close_chat : dot.hidden ? say.open_chat : `${say.open_chat} (${say.new_messages})`;
    button.setAttribute("aria-label", name);
    button.setAttribute("aria-expanded", String(isOpen()));
    button.title = name;
  }

  function open() {
    const first = frame === null;
    if (first) {
      frame = document.createElement("iframe");
      frame.title = "Punte";
      frame.allow = "clipboard-write";
      frame.src = `${desk}${base}?embed=1&lang=${encodeURIComponent(tag)}`;
      root.append(frame);
    }
    frame.hidden = false;
    dot.hidden = true;
    frame.focus();
    if (!first) frame.contentWindow.postMessage({ punte: "opened" }, desk);
    draw();
  }

  function close() {
    if (!isOpen()) return;
    frame.hidden = true;
    draw();
    button.focus();
  }

  button.addEventListener("click", () => (isOpen() ? close() : open()));
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== desk) return;
    if (event.data?.punte === "close") close();
    if (event.data?.punte === "keep") keep(event.data.state);
    if (event.data?.punte === "recall") frame.contentWindow.postMessage({ punte: "kept", state: kept() }, desk);
    if (event.data?.punte === "message" && !isOpen()) {
      dot.hidden = false;
      draw();
    }
  });
  root.append(button);
  draw();
  const attach = () => document.body.append(host);
  if (document.body) attach();
  else addEventListener("DOMContentLoaded", attach);
})();
