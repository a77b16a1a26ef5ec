// What the pages for administrators share: asking central with a key, forms with faults at their fields, being sure.

import { el, fill, page, toSignIn, words } from "./base.js";

export const manage = words.manage;
const english = document.documentElement.lang === "en";

export class Refused extends Error {
  constructor(code, field, message) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

export function newKey() {
  // crypto.randomUUID exists on secure pages only; a hall's network may have none
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

export async function call(method, path, body, key = newKey()) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused("NO_LINE", null, manage.no_line);
  }
  return read(answer);
}

export async function read(answer) {
  if (answer.status === 401) {
    toSignIn();
    return new Promise(() => {});
  }
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  const error = told?.error;
  throw new Refused(error?.code ?? "INTERNAL", error?.field ?? null,
    error ? (english ? error.message : error.message_zh) : words.error.INTERNAL);
}

export async function everything(path, take) {
  // all pages of a list; `take` sees each page as it comes
  const items = [];
  let cursor = null;
  do {
    const told = await call("GET", `${path}${path.includes("?") ? "&" : "?"}limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...told.items);
    cursor = told.next;
    take?.(items);
  } while (cursor);
  return items;
}

// --- forms ---

function clearFaults(form) {
  form.querySelector(".problem").textContent = "";
  for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

export function tellFault(form, name, text) {
  const input = form.elements[name];
  const fault = input && form.querySelector(`#${CSS.escape(input.id ?? name)}-fault`);
  if (!fault) {
    form.querySelector(".problem").textContent = text;
    return;
  }
  fault.textContent = text;
  input.setAttribute("aria-invalid", "true");
  input.focus();
}

function firstEmpty(form) {
  return [...form.elements].find((one) => one.required && !one.disabled && !one.value.trim());
}

export function wire(dialog, { places = {} } = {}) {
  // a dialog with a form: open(act) shows it; act(values, key) does the work and may be refused
  const form = dialog.querySelector("form");
  const button = form.querySelector("[type=submit]");
  let act = null;
  let key = null;
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("input", () => { key = newKey(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFaults(form);
    const empty = firstEmpty(form);
    if (empty) {
      tellFault(form, empty.name, manage.needed);
      return;
    }
    button.disabled = true;
    try {
      await act(form, key);
      dialog.close();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      const name = refused.field ?? places[refused.code] ?? null;
      const general = ["WRONG_FIELD", "MISSING_FIELD"].includes(refused.code);
      tellFault(form, name, general ? manage.see_hint : refused.message);
    } finally {
      button.disabled = false;
    }
  });
  return (doing, { keep = false } = {}) => {
    if (!keep) form.reset();
    clearFaults(form);
    act = doing;
    key = newKey();
    dialog.showModal();
    return form;
  };
}

// --- being sure ---

let openSure = null;

export function sure({ title, text, send, typed = null }, act) {
  const dialog = document.getElementById("sure");
  openSure ??= wire(dialog);
  document.getElementById("sure-title").textContent = title;
  document.getElementById("sure-text").textContent = text;
  document.getElementById("sure-wanted").textContent = typed ?? "";
  document.getElementById("sure-typed").hidden = typed === null;
  dialog.querySelector("[type=submit]").textContent = send;
  openSure(async (form, key) => {
    if (typed !== null && form.elements.typed.value.trim() !== typed) throw new Refused("TYPED", "typed", manage.typed_wrong);
    await act(key);
  });
}

export function tellOnce({ title, text, code, note }) {
  const dialog = document.getElementById("once");
  document.getElementById("once-title").textContent = title;
  document.getElementById("once-text").textContent = text;
  document.getElementById("once-code").textContent = code ?? manage.told_already;
  document.getElementById("once-note").textContent = note;
  dialog.showModal();
}

document.getElementById("once-copy")?.addEventListener("click", () => {
  const shown = document.getElementById("once-code");
  const range = document.createRange();
  range.selectNodeContents(shown);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  navigator.clipboard?.writeText(shown.textContent).then(() => said(manage.copied)).catch(() => {});
});

// --- small things ---

export function said(text, fault = false) {
  const place = document.getElementById("said");
  place.textContent = text;
  place.classList.toggle("fault", fault);
  place.hidden = false;
  clearTimeout(said.timer);
  if (!fault) said.timer = setTimeout(() => { place.hidden = true; }, 6000);
}

export async function loudly(work) {
  // for what a page does by itself: what goes wrong is told, never swallowed
  try {
    return await work();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    said(refused.message, true);
    return null;
  }
}

const moment = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

export function dayTime(time) {
  if (!time) return page.none;
  const part = Object.fromEntries(moment.formatToParts(new Date(time)).map((one) => [one.type, one.value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}`;
}

export function unitName(unit) {
  return (english ? unit.name_en : unit.name_zh) || unit.id;
}

export class Units {
  // the tree as one may see it
  constructor() { this.byId = new Map(); }

  async load() {
    const found = await everything("/api/v1/units");
    this.byId = new Map(found.map((one) => [one.id, one]));
    return this;
  }

  name(id) {
    const unit = this.byId.get(id);
    return unit ? unitName(unit) : id;
  }

  trail(id) {
    // the names from the top down
    const unit = this.byId.get(id);
    if (!unit) return id;
    return unit.path.split("/").filter(Boolean).map((one) => this.name(one)).join(" › ");
  }

  offer(list) {
    list.replaceChildren(...[...this.byId.values()].filter((one) => !one.closed_at)
      .map((one) => el("option", { value: one.id }, this.trail(one.id))));
  }

  explain(input) {
    // beneath a field for a unit stands which one that is
    const hint = document.getElementById(`${input.id}-hint`);
    const tell = () => { hint.textContent = this.byId.has(input.value.trim()) ? this.trail(input.value.trim()) : manage.unit_hint; };
    input.addEventListener("input", tell);
    tell();
    return tell;
  }
}

export function pair(name, ...value) {
  return [el("dt", {}, name), el("dd", {}, ...value)];
}

export function act(word, run, { danger = false } = {}) {
  const button = el("button", { type: "button", class: danger ? "plain danger" : "plain" }, word);
  button.addEventListener("click", run);
  return button;
}

export { fill };
