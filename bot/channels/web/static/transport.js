// The line to the desk: a WebSocket that comes back by itself, else HTTP long polling; see /chat/protocol.

const API = "/api/chat";
const WAIT_S = 25;
const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 15_000;
const TRIES_BEFORE_POLLING = 2;
const PING_EVERY = 20_000;
const SILENCE = 45_000;
const RETURN_TO_SOCKET = 60_000;

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Makes the id by which a message is known however often it is sent.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Transport {
  // `store` keeps the token and the outbox; `on` has message, ack, refused, typing, begun, state, expired and language.
  constructor(store, on) {
    this.store = store;
    this.on = on;
    this.after = null;
    this.run = 0;
    this.failures = 0;
    this.socket = null;
    this.ready = false;
    this.polling = false;
    this.flushing = false;
    this.inFlight = new Set();
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.on.state("offline"));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    setInterval(() => this.pulse(), 5_000);
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.after ??= this.store.get("since") ?? 0;
    this.live(++this.run);
  }

  // Reads the conversation once more, from its beginning or from where one began anew.
  again() {
    this.running = false;
    this.after = null;
    this.failures = 0;
    this.polling = false;
    this.drop();
    this.start();
  }

  // Hands a message to the desk as soon as there is a line; it stays in the outbox until it is acknowledged.
  send(item) {
    this.store.set("outbox", [...this.outbox().filter((other) => other.id !== item.id), item]);
    this.start();
    this.flush();
  }

  owed() { return this.outbox().filter((item) => !item.refused); }

  outbox() { return this.store.get("outbox") ?? []; }

  forget(id) { this.store.set("outbox", this.outbox().filter((item) => item.id !== id)); }

  wake() {
    this.wakeUp?.();
    if (navigator.onLine === false) this.on.state("offline");
    else if (!this.running) this.on.state("online");
  }

  drop() {
    this.ready = false;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  pulse() {
    if (!this.socket || !this.ready) return;
    const silent = Date.now() - this.heard;
    if (silent > SILENCE) this.drop();
    else if (silent > PING_EVERY) this.socket.send(JSON.stringify({ type: "ping" }));
  }

  async live(run) {
    while (run === this.run) {
      let ended = "lost";
      try {
        const token = await this.token();
        if (run !== this.run) return;
        this.polling = this.failures >= TRIES_BEFORE_POLLING;
        ended = this.polling ? await this.poll(run, token) : await this.converse(run, token);
      } catch (error) {
        ended = error.code === "session" ? "session" : "lost";
      }
      if (run !== this.run) return;
      if (ended === "session") {
        this.store.remove("token");
        this.store.remove("since");
        this.after = 0;
        this.on.expired();
        continue;
      }
      if (ended === "again") continue;
      this.failures += 1;
      this.on.state(navigator.onLine === false ? "offline" : "reconnecting");
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.failures - 1)) * (0.75 + Math.random() / 2);
      await Promise.race([sleep(pause), new Promise((done) => { this.wakeUp = done; })]);
    }
  }

  async token() {
    const kept = this.store.get("token");
    if (kept) return kept;
    const session = await this.ask("POST", "/sessions", null, { language: this.on.language() });
    this.store.set("token", session.token);
    return session.token;
  }

  async ask(method, path, token, body) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const limit = AbortSignal.timeout ? AbortSignal.timeout((WAIT_S + 20) * 1000) : undefined;
    const response = await fetch(API + path, { method, headers, signal: limit, body: body && JSON.stringify(body) });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error("refused"), answer.error ?? { code: "lost" });
    return answer;
  }

  // Resolves with why the socket ended.
  converse(run, token) {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${API}/socket`);
      const giveUp = setTimeout(() => socket.close(), 10_000);
      this.socket = socket;
      socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token, after: this.after }));
      socket.onmessage = (event) => {
        if (run === this.run && socket === this.socket) this.heardFrom(JSON.parse(event.data), giveUp);
      };
      socket.onclose = (event) => {
        clearTimeout(giveUp);
        if (socket === this.socket) {
          this.socket = null;
          this.ready = false;
        }
        resolve(event.code === 4401 ? "session" : "lost");
      };
    });
  }

  heardFrom(frame, giveUp) {
    this.heard = Date.now();
    if (frame.type === "ready") {
      clearTimeout(giveUp);
      this.failures = 0;
      this.ready = true;
      this.inFlight.clear();
      this.on.state("online");
      this.flush();
    } else if (frame.type === "message") this.take(frame);
    else if (frame.type === "typing") this.on.begun();
    else if (frame.type === "ack") this.acknowledged(frame.id);
    else if (frame.type === "error" && frame.id) this.refused(frame.id, frame);
  }

  take(message) {
    if (message.id <= this.after) return;
    this.after = message.id;
    if (message.client_id) this.forget(message.client_id);
    this.on.message(message);
  }

  acknowledged(id) {
    this.forget(id);
    this.on.ack(id);
  }

  refused(id, error) {
    if (error.code === "session") return;
    this.inFlight.delete(id);
    if (error.code === "slow_down") {
      setTimeout(() => this.flush(), 1000 * (error.retry_after ?? 1) + 200);
      return;
    }
    const item = this.outbox().find((other) => other.id === id);
    if (!item) return;
    this.store.set("outbox", this.outbox().map((other) => (other.id === id ? { ...item, refused: true } : other)));
    this.on.refused(item, error);
  }

  flush() {
    if (this.ready && this.socket?.readyState === WebSocket.OPEN) {
      for (const item of this.owed()) {
        if (this.inFlight.has(item.id)) continue;
        this.inFlight.add(item.id);
        this.socket.send(JSON.stringify({ type: item.action ? "action" : "message", ...item }));
        if (!item.action) this.on.typing(true);
      }
    } else if (this.polling) this.flushByHttp(this.run);
  }

  async flushByHttp(run) {
    if (this.flushing) return;
    this.flushing = true;
    try {
      for (let item = this.owed()[0]; item && run === this.run; [item] = this.owed()) {
        this.on.typing(true);
        try {
          const answer = await this.ask("POST", "/messages", this.store.get("token"), { ...item, after: this.after });
          if (run !== this.run) return;
          answer.messages.forEach((message) => this.take(message));
          this.acknowledged(item.id);
        } catch (error) {
          this.on.typing(false);
          if (typeof error.code !== "string" || error.code === "lost" || error.code === "session") return;
          this.refused(item.id, error);
          if (error.code === "slow_down") return;
        }
      }
    } finally {
      this.flushing = false;
    }
  }

  // Fetches until something fails, or until it is time to try a socket again.
  async poll(run, token) {
    const until = Date.now() + RETURN_TO_SOCKET;
    let wait = 0;
    while (run === this.run) {
      const answer = await this.ask("GET", `/messages?after=${this.after}&wait=${wait}`, token);
      if (run !== this.run) return "again";
      answer.messages.forEach((message) => this.take(message));
      this.on.state("online");
      this.flushByHttp(run);
      wait = answer.more ? 0 : WAIT_S;
      if (Date.now() > until) {
        this.failures = TRIES_BEFORE_POLLING - 1;
        return "again";
      }
    }
    return "again";
  }
}
