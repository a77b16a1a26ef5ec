// The plan of a hall, a unit or a small place: forms over one document, what it would change, saying it, how far the hall follows.

import { age, chip, el, hallName, words } from "./base.js";
import { Refused, Units, act, call, dayTime, everything, fill, loudly, pair, said as tell, unitName, wire } from "./manage.js";
import { clearFaults, place, say, tellFault } from "./plan_fields.js";
import { asTold, tellPlace, tellReach } from "./plan_of_place.js";
import { UNSAID, changes, isList, lines, listForm, partName, tableForm } from "./plan_parts.js";

const plans = words.plans;
const english = document.documentElement.lang === "en";
const root = document.getElementById("plan");
const { kind, owner } = root.dataset;
const base = `/api/v1/${kind}s/${owner}`;
const SECTIONS = {
  opening: ["opening"], days: ["rest_day", "work_day"], window: ["window"], service: ["service"], priority: ["priority"],
  rules: ["rules"], speech: ["speech"], screens: ["displays", "guide_slips"],
};
const OF_DEVICES = ["speech", "screens"];
const isPlace = kind === "place";
const FROM_CATALOGUE = isPlace ? [] : ["opening", "rest_day", "work_day", "service"];
const MIDNIGHT_IN_CHINA = "T00:00:00+08:00";
const form = document.getElementById("form");
const day = document.getElementById("day");
const open = wire(document.getElementById("preview"));
let told = null; // as central has it
let doc = null; // as it stands in the forms
let offered = {}; // by the catalogue and the calendars
let fromLists = {}; // what a list that was brought in says of this hall
let hall = null; // as it reports itself
let problems = [];
let section = "opening";
let readers = [];
let dirty = false;

async function load() {
  const found = await call("GET", `${base}/plan`);
  told = isPlace ? asTold(found) : found;
  doc = { parts: structuredClone(told.parts), from_catalogue: [...told.from_catalogue] };
  if (day) day.value = told.valid_from ? dayTime(told.valid_from).slice(0, 10) : "";
  dirty = false;
  problems = [];
  if (isPlace) tellPlace(told);
  else document.getElementById("version").textContent = told.version ? fill(say.version, { version: told.version, at: dayTime(told.changed_at), by: told.changed_by }) : say.version_none;
  standing(told.standing);
}

function standing(now) {
  if (!now) return;
  const number = (revision) => (revision === null ? words.page.none : revision === 1 ? plans.own_file : fill(plans.number, { revision }));
  document.getElementById("standing").replaceChildren(
    ...pair(plans.handed, now.handed ? number(now.handed) : words.page.none), ...pair(plans.in_force, number(now.in_force)),
    ...pair(plans.said, chip(now.state, plans[`state_${now.state}`]), " ", now.said_at ? age(now.said_at, { ago: true }) : ""));
  const wrong = now.error ? `${plans.why}${english ? ": " : "："}${english ? now.error.message : now.error.message_zh}${now.error.path ? ` (${now.error.path})` : ""}` : "";
  const trouble = document.getElementById("trouble");
  if (trouble.textContent !== wrong) trouble.textContent = wrong;
  trouble.hidden = !wrong;
}

// --- the forms ---

const services = () => doc.parts.service ?? (doc.from_catalogue.includes("service") ? offered.service : null) ?? told.above.service ?? hall?.services ?? offered.service ?? [];
const reported = (part) => ({ window: hall?.windows?.map((one) => ({ number: one.number, services: one.services, ...(one.name_zh ? { name_zh: one.name_zh, name_en: one.name_en } : {}) })), service: hall?.services })[part];
const start = (part) => structuredClone(told.above[part] ?? reported(part) ?? (offered[part]?.length ? offered[part] : []));

function shown(part, value, otherwise) {
  const all = lines(part, value);
  if (!all.length) return el("p", { class: "note" }, otherwise);
  return el("dl", { class: "facts" }, ...all.flatMap(([, name, text]) => pair(name, text)));
}

function inherited(part) {
  if (told.above[part] !== undefined) return [el("p", { class: "note" }, say.from_above), shown(part, told.above[part], say.none)];
  const own = reported(part);
  return [el("p", { class: "note" }, own ? say.from_file_now : say[`from_file_${part}`] ?? say.from_file), own ? shown(part, own, "") : ""];
}

