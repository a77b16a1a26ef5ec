// A hall's appointments of one day, for staff: who comes when (never who), what the hall holds, booking for somebody.

import { ask, chip, el, fill, hallName, page, serviceName, words } from "./base.js";

const say = words.appointments;
const byId = (id) => document.getElementById(id);
const KIND = { BOOKED: "open", CHECKED_IN: "SERVING", CANCELLED: "quiet", MISSED: "degraded" };
const problem = byId("problem");
let hall = null;
let turn = 0;

const base = () => `/api/v1/halls/${encodeURIComponent(byId("hall").value)}`;
const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const nameOf = (letter) => serviceName(hall.services.find((one) => one.letter === letter) ?? { letter });

function send(method, path, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": key() };
  return ask(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
}

function row(one) {
  const cells = [one.time, `${one.service} ${nameOf(one.service)}`, String(one.persons), one.phone];
  const state = el("td", {}, chip(KIND[one.state], fill(words.visitor[one.state], { number: one.number }), one.late ? ` · ${say.late}` : ""));
  const cancel = el("td", {});
  if (one.state === "BOOKED" && byId("book")) {
    const button = el("button", { type: "button", class: "plain", "aria-label": `${words.visitor.cancel}: ${one.time} ${one.phone}` }, words.visitor.cancel);
    button.addEventListener("click", () => {
      const sure = el("button", { type: "button", class: "plain" }, words.visitor.cancel_yes);
      sure.addEventListener("click", () => done(send("DELETE", `${base()}/appointments/${one.id}`)));
      cancel.replaceChildren(sure);
      sure.focus();
    });
    cancel.append(button);
  }
  return el("tr", {}, ...cells.map((cell) => el("td", {}, cell)), state, cancel);
}

function head(...names) {
  return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
}

function drawList(told) {
  byId("rows").replaceChildren(head(say.time, page.service, words.visitor.persons, words.visitor.phone, say.state, say.act),
    el("tbody", {}, ...(told.items.length ? told.items.map(row) : [el("tr", {}, el("td", { colspan: "6", class: "note" }, say.none))])));
  const list = told.list;
  byId("list-note").textContent = !list ? "" : list.problem ? fill(say.refused, { code: list.problem }) : list.held >= list.revision ? say.held : say.on_its_way;
}

function drawOffers(told) {
  byId("offers").replaceChildren(head(page.service, say.slot_minutes, say.places, say.days_ahead, say.notice_minutes),
    el("tbody", {}, ...(told.items.length ? told.items.map((one) => el("tr", {}, ...[`${one.service} ${nameOf(one.service)}`, one.slot_minutes, one.places, one.days_ahead, one.notice_minutes].map((cell) => el("td", {}, String(cell)))))
      : [el("tr", {}, el("td", { colspan: "5", class: "note" }, say.no_offers))])));
  for (const [id, letters] of [["book", told.items.map((one) => one.service)], ["offer", hall.services.map((one) => one.letter)]]) {
    const select = byId(id)?.elements.service;
    if (!select) continue;
    const had = select.value;
    select.replaceChildren(...letters.map((letter) => el("option", { value: letter }, `${letter} ${nameOf(letter)}`)));
    if (letters.includes(had)) select.value = had;
  }
}

async function drawTimes() {
  const form = byId("book");
  if (!form) return;
  const letter = form.elements.service.value;
  const told = letter ? await ask(`/api/v1/public/slots?hall=${encodeURIComponent(byId("hall").value)}&service=${letter}`) : { items: [] };
  const slots = told.items.find((one) => one.day === byId("day").value)?.slots.filter((slot) => slot.free) ?? [];
  form.elements.time.replaceChildren(...slots.map((slot) => el("option", { value: slot.time }, `${slot.time} · ${fill(words.visitor.free, { count: slot.free })}`)));
}

async function renew() {
  const mine = ++turn;
  if (!byId("hall").value || !byId("day").value) return;
  hall = await ask(base());
  const [list, offers] = await Promise.all([ask(`${base()}/appointments?day=${byId("day").value}`), ask(`${base()}/slot-offers`)]);
  if (mine !== turn) return;
  drawList(list);
  drawOffers(offers);
  await drawTimes();
}

function done(work) {
  problem.textContent = "";
  return work.then(async (told) => { await renew(); return told; }).catch((error) => { problem.textContent = error.message; });
}

byId("choose").addEventListener("submit", (event) => event.preventDefault());
for (const id of ["hall", "day"]) byId(id).addEventListener("change", () => done(Promise.resolve()));
byId("book")?.elements.service.addEventListener("change", drawTimes);
byId("book")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { service, time, phone, persons } = event.target.elements;
  const body = { service: service.value, day: byId("day").value, time: time.value, phone: phone.value, persons: Number(persons.value) };
  const told = await done(send("POST", `${base()}/appointments`, body));
  if (told) {
    phone.value = "";
    byId("booked").replaceChildren(`${say.tell_code} `, el("b", {}, told.code));
  }
});
byId("offer")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target.elements;
  const body = Object.fromEntries(["slot_minutes", "places", "days_ahead", "notice_minutes"].map((name) => [name, Number(form[name].value)]));
  done(send("PUT", `${base()}/slot-offers/${form.service.value}`, body));
});

async function everyHall() {
  // those with a controller, page by page: a small place has no slots
  const found = [];
  let next = "";
  do {
    const told = await ask(`/api/v1/halls?limit=500${next && `&cursor=${encodeURIComponent(next)}`}`);
    found.push(...told.items.filter((one) => !one.kept_here));
    next = told.next ?? "";
  } while (next);
  return found;
}

everyHall().then((halls) => {
  byId("hall").replaceChildren(...halls.map((one) => el("option", { value: one.id }, hallName(one))));
  return done(Promise.resolve());
}).catch((error) => { problem.textContent = error.message; });
