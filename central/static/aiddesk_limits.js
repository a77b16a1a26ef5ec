// The clocks of a case: how each is reckoned, by which article, when it stood still, and when it was reckoned again.

import { chip, el, page } from "./base.js";
import { daysBetween, fill, say, shortDay, words } from "./aiddesk_words.js";

const LIGHT = { GREEN: "LATER", YELLOW: "SOON", RED: "OVERDUE" };
const due = words.aid_due;

function stopReason(stop) {
  return words.limit_stop[stop.reason] ?? words.aid_move[stop.reason] ?? stop.reason;
}

function lengthOf(clock) {
  if (clock.value === null) return null;
  const name = clock.unit === "d" && clock.day_kind === "WORKING" ? "length_d_working" : `length_${clock.unit}`;
  return fill(say[name], { value: clock.value });
}

export function explained(clock) {
  // "10月12日起，7日，10月19日止；补充材料停计 10月13日 至 10月16日"
  const length = lengthOf(clock);
  const parts = [fill(length ? say.reckoned : say.reckoned_set, { start: shortDay(clock.started_at), length, due: shortDay(clock.due_at) })];
  for (const stop of clock.stops) {
    const words_of = stop.to ? say.stopped : say.stopped_still;
    parts.push(fill(words_of, { reason: stopReason(stop), from: shortDay(stop.from), to: shortDay(stop.to) }));
  }
  if (clock.promised_at) parts.push(fill(say.promised, { day: shortDay(clock.promised_at) }));
  return parts.join(document.documentElement.lang === "en" ? "; " : "；");
}

const near = (clock) => clock.promised_at ?? clock.due_at; // what the work, the lights and the reminders go by

function left(clock, now) {
  const days = daysBetween(now, near(clock));
  if (Date.parse(near(clock)) < Date.parse(now)) return days === 0 ? due.over_today : fill(due.over, { days: -days });
  return days === 0 ? due.TODAY : days === 1 ? due.tomorrow : fill(due.days, { days });
}

export function nearest(clocks) {
  const running = clocks.filter((one) => !one.ended_at && !one.paused_at);
  return running.sort((one, other) => Date.parse(near(one)) - Date.parse(near(other)))[0] ?? null;
}

export function drawNearest(place, clocks, now) {
  const clock = nearest(clocks);
  const paused = clocks.find((one) => !one.ended_at && one.paused_at);
  const shown = clock ?? paused;
  if (!shown) {
    place.replaceChildren();
    return;
  }
  const mark = shown.paused_at ? chip("NONE", say.paused) : chip(LIGHT[shown.light], left(shown, now));
  const provisional = shown.provisional ? chip("none", due.provisional) : null;
  const note = shown.provisional ? el("small", { class: "note" }, due.provisional_note) : null;
  place.replaceChildren(mark, ...(provisional ? [provisional] : []),
    el("p", {}, el("b", {}, words.limit[shown.rule] ?? shown.rule), "：", explained(shown), " ", el("span", { class: "note" }, shown.article ?? ""), note ? el("br") : null, note));
}

function standing(clock, now) {
  if (clock.ended_at) return el("span", {}, words.limit_outcome[clock.outcome] ?? page.none, el("small", {}, shortDay(clock.ended_at)));
  if (clock.paused_at) return chip("NONE", say.paused);
  return chip(LIGHT[clock.light], left(clock, now));
}

export function drawLimits(place, clocks, now, explain) {
  const names = ["limit", "limit_due", "limit_state", "limit_how", "limit_law"];
  const head = el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, say[name]))));
  const rows = clocks.map((clock) => {
    const again = clock.reckonings.length > 1
      ? el("details", {}, el("summary", {}, fill(say.again, { count: clock.reckonings.length - 1 })),
        ...clock.reckonings.map((one) => el("small", {}, fill(say.again_at, { at: shortDay(one.made_at), due: shortDay(one.due_at) }) + (one.provisional ? ` · ${due.provisional}` : "")))) : null;
    const late = clock.late_reason ? el("small", {}, words.limit_late[clock.late_reason]) : null;
    const button = clock.needs_reason && explain ? el("button", { type: "button", class: "plain", "aria-label": `${say.why_late}: ${words.limit[clock.rule]}` }, say.why_late) : null;
    button?.addEventListener("click", () => explain(clock));
    return el("tr", {}, el("th", { scope: "row" }, words.limit[clock.rule] ?? clock.rule),
      el("td", {}, shortDay(clock.due_at), clock.provisional ? el("small", {}, due.provisional) : null),
      el("td", {}, standing(clock, now), late, button), el("td", {}, explained(clock), again), el("td", {}, clock.article ?? page.none));
  });
  place.replaceChildren(head, el("tbody", {}, ...(rows.length ? rows : [el("tr", {}, el("td", { colspan: "5", class: "note" }, say.no_limits))])));
}
