// How far each hall follows the plan that was handed to it, and what stands in its way.

import { age, chip, el, hallName, words } from "./base.js";
import { Units, act, call, dayTime, everything, fill, loudly, manage, newKey, pair, said, sure, unitName, wire } from "./manage.js";

const plans = words.plans;
const STATES = ["in_force", "waiting", "sent", "trial", "refused", "rolled_back", "none"];
const english = document.documentElement.lang === "en";
const mayPlan = Boolean(document.getElementById("plans").dataset.may);
const units = new Units();
const find = document.getElementById("find");
const wantedState = document.getElementById("state");
const detail = document.getElementById("detail");
const ask = wire(document.getElementById("edit"));
let halls = [];
let chosen = null;

wantedState.append(...STATES.map((one) => el("option", { value: one }, plans[`state_${one}`])));

const nameOf = (one) => hallName({ ...one, id: one.hall });
const number = (revision) => (revision === null ? "–" : revision === 1 ? plans.own_file : fill(plans.number, { revision }));

async function load() {
  halls = await everything("/api/v1/plans");
  draw();
}

function row(one) {
  const button = el("button", { type: "button", class: "row", data: { hall: one.hall }, "aria-pressed": String(chosen === one.hall) }, nameOf(one));
  const made = el("tr", { class: chosen === one.hall ? "chosen" : null },
    el("td", {}, button, el("div", { class: "id" }, one.hall)),
    el("td", {}, chip(one.state, plans[`state_${one.state}`])),
    el("td", { class: "number" }, number(one.in_force)),
    el("td", { class: "number" }, number(one.handed)),
    el("td", {}, one.said_at ? age(one.said_at, { ago: true }) : manage.never));
  made.addEventListener("click", () => choose(one.hall));
  return made;
}

function draw() {
  const wanted = find.value.trim().toLowerCase();
  const found = halls.filter((one) => (!wantedState.value || one.state === wantedState.value)
    && [one.hall, one.name_zh, one.name_en].some((text) => text.toLowerCase().includes(wanted)));
  document.getElementById("rows").replaceChildren(...found.map(row));
  document.getElementById("empty").hidden = found.length > 0;
  document.getElementById("count").textContent = fill(manage.halls_count, { count: found.length });
}

function choose(hall) {
  chosen = hall;
  draw();
  document.querySelector(`.row[data-hall="${hall}"]`)?.focus();
  loudly(show);
}

async function show() {
  const one = halls.find((each) => each.hall === chosen);
  if (!one) return;
  const [own, journals] = await Promise.all([
    call("GET", `/api/v1/halls/${one.hall}/plan`), everything(`/api/v1/halls/${one.hall}/journals`),
  ]);
  if (chosen !== one.hall) return;
  const handed = own.handed ? JSON.parse(own.handed) : null;
  detail.replaceChildren(
    el("h2", {}, nameOf(one)), el("p", { class: "trail" }, units.trail(one.unit)),
    one.error ? trouble(one.error) : "",
    el("dl", { class: "facts" }, ...pair(words.page.state, chip(one.state, plans[`state_${one.state}`])),
      ...pair(plans.in_force, number(one.in_force)),
      ...pair(plans.handed, number(one.handed), one.handed_at ? ` · ${dayTime(one.handed_at)} · ${one.handed_by}` : ""),
      ...(handed?.valid_from ? pair(plans.valid_from, dayTime(handed.valid_from)) : []),
      ...pair(plans.parts_handed, named(handed?.parts ?? {})),
      ...pair(plans.gaps, gaps(journals))),
    handed ? el("details", {}, el("summary", {}, plans.show_text), el("pre", { tabindex: "0", translate: "no" }, JSON.stringify(handed.parts, null, 2))) : "",
    mayPlan ? el("div", { class: "acts" }, el("a", { class: "plain link", href: `/plans/halls/${one.hall}` }, plans.edit),
      one.handed ? act(plans.again, () => again(one)) : null) : "");
}

function trouble(error) {
  return el("div", { class: "trouble", role: "note" }, el("b", {}, plans.why), el("span", {}, english ? error.message : error.message_zh),
    error.path ? el("div", {}, el("code", {}, error.path)) : null);
}

function named(parts) {
  const names = Object.keys(parts);
  return names.length ? el("ul", { class: "has" }, ...names.map((one) => el("li", { class: "tag" }, plans[`part_${one}`] ?? one))) : plans.no_parts;
}

function gaps(journals) {
  // ranges that did not come, and journals that two disks wrote
  const missing = journals.flatMap((one) => one.missing);
  const said = missing.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
  const conflicts = journals.filter((one) => one.conflict).length;
  if (!missing.length && !conflicts) return plans.no_gaps;
  return [missing.length ? fill(plans.missing, { ranges: said }) : "", conflicts ? fill(plans.conflicts, { count: conflicts }) : ""].filter(Boolean).join(" ");
}

function ofUnit() {
  const open = [...units.byId.values()].filter((one) => !one.closed_at);
  const form = ask(async () => { location.assign(`/plans/units/${form.elements.unit.value}`); });
  form.elements.unit.replaceChildren(...open.map((one) => el("option", { value: one.id }, "　".repeat(one.path.split("/").length - 2) + unitName(one))));
}

function again(one) {
  sure({ title: fill(plans.again_title, { hall: nameOf(one) }), text: plans.again_text, send: plans.again }, async () => {
    const told = await call("POST", `/api/v1/halls/${one.hall}/plan/again`, {}, newKey());
    await loudly(load);
    await loudly(show);
    said(fill(plans.number, { revision: told.revision }));
  });
}

find.addEventListener("input", draw);
wantedState.addEventListener("change", draw);
document.getElementById("of-unit")?.addEventListener("click", ofUnit);
loudly(async () => {
  await units.load();
  await load();
  setInterval(() => loudly(load), 5000);
});
