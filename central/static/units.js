// The tree of units: look, add below, rename, move, close and open, say which hall belongs where.

import { el, hallName, words } from "./base.js";
import { Units, act, call, dayTime, everything, fill, loudly, manage, pair, said, sure, unitName, wire } from "./manage.js";

const LEVELS = ["city", "district", "street", "village"];
const FEW = 60;
const units = new Units();
const opened = new Set();
const children = new Map();
const find = document.getElementById("find");
const showClosed = document.getElementById("closed");
const detail = document.getElementById("detail");
let halls = [];
let chosen = null;

const add = wire(document.getElementById("add"));
const rename = wire(document.getElementById("rename"));
const move = wire(document.getElementById("move"), { places: { NO_SUCH_UNIT: "parent", UNIT_CLOSED: "parent" } });
const place = wire(document.getElementById("place"), { places: { NO_SUCH_HALL: "hall" } });
const explainParent = units.explain(document.getElementById("parent"));

async function load() {
  await units.load();
  halls = await everything("/api/v1/controllers");
  children.clear();
  for (const unit of units.byId.values()) {
    const above = units.byId.has(unit.parent) ? unit.parent : null;
    children.set(above, [...(children.get(above) ?? []), unit]);
  }
  if (!opened.size) for (const top of children.get(null) ?? []) opened.add(top.id);
  units.offer(document.getElementById("unit-ids"));
  draw();
}

const seen = (unit) => showClosed.checked || !unit.closed_at;
const below = (unit) => (children.get(unit.id) ?? []).filter(seen);

function counts(unit) {
  const parts = [words.level[unit.level]];
  const inside = below(unit).length;
  if (inside) parts.push(fill(manage.units_below, { count: inside }));
  const here = halls.filter((one) => one.unit === unit.id).length;
  if (here) parts.push(fill(manage.halls_here, { count: here }));
  return parts.join(" · ");
}

function line(unit, depth, folds) {
  const under = folds ? below(unit) : [];
  const isOpen = opened.has(unit.id);
  let turn = el("span", { class: "leaf" });
  if (under.length) {
    turn = el("button", { type: "button", class: "turn", "aria-expanded": String(isOpen), "aria-label": fill(manage.unfold, { name: unitName(unit) }) }, "›");
    turn.addEventListener("click", () => {
      opened[isOpen ? "delete" : "add"](unit.id);
      draw();
      document.querySelector(`[data-turn="${unit.id}"]`)?.focus();
    });
    turn.dataset.turn = unit.id;
  }
  const button = el("button", { type: "button", class: "unit", data: { unit: unit.id }, "aria-pressed": String(chosen === unit.id) },
    el("b", {}, unitName(unit)), el("span", { class: "id" }, unit.id),
    folds ? null : el("span", { class: "where" }, units.trail(unit.parent)));
  button.addEventListener("click", () => { choose(unit.id); });
  const made = el("li", { class: [chosen === unit.id ? "chosen" : "", unit.closed_at ? "over" : ""].join(" ").trim() },
    turn, button, el("small", {}, unit.closed_at ? manage.closed : counts(unit)));
  made.style.paddingLeft = `${depth * 26}px`;
  return [made, ...(isOpen ? under.flatMap((one) => line(one, depth + 1, true)) : [])];
}

function draw() {
  const wanted = find.value.trim().toLowerCase();
  let lines;
  if (wanted) {
    const found = [...units.byId.values()].filter((one) => seen(one)
      && [one.id, one.name_zh, one.name_en].some((text) => text.toLowerCase().includes(wanted)));
    lines = found.slice(0, FEW).flatMap((one) => line(one, 0, false));
    document.getElementById("count").textContent = found.length > FEW
      ? fill(manage.first_of, { shown: FEW, count: found.length }) : fill(manage.found, { count: found.length });
  } else {
    lines = (children.get(null) ?? []).filter(seen).flatMap((one) => line(one, 0, true));
    document.getElementById("count").textContent = fill(manage.units_count, { count: units.byId.size });
  }
  document.getElementById("tree").replaceChildren(...lines);
  document.getElementById("empty").hidden = lines.length > 0;
}

function choose(id) {
  chosen = id;
  draw();
  show();
  document.querySelector(`.tree [data-unit="${id}"]`)?.focus();
}

