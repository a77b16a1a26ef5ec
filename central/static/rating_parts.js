// What the pages of ratings share: their words, grades and limits as they are drawn, the halls to choose from.

import { chip, el, fill, hallName, page, words } from "./base.js";
import { dayTime, everything } from "./manage.js";

export const say = words.ratings;
export const english = document.documentElement.lang === "en";
export const byId = (id) => document.getElementById(id);
const LIGHT = { GREEN: "good", YELLOW: "due", RED: "over" };
const between = english ? ", " : "、";

export const percent = (value) => (value === null ? page.none : `${(value * 100).toFixed(1)}%`);
export const several = (names) => names.join(between);

export function grade(value) {
  // five dots, the word, and red or green beside: never by colour alone
  const dots = [1, 2, 3, 4, 5].map((one) => el("span", { class: one <= value ? "on" : "" }));
  const kind = value <= 2 ? "bad" : value >= 4 ? "good" : "";
  return el("span", { class: `grade ${kind}` }, el("i", { "aria-hidden": "true" }, ...dots), el("b", {}, words.grade[value]));
}

export function due(one) {
  if (!one.due) return [];
  return [chip(LIGHT[one.due.light], dayTime(one.due.at).slice(0, 10), el("small", {}, say[`light_${one.due.light}`])),
    el("small", { class: "note block" }, words.rating_rule[one.due.rule] ?? one.due.rule, one.due.provisional ? ` · ${say.provisional}` : "")];
}

export function tags(codes, of) {
  return el("span", { class: "reason-tags" }, ...codes.map((code) => el("span", {}, of[code] ?? code)));
}

export const stateName = (state) => words.rating_state[state] ?? state;

export class Halls {
  // every hall that one may see, by its id
  constructor() { this.byId = new Map(); }

  async offer(list, chosen = "") {
    for (const hall of await everything("/api/v1/halls")) this.byId.set(hall.id, hall);
    list?.append(...[...this.byId.values()].map((one) => el("option", { value: one.id }, hallName(one))));
    if (list && this.byId.has(chosen)) list.value = chosen;
    return this;
  }

  name(id) { return this.byId.has(id) ? hallName(this.byId.get(id)) : id; }
}

export function keepInAddress(query) {
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

export { chip, dayTime, el, fill, page, words };
