// The service catalogue: what a unit offers under each letter, its own word and what comes from above.

import { el, fill, words } from "./base.js";
import { act, call, loudly, manage, said, sure, wire } from "./manage.js";
import { Owners } from "./owners.js";

const say = words.catalogue;
const english = document.documentElement.lang === "en";
const LETTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZ"];
const TEXTS = ["name_zh", "name_en", "about_zh", "about_en", "papers_zh", "papers_en"];
const open = wire(document.getElementById("service"));
const rows = document.getElementById("rows");
let services = [];
let turn = 0;

const owners = new Owners({ halls: false }, () => loudly(load));
const base = () => `/api/v1/units/${owners.chosen.id}/services`;
const nameOf = (one) => (english ? one.name_en : one.name_zh);

async function load() {
  turn += 1;
  const mine = turn;
  const told = await call("GET", base());
  if (mine !== turn) return; // another unit was chosen meanwhile
  services = told.items;
  document.getElementById("whose").textContent = owners.chosen.name;
  document.getElementById("trail").textContent = owners.trail();
  document.getElementById("reach").textContent = owners.reach();
  rows.replaceChildren(...services.map(row));
  rows.dataset.owner = owners.chosen.id;
  document.getElementById("empty").hidden = services.length > 0;
}

function row(one) {
  const own = one.owner === owners.chosen.id;
  const ways = [one.by_appointment ? say.only_appointment : null, one.from_phones ? say.phones : null].filter(Boolean);
  return el("tr", { data: { letter: one.letter } }, el("td", {}, el("span", { class: "letter" }, one.letter)),
    el("td", {}, el("b", {}, nameOf(one)), el("div", { class: "note" }, english ? one.name_zh : one.name_en)),
    el("td", { class: "number" }, fill(say.minutes_of, { minutes: Math.round(one.average_service_s / 6) / 10 })),
    el("td", {}, el("span", { class: "tags" }, ...ways.map((way) => el("span", { class: "tag" }, way)))),
    el("td", {}, own ? say.own : fill(say.from_owner, { owner: english ? one.owner_en : one.owner_zh })),
    el("td", {}, el("span", { class: "row-acts" }, act(own ? say.change : say.say_here, () => edit(one)), own ? act(say.take_back, () => takeBack(one), { danger: true }) : "")));
}

function edit(one) {
  const form = open(async (_, key) => {
    const wish = Object.fromEntries(TEXTS.map((name) => [name, form.elements[name].value.trim()]));
    const average = form.elements.average_service_s;
    await call("PUT", `${base()}/${form.elements.letter.value}`, { ...wish, average_service_s: average.validity.badInput ? null : Number(average.value),
      by_appointment: form.elements.by_appointment.checked, from_phones: form.elements.from_phones.checked }, key);
    await load();
    said(manage.saved);
  });
  const taken = services.map((service) => service.letter);
  form.elements.letter.replaceChildren(...(one ? [one.letter] : LETTERS.filter((letter) => !taken.includes(letter))).map((letter) => el("option", { value: letter }, letter)));
  for (const name of TEXTS) form.elements[name].value = one?.[name] ?? "";
  form.elements.average_service_s.value = one?.average_service_s ?? 600;
  form.elements.by_appointment.checked = one?.by_appointment ?? false;
  form.elements.from_phones.checked = one?.from_phones ?? true;
  document.getElementById("service-title").textContent = one ? `${one.letter} ${nameOf(one)}` : say.add;
  document.getElementById("service-reach").textContent = owners.reach();
}

function takeBack(one) {
  sure({ title: fill(say.take_back_title, { name: nameOf(one), unit: owners.chosen.name }), text: say.take_back_text, send: say.take_back }, async (key) => {
    await call("DELETE", `${base()}/${one.letter}`, undefined, key);
    await load();
    said(manage.saved);
  });
}

document.getElementById("add-service").addEventListener("click", () => edit(null));
loudly(() => owners.load());
