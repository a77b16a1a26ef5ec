// Calendars: hours of the week, rest days and exchanged days of a unit or a hall, and what comes from above.

import { el, fill, words } from "./base.js";
import { Refused, act, call, loudly, manage, pair, said, sure, wire } from "./manage.js";
import { choiceField, clearFaults, dateField, hoursField, say as form_, spans, tellFault, textField, WEEKDAYS, weekField, weekday } from "./plan_fields.js";
import { after, covers, dayIs, dayName, entryOf, inWords, monthAfter, reason, sheet, weekdayOf, withKeys } from "./calendar_sheet.js";
import { Owners } from "./owners.js";

const say = words.calendars;
const english = document.documentElement.lang === "en";
const room = document.getElementById("months");
const today = document.getElementById("calendars").dataset.today;
const dayDialog = wire(document.getElementById("day-dialog"));
let own = null;
let above = [];
let at = today; // the day that has the keyboard
let month = today.slice(0, 7); // the first of those shown
let turn = 0;

const owners = new Owners({ halls: true }, () => loudly(load));
const path = () => `/api/v1/${owners.chosen.kind}s/${owners.chosen.id}/calendar`;
const week = () => (own.opening.length ? own.opening : above.find((one) => one.opening.length)?.opening) ?? [];

async function load() {
  turn += 1;
  const mine = turn;
  const told = await call("GET", path());
  if (mine !== turn) return; // another owner was chosen meanwhile
  own = { opening: told.opening, rest_day: told.rest_day, work_day: told.work_day };
  above = told.above;
  draw();
  drawWeek();
  room.dataset.owner = owners.chosen.id;
}

function draw() {
  document.getElementById("whose").textContent = owners.chosen.name;
  document.getElementById("trail").textContent = owners.trail();
  document.getElementById("reach").textContent = owners.reach();
  const open = (day) => !week().length || week().some((part) => part.weekdays.includes(day));
  const facts = { own, above, open, today, at: at.startsWith(month) || at.startsWith(monthAfter(month, 1)) ? at : `${month}-01`, onChoose: edit };
  room.replaceChildren(sheet(month, facts), sheet(monthAfter(month, 1), facts));
  const days = [...own.rest_day, ...own.work_day].sort((a, b) => a.day.localeCompare(b.day));
  document.getElementById("days").replaceChildren(...days.map((one) => {
    const kind = own.rest_day.includes(one) ? "rest" : "work";
    const span = one.until && one.until !== one.day ? `${one.day} – ${one.until}` : one.day;
    const button = act(`${say[`mark_${kind}`]} ${span} ${reason(one)}`, () => { go(one.day); edit(one.day); });
    return el("li", {}, button);
  }));
  document.getElementById("no-days").hidden = days.length > 0;
}

function go(day) {
  at = day;
  const shown = day.slice(0, 7);
  if (shown < month || shown > monthAfter(month, 1)) month = shown;
  draw();
}

// --- one day ---

function without(calendar, day) {
  // the calendar with nothing said of this day; a span that it was in is cut in two
  const rest = calendar.rest_day.flatMap((one) => {
    if (!covers(one, day)) return [one];
    const until = one.until ?? one.day;
    const part = (first, last) => (first > last ? [] : [{ ...one, day: first, until: last }]);
    return [...part(one.day, after(day, -1)), ...part(after(day, 1), until)];
  });
  return { ...calendar, rest_day: rest, work_day: calendar.work_day.filter((one) => one.day !== day) };
}

function with_(calendar, day, kind, part) {
  if (kind === "none") return without(calendar, day);
  const before = entryOf(calendar, day);
  // a span of rest is changed as a whole, and so is a day that stays what it was
  const rest = before?.kind === "rest" && kind === "rest" ? { ...calendar, rest_day: calendar.rest_day.filter((one) => one !== before.part) } : without(calendar, day);
  const list = kind === "rest" ? "rest_day" : "work_day";
  return { ...rest, [list]: [...rest[list], part] };
}

function fieldsOf(kind, day, part) {
  const list = kind === "rest" ? "rest_day" : "work_day";
  const number = with_(own, day, kind, {})[list].length;
  const place = (key) => `${list}.${number}.${key}`;
  const names = [textField(place("name_zh"), form_.f_rest_day_name_zh, part.name_zh), textField(place("name_en"), form_.f_rest_day_name_en, part.name_en)];
  if (kind === "rest") {
    const [first, last] = [dateField(place("day"), say.first_day, part.day ?? day), dateField(place("until"), form_.f_until, part.until, { hint: form_.h_rest_day_until })];
    return { path: `${list}.${number}`, nodes: [first, last, ...names].map((one) => one.node), value: () => ({ day: first.value(), until: last.value(), name_zh: names[0].value(), name_en: names[1].value() }) };
  }
  const options = [["", form_.own_hours], ...WEEKDAYS.map((one) => [one, fill(form_.as_weekday, { day: weekday(one) })])];
  const [as, hours] = [choiceField(place("as_weekday"), form_.f_as_weekday, part.as_weekday, options), hoursField(place("hours"), form_.f_hours, part.hours)];
  return { path: `${list}.${number}`, nodes: [as, hours, ...names].map((one) => one.node),
    value: () => ({ day, as_weekday: as.value() ? Number(as.value()) : undefined, hours: hours.value() ?? [], name_zh: names[0].value() ?? "", name_en: names[1].value() ?? "" }) };
}

