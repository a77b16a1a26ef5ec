// The figures of a day.

import { ask, el, hallName, page, show } from "./base.js";
import { figuresTable, serviceCell } from "./table.js";

const form = document.getElementById("choose");
const problem = document.getElementById("problem");
const halls = new Map();

async function load() {
  const query = new URLSearchParams({ day: form.elements.day.value });
  if (form.elements.hall.value) query.set("hall", form.elements.hall.value);
  history.replaceState(null, "", `?${query}`);
  problem.textContent = "";
  try {
    draw(await ask(`/api/v1/figures?${query}`));
  } catch (error) {
    problem.textContent = error.message;
  }
}

function draw(told) {
  const rows = [];
  for (const sums of told.halls) {
    const name = halls.has(sums.hall) ? hallName(halls.get(sums.hall)) : sums.hall;
    const link = () => el("a", { href: `/halls/${sums.hall}` }, name);
    for (const row of told.items.filter((item) => item.hall === sums.hall)) rows.push([[link(), serviceCell(row)], row, null]);
    rows.push([[link(), page.total], sums, "sum"]);
  }
  if (told.halls.length > 1) rows.push([[page.all_halls, page.total], told.totals, "all"]);
  document.getElementById("empty").hidden = rows.length > 0;
  show("figures", ...(rows.length ? figuresTable([page.hall, page.service], rows) : []));
}

async function start() {
  let cursor = "";
  do {
    const told = await ask(`/api/v1/halls?limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    for (const hall of told.items) halls.set(hall.id, hall);
    cursor = told.next;
  } while (cursor);
  for (const hall of halls.values()) form.elements.hall.append(el("option", { value: hall.id }, hallName(hall)));
  const asked = new URLSearchParams(location.search);
  if (asked.get("day")) form.elements.day.value = asked.get("day");
  if (asked.get("hall")) form.elements.hall.value = asked.get("hall");
  await load();
}

form.addEventListener("submit", (event) => { event.preventDefault(); load(); });
start();
