// What one was told of limits, and the lists of limits that run: red, yellow, green.

import { chip, el, fill, words } from "./base.js";
import { act, call, loudly } from "./manage.js";
import { dayOf, desk, due } from "./aiddesk_rows.js";

const byId = (id) => document.getElementById(id);
const LIGHT = { red: "OVERDUE", yellow: "SOON", green: "LATER" };
const MOST = 5;

const caseLink = (one) => el("a", { class: "aiddesk-number", href: `/aid/cases/${one.case}` }, one.number ?? one.receipt ?? desk.no_number);

function line(one) {
  const seen = act(desk.notice_seen, () => loudly(async () => { await call("POST", `/api/v1/aid/notices/${one.id}/seen`, {}); await notices(); }));
  seen.setAttribute("aria-label", `${desk.notice_seen}: ${one.number ?? ""} ${words.limit[one.rule] ?? one.rule}`);
  const escalated = one.kind === "ESCALATED";
  return el("li", {}, chip(escalated || one.overdue ? "OVERDUE" : "SOON", words.limit_notice[one.kind]), caseLink(one),
    el("span", {}, words.limit[one.rule] ?? one.rule), el("span", { class: "note" }, fill(desk.notice_due, { day: dayOf(one.due_at) })), seen);
}

export async function notices() {
  const told = await call("GET", "/api/v1/aid/notices?limit=50");
  const place = byId("notices");
  place.hidden = told.items.length === 0;
  if (!told.items.length) { place.replaceChildren(); return; }
  const lines = told.items.map(line);
  const more = lines.length > MOST ? el("details", {}, el("summary", {}, fill(desk.notices_more, { count: told.next ? `${lines.length - MOST}+` : lines.length - MOST })), el("ul", {}, ...lines.slice(MOST))) : null;
  place.replaceChildren(el("h2", {}, desk.notices), el("ul", {}, ...lines.slice(0, MOST)), ...(more ? [more] : []));
}

export async function limitCounts(unit) {
  return call("GET", `/api/v1/aid/limit-counts${unit ? `?unit=${encodeURIComponent(unit)}` : ""}`);
}

export function limitsTable(items) {
  const names = ["limit_rule", "due", "number", "owner"];
  const head = el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, desk[name]))));
  const rows = items.map((one) => el("tr", { data: { case: one.case } }, el("td", {}, words.limit[one.rule] ?? one.rule),
    el("td", { class: "aiddesk-due" }, chip(one.paused_at ? "NONE" : LIGHT[one.light], one.paused_at ? desk.limit_paused : words.limit_light[one.light.toUpperCase()]), el("small", {}, dayOf(one.due_at), one.provisional ? ` · ${due.provisional}` : "")),
    el("th", { scope: "row" }, caseLink(one)), el("td", {}, one.owner ?? el("span", { class: "note" }, desk.nobody))));
  return [head, el("tbody", {}, ...(rows.length ? rows : [el("tr", {}, el("td", { colspan: "4", class: "empty" }, desk.no_limits))]))];
}
