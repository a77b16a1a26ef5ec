// The places at or below one's own unit: what happens there now, and the way to their pages.

import { ask, el, fill, page, show, words } from "./base.js";
import { newKey } from "./place_key.js";

const say = words.place;
const frame = document.getElementById("frame");
const [serves, manages] = [frame.dataset.serves === "true", frame.dataset.manages === "true"];
const english = document.documentElement.lang === "en";
let items = [];
let next = null;

function links(place) {
  const windows = serves && !place.closed ? place.windows.map((n) => el("a", { class: "button", href: `/places/${place.id}/windows/${n}` }, fill(say.window_title, { window: n }))) : [];
  const others = [[`/p/${place.id}`, say.phone], [`/p/${place.id}/display`, say.display], [`/places/${place.id}/poster`, say.poster]];
  if (manages) others.push([`/places/${place.id}/tablet`, say.tablet]);
  return el("div", { class: "row" }, ...windows, ...(place.closed ? [] : others.map(([href, text]) => el("a", { href }, text))));
}

function row(place) {
  const name = (english ? place.name_en : place.name_zh) || place.id;
  return el("tr", { data: { place: place.id } },
    el("td", {}, el("a", { href: `/halls/${place.id}` }, name), el("small", { class: "note" }, ` ${place.id}`), place.closed ? el("span", { class: "chip is-quiet" }, el("span", { class: "sign" }), say.closed_place) : null),
    el("td", { class: "n" }, String(place.windows_open)), el("td", { class: "n" }, String(place.waiting)),
    el("td", { class: "n" }, `${place.today.issued} / ${place.today.done}`), el("td", {}, links(place)));
}

function draw() {
  const wanted = document.getElementById("find").value.trim().toLowerCase();
  const found = items.filter((one) => [one.id, one.name_zh, one.name_en].some((text) => text.toLowerCase().includes(wanted)));
  const head = [say.place, say.open_windows, say.waiting, say.today, say.pages];
  show("list", el("thead", {}, el("tr", {}, ...head.map((text, at) => el("th", { class: at > 0 && at < 4 ? "n" : "" }, text)))), el("tbody", {}, ...found.map(row)));
  document.getElementById("list").hidden = items.length === 0;
  document.getElementById("empty").hidden = items.length > 0;
  document.getElementById("more").hidden = next === null;
}

async function load(after = null) {
  const told = await ask(`/api/v1/places?limit=200${after ? `&cursor=${encodeURIComponent(after)}` : ""}`);
  items = after ? items.concat(told.items) : told.items;
  next = told.next;
  draw();
}

document.getElementById("find").addEventListener("input", draw);
document.getElementById("more").addEventListener("click", () => load(next));
document.getElementById("make-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const unit = event.target.elements.unit.value.trim();
  const problem = document.getElementById("make-problem");
  try {
    await ask("/api/v1/places", { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": newKey() }, body: JSON.stringify({ unit }) });
    problem.textContent = "";
    event.target.reset();
    const said = document.getElementById("said");
    said.textContent = say.made;
    said.hidden = false;
    await load();
  } catch (error) {
    problem.textContent = error.message;
  }
});
load().catch((error) => { const empty = document.getElementById("empty"); empty.textContent = error.message || page.none; empty.hidden = false; });
setInterval(() => { if (!document.hidden && items.length <= 200) load().catch(() => {}); }, 15000);
