// What was typed stays on this device until central has it: figures and days only, nothing that may name somebody. A wish
// keeps its key, so that what is sent again after a bad line acts once.

import { Refused, call, newKey } from "./manage.js";

const NO_LINE = new Set(["NO_LINE", "INTERNAL", "NOT_READY"]);
const AGAIN_MS = 10000;

export class Box {
  constructor(name, { waits, sent, refused }) {
    // name: which unit and period; the three are told how many wait, that one has arrived, that one was refused
    this.place = `report-room/${name}`;
    Object.assign(this, { waits, sent, refused });
    this.kept = this.read();
    this.full = new Map(); // bodies as a whole, while the page is open
    this.busy = false;
    window.addEventListener("online", () => this.sendAll());
    setInterval(() => this.sendAll(), AGAIN_MS);
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.place)) ?? {};
    } catch {
      return {}; // a browser that keeps nothing, or that was meddled with: the page works without
    }
  }

  write() {
    try {
      localStorage.setItem(this.place, JSON.stringify(this.kept));
    } catch {
      // no room: what was typed stays in the page as long as it is open
    }
    this.waits(Object.values(this.kept).filter((one) => one.path).length);
  }

  draft(id) {
    return this.kept[id]?.fields ?? null;
  }

  type(id, fields) {
    // another wish than before: another key
    this.kept[id] = { fields, key: newKey() };
    this.full.delete(id);
    this.write();
  }

  forget(id) {
    delete this.kept[id];
    this.full.delete(id);
    this.write();
  }

  async send(id, path, body, secret = []) {
    // secret: fields of the body that may name somebody and are kept by no browser
    const one = this.kept[id] ??= { fields: {}, key: newKey() };
    try {
      const told = await call("POST", path, body, one.key);
      this.forget(id);
      return told;
    } catch (problem) {
      if (!(problem instanceof Refused) || !NO_LINE.has(problem.code)) throw problem;
      this.full.set(id, body);
      one.path = path;
      one.body = secret.some((name) => body[name]) ? null : body;
      this.write();
      return null;
    }
  }

  get waiting() {
    return Object.entries(this.kept).filter(([id, one]) => one.path && (this.full.has(id) || one.body));
  }

  async sendAll() {
    if (this.busy) return;
    this.busy = true;
    try {
      for (const [id, one] of this.waiting) {
        try {
          await call("POST", one.path, this.full.get(id) ?? one.body, one.key);
          this.forget(id);
          this.sent(id);
        } catch (problem) {
          if (!(problem instanceof Refused)) throw problem;
          if (NO_LINE.has(problem.code)) return;
          this.kept[id] = { fields: one.fields, key: newKey() };
          this.full.delete(id);
          this.write();
          this.refused(id, problem);
        }
      }
    } finally {
      this.busy = false;
    }
  }

  begin() {
    // after a page was loaded anew: what waited with a name in it has to be typed once more
    for (const [id, one] of Object.entries(this.kept)) if (one.path && !one.body) this.kept[id] = { fields: one.fields, key: one.key };
    this.write();
    return this.sendAll();
  }
}