function listPart(part) {
  const follows = FROM_CATALOGUE.includes(part);
  let mode = part in doc.parts ? "own" : follows && doc.from_catalogue.includes(part) ? "catalogue" : "none";
  let inner = null;
  let draft = doc.parts[part];
  const room = el("div", {});
  const draw = () => {
    inner = mode === "own" ? listForm(part, draft ?? start(part), services()) : null;
    room.replaceChildren(...(inner ? [takeOver(), inner.node] : mode === "catalogue" ? [el("p", { class: "note" }, kind === "hall" ? say.from_catalogue_now : say.from_catalogue), kind === "hall" ? shown(part, offered[part], say.none) : ""] : inherited(part)));
  };
  const takeOver = () => (part in fromLists ? act(fill(say.take_lists, { count: fromLists[part].length }), () => { draft = structuredClone(fromLists[part]); dirty = true; draw(); }) : "");
  const modes = ["none", ...(follows ? ["catalogue"] : []), "own"].map((one) => {
    const radio = el("input", { type: "radio", name: `mode-${part}`, value: one });
    radio.checked = one === mode;
    radio.addEventListener("change", () => { draft = inner?.value() ?? draft; mode = one; draw(); });
    return el("label", {}, radio, say[`mode_${one}`]);
  });
  draw();
  readers.push(() => {
    doc.from_catalogue = doc.from_catalogue.filter((one) => one !== part);
    delete doc.parts[part];
    if (mode === "catalogue") doc.from_catalogue.push(part);
    if (mode === "own") doc.parts[part] = inner.value();
  });
  return el("section", { class: "part" }, el("h2", {}, partName(part)), el("fieldset", { class: "modes" }, el("legend", { class: "unseen" }, partName(part)), ...modes), room);
}

function tablePart(part) {
  const inner = tableForm(part, doc.parts[part], told.above[part] ?? {});
  readers.push(() => {
    const value = inner.value();
    if (value === UNSAID) delete doc.parts[part];
    else doc.parts[part] = value;
  });
  return el("section", { class: "part" }, el("h2", {}, partName(part)), el("p", { class: "note" }, say.table_note), inner.node);
}

function expertPart() {
  const area = el("textarea", { id: "parts", rows: "18", spellcheck: "false", autocomplete: "off", translate: "no", "aria-describedby": "parts-fault" });
  area.value = JSON.stringify(doc.parts, null, 2);
  readers.push(() => {
    let parts = null;
    try { parts = JSON.parse(area.value.trim() || "{}"); } catch (wrong) { throw new Refused("NOT_JSON", "", fill(plans.not_json, { reason: wrong.message })); }
    if (parts === null || typeof parts !== "object" || Array.isArray(parts)) throw new Refused("NOT_JSON", "", say.no_object);
    doc.parts = parts;
  });
  return el("section", { class: "part" }, el("h2", {}, say.s_expert), el("div", { class: "field", data: { path: "parts" } }, el("label", { for: "parts" }, plans.parts), area, el("small", { class: "hint" }, plans.parts_hint), el("small", { class: "fault", id: "parts-fault", role: "alert" })));
}

async function historyPart() {
  const items = await everything(`${base}/plan/revisions`);
  const newest = items[0]?.revision;
  const rows = items.map((one) => el("tr", {}, el("td", { class: "number" }, fill(plans.number, one)), el("td", {}, dayTime(one.issued_at)), el("td", {}, one.issued_by),
    el("td", { class: "n" }, one.revision === newest ? say.newest : act(fill(say.back_to, one), () => loudly(() => back(one.revision))))));
  const head = [say.revision, say.issued, say.by, say.go_back].map((one) => el("th", { scope: "col" }, one));
  return el("section", { class: "part" }, el("h2", {}, say.s_history), el("p", { class: "note" }, say.history_note),
    rows.length ? el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)) : el("p", { class: "empty" }, say.no_history));
}

async function back(revision) {
  const found = await call("GET", `${base}/plan/revisions/${revision}`);
  doc = { parts: found.back.parts, from_catalogue: found.back.from_catalogue };
  if (day) day.value = "";
  dirty = true;
  readers = [];
  await preview();
}

// --- from one to the other ---

function leave() {
  // what stands in the shown form goes into the document; false where it cannot be read
  try {
    readers.forEach((read) => read());
    return true;
  } catch (wrong) {
    if (!(wrong instanceof Refused)) throw wrong;
    clearFaults(form);
    tellFault(form, "parts", wrong.message)?.focus();
    return false;
  }
}

function sectionOf(path) {
  const part = place(path).split(".")[0];
  return Object.keys(SECTIONS).find((one) => SECTIONS[one].includes(part)) ?? null;
}

const counted = (one) => problems.filter((problem) => (sectionOf(problem.path) ?? "expert") === one).length;

