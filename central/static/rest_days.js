// Rest days: each known year as small sheets, and a notice read, looked at and brought in.

import { chip, el, fill, show, words } from "./base.js";
import { after, weekdayOf } from "./calendar_sheet.js";
import { Refused, call, dayTime, loudly, newKey, pair, said, tellFault } from "./manage.js";
import { weekday } from "./plan_fields.js";

const say = words.rest_days;
const english = document.documentElement.lang === "en";
const room = document.getElementById("rest-days");
const state = { years: new Map(), year: null };

const holidayName = (holiday) => words.holiday[holiday] ?? words.holiday.OTHER;
const monthName = (month) => new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "UTC", month: "long" }).format(new Date(`${month}-01T00:00:00Z`));
const dayName = (day) => `${new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "UTC", month: english ? "short" : "long", day: "numeric" }).format(new Date(`${day}T00:00:00Z`))} ${weekday(weekdayOf(day))}`;
const badge = (status) => chip(status === "OFFICIAL" ? "ready" : "warning", say[status]);

function daysOf(known) {
  // what each day is that is not like its weekday
  const found = new Map();
  for (const span of known.off) {
    for (let day = span.first; day <= span.last; day = after(day, 1)) found.set(day, { kind: "rest", name: holidayName(span.holiday) });
  }
  for (const day of known.worked) found.set(day, { kind: "work", name: "" });
  return found;
}

function cell(day, is) {
  const weekend = weekdayOf(day) > 5;
  const kind = is ? `is-${is.kind}` : weekend ? "is-shut" : "";
  const told = is ? `${say[is.kind]}${is.name ? ` ${is.name}` : ""}` : weekend ? say.weekend : "";
  const today = day === room.dataset.today;
  return el("td", {}, el("span", { class: `small-day ${kind}${today ? " is-today" : ""}`.trim(), title: told || null, "aria-current": today ? "date" : null, data: { day } },
    String(Number(day.slice(8))), is ? el("b", { "aria-hidden": "true" }, say[`mark_${is.kind}`]) : "", told ? el("span", { class: "unseen" }, ` ${told}`) : ""));
}

function sheet(month, days) {
  const weeks = [];
  let week = el("tr", {}, ...Array.from({ length: weekdayOf(`${month}-01`) - 1 }, () => el("td", {})));
  for (let day = `${month}-01`; day.startsWith(month); day = after(day, 1)) {
    week.append(cell(day, days.get(day)));
    if (weekdayOf(day) === 7) {
      weeks.push(week);
      week = el("tr", {});
    }
  }
  if (week.children.length) weeks.push(week);
  const names = [1, 2, 3, 4, 5, 6, 7].map((one) => el("th", { scope: "col", abbr: weekday(one) }, english ? weekday(one).slice(0, 2) : weekday(one).slice(-1)));
  return el("table", { class: "small-month" }, el("caption", {}, monthName(month)), el("thead", {}, el("tr", {}, ...names)), el("tbody", {}, ...weeks));
}

const origin = (one) => (one.by ? fill(say.brought_in, { by: one.by, at: dayTime(one.at), revision: one.revision }) : say.shipped);
const source = (one) => (english ? one.source_en : one.source_zh);

async function choose(year) {
  const known = state.years.get(year);
  state.year = year;
  for (const button of document.querySelectorAll("#years button")) button.setAttribute("aria-pressed", String(Number(button.dataset.year) === year));
  show("which", String(year));
  show("year-status", badge(known.status));
  show("about", say[`${known.status}_note`]);
  show("origin", `${say.source}${english ? ": " : "："}${source(known)} · ${origin(known)}`);
  const days = daysOf(known);
  show("months", ...Array.from({ length: 12 }, (_, number) => sheet(`${year}-${String(number + 1).padStart(2, "0")}`, days)));
  const told = await loudly(() => call("GET", `/api/v1/rest-days/${year}/revisions`));
  if (!told || state.year !== year) return;
  show("history", ...told.items.map((one) => el("li", {}, badge(one.status), ` ${origin(one)} · ${source(one)}`)));
}

