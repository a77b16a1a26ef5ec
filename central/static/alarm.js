// An alarm in one line, the same on the start page and on the page of alarms.

import { age, el, fill, hallName, page, words } from "./base.js";

const LEVELS = { severe: "fault", warning: "warning", notice: "quiet" };

export function level(alarm) {
  return el("span", { class: `chip is-${LEVELS[alarm.level]}` }, el("span", { class: "sign", "aria-hidden": "true" }), words.alarms[alarm.level]);
}

export function about(alarm) {
  const subject = alarm.rule === "window_paused" ? fill(words.alarms.window, { number: alarm.subject }) : alarm.subject;
  return `${words.alarm[alarm.rule] ?? alarm.rule}${subject ? ` · ${subject}` : ""}`;
}

export function place(alarm) {
  if (alarm.hall === null) return el("span", {}, words.alarms.central);
  return el("a", { href: `/halls/${alarm.hall}` }, alarm.name_zh ? hallName(alarm) : alarm.hall);
}

export function alarmLine(alarm) {
  return el("div", { class: "alarm-line" }, level(alarm),
    el("span", { class: "about" }, el("b", {}, about(alarm)), el("small", {}, place(alarm),
      alarm.state === "acknowledged" ? ` · ${words.alarms.acknowledged} ${alarm.acknowledged_by}` : "")),
    el("span", { class: "since" }, alarm.begun_at ? age(alarm.begun_at) : page.none));
}
