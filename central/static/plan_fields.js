// Fields of plans and calendars, each with the place that it has in a hall file, where its fault is told in words.
//
// A field is { node, value() }; value() is undefined for what is not said. Nothing is judged here: central does that.

import { el, fill, words } from "./base.js";

export const say = words.plan_form;
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const english = document.documentElement.lang === "en";
let number = 0;

export const weekday = (day) => say[`weekday_${day}`];
export const spans = (hours) => hours.map((span) => span.replace("-", "–")).join(english ? ", " : "、");

export function place(key) {
  // "window[2].services[1]" as central tells it, and "opening.0.hours.1" as the body's form has it
  return key.replace(/^parts\./, "").replace(/\[(\d+)\]/g, ".#$1").split(".")
    .map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part.replace("#", ""))).join(".");
}

export function held(path, label, hint, ...inside) {
  // what stands around one field; `path` may be set anew where rows move
  number += 1;
  const id = `fault-${number}`;
  const fault = el("small", { class: "fault", id, role: "alert" });
  const group = inside.length > 1 || !inside[0].matches("input, select, textarea");
  if (!group) {
    inside[0].id = `field-${number}`;
    inside[0].setAttribute("aria-describedby", id);
  }
  const name = group ? el("span", { class: "name", id: `name-${number}` }, label) : el("label", { for: `field-${number}` }, label);
  const made = el("div", { class: "field", data: { path } }, name, ...inside, hint ? el("small", { class: "hint" }, hint) : null, fault);
  if (group) {
    made.setAttribute("role", "group");
    made.setAttribute("aria-labelledby", name.id);
    made.setAttribute("aria-describedby", id);
  }
  return made;
}

