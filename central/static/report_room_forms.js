// A form of the phone page: what is typed is kept, faults stand at their fields, one wish has one key.

import { el, fill, words } from "./base.js";
import { Refused, manage } from "./manage.js";

const say = words.report_room;
const NAMES_SOMEBODY = new Set(["adviser", "title", "kept_at"]); // kept by no browser
const WHOLE = /^[0-9]{1,8}$/;

export function draftOf(form) {
  const fields = {};
  for (const one of form.elements) {
    if (!one.name || NAMES_SOMEBODY.has(one.name) || one.type === "file" || (one.type === "radio" && !one.checked)) continue;
    if (one.value) fields[one.name] = one.value;
  }
  if (form.dataset.evidence) fields.evidence = form.dataset.evidence;
  return fields;
}

export function fillIn(form, fields) {
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (name === "evidence") form.dataset.evidence = value;
    else if (form.elements[name]) form.elements[name].value = value;
  }
}

function faultOf(form, name) {
  return form.querySelector(`[data-fault="${CSS.escape(name)}"]`) ?? form.querySelector(`#${CSS.escape(form.elements[name]?.id || "none")}-fault`);
}

export function clearFaults(form) {
  for (const one of form.querySelectorAll(".fault, .problem")) one.textContent = "";
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

/** A fault goes when its field is typed in again. */
export function mended(form, input) {
  input.removeAttribute("aria-invalid");
  const place = input.name && faultOf(form, input.name);
  if (place) place.textContent = "";
}

export function tell(form, name, text) {
  const place = name && faultOf(form, name);
  if (!place) {
    form.querySelector(".problem").textContent = text;
    return;
  }
  place.textContent = text;
  const input = form.elements[name];
  if (input instanceof HTMLElement) {
    input.setAttribute("aria-invalid", "true");
    input.focus();
  } else {
    place.scrollIntoView({ block: "center" });
  }
}

export function tellRefused(form, refused) {
  const general = ["WRONG_FIELD", "MISSING_FIELD"].includes(refused.code);
  tell(form, refused.field, general ? manage.see_hint : refused.message);
}

/** body(): what is sent; whole: fields that are whole numbers; secret: fields that no browser keeps. */
export function wireForm(form, box, { path, body, secret = [], whole = [], done }) {
  const id = form.id;
  form.addEventListener("input", (event) => {
    mended(form, event.target);
    box.type(id, draftOf(form));
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearFaults(form);
    for (const one of form.elements) {
      if (one.required && !one.value.trim()) return tell(form, one.name, manage.needed);
      if (whole.includes(one.name) && !WHOLE.test(one.value.trim())) return tell(form, one.name, say.whole_hint);
    }
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const told = await box.send(id, path, body(), secret);
      if (told === null) return;
      form.reset();
      delete form.dataset.evidence;
      await done();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      tellRefused(form, refused);
    } finally {
      button.disabled = false;
    }
  });
}

/** A row as a line, with its taking back; what was taken back stays, struck out. */
export function rowLine(text, row, takeBack) {
  const proof = row.evidence ? say.has_file : row.kept_at ? fill(say.kept, { place: row.kept_at }) : null;
  const line = el("li", row.taken_back ? { class: "gone" } : {}, el("span", {}, text), proof ? el("small", {}, proof) : null);
  if (row.taken_back) {
    line.append(el("small", {}, fill(say.taken_back, { why: words.report_taken_back[row.taken_back.why] })));
  } else if (takeBack) {
    const button = el("button", { type: "button", class: "quiet", "aria-label": `${say.take_back}: ${text}` }, say.take_back);
    button.addEventListener("click", () => takeBack(text, row.id));
    line.append(button);
  }
  return line;
}
