// What the browser keeps of the page, under names that begin with "punte.".

import { embedded, onSite, tellSite } from "./embed.js";

// Browsers may deny storage to frames of other sites. Then the page around the frame keeps what began on it.
let memory = {};
const denied = (() => {
  try { return !window.localStorage; } catch { return true; }
})();
const keep = () => { if (embedded && denied) tellSite("keep", { state: memory }); };

export const store = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(`punte.${key}`) ?? "null") ?? memory[key] ?? null; } catch { return memory[key] ?? null; }
  },
  set(key, value) {
    memory[key] = value;
    try { localStorage.setItem(`punte.${key}`, JSON.stringify(value)); } catch { keep(); }
  },
  remove(key) {
    delete memory[key];
    try { localStorage.removeItem(`punte.${key}`); } catch { keep(); }
  },
  // Resolves once the site around the frame has given back what it kept, or has not within a second.
  recall() {
    if (!embedded || !denied) return Promise.resolve();
    return new Promise((done) => {
      onSite("kept", (data) => {
        memory = { ...data.state };
        done();
      });
      tellSite("recall");
      setTimeout(done, 1000);
    });
  },
};
