// Flagged ratings: a named person leaves one out of the rates, or keeps it; a later look undoes that.

import { call, loudly, wire } from "./manage.js";
import { Halls, byId, chip, dayTime, el, grade, keepInAddress, page, say, tags, words } from "./rating_parts.js";

const form = byId("choose");
const asked = new URLSearchParams(location.search);
const halls = new Halls();
const open = wire(byId("decide"));
let next = null;

function query() {
  return new URLSearchParams(["from_day", "to_day", "decided"].map((name) => [name, form.elements[name].value]));
}

function decide(one) {
  const about = `${halls.name(one.hall)} · ${one.day} · ${one.number}`;
  open(async (dialog, key) => {
    const body = { decision: dialog.elements.decision.value, reason: dialog.elements.reason.value, seen: one.decisions };
    await call("POST", `/api/v1/ratings/flagged/${one.hall}/${one.day}/${encodeURIComponent(one.number)}/decisions`, body, key);
    await look();
  });
  byId("decide-about").textContent = about;
}

function row(one) {
  const button = el("button", { type: "button", class: "plain", "aria-label": `${say.decide} ${one.number}` }, say.decide);
  button.addEventListener("click", () => decide(one));
  const looks = one.reviews.map((look) => el("small", { class: "note block" }, `${dayTime(look.at)} ${look.actor} ${words.rating_option[look.decision]}`));
  return el("tr", {}, el("td", {}, one.day), el("td", {}, halls.name(one.hall), el("small", { class: "note block" }, `${say.window} ${one.window}`)),
    el("td", {}, el("a", { href: `/halls/${one.hall}/tickets/${one.day}/${encodeURIComponent(one.number)}` }, one.number)), el("td", {}, one.staff || page.none),
    el("td", {}, grade(one.grade)), el("td", {}, tags(one.flags, words.rating_flag)),
    el("td", {}, ...(one.decisions ? [chip(one.excluded ? "warning" : "quiet", words.rating_option[one.excluded ? "EXCLUDE" : "KEEP"])] : []), ...looks, button));
}

async function look(more = false) {
  const wanted = query();
  if (!more) keepInAddress(wanted);
  if (more && next) wanted.set("cursor", next);
  const told = await loudly(() => call("GET", `/api/v1/ratings/flagged?${wanted}`));
  if (!told) return;
  const drawn = told.items.map(row);
  if (more) byId("rows").append(...drawn);
  else byId("rows").replaceChildren(...drawn);
  next = told.next;
  byId("more").hidden = !next;
  byId("empty").hidden = byId("rows").children.length > 0;
}

form.addEventListener("change", () => look());
form.addEventListener("submit", (event) => event.preventDefault());
byId("more").querySelector("button").addEventListener("click", () => look(true));

async function start() {
  await halls.offer(null);
  for (const name of ["from_day", "to_day", "decided"]) if (asked.get(name)) form.elements[name].value = asked.get(name);
  await look();
}

loudly(start);
