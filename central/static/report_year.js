// The form of a year: which of its twelve months are locked, what they come to, notes on it, its lock by the city.

import { el, fill, show, words } from "./base.js";
import { Refused, act, call, dayTime, loudly, said } from "./manage.js";
import { ask } from "./report_ask.js";
import { findingsList, findingsSum, noteBox } from "./report_findings.js";
import { go, onLinks, sight } from "./report_going.js";
import { about, computed, counted, inner, openPanel } from "./report_made_of.js";
import { noteMissing } from "./report_next.js";
import { footnotes, partLinks, sheet } from "./report_sheet.js";
import { chips, english, facts, formOf, listed, markChip, may, monthName, nameOf, say, stateChip, trail } from "./report_words.js";

const mine = words.report_year;
const { year } = facts;
const path = `/api/v1/report/units/${facts.unit.id}/years/${year}`;
const isCity = facts.unit.id === facts.root;
const locks = isCity && may("report_sign") && facts.person.unit === facts.root;
const writes = may("report_prepare") && facts.person.unit === facts.unit.id;
const byCode = new Map();
let parts = [];
let form = null;
let shownCode = null;

const isLocked = () => form.state === "ACCEPTED";
const isWhole = () => !form.open.length;
const isEmpty = () => form.open.length === form.forms.length;
const lockChip = (locked) => markChip(locked ? "ACCEPTED" : "COLLECTING", locked ? mine.locked : mine.open);
const heads = {
  figure: mine.figure, before: mine.before, hand: false, lacks: (one) => one.missing,
  stands: (one) => (one.version ? mine.column_locked : one.missing ? mine.column_open : mine.column_whole),
};

function head() {
  const { period } = form;
  const told = [["h01", say.h01, nameOf(form.unit)], ["h02", say.h02, words.level[form.unit.level]], ["h03", say.h03, period.from], ["h04", say.h04, period.to],
    ["h08", mine.h06, form.signer], ["h09", mine.h09, form.sent_at ? dayTime(form.sent_at) : ""]];
  show("head", ...told.map(([code, name, value]) => el("div", {}, el("dt", {}, el("small", {}, code.toUpperCase()), name), el("dd", {}, value || say.none))));
  show("chips", ...chips(lockChip(isLocked()), isLocked() || isWhole() ? null : el("span", { class: "note" }, isEmpty() ? mine.none_so_far : fill(mine.so_far, { n: 12 - form.open.length })),
    el("span", { class: "note" }, fill(say.made_at, { time: dayTime(form.made_at) }))));
}

function nextWords() {
  if (isLocked()) return fill(mine.next_done, { signer: form.signer, time: dayTime(form.sent_at) });
  if (!isWhole()) {
    const months = form.open.map((name) => (english ? name : `${Number(name.slice(5))}月`)).join(english ? ", " : "、");
    return fill(isCity ? mine.next_city_missing : mine.next_missing, { n: form.open.length, months, who: facts.people.SIGNER.length ? ` ${listed(facts.people.SIGNER)} ` : mine.signer }).replace(/ +/g, " ");
  }
  if (!isCity) return mine.next_city;
  if (locks) return mine.next_locks;
  return facts.people.SIGNER.length ? fill(mine.next_ask, { who: listed(facts.people.SIGNER) }) : mine.next_nobody;
}

function moves() {
  document.getElementById("next").textContent = nextWords();
  const button = locks && !isLocked() && isWhole() ? act(mine.lock, lock) : null;
  if (button) Object.assign(button, { className: "button", id: "lock" });
  show("moves", ...chips(button));
}

function month(one) {
  const name = one.period.name;
  const locked = one.state === "ACCEPTED";
  const isRunning = one.period.from <= facts.today && facts.today <= one.period.to;
  const note = locked ? fill(say.version, { n: one.version }) : one.overdue ? say.overdue : isRunning ? say.running : "";
  const text = english ? name : `${Number(name.slice(5))}月`;
  return el("li", {}, el("a", { href: formOf(facts.unit.id, name), class: locked ? "" : "is-open" }, el("b", {}, text),
    one.period.from > facts.today && !locked ? el("span", { class: "note" }, mine.to_come) : one.asked ? stateChip(one.state) : el("span", { class: "note" }, say.not_asked),
    el("small", { class: one.overdue ? "late" : "" }, note)));
}