function show() {
  const unit = units.byId.get(chosen);
  if (!unit) return;
  const isTop = !units.byId.has(unit.parent);
  const lowest = unit.level === LEVELS.at(-1);
  const here = halls.filter((one) => one.unit === unit.id);
  const acts = [
    lowest || unit.closed_at ? null : act(manage.add_below, () => startAdd(unit)),
    act(manage.rename, () => startRename(unit)),
    isTop || unit.closed_at ? null : act(manage.move, () => startMove(unit)),
    unit.closed_at ? null : act(manage.place_hall, () => startPlace(unit)),
    isTop ? null : unit.closed_at ? act(manage.reopen, () => reopen(unit)) : act(manage.close_unit, () => close(unit), { danger: true }),
  ];
  detail.replaceChildren(
    el("h2", {}, unitName(unit)), el("p", { class: "trail" }, units.trail(unit.parent ?? "") || words.level[unit.level]),
    el("dl", { class: "facts" }, ...pair(manage.unit_id, el("code", {}, unit.id)), ...pair(manage.level, words.level[unit.level]),
      ...pair(manage.name_zh, unit.name_zh), ...pair(manage.name_en, unit.name_en),
      ...(unit.closed_at ? pair(manage.closed, dayTime(unit.closed_at)) : [])),
    el("h3", {}, manage.halls_of_unit),
    here.length ? el("ul", {}, ...here.map((one) => el("li", {}, el("a", { href: `/halls/${one.hall}` }, hallName({ ...one, id: one.hall })))))
      : el("p", { class: "note" }, manage.no_halls_here),
    el("div", { class: "acts" }, ...acts.filter(Boolean)),
  );
}

async function done(word) {
  await loudly(load);
  show();
  said(word);
}

function startAdd(unit) {
  document.getElementById("level").replaceChildren(...LEVELS.slice(LEVELS.indexOf(unit.level) + 1)
    .map((one) => el("option", { value: one }, words.level[one])));
  document.getElementById("add-where").textContent = fill(manage.below_which, { name: units.trail(unit.id) });
  add(async (form, key) => {
    const value = (name) => form.elements[name].value.trim();
    const body = { id: value("id"), parent: unit.id, level: value("level"), name_zh: value("name_zh"), name_en: value("name_en") };
    if (value("since")) body.since = value("since");
    const made = await call("POST", "/api/v1/units", body, key);
    opened.add(unit.id);
    chosen = made.id;
    await done(fill(manage.unit_added, { name: unitName(made) }));
  });
}

function startRename(unit) {
  const form = rename(async (_, key) => {
    const body = { name_zh: form.elements.name_zh.value.trim(), name_en: form.elements.name_en.value.trim() };
    await call("PATCH", `/api/v1/units/${unit.id}`, body, key);
    await done(manage.saved);
  });
  form.elements.name_zh.value = unit.name_zh;
  form.elements.name_en.value = unit.name_en;
}

function startMove(unit) {
  const form = move(async (_, key) => {
    await call("PATCH", `/api/v1/units/${unit.id}`, { parent: form.elements.parent.value.trim() }, key);
    opened.add(form.elements.parent.value.trim());
    await done(fill(manage.unit_moved, { name: unitName(unit) }));
  });
  form.elements.parent.value = unit.parent;
  explainParent();
}

function startPlace(unit) {
  document.getElementById("hall").replaceChildren(...halls.filter((one) => one.unit !== unit.id && one.known)
    .map((one) => el("option", { value: one.hall }, `${hallName({ ...one, id: one.hall })} (${units.name(one.unit)})`)));
  place(async (form, key) => {
    await call("PUT", `/api/v1/halls/${form.elements.hall.value}/unit`, { unit: unit.id }, key);
    await done(fill(manage.hall_placed, { name: unitName(unit) }));
  });
}

function close(unit) {
  sure({ title: fill(manage.close_title, { name: unitName(unit) }), text: manage.close_text, send: manage.close_unit }, async (key) => {
    await call("PATCH", `/api/v1/units/${unit.id}`, { closed: true }, key);
    await done(fill(manage.unit_closed, { name: unitName(unit) }));
  });
}

async function reopen(unit) {
  if (await loudly(() => call("PATCH", `/api/v1/units/${unit.id}`, { closed: false }))) await done(manage.saved);
}

find.addEventListener("input", draw);
showClosed.addEventListener("change", draw);
document.getElementById("tree").addEventListener("keydown", (event) => {
  // arrows go from unit to unit, and open and fold what is below
  const rows = [...document.querySelectorAll(".tree .unit")];
  const at = rows.indexOf(event.target);
  if (at < 0) return;
  const turn = event.target.parentElement.querySelector(".turn");
  const isOpen = turn?.getAttribute("aria-expanded") === "true";
  if (event.key === "ArrowDown") rows[at + 1]?.focus();
  else if (event.key === "ArrowUp") rows[at - 1]?.focus();
  else if (turn && ((event.key === "ArrowRight" && !isOpen) || (event.key === "ArrowLeft" && isOpen))) {
    const id = event.target.dataset.unit;
    turn.click();
    document.querySelector(`.tree [data-unit="${id}"]`)?.focus();
  } else return;
  event.preventDefault();
});
loudly(load);
