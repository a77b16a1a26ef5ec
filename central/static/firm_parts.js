// What both pages of a firm share: the words of a case, its state and its next date.

import { chip, fill, words } from "./base.js";

export const say = words.firm_page;
export const codes = JSON.parse(document.getElementById("codes").textContent);
const english = document.documentElement.lang === "en";
const KIND = { ASSIGNED: "due", ENGAGED: "good", CLOSED: "none" };
const dayFormat = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", year: "numeric", month: "short", day: "numeric" });

export const dayOf = (time) => (time ? dayFormat.format(new Date(time)) : "—");
export const limitName = (rule) => words.limit[rule] ?? "";

export function stateChip(one) {
  const waits = one.state === "ASSIGNED" && !one.accepted_at;
  return chip(KIND[one.state] ?? "none", waits ? `${words.aid_state[one.state]} · ${say.to_accept}` : words.aid_state[one.state]);
}

export function dueChip(one) {
  if (!one.due_at) return null;
  const over = Date.parse(one.due_at) < Date.now();
  const soon = Date.parse(one.due_at) - Date.now() < 2 * 86400000;
  const told = `${dayOf(one.due_at)} ${limitName(one.due_rule)}`;
  return chip(over ? "over" : soon ? "due" : "good", over ? `${say.over} · ${told}` : told);
}

export const matterName = (one) => codes.matter[one.matter] ?? one.matter;
export const lawyerName = (one) => (one.lawyer ? `${one.lawyer.name}（${one.lawyer.licence.slice(-4)}）` : "—");
export { fill };