async function show(one) {
  section = one;
  readers = [];
  form.replaceChildren(...(one === "history" ? [await historyPart()] : one === "expert" ? [expertPart()] : SECTIONS[one].map((part) => (isList(part) ? listPart(part) : tablePart(part)))));
  tabs();
  tellAll();
}

function tabs() {
  const all = [...Object.keys(SECTIONS).filter((one) => !(isPlace && OF_DEVICES.includes(one))), ...(kind === "hall" ? ["history"] : []), "expert"];
  document.getElementById("sections").replaceChildren(...all.map((one) => {
    const wrong = counted(one);
    const button = el("button", { type: "button", data: { section: one }, "aria-current": one === section ? "true" : null }, say[`s_${one}`], wrong ? el("span", { class: "wrong" }, fill(say.faults, { count: wrong })) : "");
    button.addEventListener("click", () => { if (leave()) loudly(() => show(one)).then(() => document.querySelector(`[data-section="${one}"]`).focus()); });
    return button;
  }));
}

function tellAll() {
  clearFaults(form);
  const rest = [];
  let first = null;
  for (const one of problems) {
    const own = say[`problem_${one.code}`];
    const sentence = own ?? (english ? one.message : one.message_zh);
    const found = tellFault(form, section === "expert" ? "parts" : one.path, section === "expert" || !own ? sentence : `${own} (${one.path})`);
    // what a unit above or the catalogue says has no field here, and what stands in another section waits there
    if (!found && [null, section].includes(sectionOf(one.path))) rest.push(sentence);
    first ??= found;
  }
  document.getElementById("problem").textContent = rest.join(" ");
  first?.focus();
}

const wish = () => (isPlace ? { parts: doc.parts } : { parts: doc.parts, from_catalogue: doc.from_catalogue, valid_from: day.value ? new Date(`${day.value}${MIDNIGHT_IN_CHINA}`).toISOString() : null });
const seenLast = () => (isPlace ? { seen: told.seen } : { version: told.version });

async function preview() {
  if (!leave()) return;
  const seen = await call("POST", `${base}/plan/preview`, wish());
  problems = seen.problems;
  if (problems.length) {
    const place_ = sectionOf(problems[0].path);
    await show(counted(section) || !place_ ? section : place_);
    return;
  }
  await show(section);
  const found = changes(seen.before, seen.after);
  const nothing = kind !== "unit" && !found.length ? say.nothing_changes : "";
  open(async (_, key) => {
    const done = await call("PUT", `${base}/plan`, { ...wish(), ...seenLast() }, key);
    await load();
    await show(section);
    tell(isPlace ? say.saved : fill(plans.handed_to, { count: Object.keys(done.halls).length }));
  });
  if (isPlace) tellReach(seen);
  else document.getElementById("against").textContent = kind === "unit" ? say.against_said : seen.in_force ? fill(say.against, { revision: seen.in_force }) : say.against_file;
  if (!isPlace) document.getElementById("reach").textContent = fill(say.reach, { count: seen.halls });
  document.getElementById("nothing").textContent = nothing;
  document.getElementById("changes").hidden = !found.length;
  document.getElementById("changes-rows").replaceChildren(...found.map(([part, name, before, after]) => el("tr", {},
    el("td", {}, el("b", {}, partName(part)), el("div", {}, name)), el("td", {}, before ?? el("span", { class: "note" }, say.not_said)), el("td", {}, after ?? el("span", { class: "note" }, say.not_said)))));
}

document.getElementById("show-changes").addEventListener("click", () => loudly(preview));
form.addEventListener("input", () => { dirty = true; });
form.addEventListener("click", (event) => { dirty ||= Boolean(event.target.closest("button")); });
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

loudly(async () => {
  const units = await new Units().load();
  if (kind === "hall") {
    [hall, offered] = await Promise.all([call("GET", base), call("GET", `${base}/calendar`).then((one) => one.in_force)]);
  }
  if (kind !== "unit") {
    const { items } = await call("GET", `/api/v1/halls/${owner}/windows-from-lists`);
    if (items.length) fromLists = { window: items };
  }
  const unit = units.byId.get(owner);
  document.getElementById("whose").textContent = hall ? hallName(hall) : unit ? unitName(unit) : owner;
  document.getElementById("trail").textContent = hall ? units.trail(hall.unit) : units.byId.has(unit?.parent) ? units.trail(unit.parent) : "";
  await load();
  await show(section);
  form.dataset.ready = "1";
  if (kind === "hall") setInterval(() => loudly(async () => standing((await call("GET", `${base}/plan`)).standing)), 3000);
});
