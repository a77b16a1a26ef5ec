// The month of a village room, on a telephone: what is still missing, the adviser's visits, events, figures, sending.

import { dayInWords, el, fill, words } from "./base.js";
import { Box } from "./report_room_box.js";
import { drawCells } from "./report_room_cells.js";
import { Units, call, loudly, said, wire } from "./manage.js";
import { draftOf, fillIn, rowLine, wireForm } from "./report_room_forms.js";
import { wireProof } from "./report_room_proof.js";

const say = words.report_room;
const byId = (id) => document.getElementById(id);
const room = byId("room").dataset;
const address = `/api/v1/report/units/${room.unit}/periods/${room.period}`;
const english = document.documentElement.lang === "en";
const SCREENS = ["home", "visits", "events", "figures", "send"];
const EVENTS = new Set(["F01", "F02", "F03", "F04"]);
const OPEN = new Set(["COLLECTING", "DRAFT", "RETURNED"]);
const state = { entries: null, visits: null, events: null };

const name = (item) => (english ? item.en : item.zh);

// --- screens ---

function turn() {
  const wanted = location.hash.slice(1);
  const shown = SCREENS.includes(wanted) && byId(wanted) ? wanted : "home";
  for (const one of SCREENS) if (byId(one)) byId(one).hidden = one !== shown;
  window.scrollTo(0, 0);
  if (shown !== "home") byId(`${shown}-title`).focus({ preventScroll: true });
}

// --- what is there ---

async function load() {
  const [entries, events, visits] = await Promise.all([
    call("GET", `${address}/entries`), call("GET", `${address}/events`),
    byId("visits") ? call("GET", `${address}/visits`) : null,
  ]);
  Object.assign(state, { entries, events, visits });
  draw();
}

function draw() {
  const { entries, events, visits } = state;
  const may = entries.open && entries.may_enter;
  byId("closed").hidden = may;
  byId("closed").textContent = entries.open ? say.not_yours : say.locked;
  for (const one of ["visit", "event"]) if (byId(one)) byId(one).hidden = !may;
  drawDue(entries);
  drawOwed(entries);
  drawSums(entries, events);
  drawCells(entries, may, { box, address, reload, takeBack });
  if (visits) {
    const had = entries.village?.hours ?? (visits.items.filter((one) => !one.taken_back).reduce((sum, one) => sum + one.minutes, 0) / 60).toFixed(1);
    drawHours(entries.village, had);
    byId("visit-rows").replaceChildren(...rowsOf(visits.items, visitLine, may));
    drawAdvisers(visits.advisers);
  }
  byId("event-rows").replaceChildren(...rowsOf(events.items, eventLine, may));
  drawForm(entries.form);
}

function rowsOf(items, line, may) {
  return items.length ? items.map((one) => rowLine(line(one), one, may ? takeBack : null)) : [el("li", { class: "none" }, say.nothing_noted)];
}

const shortDay = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric" });
const dayOf = (one) => shortDay.format(new Date(`${one.day}T12:00:00+08:00`));
const visitLine = (one) => fill(say.visit_row, {
  ...one, day: dayOf(one), time: one.begins ? fill(say.visit_time, one) : "", hours: +(one.minutes / 60).toFixed(1),
});
const eventLine = (one) => fill(say.event_row, { ...one, day: dayOf(one), kind: words.report_event_kind[one.kind] });

const SENT = new Set(["SUBMITTED", "ACCEPTED"]);

function drawDue({ period, form }) {
  const sent = SENT.has(form.state);
  const left = Math.round((Date.parse(period.due) - Date.parse(room.today)) / 86400000);
  const text = sent ? say.was_sent : !period.over ? say.running : left > 0 ? say.due : left === 0 ? say.due_today : say.due_over;
  byId("due-text").textContent = fill(text, { day: dayInWords(period.due), days: left });
  byId("due").dataset.near = String(!sent && period.over && left <= 3);
}

function drawOwed(entries) {
  const names = Object.fromEntries(entries.items.map((one) => [one.code, name(one)]));
  const line = (one) => {
    if (one.what === "HOURS") return ["visits", fill(say.owed_hours, { had: entries.village.hours, least: entries.village.hours_least })];
    if (one.what === "LECTURE") return ["events", fill(say.owed_lecture, entries.village.lectures)];
    return ["figures", fill(one.what === "FILL" ? say.owed_fill : say.owed_confirm, { name: names[one.code] })];
  };
  const events = entries.missing.some((one) => EVENTS.has(one.code)) ? [["events", say.owed_events]] : [];
  const lines = [...entries.missing.filter((one) => !EVENTS.has(one.code)).map(line), ...events];
  const owed = () => (lines.length
    ? lines.map(([to, text]) => el("li", {}, el("a", { href: `#${to}` }, text)))
    : [el("li", { class: "good" }, say.nothing_owed)]);
  for (const id of ["owed", "owed-again"]) {
    byId(id).hidden = !entries.open; // what is sent is no longer owed here
    byId(id).replaceChildren(...owed());
  }
  byId("owed-title").hidden = !entries.open;
}

function tell(id, text, good) {
  const place = byId(id)?.querySelector("[data-state]");
  if (!place) return;
  place.textContent = text;
  place.classList.toggle("good", good);
}

function drawHours(village, had) {
  const met = !village || village.hours_met;
  tell("to-visits", village ? fill(say.hours_state, { had, least: village.hours_least }) : fill(say.hours_plain, { had }), met);
  byId("hours").textContent = village ? fill(met ? say.hours_met : say.hours_left, { had, least: village.hours_least }) : fill(say.hours_plain, { had });
}

