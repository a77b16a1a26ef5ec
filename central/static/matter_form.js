// The form of a move, drawn from what central says that the move needs; what was filled in, as central wants it.

import { el, fill, words } from "./base.js";

const say = words.matters;
const label = { fact: words.matter_fact, text: words.matter_text, role: words.matter_role };
const LONG = new Set(["subject", "answer", "reason", "agreement", "opinion"]);
const INPUT = { day: "date", time: "time", number: "number", money: "number" };
const EASY = new Set(["channel", "answered_by"]); // what the next visitor usually shares with this one

export const kindName = (kind) => words.matter_kind[kind];
export const stateName = (state) => words.matter_state[state];
export const moveName = (move) => words.matter_move[move];
export const numberOf = (one) => fill(say.number_of, { series: kindName(one.kind), year: one.year, n: one.number });

export function factWords(name, value) {
  // a fact as people read it
  if (typeof value === "boolean") return value ? say.yes : say.no;
  if (name === "amount_fen") return (value / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2 });
  if (Array.isArray(value)) return value.map((one) => words.matter_option[`${name}.${one}`] ?? one).join("、");
  return words.matter_option[`${name}.${value}`] ?? String(value);
}

function labelled(id, name, control, needed) {
  return el("div", { class: "field", data: { field: name } },
    el("label", { for: id }, label.fact[name] ?? label.text[name] ?? name, needed ? el("span", { class: "need", title: say.needed }, " *") : null),
    control, el("small", { class: "fault", id: `${id}-fault`, role: "alert" }));
}

function choice(id, fact, options) {
  // numbered, so that a digit chooses by the keyboard whatever the language
  const wide = options.length > 9 ? 2 : 1;
  const shown = options.map(([value, text], at) => el("option", { value }, `${String(at + 1).padStart(wide, "0")} ${text}`));
  return el("select", { id, name: fact.name, required: fact.needed, "aria-describedby": `${id}-fault` },
    el("option", { value: "" }, say.choose), ...shown);
}

function several(id, fact) {
  const boxes = fact.options.map((one) => el("label", {},
    el("input", { type: "checkbox", name: fact.name, value: one }), words.matter_option[`${fact.name}.${one}`]));
  return el("fieldset", { class: "field", data: { field: fact.name } }, el("legend", {}, label.fact[fact.name]),
    el("div", { class: "checks tight" }, ...boxes), el("small", { class: "fault", id: `${id}-fault`, role: "alert" }));
}

function flag(id, fact) {
  return el("div", { class: "field tick", data: { field: fact.name } },
    el("label", { for: id }, el("input", { type: "checkbox", id, name: fact.name, "aria-describedby": `${id}-fault` }), label.fact[fact.name]),
    el("small", { class: "fault", id: `${id}-fault`, role: "alert" }));
}

function factField(prefix, fact, lists) {
  const id = `${prefix}-${fact.name}`;
  if (fact.kind === "several") return several(id, fact);
  if (fact.kind === "flag") return flag(id, fact);
  const told = fact.kind === "choice" ? fact.options.map((one) => [one, words.matter_option[`${fact.name}.${one}`]]) : lists[fact.kind];
  if (told) return labelled(id, fact.name, choice(id, fact, told), fact.needed);
  const money = fact.kind === "money";
  const input = el("input", {
    id, name: fact.name, type: INPUT[fact.kind] ?? "text", required: fact.needed, autocomplete: "off", autocapitalize: "none",
    min: fact.kind === "number" ? 1 : money ? 0 : null, step: money ? "0.01" : null, maxlength: INPUT[fact.kind] ? null : 80,
    "aria-describedby": `${id}-fault`,
  });
  return labelled(id, fact.name, input, fact.needed);
}

function textField(prefix, text) {
  const id = `${prefix}-text-${text.name}`;
  const kind = LONG.has(text.name) ? el("textarea", { id, rows: 2, maxlength: 2000 }) : el("input", { id, maxlength: 200, autocomplete: "off" });
  kind.required = text.needed;
  kind.dataset.text = text.name;
  kind.setAttribute("aria-describedby", `${id}-fault`);
  return labelled(id, text.name, kind, text.needed);
}

let people = 0;

