// Acting for a hall: buttons for each window, a notice, and what the hall answered.

import { ask, chip, clockTime, el, fill, serviceName, words } from "./base.js";

const panel = document.getElementById("acts");
const base = `/api/v1/halls/${encodeURIComponent(panel.dataset.hall)}`;
const say = words.orders;
const english = document.documentElement.lang === "en";
const PAUSED = new Set(["PAUSED", "LUNCH"]);
const KIND = { done: "ready", sent: "quiet", accepted: "quiet", rejected: "degraded", failed: "fault", expired: "fault" };
const problem = document.getElementById("acts-problem");
const REASONS = ["PAPERS", "MEETING", "FAULT", "OTHER"];
const PLACE = "a small place";
let drawn = "";

async function act(body, control) {
  problem.textContent = "";
  control.disabled = true;
  try {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
    const sent = await ask(`${base}/acts`, { method: "POST", headers, body: JSON.stringify(body) });
    await answered(sent);
  } catch (error) {
    problem.textContent = error.message;
  } finally {
    control.disabled = false;
  }
  await renew();
}

async function answered(order) {
  // the hall answers within its ttl, or the order has expired
  let told = order;
  while (told.status === "sent") {
    await drawLast();
    await new Promise((done) => setTimeout(done, 300));
    told = await ask(`${base}/acts/${told.id}`);
  }
}

function button(op, window, more = {}) {
  const made = el("button", { type: "button", class: "plain", data: { op } }, say[op]);
  made.addEventListener("click", () => act({ op, window: window.number, ...(more.body?.() ?? {}) }, made));
  return made;
}

function row(window) {
  const name = `${window.number} · ${serviceName({ ...window, service: window.services.join(" ") }) || say.window}`;
  const place = el("span", { class: "place" }, name, chip(window.state, words.window[window.state]));
  if (window.state === "CLOSED") return el("div", { class: "acts-window" }, place, button("open_window", window));
  if (PAUSED.has(window.state)) return el("div", { class: "acts-window" }, place, button("resume", window), button("close_window", window));
  const reason = el("select", { "aria-label": `${say.reason}: ${window.number}` }, ...REASONS.map((code) => el("option", { value: code }, words.pause[code])));
  return el("div", { class: "acts-window" }, place, button("call_next", window),
    button("pause", window, { body: () => ({ reason: reason.value }) }), reason, button("close_window", window));
}

function lastRow(order) {
  const word = order.status === "done" && order.data.number ? fill(say.done_number, { number: order.data.number }) : say[order.status];
  const who = order.args.window ? fill(say.by, { actor: order.actor, window: order.args.window }) : order.actor;
  const why = order.refusal ? el("span", { class: "why" }, english ? order.refusal.en : order.refusal.zh) : null;
  return el("li", {}, el("time", { datetime: order.sent_at }, clockTime(order.sent_at)), el("span", {}, say[order.op]),
    el("span", { class: "note" }, who), chip(KIND[order.status], word), why);
}

async function drawLast() {
  const told = await ask(`${base}/acts?limit=6`);
  document.getElementById("acts-last").replaceChildren(
    ...(told.items.length ? told.items.map(lastRow) : [el("li", { class: "note" }, say.none)]));
}

function drawPlace(hall) {
  // central keeps its queue: there is no controller to order, the windows' own pages do it
  const link = (window) => el("a", { class: "button", href: `/places/${hall.id}/windows/${window.number}` }, `${window.number} · ${serviceName({ ...window, service: window.services.join(" ") }) || say.window}`);
  panel.replaceChildren(document.getElementById("acts-title"), el("p", { class: "note" }, say.at_place), el("p", { class: "acts-links" }, ...hall.windows.map(link)));
}

async function renew() {
  if (drawn === PLACE) return;
  const hall = await ask(base);
  if (hall.kept_here) {
    drawn = PLACE;
    drawPlace(hall);
    return;
  }
  const mark = JSON.stringify(hall.windows.map((window) => [window.number, window.state]));
  if (mark !== drawn) {
    drawn = mark;
    document.getElementById("acts-windows").replaceChildren(...hall.windows.map(row));
  }
  await drawLast();
}

document.getElementById("acts-announce").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const body = { op: "announce", text_zh: form.elements.text_zh.value.trim(), text_en: form.elements.text_en.value.trim(), urgent: form.elements.urgent.checked };
  act(body, form.querySelector("button")).then(() => { if (!problem.textContent) form.reset(); });
});

const again = () => renew().catch((error) => { problem.textContent = error.message; });
again();
setInterval(() => { if (!document.hidden && !panel.contains(document.activeElement)) again(); }, 3000);
