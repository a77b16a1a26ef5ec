// Fields of the dialog in which a step is made, a document delivered, a reason given. One dialog, one form at a time.

import { el, fill, words } from "./base.js";
import { Refused, newKey, tellFault } from "./manage.js";
import { byId, say } from "./aiddesk_words.js";

const dialog = byId("act");
const form = dialog.querySelector("form");
const sendButton = form.querySelector("[type=submit]");
let act = null;
let key = null;
let sure = null; // {told, check}: what is told before something that is hard to undo, and what must hold first
let after = null;
let asked = false; // it stands there now, to be answered

const mark = () => el("span", { class: "needed" }, say.needed);

export function field(name, label, input, hint = null) {
  input.id ||= `f-${name}`;
  input.name ||= name;
  input.setAttribute("aria-describedby", `${input.id}-hint ${input.id}-fault`);
  return el("div", { class: "field" }, el("label", { for: input.id }, label, input.required ? mark() : null), input,
    el("small", { class: "hint", id: `${input.id}-hint` }, hint ?? ""), el("small", { class: "fault", id: `${input.id}-fault`, role: "alert" }));
}

export function line(name, label, { value = "", required = true, type = "text", hint = null, ...more } = {}) {
  return field(name, label, el("input", { type, value, required, maxlength: type === "text" ? "100" : null, autocomplete: "off", ...more }), hint);
}

export function area(name, label, { value = "", required = true, hint = null } = {}) {
  const input = el("textarea", { required, minlength: "2", maxlength: "2000" });
  input.value = value;
  return field(name, label, input, hint);
}

export function select(name, label, options, { value = "", required = true, hint = null } = {}) {
  // options: [code, words]
  const input = el("select", { required }, el("option", { value: "" }, say.choose), ...options.map(([code, told]) => el("option", { value: code }, told)));
  input.value = options.some(([code]) => code === value) ? value : "";
  return field(name, label, input, hint);
}

/** A field that may be needed or not, by what stands in another; one that is not needed is not there. */
export function needIf(place, needed) {
  place.hidden = !needed;
  const input = place.querySelector("input, select, textarea");
  input.required = needed;
  place.querySelector(".needed")?.remove();
  if (needed) place.querySelector("label").append(mark());
}

export function group(name, label, ...lines) {
  return el("fieldset", { id: `f-${name}`, class: "field" }, el("legend", {}, label), ...lines,
    el("small", { class: "fault", id: `f-${name}-fault`, role: "alert" }));
}

/** Say of a group of boxes that one of them is needed. */
export function needed(place) {
  place.querySelector("legend").append(mark());
  return place;
}

export function check(name, value, label, ...more) {
  return el("div", {}, el("label", {}, el("input", { type: "checkbox", name, value }), el("span", {}, label)), ...more);
}

export const value = (name) => form.elements[name]?.value?.trim() ?? "";
export const checked = (name) => [...form.querySelectorAll(`[name="${name}"]:checked`)].map((one) => one.value);

function clear() {
  form.querySelector(".problem").textContent = "";
  for (const fault of form.querySelectorAll(".fault[role=alert]")) fault.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

function wrongOf(one) {
  // what can be seen to be wrong before central is asked, in words; null for nothing
  const typed = one.value.trim();
  if (one.validity.badInput) return one.type === "date" ? say.no_day : say.no_number;
  if (typed === "") return one.required ? words.manage.needed : null;
  if (one.type === "number" && (one.validity.rangeUnderflow || one.validity.rangeOverflow || one.validity.stepMismatch)) return fill(say.between, { least: one.min, most: one.max });
  if (one.type === "date" && one.min && typed < one.min) return fill(say.not_before, { day: one.min });
  if (one.type === "date" && one.max && typed > one.max) return fill(say.not_after, { day: one.max });
  return one.minLength > 0 && typed.length < one.minLength ? fill(say.least, { count: one.minLength }) : null;
}

function firstWrong() {
  const there = [...form.elements].filter((one) => one.willValidate && !one.closest("[hidden]"));
  return there.map((one) => [one.name, wrongOf(one)]).find(([, wrong]) => wrong !== null) ?? null;
}

function ask(wanted) {
  // once more what will happen; what was typed stays behind it
  asked = wanted;
  byId("act-fields").hidden = wanted;
  byId("act-sure").hidden = byId("act-back").hidden = !wanted;
  byId("act-sure").replaceChildren(...(wanted ? sure.told() : []));
  sendButton.textContent = wanted ? fill(say.sure_send, { what: byId("act-title").textContent }) : sendButton.dataset.send;
  if (wanted) byId("act-sure").focus();
}

export function tell(name, text) {
  const place = name ? byId(`f-${name}-fault`) : null;
  if (place && !form.elements[name]?.id) { // a group of boxes
    place.textContent = text;
    byId(`f-${name}`).querySelector("input")?.focus();
  } else tellFault(form, name, text);
}

export function meanwhile(...children) {
  const place = byId("act-meanwhile");
  place.replaceChildren(...children);
  place.hidden = children.length === 0;
}

form.addEventListener("input", (event) => {
  key = newKey();
  event.target.removeAttribute("aria-invalid");
  const fault = event.target.closest(".field")?.querySelector(".fault[role=alert]"); // it is being mended
  if (fault) fault.textContent = "";
});
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
byId("act-back").addEventListener("click", () => { ask(false); byId("act-fields").querySelector("input, select, textarea")?.focus(); });
dialog.addEventListener("close", () => { byId("act-fields").replaceChildren(); meanwhile(); ask(false); }); // nothing of a person stays in a closed dialog
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  const wrong = firstWrong();
  if (wrong) {
    tell(...wrong);
    return;
  }
  if (sure && !asked) {
    try {
      sure.check();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      tell(refused.field, refused.message);
      return;
    }
    ask(true);
    return;
  }
  sendButton.disabled = true;
  try {
    await act(key);
    dialog.close();
    after?.();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    ask(false); // what is wrong is told where it can be mended
    const name = (refused.field ?? "").replace(/^given\./, "").split(".")[0];
    const known = name && (form.elements[name] || byId(`f-${name}`));
    const general = ["WRONG_FIELD", "MISSING_FIELD"].includes(refused.code);
    tell(known ? name : null, general ? words.manage.see_hint : refused.message);
    if (refused.meanwhile) key = newKey();
  } finally {
    sendButton.disabled = false;
  }
});

export function open(title, fields, doing, { send = say.send, danger = false, be = null, then = null } = {}) {
  byId("act-title").textContent = title;
  byId("act-fields").replaceChildren(...fields);
  meanwhile();
  clear();
  sendButton.dataset.send = send;
  sendButton.classList.toggle("danger", danger);
  [act, key, sure, after] = [doing, newKey(), be, then];
  ask(false);
  dialog.showModal();
  (byId("act-fields").querySelector("input, select, textarea") ?? sendButton).focus();
}

/** A failure of the act that is the form's to tell. */
export function refuse(field_, text) {
  throw new Refused("HERE", field_, text);
}
