// One hall in detail, live.

import { age, ask, chip, clockTime, el, fill, hallName, inWords, kindName, live, page, reasonName, serviceName, show, words } from "./base.js";
import { figuresTable, serviceCell } from "./table.js";

const frame = document.getElementById("hall");
const id = frame.dataset.hall;
const SOUND = new Set(["ready", "opening", "handshake"]);
const banner = document.getElementById("banner");
let figuresFor = "";

function ticketsLink(day, asked, ...inside) {
  // the rows behind a number
  const query = new URLSearchParams({ ...(day ? { day } : {}), ...asked });
  return el("a", { href: `/halls/${id}/tickets?${query}` }, ...inside);
}

function windowCard(window, day) {
  const name = words.window[window.state];
  const has = window.ticket
    ? el("p", { class: "has" }, el("a", { href: `/halls/${id}/tickets/${day}/${window.ticket}` }, window.ticket))
    : el("p", { class: "has none" }, page.none);
  const note = [];
  if (window.since && window.state !== "CLOSED") note.push(...fill(page.for_time, { age: "\u0000" }).split("\u0000").map((part, at) => (at ? el("span", {}, age(window.since), part) : part)));
  if (window.pause) note.push(` · ${words.pause[window.pause] ?? window.pause}`);
  return el("li", {}, el("div", { class: "place" }, ticketsLink(day, { window: window.number }, `${window.number} · ${window.name_zh ? serviceName(window) : window.services.join(" ") || page.window}`), chip(window.state, name)),
    has, el("p", { class: "note" }, ...note));
}

function queueRow(queue, day) {
  const numbers = queue.numbers.slice(0, 12).flatMap((number) => [el("a", { href: `/halls/${id}/tickets/${day}/${number}` }, number), " "]);
  return el("tr", {}, el("td", {}, serviceCell(queue)),
    el("td", { class: "n" }, String(queue.waiting)), el("td", { class: "n" }, age(queue.waiting_since)),
    el("td", { class: "numbers" }, ...(numbers.length ? numbers : [page.nobody]), queue.priority ? ` · ${fill(page.of_priority, { count: queue.priority })}` : ""));
}

function deviceRow(device) {
  const sound = SOUND.has(device.state);
  const kind = sound ? "ready" : device.state === "disabled" || device.state === "stopping" ? "quiet" : device.state === "degraded" ? "degraded" : "fault";
  const more = sound || !device.reason ? kindName(device.kind ?? "") : reasonName(device.reason);
  return el("li", {}, el("span", {}, device.device, el("small", {}, more)), chip(kind, words.device[device.state] ?? device.state));
}

function draw(hall, link) {
  frame.hidden = false;
  if (link && hall.state === "offline") {
    banner.textContent = page.hall_dark;
    banner.hidden = false;
  }
  document.title = `${hallName(hall)} · ${page.product}`;
  show("hall-name", hallName(hall));
  show("hall-state", chip(hall.state, words.hall[hall.state]));
  show("hall-note", `${page.fresh} `, age(hall.heard_at, { ago: true }), ` · ${page.journal} ${hall.journal.applied} · ${page.version} ${hall.version || page.none}`,
    ...hall.help.map((place) => el("span", {}, " ", chip("fault", fill(page.help_asked, { place })))));
  show("waiting", ticketsLink(hall.day, { state: "WAITING" }, String(hall.waiting)));
  show("longest", age(hall.waiting_since, { big: true }));
  show("issued", ticketsLink(hall.day, {}, String(hall.today.issued)));
  show("done", ticketsLink(hall.day, { state: "DONE" }, String(hall.today.done)));
  show("no-show", ticketsLink(hall.day, { state: "NO_SHOW" }, String(hall.today.no_show)));
  show("windows", ...hall.windows.map((window) => windowCard(window, hall.day)));
  show("queues", el("thead", {}, el("tr", {}, el("th", {}, page.service), el("th", { class: "n" }, page.waiting), el("th", { class: "n" }, page.longest_wait), el("th", {}, page.numbers))),
    el("tbody", {}, ...hall.queues.map((queue) => queueRow(queue, hall.day))));
  const known = new Set(hall.device_states.map((device) => device.device));
  const devices = [...hall.device_states, ...hall.trouble.filter((device) => !known.has(device.device))];
  devices.sort((a, b) => SOUND.has(a.state) - SOUND.has(b.state));
  show("devices", ...(devices.length ? devices.map(deviceRow) : [el("li", { class: "note" }, page.no_devices)]));
  show("recent", ...(hall.recent.length ? hall.recent.map((event) => el("li", {}, el("time", { datetime: event.at }, clockTime(event.at)), inWords(event))) : [el("li", { class: "note" }, page.nothing_yet)]));
  drawFigures(hall);
}

async function drawFigures(hall) {
  const mark = `${hall.day} ${hall.journal.applied}`;
  if (!hall.day || mark === figuresFor) return;
  figuresFor = mark;
  const told = await ask(`/api/v1/figures?day=${hall.day}&hall=${id}`);
  const rows = told.items.map((row) => [[serviceCell(row)], row, null]);
  if (rows.length > 1) rows.push([[page.total], told.totals, "sum"]);
  show("figures", ...(rows.length ? figuresTable([page.service], rows, { few: true }) : [el("tbody", {}, el("tr", {}, el("td", { class: "note" }, page.no_figures)))]));
}

document.getElementById("find-ticket").addEventListener("submit", (event) => {
  event.preventDefault();
  const { number, day } = event.target.elements;
  location.assign(`/halls/${id}/tickets/${day.value}/${number.value.trim().toUpperCase()}`);
});

ask(`/api/v1/halls/${encodeURIComponent(id)}`)
  .then(() => live(`/api/v1/stream?hall=${encodeURIComponent(id)}`, (data) => data.hall && draw(data.hall, data.link)))
  .catch((error) => { banner.textContent = error.message; banner.hidden = false; });
