// A unit's months, what is to do now, and the units below it: who has sent, who is late, who was given back.

import { el, fill, show, words } from "./base.js";
import { call, loudly, said } from "./manage.js";
import { nextSentence } from "./report_next.js";
import { rows } from "./report_rows.js";
import {
  SENT, apiOf, chips, days, daysLeft, facts, formOf, markChip, may, monthName, nameOf, reminder, say, stateChip, trail, yearOf,
} from "./report_words.js";

const LOOKED_INTO = ["DRAFT", "CHECKED", "SIGNED", "RETURNED"]; // what is to do there depends on the form itself
let months = [];
let chosen = null;

function isOver(one) {
  return one.period.to < facts.today;
}

function isLate(one) {
  return one.late || one.overdue;
}

function dueNow() {
  // the month that ended last is first, until it is locked; then the running one
  const wanted = new URLSearchParams(location.search).get("period");
  const over = months.find(isOver);
  return months.find((one) => one.period.name === wanted) ?? (over && over.state !== "ACCEPTED" && over.asked ? over : months[0]);
}

function strip() {
  show("strip", ...[...months].reverse().map((one) => {
    const { asked } = one;
    const running = !isOver(one);
    const late = isLate(one);
    const link = el("a", { href: `/report?unit=${facts.unit.id}&period=${one.period.name}`, "aria-current": one === chosen ? "true" : null },
      el("b", {}, monthName(one.period.name)),
      asked ? stateChip(one.state) : el("span", { class: "note" }, say.not_asked),
      el("small", { class: late ? "late" : one.reminded !== null ? "soon" : "" }, late ? (SENT.includes(one.state) ? say.late : say.overdue)
        : running && one.reminded === null ? say.running : asked && !SENT.includes(one.state) ? fill(say.due_short, { day: one.period.due.slice(5) }) : ""));
    return el("li", {}, link);
  }));
}

function now(items, form) {
  const { period } = chosen;
  document.getElementById("now-title").textContent = monthName(period.name);
  show("now-chips", ...chips(stateChip(chosen.state, { nothing: chosen.nothing }),
    isLate(chosen) ? markChip("fault", SENT.includes(chosen.state) ? say.late : say.overdue) : reminder(chosen),
    chosen.version ? el("span", { class: "tag" }, fill(say.version, { n: chosen.version })) : null));
  const left = isOver(chosen) && chosen.reminded === null ? daysLeft(chosen) : ""; // a reminder stands above
  document.getElementById("now-days").textContent = [days(period), fill(say.due, { day: period.due }), left].filter(Boolean).join(" · ");
  document.getElementById("next").textContent = nextSentence({ state: chosen.state, period, items, form });
  document.getElementById("to-form").href = formOf(facts.unit.id, period.name);
  const year = period.name.slice(0, 4);
  const link = document.getElementById("to-year");
  link.href = yearOf(facts.unit.id, year);
  link.textContent = fill(say.year_form, { year });
}

async function load() {
  months = (await call("GET", `/api/v1/report/units/${facts.unit.id}/periods`)).items;
  chosen = dueNow();
  const period = chosen.period.name;
  trail(period);
  document.getElementById("to-entry").href = `/report/room?unit=${facts.unit.id}&month=${period}`;
  strip();
  const path = apiOf(facts.unit.id, period);
  const board = await call("GET", `${path}/board`);
  now(board.items, null);
  await rows.show({ items: board.items, period: chosen.period, path, reload: again });
  if (LOOKED_INTO.includes(chosen.state)) now(board.items, await call("GET", path));
}

async function again(text = "") {
  await load();
  if (text) said(text);
}

document.getElementById("to-entry").hidden = !["report_enter", "report_entries"].some(may);
if (facts.person.unit !== facts.unit.id) document.title = `${nameOf(facts.unit)} · ${document.title}`;
document.getElementById("board-title").textContent = words.report_pages.board;
loudly(load);
