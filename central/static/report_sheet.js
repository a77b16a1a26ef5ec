// The form as a table: parts as blocks, one row a field, what is found at a field beneath its row.

import { el, fill, words } from "./base.js";
import { entry, findingWords, noteBox, ruleLinks } from "./report_findings.js";
import { facts, fieldName, formOf, grouped, may, nameOf, say, signed } from "./report_words.js";

const FEW = "<3";
const MORE = "…";

function cell(shown, { change = false, code = "", where = "" } = {}) {
  const text = change ? signed(shown) : grouped(shown);
  const kind = shown === FEW || shown === MORE ? " veiled" : /^0(\.0+)?$/.test(shown ?? "") ? " zero" : "";
  return el("td", { class: `n${kind}${where}` }, code
    ? el("a", { class: "figure", href: `#${code}`, "data-code": code }, text) : text);
}

function headRow(form, columns, heads) {
  const fixed = [["code", "c-code"], ["name", "c-name"], ["unit_of", "c-unit"], ["figure", "n"], ["before", "n"], ["change", "n"]];
  const lower = columns.map((one) => {
    const state = one.own ? "" : heads.stands(one);
    const name = one.own ? say.own_column : nameOf(one.unit);
    const title = one.own ? name : el("a", { href: formOf(one.unit.id, form.period.name) }, name);
    return el("th", { class: `n c-lower${!one.own && heads.lacks(one) ? " is-open" : ""}`, scope: "col", id: one.own ? null : `column-${one.unit.id}` },
      title, el("small", {}, state));
  });
  return el("tr", {}, ...fixed.map(([name, kind]) => el("th", { class: kind, scope: "col" }, heads[name] ?? say[name])), ...lower);
}

function byHand(field, form) {
  if (field.source !== "M" || !(may("report_enter") || may("report_entries"))) return null;
  return el("a", { class: "report-hand", href: `/report/room?unit=${facts.unit.id}&month=${form.period.name}#figures` }, say.by_hand_link);
}

function fieldRow(field, form, columns, found, heads) {
  const worst = found.some((one) => one.hard) ? " has-hard" : found.some((one) => !one.noted) ? " has-soft" : found.length ? " has-noted" : "";
  const hand = heads.hand ? byHand(field, form) : null;
  return el("tr", { class: `field-row source-${field.source}${worst}`, id: field.code, tabindex: "-1" },
    el("td", { class: "c-code" }, field.code),
    el("th", { class: "c-name", scope: "row" }, fieldName(field), hand ? " " : null, hand),
    el("td", { class: "c-unit" }, words.report_unit[field.unit]),
    cell(form.figures[field.code], { code: field.code, where: " main" }), cell(form.before[field.code]), cell(form.change[field.code], { change: true }),
    ...columns.map((one) => cell(one.figures[field.code], { where: " c-lower" })));
}

function findingRow(one, form, width, notes) {
  const box = el("div", { class: `report-finding ${one.hard ? "hard" : one.noted ? "noted" : "soft"}`, id: `at-${one.id}` },
    el("p", {}, el("b", {}, one.id), " ", el("span", { class: "kind" }, one.hard ? say.hard : one.noted ? say.noted : say.soft), " ", findingWords(one)),
    el("p", { class: "concerns" }, say.to_fields, ...ruleLinks(one)), noteBox(one, form, notes));
  return el("tr", { class: `finding-row ${one.hard ? "hard" : one.noted ? "noted" : "soft"}` }, el("td", { colspan: String(width) }, box));
}

function partRows(part, form, columns, width, notes, heads) {
  const rows = part.fields.flatMap((field) => {
    const found = form.findings.filter((one) => one.code === field.code).map((one) => entry(one, form));
    return [fieldRow(field, form, columns, found, heads), ...found.map((one) => findingRow(one, form, width, notes))];
  });
  const title = el("div", { class: "report-part" }, el("b", {}, part.key), fieldName(part));
  return el("tbody", { id: `part-${part.key}` }, el("tr", { class: "part-row" }, el("th", { colspan: String(width), scope: "rowgroup", tabindex: "-1" }, title)), ...rows);
}

const MONTH = { hand: true, lacks: (one) => one.missing || !one.version, stands: (one) => (one.missing ? say.column_missing : one.version ? fill(say.version, { n: one.version }) : say.column_live) };

export function sheet(table, form, parts, notes, { lower = true, heads = MONTH } = {}) {
  // `heads`: what a form of another span calls its columns, whether figures are typed in for it, where a unit's stands
  const columns = lower ? form.columns : [];
  const width = 6 + columns.length;
  table.replaceChildren(el("thead", {}, headRow(form, columns, heads)), ...parts.map((part) => partRows(part, form, columns, width, notes, heads)));
  table.classList.toggle("has-lower", columns.length > 0);
}

export function footnotes(form) {
  const every = [form.figures, form.before, form.change, ...form.columns.map((one) => one.figures)].flatMap((row) => Object.values(row));
  const found = [];
  if (every.includes(words.page.none) || Object.keys(form.before).length === 0) found.push(say.foot_none);
  if (every.includes(FEW)) found.push(say.foot_few);
  if (every.includes(MORE)) found.push(say.foot_more);
  return found.map((text) => el("p", {}, text));
}

export function partLinks(parts, form) {
  return parts.map((part) => {
    const codes = new Set(part.fields.map((field) => field.code));
    const found = form.findings.filter((one) => codes.has(one.code)).map((one) => entry(one, form));
    const hard = found.filter((one) => one.hard).length;
    const open = found.filter((one) => !one.hard && !one.noted).length;
    const mark = hard ? el("span", { class: "hard" }, String(hard)) : open ? el("span", { class: "soft" }, String(open)) : null;
    return el("a", { href: `#part-${part.key}`, title: fieldName(part), "data-part": part.key }, el("b", {}, part.key), el("span", { class: "name" }, fieldName(part)), mark);
  });
}