function drawSums(entries, events) {
  const short = entries.missing.some((one) => one.what === "LECTURE" || EVENTS.has(one.code));
  const first = entries.items.find((one) => one.code === "F01").value;
  tell("to-events", first === null ? say.events_open : fill(say.events_state, { count: first }), !short);
  const none = entries.items.filter((one) => EVENTS.has(one.code) && one.how === "NONE");
  byId("no-events").hidden = !(entries.open && entries.may_enter) || none.length < EVENTS.size;
  byId("event-sums").textContent = events.sums ? fill(say.events_sums, events.sums) : say.events_none;
  const count = (what) => entries.missing.filter((one) => one.what === what && !EVENTS.has(one.code)).length;
  const [toFill, confirm] = [count("FILL"), count("CONFIRM")];
  tell("to-figures", toFill + confirm ? fill(say.figures_state, { fill: toFill, confirm }) : say.all_done, toFill + confirm === 0);
}

function drawAdvisers(advisers) {
  const chosen = byId("advisers").querySelector(":checked")?.value; // none: whoever was here last
  const choice = (value, text) => {
    const input = el("input", { type: "radio", name: "like", value, id: `like-${value || "new"}` });
    input.checked = value === chosen;
    return el("label", { for: input.id }, input, el("span", {}, text));
  };
  const last = advisers.slice(0, 6);
  byId("advisers").replaceChildren(...last.map((one) => choice(one.like, one.name)), ...(last.length ? [choice("", say.adviser_new)] : []));
  byId("advisers").hidden = last.length === 0;
  if (last.length && !byId("advisers").querySelector(":checked")) byId("advisers").querySelector("input").checked = true;
  chooseAdviser();
}

function chooseAdviser() {
  byId("new-adviser").hidden = Boolean(byId("advisers").querySelector(":checked")?.value);
}

// --- entering ---

const box = new Box(`${room.unit}/${room.period}`, {
  waits: (count) => {
    byId("waiting").hidden = count === 0;
    byId("waiting-text").textContent = fill(say.waiting, { count });
  },
  sent: (id) => {
    byId(id)?.reset?.();
    said(say.sent_later);
    loudly(load);
  },
  refused: (id, problem) => said(problem.message, true),
});
byId("send-again").addEventListener("click", () => box.sendAll());

async function reload(text) {
  said(text);
  await loudly(load);
}

if (byId("visit")) {
  const form = byId("visit");
  form.addEventListener("change", (event) => { if (event.target.name === "like") chooseAdviser(); });
  wireForm(form, box, {
    secret: ["adviser"], path: `${address}/visits`,
    body: () => {
      const { day, begins, ends, hours, adviser, people } = form.elements;
      const like = byId("advisers").querySelector(":checked")?.value;
      const typed = adviser.value.trim();
      const who = like ? { like } : /^[0-9]{17}$/.test(typed) ? { licence: typed } : { name: typed };
      const time = hours.value.trim() ? { hours: hours.value.trim() } : { begins: begins.value || null, ends: ends.value || null };
      return { day: day.value, ...time, adviser: who, people: Number(people.value) };
    },
    whole: ["people"], done: () => reload(say.saved),
  });
}
{
  const form = byId("event");
  const proof = wireProof(form, `${address}/evidence`, (id) => { form.dataset.evidence = id; box.type("event", draftOf(form)); });
  if (box.draft("event")?.evidence) proof.has();
  wireForm(form, box, {
    secret: ["title", "kept_at"], path: `${address}/events`,
    body: () => {
      const { day, kind, title, people, leaflets, kept_at } = form.elements;
      return {
        day: day.value, kind: kind.value, title: title.value.trim(), people: Number(people.value), leaflets: Number(leaflets.value),
        evidence: form.dataset.evidence || null, kept_at: kept_at.value.trim(),
      };
    },
    whole: ["people", "leaflets"], done: () => { proof.clear(); return reload(say.saved); },
  });
}
byId("no-events").addEventListener("click", () => loudly(async () => {
  for (const code of EVENTS) await box.send(`cell-${code}`, `${address}/entries`, { code, value: "0", seen: null });
  await reload(say.saved);
}));
for (const id of ["visit", "event"]) if (byId(id)) fillIn(byId(id), box.draft(id));

const openTakeBack = wire(byId("take-back"));

function takeBack(text, row) {
  byId("take-back-what").textContent = text;
  openTakeBack(async (form, key) => {
    await call("POST", `${address}/rows/${row}/take-back`, { why: form.elements.why.value }, key);
    await reload(say.was_taken_back);
  });
}

// --- sending ---

function drawForm(form) {
  const told = words.report_state[form.state];
  byId("form-state").textContent = fill(form.nothing ? say.form_nothing : say.form_state, { state: told });
  tell("to-send", told, SENT.has(form.state));
  if (byId("nothing-card")) byId("nothing-card").hidden = !OPEN.has(form.state);
}

const openSure = byId("nothing") ? wire(byId("sure")) : null;
byId("nothing")?.addEventListener("click", () => openSure(async (_, key) => {
  const moves = `${address}/moves`;
  const form = await call("POST", moves, { move: "NOTHING", step: state.entries.form.step }, `${key}n`);
  const sends = room.level === "village";
  if (sends) await call("POST", moves, { move: "SUBMIT", step: form.step }, `${key}s`);
  await reload(sends ? say.nothing_sent : say.nothing_drawn);
}));

// --- begin ---

window.addEventListener("hashchange", turn);
byId("unit").addEventListener("change", () => location.assign(`/report/room?unit=${encodeURIComponent(byId("unit").value)}&month=${room.period}`));
turn();
loudly(async () => {
  await load();
  await box.begin();
  if (!room.moves) return;
  const units = await new Units().load();
  byId("unit-choice").hidden = units.byId.size < 2;
  units.offer(byId("unit"));
  byId("unit").value = room.unit;
});
