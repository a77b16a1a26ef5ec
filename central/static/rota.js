// Whose turn it is: a month of days, each with its lawyers in order; a supervisor changes a day in a dialog.

import { el, fill, words } from "./base.js";
import { act, call, everything, loudly, said, wire } from "./manage.js";

const say = words.rota_page;
const byId = (id) => document.getElementById(id);
const { today, keeps: may } = byId("month").dataset;
const keeps = may === "yes";
const english = document.documentElement.lang === "en";
const day = (text, format) => new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "UTC", ...format }).format(new Date(`${text}T00:00:00Z`));
const named = (one) => `${one.name}（${(one.licence ?? "").slice(-4)}）`;
let month = today.slice(0, 7);
let days = [];
let lawyers = null;
let turns = [];

function monthAfter(months) {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

function inside(one) {
  const people = one.lawyers.map((who) => el("li", { class: who.state === "ACTIVE" ? null : "off" }, named(who)));
  return [el("span", { class: "date" }, String(Number(one.day.slice(8)))), people.length ? el("ol", {}, ...people) : null];
}

function cell(one) {
  const kind = `day ${one.day < today ? "is-past" : one.day === today ? "is-today" : ""}`.trim();
  if (!keeps || one.day < today) return el("td", {}, el("div", { class: kind }, ...inside(one)));
  const names = one.lawyers.map(named).join(english ? ", " : "、") || say.none;
  const label = `${Number(one.day.slice(8))} ${names} ${fill(say.edit, { day: day(one.day, { month: "long", day: "numeric", weekday: "long" }) })}`;
  const button = el("button", { type: "button", class: kind, "aria-label": label, data: { day: one.day } }, ...inside(one));
  button.addEventListener("click", () => open(one));
  return el("td", {}, button);
}

function draw() {
  const head = [1, 2, 3, 4, 5, 6, 7].map((number) => el("th", { scope: "col" }, day(`2024-01-0${number}`, { weekday: "short" })));
  const first = (new Date(`${month}-01T00:00:00Z`).getUTCDay() + 6) % 7;
  const cells = [...Array.from({ length: first }, () => el("td", {})), ...days.map(cell)];
  while (cells.length % 7) cells.push(el("td", {}));
  const weeks = Array.from({ length: cells.length / 7 }, (_, week) => el("tr", {}, ...cells.slice(week * 7, week * 7 + 7)));
  byId("month").replaceChildren(el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...weeks));
  byId("month-name").textContent = day(`${month}-01`, { year: "numeric", month: "long" });
}

async function load() {
  await loudly(async () => {
    days = (await call("GET", `/api/v1/aid/rota?month=${month}`)).items;
    draw();
  });
}

// --- one day ---

const openForm = wire(byId("day"), { places: { ROTA_LAWYER: "who", ROTA_TWICE: "who" } });

function drawTurns(focus = null) {
  byId("nobody").hidden = turns.length > 0;
  byId("people").replaceChildren(...turns.map((one, place) => {
    const up = act("↑", () => { turns.splice(place - 1, 0, ...turns.splice(place, 1)); drawTurns(place - 1); });
    up.disabled = place === 0;
    up.setAttribute("aria-label", `${say.up} ${named(one)}`);
    const out = act(say.out, () => { turns.splice(place, 1); drawTurns(); byId("who").focus(); });
    out.setAttribute("aria-label", `${say.out} ${named(one)}`);
    const state = one.state === "ACTIVE" ? "" : ` · ${say.not_active}`;
    return el("li", {}, el("span", {}, el("b", {}, `${place + 1}. ${named(one)}`), " ", el("small", {}, one.firm + state)), up, out);
  }));
  if (focus !== null) byId("people").children[focus].querySelector("button:not([disabled])").focus();
  const there = new Set(turns.map((one) => one.mark));
  byId("who").replaceChildren(...lawyers.filter((one) => one.state === "ACTIVE" && !there.has(one.mark))
    .map((one) => el("option", { value: one.mark }, `${named(one)} ${one.firm}`)));
}

async function open(one) {
  await loudly(async () => {
    lawyers ??= await everything("/api/v1/lawyers");
    turns = [...one.lawyers];
    const title = day(one.day, { month: "long", day: "numeric", weekday: "long" });
    openForm(async (_, key) => {
      await call("PUT", `/api/v1/aid/rota/${one.day}`, { lawyers: turns.map((who) => who.mark) }, key);
      said(fill(say.saved, { day: title }));
      await load();
      document.querySelector(`[data-day="${one.day}"]`)?.focus();
    });
    byId("day-title").textContent = fill(say.edit, { day: title });
    drawTurns();
  });
}

byId("add").addEventListener("click", () => {
  const one = lawyers.find((who) => who.mark === byId("who").value);
  if (one) { turns.push(one); drawTurns(); byId("who").focus(); byId("day").querySelector("form").dispatchEvent(new Event("input")); }
});
for (const [id, step] of [["back", -1], ["on", 1]]) byId(id).addEventListener("click", () => { month = monthAfter(step); load(); });
load();