function draw() {
  const scroll = document.getElementById("scroll");
  const at = [scroll.scrollLeft, scroll.scrollTop];
  head();
  moves();
  show("months", ...form.forms.map(month));
  document.getElementById("months-sum").textContent = fill(mine.months_sum, { n: form.forms.filter((one) => one.state === "ACCEPTED").length });
  document.getElementById("findings-part").hidden = isEmpty();
  document.getElementById("findings-sum").textContent = findingsSum(form);
  show("findings", ...findingsList(form));
  show("parts", ...partLinks(parts, form));
  document.getElementById("columns-choice").hidden = !form.columns.length;
  sheet(document.getElementById("table"), form, parts, notes(), { lower: document.getElementById("show-columns").checked, heads });
  show("foot", ...footnotes(form));
  document.getElementById("loading").hidden = true;
  document.getElementById("form").hidden = false;
  [scroll.scrollLeft, scroll.scrollTop] = at;
}

function notes() {
  const put = (one, text) => call("PUT", `${path}/notes/${one.code}`, { text });
  return { open: writes, put, saved: (one) => reload(say.note_saved, `note-${one.id}`) };
}

async function load() {
  form = await call("GET", path);
  if (isEmpty()) form.findings = []; // there is nothing yet that a rule could hold of
  draw();
}

async function reload(text, focus = null) {
  await load();
  if (shownCode) panel(shownCode);
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  said(text);
}

// --- the lock ---

function lock() {
  const without = form.columns.filter((one) => one.missing).map((one) => nameOf(one.unit));
  const open = noteMissing(form).length;
  const most = 6;
  const units = without.length > most ? fill(mine.more, { names: listed(without.slice(0, most), most), n: without.length }) : listed(without, most);
  const text = [fill(mine.lock_sure, { year }), without.length ? fill(mine.lock_without, { units }) : "", open ? fill(mine.lock_notes, { n: open }) : ""];
  ask({ title: `${mine.lock} · ${fill(mine.crumb, { year })}`, text: text.filter(Boolean).join(english ? " " : ""), send: mine.lock }, async (elements, key) => {
    try {
      await call("POST", `${path}/lock`, {}, key);
    } catch (refused) {
      if (refused instanceof Refused) await load(); // somebody else was there first, or a month was opened again
      throw refused;
    }
    await reload(fill(mine.lock_done, { year }));
  });
}

// --- one figure ---

function eachMonth(field) {
  const rows = form.forms.map((one) => {
    const locked = one.state === "ACCEPTED";
    return el("li", {}, el("a", { href: formOf(facts.unit.id, one.period.name, field.code) }, monthName(one.period.name)), locked ? null : el("small", {}, mine.month_open));
  });
  return [...inner(mine.to_months, el("ol", { class: "report-each" }, ...rows)), field.kind === "heads" ? el("p", { class: "note" }, mine.heads) : null];
}

function noteOn(field) {
  // at a finding there is a place for it in the form itself
  if (!writes || form.findings.some((one) => one.code === field.code && !one.hard)) return [];
  const id = `R-${field.code}`;
  return inner(mine.note_add, noteBox({ id, code: field.code, hard: false, note: form.notes.find((one) => one.rule === id) }, form, notes()));
}

function panel(code, from = null) {
  const field = byCode.get(code);
  // what was open at the start is the first month's, not that of the year before
  const is = field.source === "D" && !field.is.includes("last(") ? computed(field, form, byCode) : [];
  openPanel(field, form, [...is, ...counted(field, form, mine.by_unit), ...eachMonth(field), ...noteOn(field), ...about(field, form)], from);
}

function open(code, from) {
  shownCode = code;
  go(code);
  panel(code, from);
  sight(code);
}

onLinks(open);
document.getElementById("show-columns").addEventListener("change", draw);
document.getElementById("print").addEventListener("click", () => print());
window.addEventListener("hashchange", () => { if (byCode.has(location.hash.slice(1))) open(location.hash.slice(1)); });

trail(null, { form: fill(mine.crumb, { year }) });
document.title = `${nameOf(facts.unit)} ${fill(mine.crumb, { year })} · ${document.title}`;
await loudly(async () => {
  parts = (await call("GET", "/api/v1/report/fields")).parts;
  for (const part of parts) for (const field of part.fields) byCode.set(field.code, field);
  await load();
  const code = location.hash.slice(1);
  if (byCode.has(code)) open(code);
});
document.getElementById("loading").hidden = true;
