// Alarms: what is not over and who sees to it, what is over, and the rules by which they open.

import { about, level, place } from "./alarm.js";
import { age, ask, duration, el, fill, live, page, show, words } from "./base.js";

const say = words.alarms;
const frame = document.getElementById("frame");
const problem = document.getElementById("problem");
const see = document.getElementById("see"), change = document.getElementById("change");
const hall = new URLSearchParams(location.search).get("hall");
const only = hall ? `&hall=${encodeURIComponent(hall)}` : "";
let older = null, past = [];

const moment = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const at = (time) => moment.format(new Date(time));

function measure(unit, value) {
  return unit === "s" ? duration(value) : fill(say[unit], { value });
}

function head(...titles) {
  return el("thead", {}, el("tr", {}, ...titles.map((title) => el("th", { scope: "col" }, title || el("span", { class: "unseen" }, say.standing)))));
}

function post(path, method, body) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()).slice(2) };
  return ask(path, { method, headers: { ...headers, Accept: "application/json" }, body: body ? JSON.stringify(body) : undefined });
}

// --- what is not over, and what is ---

function standing(alarm) {
  if (alarm.state === "open") return [el("b", {}, say.open)];
  const who = fill(say.seen_by, { name: alarm.acknowledged_by, time: at(alarm.acknowledged_at) });
  return [who, alarm.note ? el("small", {}, alarm.note) : null];
}

function presentRow(alarm) {
  const button = el("button", { type: "button", class: "plain", "aria-label": fill(say.acknowledge_one, { name: about(alarm) }), data: { alarm: alarm.id } }, say.acknowledge);
  button.addEventListener("click", () => openSee(alarm));
  return el("tr", { class: alarm.state === "open" ? "open-one" : null },
    el("td", {}, level(alarm)), el("td", {}, el("b", {}, about(alarm))), el("td", {}, place(alarm)),
    el("td", {}, at(alarm.begun_at), el("small", {}, age(alarm.begun_at, { ago: true }))), el("td", {}, measure(alarm.unit, alarm.value)),
    el("td", {}, ...standing(alarm)), el("td", { class: "act" }, frame.dataset.sees && alarm.state === "open" ? button : null));
}

function pastRow(alarm) {
  const lasted = (Date.parse(alarm.ended_at) - Date.parse(alarm.begun_at)) / 1000;
  return el("tr", {}, el("td", {}, level(alarm)), el("td", {}, about(alarm)), el("td", {}, place(alarm)), el("td", {}, at(alarm.begun_at)),
    el("td", {}, duration(lasted)), el("td", {}, measure(alarm.unit, alarm.value)), el("td", {}, ...(alarm.acknowledged_by ? standing(alarm) : [page.none])));
}

async function loadPresent() {
  const told = await ask(`/api/v1/alarms?limit=500${only}`);
  const order = { severe: 0, warning: 1, notice: 2 };
  const items = told.items.sort((a, b) => (a.state !== "open") - (b.state !== "open") || order[a.level] - order[b.level]);
  const focused = document.activeElement?.dataset?.alarm;
  document.getElementById("calm").hidden = items.length > 0;
  show("present", ...(items.length ? [head(say.level, say.what, say.hall, say.begun, say.worst, say.standing, ""), el("tbody", {}, ...items.map(presentRow))] : []));
  if (focused) document.querySelector(`[data-alarm="${CSS.escape(focused)}"]`)?.focus();
}

async function loadPast(cursor) {
  const told = await ask(`/api/v1/alarms?state=ended&limit=20${only}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  past = cursor ? past.concat(told.items) : told.items;
  older = told.next;
  document.getElementById("older").hidden = older === null;
  document.getElementById("no-past").hidden = past.length > 0;
  show("past", ...(past.length ? [head(say.level, say.what, say.hall, say.begun, say.since, say.worst, say.standing), el("tbody", {}, ...past.map(pastRow))] : []));
}

function openSee(alarm) {
  const form = see.querySelector("form");
  document.getElementById("see-title").textContent = about(alarm);
  form.querySelector(".problem").textContent = "";
  form.elements.note.value = "";
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await post(`/api/v1/alarms/${alarm.id}/acknowledgement`, "POST", { note: form.elements.note.value });
      see.close();
      await loadPresent();
    } catch (error) { form.querySelector(".problem").textContent = error.message; }
  };
  see.showModal();
}

// --- rules ---

function ruleRow(rule) {
  const button = el("button", { type: "button", class: "plain", "aria-label": fill(say.change_one, { name: words.alarm[rule.rule] }) }, say.change);
  button.addEventListener("click", () => openChange(rule));
  return el("tr", {}, el("td", {}, level(rule)), el("td", {}, el("b", {}, words.alarm[rule.rule])),
    el("td", {}, rule.enabled ? measure(rule.unit, rule.open_at) : say.off), el("td", {}, rule.enabled ? measure(rule.unit, rule.end_below) : page.none),
    el("td", {}, duration(rule.hold_s)), el("td", {}, duration(rule.clear_s)), el("td", {}, rule.of_unit ?? say.standard),
    el("td", { class: "act" }, frame.dataset.sets ? button : null));
}

async function loadRules() {
  const { items } = await ask("/api/v1/alarm-rules");
  const own = new Map(items.filter((one) => one.of_unit === frame.dataset.unit).map((one) => [one.rule, one]));
  const above = new Map(items.filter((one) => one.of_unit && one.of_unit !== frame.dataset.unit && !own.has(one.rule)).map((one) => [`${one.rule} ${one.of_unit}`, one]));
  const rows = items.filter((one) => one.of_unit === null).map((one) => own.get(one.rule) ?? one).concat([...above.values()]);
  show("rules", head(say.level, say.rule, say.opens, say.ends, say.hold, say.clear, say.whose, ""), el("tbody", {}, ...rows.map(ruleRow)));
}

function openChange(rule) {
  const form = change.querySelector("form"), fields = form.elements, wrong = form.querySelector(".problem");
  const path = `/api/v1/alarm-rules/${rule.rule}/units/${frame.dataset.unit}`;
  document.getElementById("change-title").textContent = words.alarm[rule.rule];
  for (const word of form.querySelectorAll("[data-unit-word]")) word.textContent = `(${say[`unit_${rule.unit}`]})`;
  for (const name of ["open_at", "end_below", "hold_s", "clear_s", "level"]) fields[name].value = rule[name];
  fields.enabled.checked = rule.enabled;
  wrong.textContent = "";
  const done = async (act) => {
    try {
      await act();
      change.close();
      await loadRules();
    } catch (error) { wrong.textContent = error.message; }
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const numbers = Object.fromEntries(["open_at", "end_below", "hold_s", "clear_s"].map((name) => [name, Number(fields[name].value)]));
    done(() => post(path, "PUT", { ...numbers, enabled: fields.enabled.checked, level: fields.level.value }));
  };
  const drop = document.getElementById("drop");
  drop.hidden = rule.of_unit !== frame.dataset.unit;
  drop.onclick = () => done(() => post(path, "DELETE"));
  change.showModal();
}

for (const dialog of [see, change]) {
  dialog.querySelector("[value=cancel]").addEventListener("click", () => dialog.close());
}
document.querySelector("#older button").addEventListener("click", () => loadPast(older));

const failed = (error) => { problem.textContent = error.message; };
loadPast(null).catch(failed);
loadRules().catch(failed);
live("/api/v1/stream", (data) => {
  if (!data.alarms) return;
  loadPresent().catch(failed);
  if (past.length <= 20) loadPast(null).catch(failed);
});
