// Halls on the line: who has a certificate and for how long; a code for a new controller; the end of a lost one.

import { age, chip, el, hallName, setClock } from "./base.js";
import { Refused, Units, act, call, dayTime, everything, fill, loudly, manage, pair, said, sure, tellOnce, wire } from "./manage.js";

const STATES = ["good", "due", "over", "revoked", "none"];
const DAY_MS = 86400000;
const units = new Units();
const find = document.getElementById("find");
const wantedState = document.getElementById("state");
const detail = document.getElementById("detail");
const enrol = wire(document.getElementById("enrol"), { places: { NO_SUCH_UNIT: "unit", NO_SUCH_HALL: "hall", NOT_FOUND: "hall" } });
const explainUnit = units.explain(document.getElementById("unit"));
let halls = [];
let chosen = null;
let now = Date.now();

wantedState.append(...STATES.map((one) => el("option", { value: one }, manage[`state_${one}`])));

const nameOf = (one) => hallName({ ...one, id: one.hall });

async function load() {
  const told = await call("GET", "/api/v1/controllers?limit=1");
  setClock(told.now);
  now = Date.parse(told.now);
  halls = await everything("/api/v1/controllers");
  draw();
}

function daysLeft(one) {
  if (!one.certificate || one.certificate.revoked_at) return "";
  const days = Math.floor((Date.parse(one.certificate.not_after) - now) / DAY_MS);
  return days < 0 ? fill(manage.days_over, { count: -days }) : fill(manage.days_left, { count: days });
}

function row(one) {
  const button = el("button", { type: "button", class: "row", data: { hall: one.hall }, "aria-pressed": String(chosen === one.hall) }, nameOf(one));
  const made = el("tr", { class: chosen === one.hall ? "chosen" : null },
    el("td", {}, button, el("div", { class: "id" }, one.hall)),
    el("td", {}, chip(one.state, manage[`state_${one.state}`]), one.code_until ? el("div", { class: "note" }, manage.code_waits) : null),
    el("td", {}, one.certificate ? dayTime(one.certificate.not_after).slice(0, 10) : "", el("div", { class: "note" }, daysLeft(one))),
    el("td", {}, units.name(one.unit)));
  made.addEventListener("click", () => choose(one.hall));
  return made;
}

function draw() {
  const wanted = find.value.trim().toLowerCase();
  const found = halls.filter((one) => (!wantedState.value || one.state === wantedState.value)
    && [one.hall, one.name_zh, one.name_en].some((text) => text.toLowerCase().includes(wanted)));
  document.getElementById("rows").replaceChildren(...found.map(row));
  document.getElementById("empty").hidden = found.length > 0;
  document.getElementById("count").textContent = fill(manage.halls_count, { count: found.length });
}

function choose(hall) {
  chosen = hall;
  draw();
  document.querySelector(`.row[data-hall="${hall}"]`)?.focus();
  loudly(show);
}

async function show() {
  const one = halls.find((each) => each.hall === chosen);
  if (!one) return;
  const given = one.known ? (await call("GET", `/api/v1/halls/${one.hall}/certificates`)).items : [];
  if (chosen !== one.hall) return;
  const living = given.filter((each) => !each.revoked_at && Date.parse(each.not_after) > now);
  detail.replaceChildren(
    el("h2", {}, nameOf(one)), el("p", { class: "trail" }, units.trail(one.unit)),
    el("dl", { class: "facts" }, ...pair(manage.hall_id, el("code", {}, one.hall)),
      ...pair(manage.certificate, chip(one.state, manage[`state_${one.state}`])),
      ...pair(manage.heard, one.heard_at ? age(one.heard_at, { ago: true }) : manage.never),
      ...(one.code_until ? pair(manage.open_code, fill(manage.good_till, { time: dayTime(one.code_until) })) : [])),
    el("h3", {}, manage.certificates),
    given.length ? el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {},
      ...[manage.serial, manage.issued_at, manage.good_until, ""].map((word) => (word ? el("th", { scope: "col" }, word) : el("td", {}))))),
      el("tbody", {}, ...given.map((each) => certificate(one, each)))))
      : el("p", { class: "note" }, manage.never_enrolled),
    el("div", { class: "acts" }, act(one.certificate ? manage.code_again : manage.make_code, () => startEnrol(one)),
      living.length ? act(manage.revoke_all, () => revoke(one, null), { danger: true }) : null));
}

function certificate(one, each) {
  const over = each.revoked_at ? fill(manage.revoked_on, { time: dayTime(each.revoked_at) })
    : Date.parse(each.not_after) <= now ? manage.state_over : null;
  return el("tr", {}, el("td", {}, el("code", { title: each.serial }, `…${each.serial.slice(-8)}`)), el("td", {}, dayTime(each.issued_at).slice(0, 10)),
    el("td", {}, dayTime(each.not_after).slice(0, 10)),
    el("td", {}, over ? el("span", { class: "note" }, over) : act(manage.revoke, () => revoke(one, each.serial), { danger: true })));
}

function startEnrol(one) {
  const form = enrol(async (_, key) => {
    const hall = form.elements.hall.value.trim();
    if (!/^[0-9a-z-]{3,40}$/.test(hall)) throw new Refused("WRONG_FIELD", "hall", "");
    const told = await call("POST", `/api/v1/halls/${hall}/enrolment-code`, { unit: form.elements.unit.value.trim() }, key);
    await loudly(load);
    choose(hall);
    tellOnce({ title: fill(manage.code_title, { hall }), text: manage.code_text, code: told.code,
      note: fill(manage.code_note, { hall, time: dayTime(told.until), place: location.origin }) });
  });
  form.elements.hall.value = one?.hall ?? "";
  form.elements.hall.readOnly = Boolean(one);
  form.elements.unit.value = one?.unit ?? "";
  form.elements.unit.readOnly = Boolean(one?.known);
  explainUnit();
}

function revoke(one, serial) {
  const about = serial ? { title: manage.revoke_one_title, text: manage.revoke_one_text } : { title: manage.revoke_title, text: manage.revoke_text };
  sure({ title: fill(about.title, { hall: nameOf(one) }), text: about.text, send: manage.revoke, typed: one.hall }, async (key) => {
    const told = await call("POST", `/api/v1/halls/${one.hall}/revocations`, serial ? { serial } : {}, key);
    await loudly(load);
    await loudly(show);
    said(fill(manage.revoked_count, { count: told.revoked }));
  });
}

find.addEventListener("input", draw);
wantedState.addEventListener("change", draw);
document.getElementById("enrol-new").addEventListener("click", () => startEnrol(null));
loudly(async () => {
  await units.load();
  units.offer(document.getElementById("unit-ids"));
  await load();
});
