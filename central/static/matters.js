// The list of short records, and a form beside it that takes the next one down by the keyboard.

import { chip, el, fill, hallName, page, words } from "./base.js";
import { Refused, call, dayTime, everything, loudly, manage, newKey } from "./manage.js";
import { showLedgers } from "./ledgers.js";
import { clearFaults, draw, factWords, faultWords, firstMissing, forgetFault, kept, kindName, moveName, numberOf, read, stateName, tellFault } from "./matter_form.js";

const say = words.matters;
const byId = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const LIGHT = { GREEN: "good", YELLOW: "due", RED: "over" };
const SHOWN = ["field", "dispute", "place", "paper", "guidance", "approval", "exam_topic", "information", "about", "visit_day", "visit_from", "appointed_day", "appointed_time"];
const form = byId("begin");
const fields = byId("begin-fields");
let kinds = [];
let kind = null;
let early = null;
let move = null;
let next = null;
let turn = 0;
let key = newKey();
let lists = {};

// --- the list ---

function wanted() {
  const query = new URLSearchParams();
  if (!byId("every").checked) query.set("kind", kind.kind);
  for (const name of ["state", "day"]) if (byId(name).value) query.set(name, byId(name).value);
  for (const name of ["still_open", "overdue", "soon"]) if (byId(name).checked) query.set(name, "true");
  if (asked.get("case")) query.set("case", asked.get("case"));
  return query;
}

function dueCell(one) {
  if (!one.due) return el("td", {}, page.none);
  const rule = words.matter_rule[one.due.rule] ?? one.due.rule;
  return el("td", {}, chip(LIGHT[one.due.light], dayTime(one.due.at).slice(0, 16), el("small", {}, say[`light_${one.due.light}`])),
    el("small", { class: "note block" }, rule, one.due.provisional ? ` · ${say.provisional}` : ""));
}

function summary(one) {
  const told = SHOWN.filter((name) => one.facts[name] !== undefined).map((name) => factWords(name, one.facts[name]));
  const marks = [one.ticket?.number, one.case ? say.case : null, one.identified ? null : say.not_identified].filter(Boolean);
  return el("td", {}, told.join(" "), ...marks.map((mark) => el("span", { class: "tag" }, mark)));
}

function row(one) {
  const state = chip(one.closed_at ? "quiet" : "open", stateName(one.state));
  return el("tr", { data: { id: one.id } }, el("td", {}, el("a", { href: `/matters/${one.id}` }, numberOf(one))), el("td", {}, state), summary(one),
    dueCell(one), el("td", {}, one.staff || page.none), el("td", {}, dayTime(one.opened_at)));
}

function tellCounts(counts) {
  for (const tab of document.querySelectorAll("#kinds [data-count]")) tab.textContent = counts[tab.dataset.count] ?? 0;
  byId("count").textContent = fill(say.count, { count: byId("every").checked ? Object.values(counts).reduce((a, b) => a + b, 0) : counts[kind.kind] ?? 0 });
}

async function look(more = false) {
  if (!kind) return;
  const mine = ++turn;
  const query = wanted();
  if (more && next) query.set("cursor", next);
  const told = await loudly(() => call("GET", `/api/v1/matters?${query}`));
  if (!told || mine !== turn) return;
  const drawn = told.items.map(row);
  if (more) byId("rows").append(...drawn);
  else byId("rows").replaceChildren(...drawn);
  next = told.next;
  byId("more").hidden = !next;
  byId("empty").hidden = byId("rows").children.length > 0;
  byId("found").hidden = true;
  tellCounts(told.counts);
  byId("reminders-text").textContent = fill(say.reminders, told.reminders);
  byId("reminders").classList.toggle("fault", told.reminders.overdue > 0);
  byId("reminders").hidden = !(told.reminders.overdue || told.reminders.soon);
}

// --- the form ---

function chooseKind(name) {
  early = name;
  if (!kinds.length) return; // they are on their way, and this one is chosen when they are here
  kind = kinds.find((one) => one.kind === name) ?? kinds[0];
  for (const tab of document.querySelectorAll("#kinds button")) tab.setAttribute("aria-pressed", String(tab.dataset.kind === kind.kind));
  byId("state").replaceChildren(el("option", { value: "" }, say.all), ...kind.states.map((one) => el("option", { value: one }, stateName(one))));
  byId("begin-title").textContent = fill(say.new, { kind: kindName(kind.kind) });
  byId("begin-move").replaceChildren(...kind.begin.filter((one) => one.may).map((one) => el("option", { value: one.move }, moveName(one.move))));
  byId("begin-move").closest("label").hidden = kind.begin.filter((one) => one.may).length < 2;
  chooseMove(kind.begin.find((one) => one.may).move);
  showLedgers(kind.kind === "DUTY_HELP", lists.lawyer ?? []);
  history.replaceState(null, "", `?${new URLSearchParams({ ...Object.fromEntries(asked), kind: kind.kind })}`);
}

