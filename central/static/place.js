// What the pages of a small place share: its words, the live line, waits in words, one wish with one key.

import { el, fill, words } from "./base.js";
import { newKey } from "./place_key.js";

export { el, fill, newKey };
export const say = words.place;
export const facts = document.body.dataset;
export const services = JSON.parse(facts.services ?? "{}");
export const base = `/api/v1/public/places/${facts.place}`;
const english = document.documentElement.lang === "en";
const language = english ? "en" : "zh";

export const byId = (id) => document.getElementById(id);
export const serviceName = (letter) => services[letter]?.[language] ?? letter;
export const minutes = (s) => Math.max(1, Math.round(s / 60));
const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** ``{ ok, status, body, words }``; status 0 when nobody answered. */
export async function send(method, path, body, key = newKey()) {
  try {
    const headers = { Accept: "application/json", "Idempotency-Key": key };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const told = await answer.json();
    return { ok: answer.ok, status: answer.status, body: told, words: answer.ok ? "" : told.error[english ? "message" : "message_zh"] };
  } catch {
    return { ok: false, status: 0, body: null, words: say.failed };
  }
}

export function waitWords(ahead, wait, bound) {
  const first = ahead ? `${fill(say.ahead, { count: ahead })} · ` : "";
  if (wait === null) return first + say.wait_unknown;
  if (wait < 60) return ahead ? first + say.wait_soon : say.nobody_ahead;
  const time = bound !== null && minutes(bound) > minutes(wait) ? fill(say.wait_bound, { minutes: minutes(wait), bound: minutes(bound) }) : fill(say.wait, { minutes: minutes(wait) });
  return first + time;
}

export function opensWords(opens) {
  if (!opens) return "";
  const time = clock(opens.minute);
  if (opens.in_days === 0) return fill(say.opens_today, { time });
  return opens.in_days === 1 ? fill(say.opens_tomorrow, { time }) : fill(say.opens_day, { day: opens.day, time });
}

function closedWords(closed) {
  return [closed.rest ? closed[`name_${language}`] || say.closed_rest : say.closed, opensWords(closed.opens)].filter(Boolean).join(english ? ", " : "，");
}

/** Why no numbers are given now, in words; empty while they are. */
export function closure(state) {
  if (!state.in_use) return say.not_in_use;
  return state.closed ? closedWords(state.closed) : "";
}

function callByName({ name_zh, name_en }) {
  // a unit may get another name while its pages are open
  const head = document.querySelector(".band h1");
  const name = english ? name_en : name_zh;
  if (head.textContent === name) return;
  document.title = document.title.replace(head.textContent, name);
  head.textContent = name;
}

/** The place as everybody may see it, as it changes; the line at the bottom says when it is away. */
export function live(onState) {
  const source = new EventSource(`${base}/stream`);
  let heard = Date.now();
  const away = (is) => { byId("line").hidden = !is; };
  source.addEventListener("change", (event) => {
    heard = Date.now();
    away(false);
    const state = JSON.parse(event.data);
    callByName(state.place);
    onState(state);
  });
  source.addEventListener("error", () => {
    away(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
  setInterval(() => { if (Date.now() - heard > 45000) away(true); }, 5000);
  window.addEventListener("pagehide", () => source.close());
}

/** A card for each class: what it is, how long it takes, whether numbers are given. */
export function serviceCards(state, onChoose, chosen = "") {
  return state.services.map((service) => {
    const note = service.open ? waitWords(service.ahead, service.estimated_wait_s, service.wait_bound_s) : [say.closed, opensWords(service.opens)].filter(Boolean).join(" · ");
    const button = el("button", { type: "button", disabled: !service.open, data: { service: service.letter }, "aria-pressed": String(service.letter === chosen) },
      el("b", { class: "letter" }, service.letter), el("span", {}, el("b", {}, serviceName(service.letter)), el("small", {}, note)));
    button.addEventListener("click", () => onChoose(service.letter));
    return el("li", {}, button);
  });
}