function person(role, place) {
  // one person: what is left empty as a whole is nobody
  const id = `person-${++people}`;
  const line = (name, attributes) => el("label", {}, el("span", {}, say[name]),
    el("input", { data: { part: name }, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": `${id}-fault`, ...attributes }));
  const relation = el("label", {}, el("span", {}, say.relation), el("select", { data: { part: "relation" } },
    el("option", { value: "" }, say.choose), ...Object.entries(words.matter_relation).map(([value, text]) => el("option", { value }, text))));
  const remove = el("button", { type: "button", class: "plain small", "aria-label": `${say.remove_person}: ${label.role[role]}` }, say.remove_person);
  const made = el("fieldset", { class: "person-row", data: { role } }, el("legend", {}, label.role[role]),
    line("name", { maxlength: 60 }), line("id_number", { maxlength: 18, inputmode: "text" }), line("phone", { maxlength: 12, inputmode: "numeric" }),
    role === "VISITOR" ? relation : null, remove, el("small", { class: "fault", id: `${id}-fault`, role: "alert" }));
  remove.addEventListener("click", () => { made.remove(); place.focus(); });
  return made;
}

function peoplePart(roles) {
  const list = el("div", { class: "people-rows" });
  const acts = el("div", { class: "line" }, ...roles.map((role) => {
    const add = el("button", { type: "button", class: "plain small" }, `＋ ${fill(say.add_person, { role: label.role[role] })}`);
    add.addEventListener("click", () => { const row = person(role, add); list.append(row); row.querySelector("input").focus(); });
    return add;
  }));
  return el("section", { class: "people", "aria-label": say.people }, el("h3", {}, say.people), list, acts);
}

export function draw(form, prefix, move, { lists = {}, begin = false, values = {} } = {}) {
  // what is needed stands first; the rest is a keystroke away
  const usual = move.facts.filter((one) => one.needed || one.kind === "several");
  const rare = move.facts.filter((one) => !usual.includes(one));
  const open = !begin || !usual.length;
  const more = [...rare.map((one) => factField(prefix, one, lists)), ...move.texts.filter((one) => !one.needed).map((one) => textField(prefix, one))];
  if (move.roles.length) more.unshift(peoplePart(move.roles));
  const first = [...usual.map((one) => factField(prefix, one, lists)), ...move.texts.filter((one) => one.needed).map((one) => textField(prefix, one))];
  const folded = more.length ? el("details", { open }, el("summary", {}, say.more_facts), ...more) : null;
  form.replaceChildren(...first, ...(folded ? [folded] : []));
  if (begin && (move.roles.length > 1)) startPeople(form, move.roles);
  for (const [name, value] of Object.entries(values)) if (form.querySelector(`[name="${name}"]`)) setValue(form, name, value);
}

function startPeople(form, roles) {
  // who is always in such a record
  form.querySelector("details").open = true;
  for (const role of roles.filter((one) => one !== "ABOUT")) form.querySelector(".people-rows").append(person(role, form));
}

function setValue(form, name, value) {
  for (const input of form.querySelectorAll(`[name="${name}"]`)) {
    if (input.type === "checkbox") input.checked = Array.isArray(value) ? value.includes(input.value) : value;
    else input.value = value;
  }
}

export function kept(form) {
  // what stays for the next record
  return Object.fromEntries([...form.querySelectorAll("select")].filter((one) => EASY.has(one.name) && one.value).map((one) => [one.name, one.value]));
}

export function read(form, move) {
  const facts = {};
  for (const fact of move.facts) {
    const inputs = [...form.querySelectorAll(`[name="${fact.name}"]`)];
    if (fact.kind === "several") {
      const chosen = inputs.filter((one) => one.checked).map((one) => one.value);
      if (chosen.length) facts[fact.name] = chosen;
    } else if (fact.kind === "flag") {
      if (inputs[0].checked || fact.needed) facts[fact.name] = inputs[0].checked;
    } else if (inputs[0].value.trim()) {
      const value = inputs[0].value.trim();
      facts[fact.name] = fact.kind === "number" ? Number(value) : fact.kind === "money" ? Math.round(Number(value) * 100) : value;
    }
  }
  const texts = Object.fromEntries([...form.querySelectorAll("[data-text]")].filter((one) => one.value.trim()).map((one) => [one.dataset.text, one.value.trim()]));
  return { facts, texts, parties: [...form.querySelectorAll(".person-row")].map(readPerson).filter(Boolean) };
}

function readPerson(row) {
  const parts = Object.fromEntries([...row.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one.value.trim()]));
  if (!Object.values(parts).some(Boolean)) return null;
  const { relation, ...rest } = parts;
  return { role: row.dataset.role, ...rest, ...(relation ? { relation } : {}) };
}

export function clearFaults(form) {
  for (const one of form.querySelectorAll(".fault")) one.textContent = "";
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

export function forgetFault(input) {
  // what is being mended is no fault any more
  if (!input.hasAttribute("aria-invalid")) return;
  input.removeAttribute("aria-invalid");
  const fault = document.getElementById(input.getAttribute("aria-describedby") ?? "") || input.closest("fieldset")?.querySelector(".fault");
  if (fault) fault.textContent = "";
}

export function faultWords(refused) {
  return ["WRONG_FIELD", "MISSING_FIELD"].includes(refused.code) ? words.manage.see_hint : refused.message;
}

export function firstMissing(form) {
  return [...form.querySelectorAll("input[required], select[required], textarea[required]")].find((one) => !one.value.trim());
}

export function tellFault(form, field, text) {
  // at the field that central names; false when the form has none of that name
  const [where, name, part] = (field ?? "").split(".");
  const input = where === "facts" ? form.querySelector(`[name="${name}"]`)
    : where === "texts" ? form.querySelector(`[data-text="${name}"]`)
      : where === "parties" ? personInput(form, name, part) : form.querySelector(`[name="${where}"]`);
  const fault = input && document.getElementById(input.getAttribute("aria-describedby") ?? "") || input?.closest("fieldset")?.querySelector(".fault");
  if (!fault) return false;
  input.closest("details")?.setAttribute("open", "");
  fault.textContent = text;
  input.setAttribute("aria-invalid", "true");
  input.focus();
  return true;
}

function personInput(form, n, part) {
  const rows = [...form.querySelectorAll(".person-row")].filter((row) => readPerson(row));
  const row = rows[Number(n)] ?? form.querySelector(".person-row");
  return row?.querySelector(`[data-part="${part}"]`) ?? row?.querySelector("input") ?? null;
}
