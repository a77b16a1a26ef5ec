// The parts of a plan as forms and as lines for people. Which keys there are, and their bounds, comes from the models.

import { el, fill, words } from "./base.js";
import {
  WEEKDAYS, choiceField, classesField, dateField, hoursField, numberField, say, spans, textField, tickField, weekField, weekday, weekdaysField,
} from "./plan_fields.js";

const english = document.documentElement.lang === "en";
const AND = english ? ", " : "、";
const SCHEMA = JSON.parse(document.getElementById("schema").textContent);
const LISTS = ["opening", "rest_day", "work_day", "service", "window", "priority"];
const LETTERS = [..."ABCDEFGHJKLMNPQRSTUVWXYZ"];
const NAMED_BY = { rest_day: "day", work_day: "day", service: "letter", window: "number", priority: "code" };
const KINDS = {
  hours: "hours", lunch: "hours", weekdays: "weekdays", day: "date", until: "date", as_weekday: "weekday", services: "classes",
  weights: "weights", volume_times: "volumes", code: "code", letter: "letter",
};

export const isList = (part) => LISTS.includes(part);
export const partName = (part) => words.plans[`part_${part}`] ?? part;
export const label = (part, key) => say[`f_${part}_${key}`] ?? say[`f_${key}`] ?? key;

const whole = (rule) => (rule.$ref ? { ...SCHEMA.$defs[rule.$ref.split("/").at(-1)], ...rule } : rule);
function ruleOf(rule) {
  return rule.anyOf ? { ...whole(rule.anyOf.find((one) => one.type !== "null")), default: rule.default } : whole(rule);
}

function rulesOf(part) {
  // [key, rule] in the order in which the model has them
  const model = JSON.stringify(SCHEMA.properties[part]).match(/\$defs\/(\w+)/)[1];
  return SCHEMA.order[model].map((key) => [key, ruleOf(SCHEMA.$defs[model].properties[key])]);
}

// --- lines for people ---

export function valueText(key, value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? say.yes : say.no;
  if (key === "hours" || key === "lunch") return spans(value);
  if (key === "weekdays") return value.map(weekday).join(AND);
  if (key === "as_weekday") return weekday(value);
  if (key === "code") return words.priority[value] ?? value;
  if (say[`v_${key}_${value}`]) return say[`v_${key}_${value}`];
  return Array.isArray(value) ? value.join(AND) : typeof value === "object" ? JSON.stringify(value) : String(value);
}

const nameIn = (row) => (english ? row.name_en : row.name_zh) ?? "";

function rowName(part, row) {
  if (part === "window") return fill(say.window_number, { number: row.number });
  if (part === "service") return `${row.letter} ${nameIn(row)}`;
  if (part === "priority") return valueText("code", row.code);
  return row.until && row.until !== row.day ? `${row.day} – ${row.until}` : row.day;
}

function rowText(part, row) {
  // what each key says, the names first and without their labels
  const skip = new Set([NAMED_BY[part], "until", "name_zh", "name_en"]);
  const said = Object.entries(row).filter(([key]) => !skip.has(key)).map(([key, value]) => `${label(part, key)}${english ? ": " : "："}${valueText(key, value)}`);
  const names = [row.name_zh, row.name_en].filter(Boolean).join(" / ");
  return [names, ...said].filter(Boolean).join(english ? "; " : "；") || say.nothing_more;
}

export function lines(part, value) {
  // [key, name, text] of each thing that a part says
  if (value === undefined || value === null) return [];
  if (part === "opening") {
    if (!value.length) return [["", partName(part), say.always_open]]; // so the rules read a week without hours
    return WEEKDAYS.map((day) => {
      const hours = value.filter((one) => one.weekdays.includes(day)).flatMap((one) => one.hours);
      return [day, weekday(day), hours.length ? spans(hours) : say.closed];
    });
  }
  if (isList(part)) return value.map((row) => [String(row[NAMED_BY[part]]), rowName(part, row), rowText(part, row)]);
  return Object.entries(value).map(([key, one]) => [key, label(part, key), valueText(key, one)]);
}

export function changes(before, after) {
  // [part, name, before, after]; null where nothing is said
  const found = [];
  for (const part of SCHEMA.parts) {
    const [old, now] = [lines(part, before[part]), lines(part, after[part])];
    const [was, is] = [old, now].map((all) => new Map(all.map(([key, name, text]) => [key, { name, text }])));
    for (const key of new Set([...was.keys(), ...is.keys()])) {
      const [a, b] = [was.get(key), is.get(key)];
      if (a?.text !== b?.text || a?.name !== b?.name) found.push([part, (b ?? a).name, a?.text ?? null, b?.text ?? null]);
    }
    if (isList(part) && part in before && part in after && !found.some(([one]) => one === part) && JSON.stringify(before[part]) !== JSON.stringify(after[part])) {
      found.push([part, say.in_another_order, old.map((one) => one[1]).join(AND), now.map((one) => one[1]).join(AND)]);
    }
    if (isList(part) && part in before !== part in after && !old.length && !now.length) found.push([part, partName(part), part in before ? say.none : null, part in after ? say.none : null]);
  }
  return found;
}

// --- forms ---

const UNSAID = Symbol("unsaid");

