// What the pages of the monthly report share: whose page it is, names, months, states and figures as they are shown.

import { el, fill, page, words } from "./base.js";

export const facts = JSON.parse(document.getElementById("facts").textContent);
export const say = words.report_pages;
export const english = document.documentElement.lang === "en";
export const SENT = ["SUBMITTED", "ACCEPTED"];

export const may = (act) => facts.acts.includes(act);
export const nameOf = (unit) => (english ? unit.name_en : unit.name_zh) || unit.id || unit.unit;
export const fieldName = (field) => (english ? field.en : field.zh);
export const apiOf = (unit, period) => `/api/v1/report/units/${unit}/periods/${period}`;
export const formOf = (unit, period, code = "") => `/report/${unit}/${period}${code ? `#${code}` : ""}`;
export const boardOf = (unit, period) => `/report?unit=${unit}${period ? `&period=${period}` : ""}`;
export const yearOf = (unit, year) => `/report/${unit}/${year}`;

export function monthName(name) {
  return fill(say.month, { year: name.slice(0, 4), month: english ? name.slice(5) : Number(name.slice(5)) });
}

export function days(period) {
  return fill(say.span, { first: period.from, last: period.to });
}

export function stateChip(state, { nothing = false } = {}) {
  const word = words.report_state[state] + (nothing ? ` · ${say.nothing}` : "");
  return el("span", { class: `chip is-${state}` }, el("span", { class: "sign", "aria-hidden": "true" }), word);
}

export function markChip(kind, word) {
  return el("span", { class: `chip is-${kind}` }, el("span", { class: "sign", "aria-hidden": "true" }), word);
}

export function daysLeft(one) {
  // how long there is left to send it in, for whoever has not
  if (one.working_days_left === null) return "";
  return one.working_days_left ? fill(say.days_left, { n: one.working_days_left }) : one.due === facts.today ? say.due_today : say.days_left_none;
}

export function reminder(one) {
  // from a reminder day on; red is kept for what is late
  return one.reminded === null ? null : markChip("warning", daysLeft(one));
}

export function grouped(shown) {
  // 1234567.5 -> 1,234,567.5; what is no number stays as it is
  const found = /^(-?)(\d+)(\.\d+)?$/.exec(shown ?? "");
  if (!found) return shown ?? page.none;
  return `${found[1] ? "−" : ""}${found[2].replace(/\B(?=(\d{3})+$)/g, ",")}${found[3] ?? ""}`;
}

export function signed(shown) {
  // a change: with its sign, nothing where there is none
  if (/^0(\.0+)?$/.test(shown ?? "")) return "0";
  return /^\d/.test(shown ?? "") ? `+${grouped(shown)}` : grouped(shown);
}

export function listed(names, most = 3) {
  const shown = names.slice(0, most).join(english ? ", " : "、");
  return names.length > most ? fill(words.report_next.more_names, { names: shown, n: names.length }) : shown;
}

export function trail(period, { form = false } = {}) {
  // the units from one's own down to this one; each leads to its board. `form`: of which form this is the page
  const above = form ? facts.trail : facts.trail.slice(0, -1);
  const steps = above.map((one) => el("a", { href: boardOf(one.id, period) }, nameOf(one)));
  const here = form ? [form === true ? monthName(period) : form] : facts.trail.length > 1 ? [nameOf(facts.unit)] : [];
  const parts = [...steps, ...here].flatMap((one, place) => (place ? [" › ", one] : [one]));
  document.getElementById("trail").replaceChildren(...parts);
}

export function chips(...found) {
  return found.filter(Boolean);
}