export function clearFaults(root) {
  for (const fault of root.querySelectorAll(".fault")) fault.textContent = "";
  for (const input of root.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

export function tellFault(root, key, text) {
  // at the field itself, or at the nearest one that it is in; what to focus, or null where there is none
  const parts = place(key).split(".");
  for (; parts.length; parts.pop()) {
    const found = root.querySelector(`[data-path="${parts.join(".")}"]`);
    const own = found && [...found.children].find((one) => one.classList.contains("fault"));
    if (!own) continue;
    own.textContent = [own.textContent, text].filter(Boolean).join(" ");
    const input = found.querySelector("input, select, button");
    input?.setAttribute("aria-invalid", "true");
    return input ?? found;
  }
  return null;
}

// --- one value ---

const text = (attributes, value) => el("input", { type: "text", autocomplete: "off", spellcheck: "false", ...attributes, value: value ?? "" });

export function textField(path, label, value, { hint, long = 60 } = {}) {
  const input = text({ maxlength: String(long) }, value);
  return { node: held(path, label, hint, input), value: () => input.value.trim() || undefined };
}

export function numberField(path, label, value, { hint, least, most, whole = true, placeholder } = {}) {
  const input = el("input", { type: "number", min: least, max: most, step: whole ? "1" : "any", value: value ?? "", placeholder });
  // what is no number is told as it stands, so that central can say what is wrong with it
  return { node: held(path, label, hint, input), value: () => (input.value === "" && !input.validity.badInput ? undefined : input.validity.badInput ? "?" : Number(input.value)) };
}

export function choiceField(path, label, value, options, { hint } = {}) {
  const input = el("select", {}, ...options.map(([key, word]) => el("option", { value: key, selected: String(value ?? "") === String(key) }, word)));
  return { node: held(path, label, hint, input), value: () => input.value || undefined, input };
}

export function tickField(path, label, value, { hint } = {}) {
  const input = el("input", { type: "checkbox" });
  input.checked = Boolean(value);
  const node = el("div", { class: "field tick", data: { path } }, el("label", {}, input, label), hint ? el("small", { class: "hint" }, hint) : null,
    el("small", { class: "fault", role: "alert" }));
  return { node, value: () => input.checked };
}

export function dateField(path, label, value, { hint } = {}) {
  const input = el("input", { type: "date", value: value ?? "", min: "2000-01-01", max: "2099-12-31" });
  return { node: held(path, label, hint, input), value: () => input.value || undefined, input };
}

export function weekdaysField(path, label, value) {
  const ticks = WEEKDAYS.map((day) => {
    const input = el("input", { type: "checkbox", value: String(day) });
    input.checked = (value ?? []).includes(day);
    return input;
  });
  const node = held(path, label, null, el("div", { class: "days" }, ...ticks.map((tick) => el("label", {}, tick, weekday(tick.value)))));
  return { node, value: () => { const days = ticks.filter((tick) => tick.checked).map((tick) => Number(tick.value)); return days.length ? days : undefined; } };
}

// --- hours ---

function clock(typed) {
  // 9:00 and a Chinese colon are meant well
  const meant = typed.trim().replace("：", ":");
  return /^\d:\d\d$/.test(meant) ? `0${meant}` : meant;
}

export function hoursField(path, label, value) {
  const list = el("div", { class: "spans" });
  const more = el("button", { type: "button", class: "plain" }, say.add_span);
  const add = (span, at) => {
    const [start, end] = (span ?? "-").split("-");
    const inputs = [[start, say.from], [end, say.to]].map(([time, name]) => text({ class: "clock", inputmode: "numeric", placeholder: "00:00", maxlength: "5", "aria-label": `${label} ${name}` }, time));
    const less = el("button", { type: "button", class: "plain less", "aria-label": `${say.remove} ${label}` }, "×");
    const made = el("span", { class: "span" }, inputs[0], "–", inputs[1], less);
    less.addEventListener("click", () => { made.remove(); more.focus(); });
    list.insertBefore(made, at ?? more);
    return inputs[0];
  };
  list.append(more);
  more.addEventListener("click", () => add().focus());
  const put = (hours) => {
    for (const one of list.querySelectorAll(".span")) one.remove();
    for (const span of hours ?? []) add(span);
  };
  put(value);
  const read = () => [...list.querySelectorAll(".span")].map((one) => [...one.querySelectorAll("input")].map((input) => clock(input.value)).join("-")).filter((span) => span !== "-");
  return { node: held(path, label, null, list), value: () => { const hours = read(); return hours.length ? hours : undefined; }, put };
}

export function weekField(path, parts) {
  // hours by weekday; those with the same hours are one part of the file
  const days = WEEKDAYS.map((day) => hoursField("", weekday(day), parts.find((part) => part.weekdays.includes(day))?.hours));
  const same = el("button", { type: "button", class: "plain" }, say.as_monday);
  same.addEventListener("click", () => days.slice(1, 5).forEach((one) => one.put(days[0].value())));
  const node = el("div", { class: "week", data: { path } }, ...days.map((one) => one.node), el("div", { class: "acts" }, same), el("small", { class: "fault", role: "alert" }));
  const value = () => {
    const found = new Map();
    days.forEach((one, at) => {
      const hours = one.value();
      delete one.node.dataset.path;
      if (!hours) return;
      const key = hours.join();
      if (!found.has(key)) {
        found.set(key, { weekdays: [], hours });
        one.node.dataset.path = `${path}.${found.size}`;
      }
      found.get(key).weekdays.push(WEEKDAYS[at]);
    });
    return [...found.values()];
  };
  value(); // gives the rows their places
  return { node, value };
}

// --- the classes of a window, in the order in which they are called ---

export function classesField(path, label, value, weights, offered) {
  let chosen = [...(value ?? [])];
  const weight = new Map(chosen.map((letter, at) => [letter, weights?.[at]]));
  const buttons = el("div", { class: "classes" });
  const order = el("p", { class: "order" });
  const byWeight = el("input", { type: "checkbox" });
  byWeight.checked = Boolean(weights?.length);
  const row = el("div", { class: "weights" });
  const draw = () => {
    const letters = [...new Set([...offered.map((one) => one.letter), ...chosen])];
    buttons.replaceChildren(...letters.map((letter) => {
      const service = offered.find((one) => one.letter === letter);
      const button = el("button", { type: "button", class: "class", "aria-pressed": String(chosen.includes(letter)) }, el("b", {}, letter), ` ${(service && (english ? service.name_en : service.name_zh)) ?? ""}`);
      button.addEventListener("click", () => {
        keep();
        chosen = chosen.includes(letter) ? chosen.filter((one) => one !== letter) : [...chosen, letter];
        draw();
        [...buttons.children].find((one) => one.firstChild.textContent === letter).focus();
      });
      return button;
    }));
    order.textContent = chosen.length ? fill(byWeight.checked ? say.by_weight_of : say.order, { classes: chosen.join(byWeight.checked ? (english ? ", " : "、") : " → ") }) : say.no_class;
    row.replaceChildren(...(byWeight.checked ? chosen : []).map((letter) => el("label", {}, `${letter} `, el("input", { type: "number", min: "1", max: "9", value: weight.get(letter) ?? "1", data: { letter } }))));
  };
  const keep = () => { for (const input of row.querySelectorAll("input")) weight.set(input.dataset.letter, Number(input.value)); };
  byWeight.addEventListener("change", () => { keep(); draw(); });
  draw();
  const node = held(path, label, null, buttons, order, el("label", { class: "one" }, byWeight, say.by_weight), row);
  return {
    node,
    value: () => (chosen.length ? chosen : undefined),
    weights: () => { keep(); return byWeight.checked && chosen.length ? chosen.map((letter) => weight.get(letter) ?? 1) : undefined; },
  };
}
