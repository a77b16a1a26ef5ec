// The places at or below one's own unit: what happens there now, and the way to their pages.

import { el, fill, show, words } from "./base.js";
import { act, call, loudly, said, sure } from "./manage.js";

const say = words.place;
const frame = document.getElementById("frame");
const [serves, manages, plans] = ["serves", "manages", "plans"].map((one) => frame.dataset[one] === "true");
const english = document.documentElement.lang === "en";
const find = document.getElementById("find");
const MOST = 100;
let items = [];
let next = null;

function links(place) {
  const windows = serves && !place.closed ? place.windows.map((n) => el("a", { class: "button", href: `/places/${place.id}/windows/${n}` }, fill(say.window_title, { window: n }))) : [];
  const others = [[`/p/${place.id}`, say.phone], [`/p/${place.id}/display`, say.display], [`/places/${place.id}/poster`, say.poster]];
  if (plans) others.push([`/places/${place.id}/plan`, say.plan]);
  if (manages) others.push([`/places/${place.id}/tablets`, say.tablets]);
  const closing = manages ? [place.closed ? act(say.reopen, () => reopen(place)) : act(say.close_place, () => loudly(() => close(place)), { danger: true })] : [];
  return el("div", { class: "row" }, ...windows, ...(place.closed ? [] : others.map(([href, text]) => el("a", { href }, text))), ...closing);
}

async function close(place) {
  const { there } = await call("GET", `/api/v1/places/${place.id}`);
  if (there.at_work) {
    said(fill(say.close_at_work, { name: nameOf(place), count: there.at_work }), true);
    return;
  }
  const nobody = !there.waiting && !there.windows_open.length;
  const text = nobody ? say.close_nobody : fill(say.close_waiting, { count: there.waiting, windows: there.windows_open.length });
  sure({ title: fill(say.close_title, { name: nameOf(place) }), text, send: say.close_place }, (key) => put(place, { closed: true, give_up_waiting: !nobody }, say.close_done, key));
}

function reopen(place) {
  sure({ title: fill(say.reopen_title, { name: nameOf(place) }), text: say.reopen_text, send: say.reopen }, (key) => put(place, { closed: false }, say.reopen_done, key));
}

async function put(place, body, words, key) {
  const told = await call("PATCH", `/api/v1/places/${place.id}`, body, key);
  await load();
  said(fill(words, { count: told.given_up }));
}

function nameOf(place) {
  return (english ? place.name_en : place.name_zh) || place.id;
}

function row(place) {
  return el("tr", { data: { place: place.id } },
    el("td", {}, el("a", { href: `/halls/${place.id}` }, nameOf(place)), el("small", { class: "note" }, ` ${place.id}`), place.closed ? el("span", { class: "chip is-quiet" }, el("span", { class: "sign" }), say.closed_place) : null),
    el("td", { class: "n" }, String(place.windows_open)), el("td", { class: "n" }, String(place.waiting)),
    el("td", { class: "n" }, `${place.today.issued} / ${place.today.done}`), el("td", {}, links(place)));
}

function draw() {
  const head = [say.place, say.open_windows, say.waiting, say.today, say.pages];
  show("list", el("thead", {}, el("tr", {}, ...head.map((text, at) => el("th", { scope: "col", class: at > 0 && at < 4 ? "n" : "" }, text)))), el("tbody", {}, ...items.map(row)));
  document.getElementById("list").hidden = items.length === 0;
  const empty = document.getElementById("empty");
  empty.hidden = items.length > 0;
  empty.textContent = find.value.trim() ? say.find_nothing : say.list_empty;
  document.getElementById("more").hidden = next === null;
}

async function load(after = null) {
  const wanted = find.value.trim();
  const told = await call("GET", `/api/v1/places?limit=${MOST}${wanted ? `&find=${encodeURIComponent(wanted)}` : ""}${after ? `&cursor=${encodeURIComponent(after)}` : ""}`);
  if (wanted !== find.value.trim()) return; // somebody has typed on
  items = after ? items.concat(told.items) : told.items;
  next = told.next;
  draw();
}

let typed = null;
find.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => loudly(() => load()), 250);
});
document.getElementById("more").addEventListener("click", () => loudly(() => load(next)));
document.getElementById("make-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const unit = event.target.elements.unit.value.trim();
  const problem = document.getElementById("make-problem");
  try {
    await call("POST", "/api/v1/places", { unit });
    problem.textContent = "";
    event.target.reset();
    await load();
    said(say.made);
  } catch (error) {
    problem.textContent = error.message;
  }
});
loudly(() => load());
setInterval(() => { if (!document.hidden && items.length <= MOST && !document.querySelector("dialog[open]")) loudly(() => load()); }, 15000);
