// A hall's tickets of a day: of one window, in one state; each leads to its story.

import { ask, clockTime, el, hallName, page, show, took, words } from "./base.js";

const form = document.getElementById("choose");
const problem = document.getElementById("problem");
const { hall } = form.dataset;
const asked = new URLSearchParams(location.search);
let found = [], next = null;

function row(ticket) {
  const priority = ticket.priority ? ` · ${words.priority[ticket.priority] ?? ticket.priority}` : "";
  return el("tr", {}, el("td", {}, el("a", { href: `/halls/${hall}/tickets/${ticket.day}/${ticket.number}` }, el("b", {}, ticket.number)), priority),
    el("td", {}, words.ticket[ticket.state] ?? ticket.state), el("td", {}, ticket.issued_at ? clockTime(ticket.issued_at) : page.none),
    el("td", { class: "n" }, ticket.window === null ? page.none : String(ticket.window)), el("td", { class: "n" }, took(ticket.waited_s)),
    el("td", { class: "n" }, took(ticket.served_s)), el("td", {}, ticket.grade === null ? page.none : words.grade[ticket.grade]));
}

function draw() {
  const titles = [page.number, page.state, page.issued, page.window, page.waited, page.served, page.rating];
  const head = el("thead", {}, el("tr", {}, ...titles.map((title, place) => el("th", { scope: "col", class: place > 2 && place < 6 ? "n" : null }, title))));
  show("tickets", ...(found.length ? [head, el("tbody", {}, ...found.map(row))] : []));
  document.getElementById("empty").hidden = found.length > 0;
  document.getElementById("more").hidden = next === null;
}

async function load(more) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  if (asked.get("service")) query.set("service", asked.get("service"));
  if (!more) history.replaceState(null, "", `?${query}`);
  if (more) query.set("cursor", next);
  problem.textContent = "";
  try {
    const told = await ask(`/api/v1/halls/${hall}/tickets?${query}`);
    found = more ? found.concat(told.items) : told.items;
    next = told.next;
    draw();
  } catch (error) {
    problem.textContent = error.message;
  }
}

for (const name of ["day", "window", "state"]) if (asked.get(name)) form.elements[name].value = asked.get(name);
form.addEventListener("submit", (event) => { event.preventDefault(); load(false); });
document.querySelector("#more button").addEventListener("click", () => load(true));
ask(`/api/v1/halls/${hall}`).then((told) => show("hall-name", hallName(told))).catch(() => {}); // its id stands there
load(false);