function fieldOf(part, path, key, rule, row, about) {
  const [name, value, hint] = [label(part, key), row[key], say[`h_${part}_${key}`]];
  const kind = KINDS[key] ?? (rule.enum ? "enum" : rule.type);
  const bounds = { hint, least: rule.minimum, most: rule.maximum };
  switch (kind) {
    case "hours": return hoursField(path, name, value);
    case "weekdays": return weekdaysField(path, name, value);
    case "date": return dateField(path, name, value, { hint });
    case "weekday": { const field = choiceField(path, name, value, [["", say.own_hours], ...WEEKDAYS.map((day) => [day, fill(say.as_weekday, { day: weekday(day) })])], { hint });
      return { ...field, value: () => (field.value() ? Number(field.value()) : undefined) }; }
    case "classes": return classesField(path, name, value, row.weights, about.services);
    case "letter": return choiceField(path, name, value ?? about.free?.(), LETTERS.map((one) => [one, one]), { hint });
    case "code": return choiceField(path, name, value, Object.entries(words.priority), { hint });
    case "enum": return choiceField(path, name, value ?? (about.table ? "" : rule.default), [...(about.table ? [["", about.unsaid(key, rule)]] : []), ...rule.enum.map((one) => [one, valueText(key, one)])], { hint });
    case "boolean": return about.table ? yesNo(path, name, value, about.unsaid(key, rule), hint) : tickField(path, name, value ?? rule.default, { hint });
    case "integer": case "number": return numberField(path, name, value, { ...bounds, whole: kind === "integer", placeholder: about.table ? about.unsaid(key, rule) : rule.default ?? undefined });
    case "volumes": { const field = textField(path, name, (value ?? []).join(", "), { hint, long: 400 });
      return { ...field, value: () => field.value()?.split(/[,，]/).map((one) => one.trim().replace("：", ":")).filter(Boolean) }; }
    default: return textField(path, name, value ?? (about.table ? undefined : rule.default), { hint });
  }
}

function yesNo(path, name, value, unsaid, hint) {
  const field = choiceField(path, name, value === undefined ? "" : String(value), [["", unsaid], ["true", say.yes], ["false", say.no]], { hint });
  return { ...field, value: () => ({ true: true, false: false })[field.value()] };
}

function fields(part, path, row, about) {
  // one row, or one table: its fields, and what they say together
  const made = rulesOf(part).filter(([key]) => key !== "weights").map(([key, rule]) => [key, rule, fieldOf(part, `${path}.${key}`, key, rule, row, about)]);
  const value = () => {
    const said = {};
    for (const [key, rule, field] of made) {
      const one = field.value();
      const usual = !about.table && (one === rule.default || (one === undefined && Array.isArray(rule.default)));
      if (one !== undefined && !(usual && !(key in row))) said[key] = one;
      if (key === "services" && field.weights()) said.weights = field.weights();
    }
    return said;
  };
  return { nodes: made.map(([, , field]) => field.node), value };
}

export function tableForm(part, value, usual) {
  // a part of single keys; a key that is left empty is not said. `usual`: what then holds, as far as central knows
  const unsaid = (key, rule) => (usual[key] !== undefined ? fill(say.unsaid_now, { value: valueText(key, usual[key]) })
    : rule.default !== undefined && rule.default !== null && !Array.isArray(rule.default) ? fill(say.unsaid_usual, { value: valueText(key, rule.default) }) : say.unsaid);
  const form = fields(part, part, value ?? {}, { table: true, unsaid });
  const node = el("div", { class: "grid", data: { path: part } }, ...form.nodes, el("small", { class: "fault", role: "alert" }));
  return { node, value: () => { const said = form.value(); return Object.keys(said).length ? said : UNSAID; } };
}

export function listForm(part, value, services) {
  if (part === "opening") {
    return weekField(part, value);
  }
  const list = el("div", { class: "rows" });
  const node = el("div", { data: { path: part } }, list, el("small", { class: "fault", role: "alert" }));
  const add = el("button", { type: "button", class: "plain" }, say[`add_${part}`]);
  let rows = [];
  const free = () => { const taken = rows.map((one) => one.form.value().letter); return LETTERS.find((one) => !taken.includes(one)); };
  const put = (row) => {
    const path = `${part}.${rows.length + 1}`;
    const form = fields(part, path, row, { services, free });
    const less = el("button", { type: "button", class: "plain less" }, say.remove);
    const made = el("fieldset", { class: "row-form", data: { path } }, el("legend", {}, row[NAMED_BY[part]] === undefined ? say.new_row : rowName(part, row)), el("div", { class: "grid" }, ...form.nodes), less, el("small", { class: "fault", role: "alert" }));
    const one = { form, made };
    less.addEventListener("click", () => {
      const said = rows.filter((other) => other !== one).map((other) => other.form.value());
      draw(said); // places move
      add.focus();
    });
    rows.push(one);
    list.append(made);
    return made;
  };
  const draw = (said) => {
    rows = [];
    list.replaceChildren();
    said.forEach(put);
    if (!said.length) list.append(el("p", { class: "note" }, say.none));
  };
  add.addEventListener("click", () => {
    if (!rows.length) list.replaceChildren();
    const numbers = rows.map((one) => one.form.value().number ?? 0);
    put(part === "window" ? { number: Math.max(0, ...numbers) + 1 } : {}).querySelector("input, select").focus();
  });
  draw(value);
  node.append(el("div", { class: "acts" }, add));
  return { node, value: () => rows.map((one) => one.form.value()) };
}

export { UNSAID };