async function load(year) {
  const told = await loudly(() => call("GET", "/api/v1/rest-days"));
  if (!told) return;
  state.years = new Map(told.items.map((one) => [one.year, one]));
  show("years", ...told.items.map((one) => {
    const button = el("button", { type: "button", class: "owner", data: { year: one.year }, "aria-pressed": "false" }, el("b", {}, String(one.year)), badge(one.status));
    button.addEventListener("click", () => choose(one.year));
    return el("li", {}, button);
  }));
  const today = Number(room.dataset.today.slice(0, 4));
  await choose(state.years.has(year) ? year : state.years.has(today) ? today : told.items[0].year);
}

// --- bringing a year in ---

const form = document.getElementById("import");
const preview = document.getElementById("preview");
let read = null;
let key = null;

const listed = (days) => (days.length ? days.map(dayName).join(english ? ", " : "、") : "–");

function clearFaults() {
  form.querySelector(".problem").textContent = "";
  for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

function tell(refused) {
  if (!(refused instanceof Refused)) throw refused;
  const name = ["year", "status", "source", "text"].includes(refused.field) ? refused.field : refused.field === null ? null : "text";
  tellFault(form, name, refused.code === "WRONG_FIELD" || refused.code === "MISSING_FIELD" ? words.manage.see_hint : refused.message);
}

function given() {
  const values = { year: form.elements.year.value.trim(), status: form.elements.status.value, source: form.elements.source.value.trim(), text: form.elements.text.value };
  for (const name of ["year", "source", "text"]) {
    if (!values[name].trim()) {
      tellFault(form, name, words.manage.needed);
      return null;
    }
  }
  if (!/^20[0-9]{2}$|^2100$/.test(values.year)) {
    tellFault(form, "year", words.manage.see_hint);
    return null;
  }
  return values;
}

function showPreview(told) {
  const right = told.holidays === told.holidays_by_law;
  const sentence = fill(right ? say.expected : say.unexpected, { given: told.holidays, days: told.holidays_by_law });
  show("expected", chip(right ? "ready" : "warning", sentence));
  const same = !told.become_rest.length && !told.become_worked.length;
  show("changes", ...(same ? pair(say.preview, say.nothing_changes) : [...pair(say.becomes_rest, listed(told.become_rest)), ...pair(say.becomes_work, listed(told.become_worked))]));
  show("limits", fill(say.limits_move, { count: told.limits }));
  preview.hidden = false;
  document.getElementById("preview-title").focus();
}

async function look(event) {
  event.preventDefault();
  clearFaults();
  preview.hidden = true;
  const values = given();
  if (!values) return;
  try {
    const told = await call("POST", `/api/v1/rest-days/${values.year}/preview`, { status: values.status, source: values.source, text: values.text });
    read = { year: Number(values.year), body: { status: values.status, source: values.source, off: told.off, worked: told.worked } };
    key = newKey();
    showPreview(told);
  } catch (refused) {
    tell(refused);
  }
}

async function bringIn(event) {
  event.target.disabled = true;
  try {
    const told = await call("PUT", `/api/v1/rest-days/${read.year}`, read.body, key);
    preview.hidden = true;
    form.reset();
    said(told.changed ? fill(say.done, { year: told.year, count: told.limits }) : say.done_same);
    await load(told.year);
    document.getElementById("which").focus();
  } catch (refused) {
    tell(refused);
  } finally {
    event.target.disabled = false;
  }
}

form?.addEventListener("submit", look);
form?.addEventListener("input", () => { preview.hidden = true; });
document.getElementById("do-import")?.addEventListener("click", bringIn);
document.getElementById("file")?.addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  form.elements.text.value = (await file.text()).slice(0, 20000);
  form.elements.text.focus();
});

load();
