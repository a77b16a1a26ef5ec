// Months as sheets of a calendar: what each day is, by whose word, one day after the other by keyboard too.

import { el, fill, words } from "./base.js";
import { WEEKDAYS, weekday } from "./plan_fields.js";

const say = words.calendars;
const english = document.documentElement.lang === "en";
const DAY_MS = 86400000;

export const after = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
export const weekdayOf = (day) => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
export const monthAfter = (month, months) => {
  const [year, number] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
};

export const covers = (rest, day) => rest.day <= day && day <= (rest.until ?? rest.day);
export const reason = (part) => (english ? part.name_en || part.name_zh : part.name_zh || part.name_en) ?? "";

export function entryOf(calendar, day) {
  const rest = calendar.rest_day.find((one) => covers(one, day));
  if (rest) return { kind: "rest", part: rest };
  const work = calendar.work_day.find((one) => one.day === day);
  return work ? { kind: "work", part: work } : null;
}

export function dayIs(own, above, day) {
  // the nearest word holds: one's own, then that of the units above; null is a day like its weekday
  const mine = entryOf(own, day);
  if (mine) return { ...mine, owner: null };
  for (const calendar of above) {
    const theirs = entryOf(calendar, day);
    if (theirs) return { ...theirs, owner: english ? calendar.owner_en : calendar.owner_zh };
  }
  return null;
}

export const dayName = (day) => new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "UTC", year: "numeric", month: "long", day: "numeric" }).format(new Date(`${day}T00:00:00Z`)) + ` ${weekday(weekdayOf(day))}`;
const monthName = (month) => new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { timeZone: "UTC", year: "numeric", month: "long" }).format(new Date(`${month}-01T00:00:00Z`));

export function inWords(day, is, open) {
  const what = is ? `${say[is.kind]}${reason(is.part) ? `${english ? ": " : "："}${reason(is.part)}` : ""}` : open ? say.as_usual : say.closed_weekday;
  return `${dayName(day)}${english ? ", " : "，"}${what}${is?.owner ? fill(say.from_owner, { owner: is.owner }) : ""}`;
}

function cell(day, facts) {
  const is = dayIs(facts.own, facts.above, day);
  const open = facts.open(weekdayOf(day));
  const kind = is ? `is-${is.kind}${is.owner ? " from-above" : ""}` : open ? "" : "is-shut";
  const button = el("button", { type: "button", class: `day ${kind}`.trim(), data: { day }, tabindex: day === facts.at ? "0" : "-1", title: is ? reason(is.part) : null, "aria-current": day === facts.today ? "date" : null },
    el("span", { class: "date", "aria-hidden": "true" }, String(Number(day.slice(8)))), is ? el("b", { "aria-hidden": "true" }, say[`mark_${is.kind}`]) : "",
    el("small", { "aria-hidden": "true" }, is ? reason(is.part) : open ? "" : say.mark_shut), el("span", { class: "unseen" }, inWords(day, is, open)));
  button.addEventListener("click", () => facts.onChoose(day));
  return el("td", {}, button);
}

export function sheet(month, facts) {
  const first = `${month}-01`;
  const weeks = [];
  let week = el("tr", {}, ...WEEKDAYS.slice(1, weekdayOf(first)).map(() => el("td", {})));
  for (let day = first; day.startsWith(month); day = after(day, 1)) {
    week.append(cell(day, facts));
    if (weekdayOf(day) === 7) {
      weeks.push(week);
      week = el("tr", {});
    }
  }
  if (week.children.length) weeks.push(week);
  return el("table", { class: "month" }, el("caption", {}, monthName(month)), el("thead", {}, el("tr", {}, ...WEEKDAYS.map((one) => el("th", { scope: "col" }, weekday(one))))), el("tbody", {}, ...weeks));
}

const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function withKeys(room, onMove) {
  room.addEventListener("keydown", (event) => {
    const day = event.target.dataset?.day;
    const moved = day && (event.key in MOVES ? after(day, MOVES[event.key])
      : event.key === "PageDown" || event.key === "PageUp" ? `${monthAfter(day.slice(0, 7), event.key === "PageDown" ? 1 : -1)}-${String(Math.min(28, Number(day.slice(8)))).padStart(2, "0")}` : null);
    if (!moved) return;
    event.preventDefault();
    onMove(moved);
  });
}
