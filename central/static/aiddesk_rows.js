// A row of the desk's lists: the limit first, then which case, whose turn, and who works on it.

import { chip, el, fill, words } from "./base.js";

export const desk = words.aid_desk;
export const due = words.aid_due;
export const codes = JSON.parse(document.getElementById("codes").textContent);
const english = document.documentElement.lang === "en";

const COLUMNS = ["due", "number", "applicant", "matter", "state", "next_step", "owner", "flags"];
const FLAGS = [["conflict", "warning"], ["urgent", "warning"], ["aided_first", "warning"], ["military", "open"], ["detained", "quiet"]];
const day = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", month: "short", day: "numeric" });

export function dayOf(time) {
  return time ? day.format(new Date(time)) : "";
}

export function dueWords(one) {
  const left = one.days_left;
  if (one.light === "NONE") return due.NONE;
  if (one.light === "OVERDUE") return left === 0 ? due.over_today : fill(due.over, { days: -left });
  if (one.light === "TODAY") return due.TODAY;
  return left === 1 ? due.tomorrow : fill(due.days, { days: left });
}

export function dueCell(one) {
  if (!one.live) return el("td", {}, el("span", { class: "note" }, dayOf(one.changed_at)));
  return el("td", { class: "aiddesk-due" }, chip(one.light, dueWords(one)),
    one.due_at ? el("small", {}, dayOf(one.due_at)) : null);
}

function flags(one) {
  const found = FLAGS.filter(([name]) => one[name]).map(([name, kind]) => chip(kind, desk[`flag_${name}`]));
  if (!one.identified) found.push(chip("none", desk.flag_unidentified));
  if (one.live && one.due_at && !one.due_sure) found.push(el("span", { class: "chip is-none", title: due.provisional_note }, el("span", { class: "sign", "aria-hidden": "true" }), desk.flag_provisional));
  return el("td", { class: "aiddesk-flags" }, ...found);
}

export function unitName(one) {
  return (english ? one.unit_en : one.unit_zh) || one.unit;
}

export function row(one, { units = false } = {}) {
  const number = one.number ?? one.receipt ?? desk.no_number;
  const who = [one.applicant, one.part ? el("small", {}, desk[`part_${one.part}`]) : null];
  return el("tr", { data: { case: one.id } }, dueCell(one),
    el("th", { scope: "row" }, el("a", { class: "aiddesk-number", href: `/aid/cases/${one.id}` }, number), units ? el("small", {}, unitName(one)) : null),
    el("td", {}, ...who), el("td", { class: "aiddesk-matter" }, codes.matter[one.matter] ?? one.matter),
    el("td", { class: "aiddesk-state" }, words.aid_state[one.state]),
    el("td", { class: "aiddesk-next" }, one.next_step ? words.aid_next[one.next_step] : "—"),
    el("td", { class: "aiddesk-owner" }, one.owner || el("span", { class: "note" }, desk.nobody)), flags(one));
}

export function table(items, { none = desk.none, units = false } = {}) {
  const head = el("thead", {}, el("tr", {}, ...COLUMNS.map((name) => el("th", { scope: "col" }, desk[name]))));
  const body = items.length ? items.map((one) => row(one, { units })) : [el("tr", {}, el("td", { colspan: String(COLUMNS.length), class: "empty" }, none))];
  return [head, el("tbody", {}, ...body)];
}

export function severalUnits(items) {
  return new Set(items.map((one) => one.unit)).size > 1;
}
