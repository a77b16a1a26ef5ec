// A hall's appointments of one day, for staff: who comes when (never who), what the hall holds, booking for somebody.

import { ask, chip, el, fill, hallName, page, serviceName, words } from "./base.js";

const say = words.appointments;
const byId = (id) => document.getElementById(id);
const KIND = { BOOKED: "open", CHECKED_IN: "SERVING", CANCELLED: "quiet", MISSED: "degraded" };
const OFFER = ["slot_minutes", "places", "days_ahead", "notice_minutes"];
const problem = byId("problem");
const LOOK_AGAIN_MS = 2000;
let hall = null;
let offers = [];
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
    button.addEventListener("click", () => askTwice(cancel, button, words.visitor.cancel_yes, () => done(send("DELETE", `${base()}/appointments/${one.id}`))));
    cancel.append(button);
  }
  return el("tr", {}, ...cells.map((cell) => el("td", {}, cell)), state, cancel);
}

function askTwice(place, button, words_yes, act) {
  // what somebody else loses is asked for a second time, and can be left
  const yes = el("button", { type: "button", class: "plain" }, words_yes);
  const no = el("button", { type: "button", class: "plain" }, say.leave);
  yes.addEventListener("click", () => { yes.disabled = true; act(); });
  no.addEventListener("click", () => { place.replaceChildren(button); button.focus(); });
  place.replaceChildren(yes, " ", no);
  no.focus();
}

function head(...names) {
  return el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
}

function drawList(told) {
  byId("rows").replaceChildren(head(say.time, page.service, words.visitor.persons, words.visitor.phone, say.state, say.act),
    el("tbody", {}, ...(told.items.length ? told.items.map(row) : [el("tr", {}, el("td", { colspan: "6", class: "note" }, say.none))])));
  const list = told.list;
  const waits = list && !list.problem && list.held < list.revision;
  byId("list-note").textContent = !list ? "" : list.problem ? fill(say.refused, { code: list.problem }) : waits ? say.on_its_way : say.held;
  if (waits) lookAgain(turn);
}

function lookAgain(mine) {
  // until the hall has answered: who books for somebody at the telephone wants to see it arrive
  setTimeout(async () => {
    if (mine !== turn) return;
    if (document.hidden) { lookAgain(mine); return; }
    try {
      const told = await ask(`${base()}/appointments?day=${byId("day").value}`);
      if (mine !== turn) return;
      if (byId("rows").contains(document.activeElement)) lookAgain(mine); // somebody is about to cancel
      else drawList(told);
    } catch (error) { problem.textContent = error.message; }
  }, LOOK_AGAIN_MS);
}

function offerRow(one) {
  const last = el("td", {});
  if (byId("offer")) {
    const button = el("button", { type: "button", class: "plain", "aria-label": `${say.withdraw}: ${nameOf(one.service)}` }, say.withdraw);
    button.addEventListener("click", () => askTwice(last, button, say.withdraw_yes, () => done(send("DELETE", `${base()}/slot-offers/${one.service}`))));
    last.append(button);
  }
  return el("tr", {}, ...[`${one.service} ${nameOf(one.service)}`, one.slot_minutes, one.places, one.days_ahead, one.notice_minutes].map((cell) => el("td", {}, String(cell))), last);
}

function fillOffer() {
  // what is offered already stands in the form, so that a change of one number changes no other
  const form = byId("offer")?.elements;
  const had = offers.find((one) => one.service === form?.service.value);
  if (had) for (const name of OFFER) form[name].value = had[name];
}

function drawOffers(told) {
  offers = told.items;
  byId("offers").replaceChildren(head(page.service, ...OFFER.map((name) => say[name]), ...(byId("offer") ? [say.act] : [])),
    el("tbody", {}, ...(offers.length ? offers.map(offerRow) : [el("tr", {}, el("td", { colspan: "6", class: "note" }, say.no_offers))])));
  for (const [id, letters] of [["book", told.items.map((one) => one.service)], ["offer", hall.services.map((one) => one.letter)]]) {
    const select = byId(id)?.elements.service;
    if (!select) continue;
    const had = select.value;
    select.replaceChildren(...letters.map((letter) => el("option", { value: letter }, `${letter} ${nameOf(letter)}`)));
    if (letters.includes(had)) select.value = had;
  }
  fillOffer();
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
  const [list, told] = await Promise.all([ask(`${base()}/appointments?day=${byId("day").value}`), ask(`${base()}/slot-offers`)]);
  if (mine !== turn) return;
  drawList(list);
  drawOffers(told);
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
byId("offer")?.elements.service.addEventListener("change", fillOffer);
byId("offer")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target.elements;
  const body = Object.fromEntries(OFFER.map((name) => [name, Number(form[name].value)]));
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
