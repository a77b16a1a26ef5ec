// What the pages for visitors share: their words, large text, keys that act once, days.

import { ask, el, fill, words } from "./base.js";

export { ask, el, fill };
export const say = words.visitor;
export const english = document.documentElement.lang === "en";
export const byId = (id) => document.getElementById(id);
export const named = (one) => (english ? one.name_en : one.name_zh) || one.id || one.letter;

const keep = { get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* a private window keeps nothing */ } } };
export { keep };

const large = byId("large");
function enlarge(on) {
  document.documentElement.classList.toggle("large", on);
  large.setAttribute("aria-pressed", String(on));
  keep.set("large", on ? "1" : "");
}
enlarge(keep.get("large") === "1");
large.addEventListener("click", () => enlarge(large.getAttribute("aria-pressed") !== "true"));

export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function post(path, body, key) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", ...(key ? { "Idempotency-Key": key } : {}) };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

export async function everyHall(query = {}) {
  // all pages of the list; a hall that moves from one to the next meanwhile is kept once
  const found = new Map();
  let told = { next: null };
  do {
    told = await ask(`/api/v1/public/halls?${new URLSearchParams({ ...query, limit: "500", ...(told.next ? { cursor: told.next } : {}) })}`);
    for (const hall of told.items) found.set(hall.id, hall);
  } while (told.next);
  return { now: told.now, items: [...found.values()] };
}

export function stateChip(state) {
  return el("span", { class: `chip is-${state}` }, el("span", { class: "sign", "aria-hidden": "true" }), say[state === "stopped" ? "closed" : state]);
}

export function waitWords(one) {
  if (one.state === "stopped") return english ? one.why.en : one.why.zh;
  if (one.state === "unknown" || one.wait_s === null) return say.wait_unknown;
  return one.wait_s < 60 ? say.wait_none : fill(say.wait_now, { age: minutes(one.wait_s) });
}

export function minutes(seconds) {
  const whole = Math.ceil(seconds / 60);
  return whole < 60 ? fill(say.minutes, { m: whole }) : fill(say.hours_minutes, { h: Math.floor(whole / 60), m: whole % 60 });
}

export function secondsOrMinutes(seconds) {
  return seconds < 60 ? fill(say.seconds, { s: Math.round(seconds) }) : minutes(seconds);
}

export function dayWords(day, today) {
  const [, month, date] = day.split("-").map(Number);
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7 + 1;
  return [day === today ? say.today : say[`weekday_${weekday}`], `${month}/${date}`];
}

export function chinaDay() {
  return new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
}
