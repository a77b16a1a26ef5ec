// Fields of the dialog in which a step is made, a document delivered, a reason given. One dialog, one form at a time.

import { el, words } from "./base.js";
import { Refused, newKey, tellFault } from "./manage.js";
import { byId, say } from "./aiddesk_words.js";

const dialog = byId("act");
const form = dialog.querySelector("form");
const sendButton = form.querySelector("[type=submit]");
let act = null;
let key = null;

export function field(name, label, input, hint = null) {
  input.id ||= `f-${name}`;
  input.name ||= name;
  input.setAttribute("aria-describedby", `${input.id}-hint ${input.id}-fault`);
  return el("div", { class: "field" }, el("label", { for: input.id }, label), input,
    el("small", { class: "hint", id: `${input.id}-hint` }, hint ?? ""), el("small", { class: "fault", id: `${input.id}-fault`, role: "alert" }));
}

export function line(name, label, { value = "", required = true, type = "text", ...more } = {}) {
  return field(name, label, el("input", { type, value, required, maxlength: type === "text" ? "100" : null, autocomplete: "off", ...more }));
}

export function area(name, label, { value = "", required = true, hint = null } = {}) {
  const input = el("textarea", { required, maxlength: "2000" });
  input.value = value;
  return field(name, label, input, hint);
}

export function select(name, label, options, { value = "", required = true } = {}) {
  // options: [code, words]
  const input = el("select", { required }, el("option", { value: "" }, say.choose), ...options.map(([code, told]) => el("option", { value: code }, told)));
  input.value = options.some(([code]) => code === value) ? value : "";
  return field(name, label, input);
}

export function group(name, label, ...lines) {
  return el("fieldset", { id: `f-${name}`, class: "field" }, el("legend", {}, label), ...lines,
    el("small", { class: "fault", id: `f-${name}-fault`, role: "alert" }));
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

function firstEmpty() {
  return [...form.elements].find((one) => one.required && !one.disabled && !one.closest("[hidden]") && !one.value.trim());
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

form.addEventListener("input", () => { key = newKey(); });
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => { byId("act-fields").replaceChildren(); meanwhile(); }); // nothing of a person stays in a closed dialog
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  const empty = firstEmpty();
  if (empty) {
    tell(empty.name, words.manage.needed);
    return;
  }
  sendButton.disabled = true;
  try {
    await act(key);
    dialog.close();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    const name = (refused.field ?? "").replace(/^given\./, "").split(".")[0];
    const known = name && (form.elements[name] || byId(`f-${name}`));
    const general = ["WRONG_FIELD", "MISSING_FIELD"].includes(refused.code);
    tell(known ? name : null, general ? words.manage.see_hint : refused.message);
    if (refused.meanwhile) key = newKey();
  } finally {
    sendButton.disabled = false;
  }
});

export function open(title, fields, doing, { send = say.send, danger = false } = {}) {
  byId("act-title").textContent = title;
  byId("act-fields").replaceChildren(...fields);
  meanwhile();
  clear();
  sendButton.textContent = send;
  sendButton.classList.toggle("danger", danger);
  [act, key] = [doing, newKey()];
  dialog.showModal();
  (byId("act-fields").querySelector("input, select, textarea") ?? sendButton).focus();
}

/** A failure of the act that is the form's to tell. */
export function refuse(field_, text) {
  throw new Refused("HERE", field_, text);
}
