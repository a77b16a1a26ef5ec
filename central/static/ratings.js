// Bad ratings by their deadline.

import { call, loudly } from "./manage.js";
import { Halls, byId, chip, due, el, fill, grade, keepInAddress, page, say, stateName, tags, words } from "./rating_parts.js";

const form = byId("choose");
const asked = new URLSearchParams(location.search);
const halls = new Halls();
let next = null;
let turn = 0;

function query() {
  const found = new URLSearchParams();
  for (const name of ["hall", "state"]) if (form.elements[name].value) found.set(name, form.elements[name].value);
  for (const name of ["overdue", "closed"]) if (form.elements[name].checked) found.set(name, "true");
  return found;
}

function row(one) {
  const limits = due(one);
  const marks = [one.proposed_by && !one.closed_at ? chip("warning", words.rating_option[one.ground] ?? "") : null, one.published_at ? chip("quiet", say.published) : null];
  return el("tr", { data: { id: one.id } },
    el("td", {}, ...(limits.length ? limits : [page.none])),
    el("td", {}, chip(one.closed_at ? "quiet" : "open", stateName(one.state)), ...marks.filter(Boolean)),
    el("td", {}, grade(one.grade), one.raised ? el("small", { class: "note block" }, fill(say.raised, { grade: words.grade[one.raised] })) : null),
    el("td", {}, halls.name(one.hall), el("small", { class: "note block" }, one.day)),
    el("td", {}, el("a", { href: `/ratings/cases/${one.id}` }, one.number)),
    el("td", {}, tags(one.reasons, words.rating_reason), el("small", { class: "note block" }, `${say.text}${document.documentElement.lang === "en" ? ": " : "："}${one.has_text ? say.with_text : say.no_text}`)),
    el("td", {}, one.staff || page.none, el("small", { class: "note block" }, `${say.window} ${one.window}`)));
}

async function look(more = false) {
  const mine = ++turn;
  const wanted = query();
  if (!more) keepInAddress(wanted);
  if (more && next) wanted.set("cursor", next);
  const told = await loudly(() => call("GET", `/api/v1/ratings/cases?${wanted}`));
  if (!told || mine !== turn) return;
  const drawn = told.items.map(row);
  if (more) byId("rows").append(...drawn);
  else byId("rows").replaceChildren(...drawn);
  next = told.next;
  byId("more").hidden = !next;
  byId("empty").hidden = byId("rows").children.length > 0;
  const counts = form.elements.state.value ? told.counts[form.elements.state.value] ?? 0 : Object.values(told.counts).reduce((a, b) => a + b, 0);
  byId("count").textContent = fill(say.count, { count: counts });
  byId("reminders").textContent = fill(say.reminders, told.reminders);
  byId("reminders").classList.toggle("fault", told.reminders.overdue > 0);
  byId("reminders").hidden = !(told.reminders.overdue || told.reminders.soon);
}

form.addEventListener("change", () => look());
form.addEventListener("submit", (event) => event.preventDefault());
byId("more").querySelector("button").addEventListener("click", () => look(true));

async function start() {
  await halls.offer(form.elements.hall, asked.get("hall") ?? "");
  form.elements.state.value = asked.get("state") ?? "";
  for (const name of ["overdue", "closed"]) form.elements[name].checked = asked.get(name) === "true";
  await look();
}

loudly(start);
