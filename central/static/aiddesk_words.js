// Days and codes of a case in words.

import { fill, page, words } from "./base.js";

export const say = words.aid_case;
export const codes = JSON.parse(document.getElementById("codes").textContent);
export const choices = JSON.parse(document.getElementById("choices").textContent);
export const root = document.getElementById("case");
export const english = document.documentElement.lang === "en";
export const byId = (id) => document.getElementById(id);

const dayFormat = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", year: "numeric", month: "short", day: "numeric" });
const shortFormat = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", month: "short", day: "numeric" });
const dateFormat = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });
const clockFormat = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const dayWords = (time) => (time ? dayFormat.format(new Date(time)) : page.none);
export const shortDay = (time) => (time ? shortFormat.format(new Date(time)) : page.none);
export const isoDay = (time) => dateFormat.format(new Date(time));
export const atWords = (time) => (time ? `${isoDay(time)} ${clockFormat.format(new Date(time))}` : page.none);

export function daysBetween(from, to) {
  // calendar days in China
  return Math.round((Date.parse(`${isoDay(to)}T00:00:00Z`) - Date.parse(`${isoDay(from)}T00:00:00Z`)) / 86400000);
}

export function codeWords(name, value) {
  // a code of a step or a form in its own words; what has none stands as it is
  const lists = {
    basis: codes.basis, matter: codes.matter, aid_form: codes.form, nature: codes.nature, stage: codes.stage,
    presumed: codes.presumed, method: codes.delivery, outcome: words.aid_outcome, relation: codes.relation,
    ground: { ...words.aid_refusal, ...words.aid_termination }, kinds: words.aid_gap, kind: words.aid_gap,
    cause: words.aid_wait, decision: words.aid_choice, conflict: words.lawyer_conflict, no_call_back: words.aid_no_call_back, how: words.aid_choice, why: words.aid_choice, by: words.aid_choice, channel: words.aid_channel,
  };
  return lists[name]?.[value] ?? (value === true ? say.yes : value === false ? say.no : String(value));
}

export function yuan(fen) {
  return (fen / 100).toLocaleString(english ? "en-GB" : "zh-CN", { minimumFractionDigits: 2 });
}

export { fill, words };