function chooseMove(name) {
  const had = { channel: "VISIT", ...(asked.get("case") ? { case: asked.get("case") } : {}), ...kept(fields) };
  move = kind.begin.find((one) => one.move === name);
  byId("begin-move").value = name;
  draw(fields, "begin", move, { lists, begin: true, values: had });
}

function body() {
  const ticket = byId("ticket").value.trim().toUpperCase();
  const hall = byId("hall").value;
  return { kind: kind.kind, move: move.move, ...(hall ? { hall } : {}), ...(ticket ? { ticket: { day: byId("ticket").dataset.day, number: ticket } } : {}), ...read(fields, move) };
}

async function begin() {
  clearFaults(form);
  byId("problem").textContent = "";
  const missing = firstMissing(fields);
  if (missing) {
    tellFault(fields, missing.dataset.text ? `texts.${missing.dataset.text}` : `facts.${missing.name}`, manage.needed);
    return;
  }
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const told = await call("POST", "/api/v1/matters", body(), key);
    byId("begun").replaceChildren(fill(say.begun, { number: numberOf(told) }), " ", el("a", { href: `/matters/${told.id}` }, say.open_it));
    byId("ticket").value = "";
    chooseMove(move.move);
    key = newKey();
    fields.querySelector("select, input").focus();
    await look();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    if (!tellFault(form, refused.field, faultWords(refused))) byId("problem").textContent = refused.message;
  } finally {
    button.disabled = false;
  }
}

// --- finding somebody ---

byId("search-open").addEventListener("click", () => { byId("search").showModal(); byId("search-name").focus(); });
byId("search").querySelector("[data-close]").addEventListener("click", () => byId("search").close());
byId("search").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = byId("search").querySelector(".problem");
  problem.textContent = "";
  const wish = { reason: byId("search-reason").value };
  for (const name of ["name", "id_number"]) if (byId(`search-${name}`).value.trim()) wish[name] = byId(`search-${name}`).value.trim();
  try {
    const told = await call("POST", "/api/v1/matters/search", wish);
    byId("rows").replaceChildren(...told.items.map(row));
    byId("more").hidden = true;
    byId("empty").hidden = told.items.length > 0;
    byId("found").hidden = false;
    byId("count").textContent = fill(say.found, { count: told.items.length });
    byId("search").close();
    event.target.reset();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    problem.textContent = refused.message;
  }
});
byId("reminders-show").addEventListener("click", () => { byId("soon").checked = byId("every").checked = true; look(); });
byId("found-end").addEventListener("click", () => look());

// --- the page ---

for (const tab of document.querySelectorAll("#kinds button")) tab.addEventListener("click", () => {
  byId("every").checked = false;
  chooseKind(tab.dataset.kind);
  look();
});
for (const id of ["state", "day", "still_open", "overdue", "soon", "every"]) byId(id).addEventListener("change", () => look());
byId("more").querySelector("button").addEventListener("click", () => look(true));
byId("begin-move").addEventListener("change", (event) => chooseMove(event.target.value));
byId("hall").addEventListener("change", () => sessionStorage.setItem("matters-hall", byId("hall").value));
form.addEventListener("input", (event) => { key = newKey(); forgetFault(event.target); });
form.addEventListener("submit", (event) => { event.preventDefault(); begin(); });
form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); begin(); } });

async function start() {
  const [told, lawyers, halls] = await Promise.all([call("GET", "/api/v1/matters/kinds"), call("GET", "/api/v1/matters/lawyers"), everything("/api/v1/halls")]);
  kinds = told.items;
  lists = { lawyer: lawyers.items.map((one) => [one.mark, `${one.name} ${one.licence} ${one.firm}`]) };
  byId("hall").append(...halls.map((one) => el("option", { value: one.id }, hallName(one))));
  const had = sessionStorage.getItem("matters-hall");
  byId("hall").value = halls.some((one) => one.id === had) ? had : halls.length === 1 ? halls[0].id : "";
  chooseKind(early ?? asked.get("kind") ?? "ADVICE");
  await look();
  if (!location.hash) fields.querySelector("select, input")?.focus();
}

loudly(start);
