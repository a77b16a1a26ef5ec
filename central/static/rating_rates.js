// Rates of ratings over a span of days.

import { call, loudly, Refused, Units } from "./manage.js";
import { Halls, byId, el, english, fill, keepInAddress, page, percent, say } from "./rating_parts.js";
import { serviceCell } from "./table.js";

const form = byId("choose");
const problem = byId("problem");
const asked = new URLSearchParams(location.search);
const halls = new Halls();
const units = new Units();
const COLUMNS = [["rateable", (one) => one.rateable ?? page.none], ["rated", (one) => one.rated], ["participation", (one) => percent(one.participation)],
  ["satisfaction", (one) => percent(one.satisfaction)], ["favourable", (one) => percent(one.favourable)], ["bad_rate", (one) => percent(one.bad_rate)], ["bad", (one) => one.bad],
  ["contact_rate", (one) => percent(one.contact_rate)], ["rectify_rate", (one) => percent(one.rectify_rate)], ["revisit_rate", (one) => percent(one.revisit_rate)],
  ["invalid", (one) => one.invalid], ["excluded", (one) => one.excluded]];
const FULL = new Set(["contact_rate", "rectify_rate"]);

function query() {
  const found = new URLSearchParams();
  for (const name of ["from_day", "to_day", "by", "hall"]) if (form.elements[name].value) found.set(name, form.elements[name].value);
  return found;
}

function name(one, by) {
  const hall = one.hall ? halls.name(one.hall) : "";
  if (by === "unit") return [units.name(one.unit)];
  if (by === "service") return [serviceCell(one)];
  if (by === "window") return [`${say.window} ${one.window}`, el("small", {}, hall)];
  if (by === "person") return [one.staff || say.unnamed, el("small", {}, hall)];
  return [hall];
}

function row(front, one, kind) {
  return el("tr", { class: kind }, el("td", {}, ...front), ...COLUMNS.map(([key, read]) => el("td", { class: `n${FULL.has(key) && one[key] !== null && one[key] < 1 ? " low" : ""}` }, String(read(one)))));
}

function draw(told) {
  const rows = told.items.map((one) => row(name(one, told.by), one, ""));
  const first = say[`by_${told.by}`];
  if (told.items.length > 1 && told.by !== "unit") rows.push(row([say.total], told.totals, "all"));
  byId("rates").replaceChildren(...(told.items.length ? [el("thead", {}, el("tr", {}, el("th", { scope: "col" }, first), ...COLUMNS.map(([key]) => el("th", { class: "n", scope: "col" }, say[key])))), el("tbody", {}, ...rows)] : []));
  byId("empty").hidden = told.items.length > 0;
  const late = told.rateable_from !== null && told.rateable_from > told.from_day;
  byId("known").hidden = !late;
  byId("known").textContent = late ? fill(say.rateable_from, { day: told.rateable_from }) : "";
}

function tellExport() {
  const wanted = query();
  wanted.delete("by");
  wanted.set("lang", english ? "en" : "zh");
  if (byId("default_good").checked) wanted.set("default_good", "true");
  byId("export").href = `/api/v1/ratings/export?${wanted}`;
}

async function look() {
  problem.textContent = "";
  keepInAddress(query());
  tellExport();
  try {
    draw(await call("GET", `/api/v1/ratings/rates?${query()}`));
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    problem.textContent = refused.message;
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
form.addEventListener("change", tellExport);
form.elements.by.addEventListener("change", look);

async function start() {
  await Promise.all([halls.offer(form.elements.hall, asked.get("hall") ?? ""), units.load()]);
  for (const one of ["from_day", "to_day", "by"]) if (asked.get(one)) form.elements[one].value = asked.get(one);
  await look();
}

loudly(start);
