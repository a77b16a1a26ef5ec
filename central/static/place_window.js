// The window of a small place: the ticket, eight keys, the line. Everything works by keyboard and by mouse.

import { age, ask, chip, duration, el, fill, page, setClock, show, toSignIn, words } from "./base.js";
import { newKey } from "./place_key.js";

const say = words.place;
const frame = document.getElementById("window");
const { place, window: number } = frame.dataset;
const services = JSON.parse(frame.dataset.services);
const windows = JSON.parse(frame.dataset.windows).filter((one) => one !== Number(number));
const language = document.documentElement.lang === "en" ? "en" : "zh";
const address = `/api/v1/places/${place}/windows/${number}`;
const works = {
  CLOSED: ["pause"], IDLE: ["call_next", "hold", "pause"], CALLING: ["recall", "start", "no_show", "transfer", "pause"],
  SERVING: ["finish", "hold", "transfer"], PAUSED: ["pause"], LUNCH: ["pause"],
};
const first = { CLOSED: "pause", IDLE: "call_next", CALLING: "start", SERVING: "finish", PAUSED: "pause", LUNCH: "pause" };
const byId = (id) => document.getElementById(id);
const name = (letter) => services[letter]?.[language] ?? letter;
let view = null;
let list = "waiting";
let busy = false;

function tell(text, kind = "") {
  byId("said").textContent = text;
  byId("said").className = text ? kind : "";
}

function setBusy(is) {
  busy = is;
  document.body.classList.toggle("busy", is);
}

