// Tables of figures, the same on the hall's page and on the day's page.

import { el, page, serviceName, took } from "./base.js";

const percent = (value) => (value === null ? page.none : `${(value * 100).toFixed(1)}%`);

const COLUMNS = [
  ["issued", (row) => row.issued], ["transfer_in", (row) => row.transferred_in], ["transfer_out", (row) => row.transferred_out],
  ["done", (row) => row.done], ["no_show", (row) => row.no_show], ["cancelled", (row) => row.cancelled],
  ["expired", (row) => row.expired], ["open_tickets", (row) => row.open],
  ["mean_wait", (row) => took(row.mean_wait_s)], ["max_wait", (row) => took(row.max_wait_s)],
  ["mean_service", (row) => took(row.mean_service_s)], ["rated", (row) => row.rated],
  ["grades", (row) => [5, 4, 3, 2, 1].map((grade) => row.grades[grade]).join(" / ")],
  ["satisfaction", (row) => percent(row.satisfaction)],
];
const FEW = new Set(["issued", "done", "no_show", "mean_wait", "mean_service", "rated", "satisfaction"]);

export function figuresTable(first, rows, { few = false } = {}) {
  // rows: [cells in front, figures, class of the row]
  const columns = COLUMNS.filter(([name]) => !few || FEW.has(name));
  const head = el("tr", {}, ...first.map((name) => el("th", { scope: "col" }, name)),
    ...columns.map(([name]) => el("th", { class: "n", scope: "col" }, page[name])));
  const body = rows.map(([front, figures, kind]) => el("tr", { class: kind },
    ...front.map((cell) => el("td", {}, cell)), ...columns.map(([, read]) => el("td", { class: "n" }, String(read(figures))))));
  return [el("thead", {}, head), el("tbody", {}, ...body)];
}

export function serviceCell(service) {
  return el("span", {}, el("span", { class: "letter" }, service.service), service.name_zh ? serviceName(service) : "");
}
