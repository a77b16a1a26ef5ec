// Halls as tiles in the card of their unit: what needs somebody by name, the many that are well as small marks. Where
// very many are seen, small places come as numbers ({ places, open, waiting }) and are seen one by one in their unit.

import { el, fill, hallName, words } from "./base.js";

const say = words.live;
const NAMED = 12;
const STILL_NAMED = 5;
const MARKS = 600;

function told(hall) {
  const what = fill(say.cell_told, { name: hallName(hall), state: words.hall[hall.state], count: hall.waiting });
  return hall.alarms ? what + fill(say.cell_alarms, { count: hall.alarms }) : what;
}

function cell(hall, unitName) {
  const whole = hallName(hall);
  const short = unitName && whole.startsWith(unitName) && whole.length > unitName.length ? whole.slice(unitName.length).trim() : whole;
  const unseen = (text) => el("span", { class: "unseen" }, text);
  return el("a", { class: `cell is-${hall.state}`, href: `/halls/${hall.id}`, title: told(hall), data: { link: hall.id } },
    el("span", { class: "who-is" }, short),
    el("span", { class: "how" }, el("span", { class: "sign", "aria-hidden": "true" }),
      ...(hall.state === "open" ? [unseen(`${words.hall.open} ${words.live.waiting} `), el("b", {}, String(hall.waiting))] : [el("span", {}, words.hall[hall.state])]),
      hall.alarms ? el("span", { class: "alarm" }, el("span", { "aria-hidden": "true" }, `! ${hall.alarms}`), unseen(fill(say.alarms_count, { count: hall.alarms }))) : null));
}

function marks(halls) {
  if (!halls.length) return null;
  return el("p", { class: "rest" }, fill(say.more_halls, { count: halls.length }),
    el("span", { class: "marks", "aria-hidden": "true" }, ...halls.slice(0, MARKS).map((hall) => el("span", { class: `is-${hall.state}`, title: told(hall) }, el("span", { class: "sign" })))));
}

function sums(halls, together) {
  const open = halls.filter((hall) => hall.state === "open").length + (together?.open ?? 0);
  const waiting = halls.reduce((sum, hall) => sum + (hall.online ? hall.waiting : 0), together?.waiting ?? 0);
  const alarms = halls.reduce((sum, hall) => sum + hall.alarms, 0);
  return el("p", { class: "sums" }, el("span", {}, fill(say.group_told, { open, halls: halls.length + (together?.places ?? 0) })), el("b", {}, fill(say.group_waiting, { count: waiting })),
    alarms ? el("span", { class: "alarm" }, fill(say.alarms_count, { count: alarms })) : null);
}

function places(unit, together) {
  if (!together) return el("p", { hidden: true });
  const told = fill(say.group_places, together);
  return el("p", { class: "rest" }, unit === null ? told : el("a", { href: `/?unit=${unit.id}`, data: { link: `places ${unit.id}` } }, told));
}

function namedOf(halls, groups) {
  const most = groups > 1 ? NAMED : 400;
  const need = halls.filter((hall) => hall.alarms || hall.state === "offline").length;
  return halls.length <= most ? halls.length : Math.max(STILL_NAMED, Math.min(need, most - 1));
}

export function groupCard(unit, halls, groups, together) {
  const name = unit === null ? say.of_own : hallName(unit);
  const named = namedOf(halls, groups);
  return el("section", { class: `group${halls.some((hall) => hall.alarms) ? " alarmed" : ""}` },
    el("h2", {}, unit === null ? name : el("a", { href: `/?unit=${unit.id}`, data: { link: `unit ${unit.id}` } }, name)), sums(halls, together),
    el("div", { class: "cells", hidden: !halls.length }, ...halls.slice(0, named).map((hall) => cell(hall, unit && name))), places(unit, together), marks(halls.slice(named)));
}

export function renewCard(card, unit, halls, groups, changed, together) {
  // the same halls in the same order: only what changed is drawn anew
  const name = unit === null ? say.of_own : hallName(unit);
  const named = namedOf(halls, groups);
  const [, oldSums, cells, oldPlaces, oldMarks] = card.children;
  card.classList.toggle("alarmed", halls.some((hall) => hall.alarms));
  oldSums.replaceWith(sums(halls, together));
  oldPlaces.replaceWith(places(unit, together));
  halls.forEach((hall, place) => {
    if (place < named && changed.has(hall.id)) cells.children[place].replaceWith(cell(hall, unit && name));
  });
  if (halls.slice(named).some((hall) => changed.has(hall.id))) oldMarks.replaceWith(marks(halls.slice(named)));
}

export function sameShape(card, halls, groups) {
  return card.querySelector(".cells").children.length === namedOf(halls, groups);
}