async function post(path, body) {
  if (busy) return null;
  setBusy(true);
  try {
    return await ask(path, { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": newKey() }, body: JSON.stringify(body) });
  } catch (error) {
    tell(error.code ? error.message : say.failed, "warning");
    return null;
  } finally {
    setBusy(false);
  }
}

async function act(command, more = {}) {
  const done = await post(`${address}/commands`, { command, ...more });
  if (done) tell("");
}

function press(command) {
  if (!view || document.querySelector("dialog[open]")) return;
  if (command === "hold" && view.state === "IDLE") {
    act("resume", view.held.length ? { number: view.held[0].number } : {});
  } else if (command === "transfer") openTransfer();
  else if (command === "pause" && view.state === "CLOSED") act("open");
  else if (command === "pause" && ["PAUSED", "LUNCH"].includes(view.state)) act("resume");
  else if (command === "pause") byId("pause-dialog").showModal();
  else act(command);
}

function openTransfer() {
  if (!view.ticket) return;
  byId("transfer-title").textContent = fill(say.transfer_to, view.ticket);
  const choice = (text, target) => {
    const button = el("button", { type: "button" }, text);
    button.addEventListener("click", () => { byId("transfer-dialog").close(); act("transfer", target); });
    return button;
  };
  show("transfer-choices", ...Object.keys(services).filter((letter) => letter !== view.ticket.service).map((letter) => choice(`${letter} ${name(letter)}`, { to_service: letter })),
    ...windows.map((one) => choice(fill(say.to_window, { window: one }), { to_window: one })));
  byId("transfer-dialog").showModal();
}

function row(ticket) {
  const facts = [name(ticket.service), fill(say.waited, { time: duration(ticket.waited_s) })];
  if (ticket.priority) facts.push(words.priority[ticket.priority] ?? ticket.priority);
  if (ticket.persons > 1) facts.push(fill(say.persons, { count: ticket.persons }));
  const [text, command] = { waiting: [say.call_this, "call_number"], held: [say.take_up, "resume"], missed: [say.restore, "restore"] }[list];
  const able = list === "missed" ? !ticket.restored : view.state === "IDLE";
  const button = able ? el("button", { type: "button", class: "plain" }, text) : null;
  button?.addEventListener("click", () => act(command, { number: ticket.number }));
  return el("li", {}, el("b", {}, ticket.number), el("span", { class: "note" }, facts.join(" · ")), button);
}

function drawList() {
  for (const tab of document.querySelectorAll("[data-list]")) {
    const own = tab.dataset.list;
    tab.setAttribute("aria-selected", String(own === list));
    tab.tabIndex = own === list ? 0 : -1;
    tab.querySelector("b").textContent = own === "waiting" ? view.waiting_count : view[own].length;
  }
  byId("panel").setAttribute("aria-labelledby", `tab-${list}`);
  show("list", ...(view[list].length ? view[list].map(row) : [el("li", { class: "note" }, say.nobody_waiting)]));
}

function since(seconds) {
  return age(new Date(Date.parse(view.now) - seconds * 1000).toISOString());
}

function draw() {
  const { ticket, state } = view;
  show("state", chip(state, words.window[state]), view.pause ? ` ${words.pause[view.pause]}` : "");
  byId("served").textContent = fill(say.served, { count: view.served });
  byId("number").textContent = ticket?.number ?? say.nobody;
  byId("number").classList.toggle("none", !ticket);
  const about = ticket ? [`${ticket.service} ${name(ticket.service)} · ${words.ticket[ticket.state]} `, since(ticket.for_s), ticket.state === "CALLED" ? ` · ${fill(say.calls_made, { count: ticket.calls })}` : "", ticket.priority ? ` · ${words.priority[ticket.priority]}` : ""] : [];
  show("about", ...about);
  for (const key of document.querySelectorAll("[data-command]")) {
    const command = key.dataset.command;
    key.disabled = !works[state].includes(command) || (command === "hold" && state === "IDLE" && !view.held.length);
    key.classList.toggle("first", first[state] === command && !key.disabled);
    if (command === "pause") key.firstChild.textContent = { CLOSED: say.open, PAUSED: say.resume, LUNCH: say.resume }[state] ?? say.pause;
    if (command === "hold") key.firstChild.textContent = state === "IDLE" ? say.resume_held : say.hold;
  }
  byId("undo").hidden = !view.undo;
  if (view.undo) byId("undo").textContent = fill(say.undo, view.undo);
  byId("close").hidden = !["IDLE", "PAUSED", "LUNCH"].includes(state);
  drawList();
}

for (const key of document.querySelectorAll("[data-command]")) key.addEventListener("click", () => press(key.dataset.command));
for (const tab of document.querySelectorAll("[data-list]")) {
  tab.addEventListener("click", () => { list = tab.dataset.list; if (view) drawList(); });
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const tabs = [...document.querySelectorAll("[data-list]")];
    if (step) { const other = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]; other.click(); other.focus(); }
  });
}
for (const reason of document.querySelectorAll("#pause-dialog [data-reason]")) reason.addEventListener("click", () => { byId("pause-dialog").close(); act("pause", { reason: reason.dataset.reason }); });
byId("undo").addEventListener("click", () => act("undo"));
byId("close").addEventListener("click", () => act("close"));
window.addEventListener("keydown", (event) => {
  const key = document.querySelector(`[data-key="${event.key}"]`);
  if (!key || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  if (!event.repeat && !key.disabled) press(key.dataset.command);
});
show("take-for", ...Object.keys(services).map((letter) => {
  const button = el("button", { type: "button", class: "plain" }, `${letter} ${name(letter)}`);
  button.addEventListener("click", async () => {
    const taken = await post(`/api/v1/places/${place}/tickets`, { service: letter });
    if (taken) tell(fill(say.given, taken), "good");
  });
  return button;
}));

const banner = byId("banner");
const away = (is) => { banner.hidden = !is; banner.textContent = is ? page.stream_down : ""; banner.classList.toggle("fault", is); };
const source = new EventSource(`${address}/stream`);
source.addEventListener("change", (event) => { away(false); view = JSON.parse(event.data); setClock(view.now); draw(); });
source.addEventListener("signed_out", () => { source.close(); toSignIn(); });
source.addEventListener("error", () => { away(true); if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 4000); });
window.addEventListener("pagehide", () => source.close());
