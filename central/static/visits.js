// A day of a hall's rooms for remote prison visits: which number is where and when, never who comes and never what is said.

import { chip, el, hallName, words } from "./base.js";
import { call, everything, loudly, sure, wire } from "./manage.js";
import { numberOf, stateName } from "./matter_form.js";

const say = words.matters;
const byId = (id) => document.getElementById(id);
const KIND = { ROOM_BOOKED: "open", CHECKED_IN: "SERVING", HELD: "quiet" };
let turn = 0;

function visit(one) {
  const name = numberOf({ kind: "VISIT", ...one });
  return el("li", {}, el("b", {}, `${one.from}–${one.until}`), " ", el("a", { href: `/matters/${one.matter}` }, name), " ",
    chip(KIND[one.state] ?? "quiet", stateName(one.state)));
}

function room(one) {
  const close = byId("add-room") ? el("button", { type: "button", class: "plain small", "aria-label": `${say.close_room}: ${hallName(one)}` }, say.close_room) : null;
  close?.addEventListener("click", () => sure({ title: `${say.close_room} ${hallName(one)}`, text: say.close_room_sure, send: say.close_room },
    async (key) => { await call("DELETE", `/api/v1/visit-rooms/${one.id}`, undefined, key); await look(); }));
  const visits = one.visits.length ? el("ul", { class: "visits" }, ...one.visits.map(visit)) : el("p", { class: "note" }, say.free_day);
  return el("section", { class: "paper room", data: { room: one.id } }, el("div", { class: "line" }, el("h2", {}, hallName(one)), close), visits);
}

async function look() {
  const mine = ++turn;
  const hall = byId("hall").value;
  if (!hall || !byId("day").value) return;
  const told = await loudly(() => call("GET", `/api/v1/visit-rooms/calendar?hall=${encodeURIComponent(hall)}&day=${byId("day").value}`));
  const waiting = await loudly(() => call("GET", "/api/v1/matters?kind=VISIT&state=APPROVED"));
  if (!told || !waiting || mine !== turn) return;
  byId("rooms").replaceChildren(...told.items.map(room));
  byId("no-rooms").hidden = told.items.length > 0;
  const here = waiting.items.filter((one) => !one.hall || one.hall === hall);
  byId("waiting").replaceChildren(...here.map((one) => el("li", {},
    el("a", { href: `/matters/${one.id}` }, numberOf(one)), ` ${one.facts.visit_day} ${one.facts.visit_from}–${one.facts.visit_until}`)));
  byId("nobody-waits").hidden = here.length > 0;
}

const addRoom = byId("add-room") && wire(byId("room"));
byId("add-room")?.addEventListener("click", () => addRoom(async (form, key) => {
  const { name_zh, name_en } = form.elements;
  await call("POST", "/api/v1/visit-rooms", { hall: byId("hall").value, name_zh: name_zh.value.trim(), name_en: name_en.value.trim() }, key);
  await look();
}));
for (const id of ["hall", "day"]) byId(id).addEventListener("change", look);

loudly(async () => {
  const halls = await everything("/api/v1/halls");
  byId("hall").replaceChildren(...halls.map((one) => el("option", { value: one.id }, hallName(one))));
  await look();
});
