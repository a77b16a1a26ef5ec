// Fields of the legal-aid forms: each with its label, its hint and the place where its fault is told in words.

import { el, words } from "./base.js";

export const form = words.aid_form;
let made = 0;

/** One field; ``path`` is its way into the application, by which central names what is wrong. */
export function field(path, label, { kind = "text", hint = "", needed = false, optional = false, options = null, longest = 100, wide = false, mode = null } = {}) {
  const id = `aid-${(made += 1)}`;
  const attributes = { id, name: path, "aria-describedby": `${id}-hint ${id}-fault`, autocomplete: "off", spellcheck: "false",
    "aria-required": needed ? "true" : null, inputmode: mode, maxlength: ["text", "area"].includes(kind) ? longest : null };
  const input = kind === "select" ? el("select", attributes, ...options.map(option))
    : kind === "area" ? el("textarea", { ...attributes, rows: "6" }) : el("input", { ...attributes, type: kind });
  const mark = needed ? el("span", { class: "needed" }, form.required) : optional ? el("span", { class: "soft" }, form.optional) : null;
  return el("div", { class: `field${wide ? " wide" : ""}`, data: { path } }, el("label", { for: id }, label, mark), input,
    el("small", { class: "hint", id: `${id}-hint` }, hint), el("small", { class: "fault", id: `${id}-fault`, role: "alert" }));
}

function option([value, label, inner]) {
  return inner ? el("optgroup", { label }, ...inner.map(option)) : el("option", { value }, label);
}

/** A tick with its words. */
export function tick(path, label, { hint = "", value = null, wide = false } = {}) {
  const id = `aid-${(made += 1)}`;
  return el("div", { class: `field tick${wide ? " wide" : ""}`, data: { path } },
    el("label", { for: id }, el("input", { type: "checkbox", id, name: path, value, "aria-describedby": `${id}-hint ${id}-fault` }), el("span", {}, label)),
    el("small", { class: "hint", id: `${id}-hint` }, hint), el("small", { class: "fault", id: `${id}-fault`, role: "alert" }));
}

/** One of a few, all in view. */
export function choices(path, label, options) {
  const name = `${path}-${(made += 1)}`;
  return el("fieldset", { class: "field wide", data: { path } }, el("legend", {}, label),
    el("div", { class: "choices" }, ...options.map(([value, text]) => el("label", {}, el("input", { type: "radio", name, value }), el("span", {}, text)))),
    el("small", { class: "fault", role: "alert" }));
}

/** Any of a few. */
export function ticks(path, label, options) {
  return el("fieldset", { class: "field wide", data: { path } }, el("legend", {}, label),
    el("div", { class: "choices" }, ...options.map(([value, text]) => el("label", {}, el("input", { type: "checkbox", name: path, value }), el("span", {}, text)))),
    el("small", { class: "fault", role: "alert" }));
}

export const input = (place, path) => place.querySelector(`[data-path="${CSS.escape(path)}"] :is(input, select, textarea)`);

// a part of a form that does not apply is hidden, and what stands in it counts for nothing; a step that is over still does
const apart = (box) => !box || box.closest("[data-part][hidden]") !== null;

export function value(place, path) {
  const box = place.querySelector(`[data-path="${CSS.escape(path)}"]`);
  if (apart(box)) return "";
  const chosen = box.querySelector("input:checked");
  if (box.matches("fieldset")) return chosen ? chosen.value : "";
  const one = box.querySelector("input, select, textarea");
  return one.type === "checkbox" ? one.checked : one.value.trim();
}

export const checked = (place, path) => [...place.querySelectorAll(`[data-path="${CSS.escape(path)}"] input:checked`)].map((one) => one.value);

/** Tell a fault at its field; false when the form has no such field. */
export function tell(place, path, text) {
  const box = place.querySelector(`[data-path="${CSS.escape(path)}"]`);
  if (apart(box)) return false;
  box.querySelector(".fault").textContent = text;
  const one = box.querySelector("input, select, textarea");
  one.setAttribute("aria-invalid", "true");
  one.focus();
  return true;
}

export function clearFaults(place) {
  for (const fault of place.querySelectorAll(".fault")) fault.textContent = "";
  for (const one of place.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

// --- what can be seen to be wrong before central is asked ---

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

export function rightDay(text) {
  const day = new Date(`${text}T00:00:00Z`);
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

export const bornOf = (number) => `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;

export function rightNumber(typed) {
  const number = tidyNumber(typed);
  // GB 11643-1999: seventeen digits, a day that exists, a check character
  if (!/^[0-9]{17}[0-9X]$/.test(number) || !rightDay(bornOf(number))) return false;
  return "10X98765432"[weights.reduce((sum, weight, place) => sum + weight * Number(number[place]), 0) % 11] === number[17];
}

/** As people write them (`021-6543 2100`, `+86 138…`, full width), as central keeps them. */
export const tidyPhone = (text) => text.normalize("NFKC").replace(/[\s()./\-\u2010-\u2015\u2212]/g, "").replace(/^\+86/, "");
export const tidyNumber = (text) => text.normalize("NFKC").replace(/[\s\-\u2010-\u2015\u2212]/g, "").toUpperCase();

export const rightPhone = (text) => /^([0-9]{7,12})?$/.test(tidyPhone(text));

/** Fen for yuan as they are written; null for what is no amount. */
export function fen(text) {
  const found = /^([0-9]{1,8})(?:\.([0-9]{1,2}))?$/.exec(text);
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

export const yearsOf = (born, today = new Date()) => {
  const [year, month, day] = born.split("-").map(Number);
  const now = new Date(today.getTime() + 8 * 3600000);
  const had = now.getUTCMonth() + 1 > month || (now.getUTCMonth() + 1 === month && now.getUTCDate() >= day);
  return now.getUTCFullYear() - year - (had ? 0 : 1);
};