function edit(day) {
  go(day);
  const before = entryOf(own, day);
  const inner = document.getElementById("day-fields");
  let kind = before?.kind ?? "none";
  let fields = null;
  const put = () => {
    fields = kind === "none" ? null : fieldsOf(kind, day, before?.kind === kind ? before.part : {});
    inner.dataset.path = fields?.path ?? "";
    inner.replaceChildren(...(fields?.nodes ?? []), el("small", { class: "fault", role: "alert" }));
  };
  const form = dayDialog(async (_, key) => {
    const [chosen, part] = [kind, fields?.value()];
    await change((calendar) => with_(calendar, day, chosen, part), form, key);
  });
  document.getElementById("day-dialog-title").textContent = dayName(day);
  const theirs = dayIs({ rest_day: [], work_day: [] }, above, day);
  document.getElementById("day-above").textContent = theirs ? fill(say.above_says, { words: inWords(day, theirs, true) }) : "";
  document.getElementById("day-span").textContent = before?.part.until && before.part.until !== before.part.day ? fill(say.in_span, { first: before.part.day, last: before.part.until }) : "";
  document.getElementById("day-reach").textContent = owners.reach();
  for (const radio of form.elements.kind) {
    radio.checked = radio.value === kind;
    radio.onchange = () => { kind = radio.value; put(); };
  }
  put();
}

async function change(how, form, key) {
  // what somebody else has changed meanwhile is kept: the newest word is read, changed and said
  const now = await call("GET", path());
  const wish = how({ opening: now.opening, rest_day: now.rest_day, work_day: now.work_day });
  try {
    await call("PUT", path(), wish, key);
  } catch (refused) {
    if (!(refused instanceof Refused) || !refused.field) throw refused;
    const text = ["WRONG_FIELD", "MISSING_FIELD"].includes(refused.code) ? `${manage.see_hint} ${form_.problem_WRONG_FORM}` : refused.message;
    const found = tellFault(form, refused.field, refused.code === "MISSING_FIELD" ? manage.needed : text);
    if (!found) throw refused;
    found.focus();
    throw new Refused("TOLD", null, "");
  }
  await load();
  said(manage.saved);
}

// --- the week ---

function drawWeek(writing = own.opening.length > 0) {
  const place = document.getElementById("week");
  if (!writing) {
    const theirs = above.find((one) => one.opening.length);
    const told = theirs ? el("dl", { class: "facts" }, ...WEEKDAYS.flatMap((day) => {
      const hours = theirs.opening.filter((one) => one.weekdays.includes(day)).flatMap((one) => one.hours);
      return pair(weekday(day), hours.length ? spans(hours) : form_.closed);
    })) : null;
    place.replaceChildren(el("p", { class: "note" }, theirs ? fill(say.week_from, { owner: english ? theirs.owner_en : theirs.owner_zh }) : say.no_week), told ?? "",
      el("div", { class: "acts" }, act(say.say_week, () => { drawWeek(true); place.querySelector("button").focus(); })));
    return;
  }
  const field = weekField("opening", own.opening.length ? own.opening : week());
  const save = (opening) => sure({ title: say.week_title, text: owners.reach(), send: manage.save }, async (key) => {
    clearFaults(place);
    await change((calendar) => ({ ...calendar, opening }), place, key).catch((refused) => {
      if (refused.code !== "TOLD") throw refused;
      setTimeout(() => place.querySelector("[aria-invalid]")?.focus()); // when the question is closed
    });
  });
  place.replaceChildren(field.node, el("div", { class: "acts" }, act(say.save_week, () => save(field.value())), own.opening.length ? act(say.unsay_week, () => save([])) : act(manage.cancel, () => drawWeek(false))));
}

for (const [id, months] of [["back", -1], ["on", 1]]) {
  document.getElementById(id).addEventListener("click", () => { month = monthAfter(month, months); draw(); });
}
document.getElementById("today").addEventListener("click", () => { month = today.slice(0, 7); go(today); });
const toDay = () => document.querySelector(`[data-day="${at}"]`)?.focus();
withKeys(room, (day) => { go(day); toDay(); });
document.getElementById("day-dialog").addEventListener("close", toDay); // the sheet was drawn anew beneath it
loudly(() => owners.load());
