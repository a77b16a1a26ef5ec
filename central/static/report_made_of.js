// What stands beside a form about one of its figures: what it is computed of, whose it is, what must hold of it.

import { el, fill, words } from "./base.js";
import { pair } from "./manage.js";
import { formula } from "./report_findings.js";
import { fieldName, formOf, grouped, nameOf, say } from "./report_words.js";

const panel = document.getElementById("panel");
let opener = null;

export function closePanel() {
  if (panel.hidden) return;
  panel.hidden = true;
  document.querySelector("tr.shown-row")?.classList.remove("shown-row");
  opener?.focus();
}

const link = (code) => el("a", { href: `#${code}`, "data-code": code }, code);
export const inner = (title, ...parts) => [el("h3", {}, title), ...parts];

function run(codes, first, last) {
  return codes.slice(codes.indexOf(first), codes.indexOf(last) + 1);
}

function pieces(written, codes) {
  // "sum(A30:A41) + last(C10)" cut into codes and what stands between
  return [...written.matchAll(/sum\((\w+):(\w+)\)|last\((\w+)\)|([A-Z][0-9]+[A-Z]?)|([^A-Zsl]+|.)/g)].map((found) => {
    if (found[1]) return { codes: run(codes, found[1], found[2]), text: `sum(${found[1]}:${found[2]})`, total: true };
    if (found[3]) return { codes: [found[3]], text: found[3] + say.before_mark, before: true };
    if (found[4]) return { codes: [found[4]], text: found[4] };
    return { codes: [], text: found[5].replaceAll("*", "×").replaceAll("/", "÷") };
  });
}

export function computed(field, form, table) {
  const found = pieces(field.is, [...table.keys()]);
  const figure = (one, code) => grouped((one.before ? form.before : form.figures)[code]);
  const cells = found.flatMap((one) => one.codes.map((code) => [one, code]));
  const with_ = found.map((one) => (one.codes.length > 1 ? `(${one.codes.map((code) => figure(one, code)).join(" + ")})` : one.codes.length ? figure(one, one.codes[0]) : one.text)).join("");
  return [
    ...inner(say.panel_is, el("p", { class: "mono" }, `${field.code} = `, ...found.flatMap((one) => (one.codes.length === 1 ? [link(one.codes[0]), one.before ? say.before_mark : ""] : [one.text])))),
    el("p", { class: "mono" }, `= ${with_} = ${grouped(form.figures[field.code])}`),
    el("dl", { class: "report-cells" }, ...cells.flatMap(([one, code]) => [el("dt", {}, link(code), " ", fieldName(table.get(code)), one.before ? say.before_mark : ""), el("dd", {}, figure(one, code))])),
  ];
}

export function counted(field, form, title = say.panel_made_of) {
  const columns = form.columns.length ? form.columns : [];
  if (!columns.length) return [];
  const lower = columns.filter((one) => !one.own && one.figures[field.code] !== "0");
  const own = columns.find((one) => one.own);
  if (!own && !lower.length) return [];
  return inner(title, el("dl", { class: "report-cells" },
    ...(own ? [el("dt", {}, say.panel_own), el("dd", {}, grouped(own.figures[field.code]))] : []),
    ...lower.flatMap((one) => [el("dt", {}, el("a", { href: formOf(one.unit.id, form.period.name, field.code) }, nameOf(one.unit))), el("dd", {}, grouped(one.figures[field.code]))])));
}

export function about(field, form) {
  const notes = form.notes.filter((one) => one.rule === `R-${field.code}` || one.rule.startsWith(`R-${field.code}-`));
  return [
    el("dl", { class: "facts" }, ...pair(say.panel_source, words.report_source_meaning[field.source]), ...pair(say.panel_kind, words.report_kind[field.kind]),
      ...(field.rule ? pair(`${say.panel_rule} R-${field.code}`, formula(field.rule)) : []), ...(field.soft ? pair(say.panel_soft, formula(field.soft)) : [])),
    field.few ? el("p", { class: "note" }, say.panel_few) : null,
    ...(notes.length ? inner(say.panel_note, ...notes.map((one) => el("p", {}, `${one.rule} `, fill(say.note_by, one)))) : []),
  ].filter(Boolean);
}

export function openPanel(field, form, parts, from = null) {
  // `from`: what was pressed, which has the focus again when it closes
  opener = from ?? opener;
  const close = el("button", { type: "button", class: "plain report-close", "aria-label": say.close }, "×");
  close.addEventListener("click", closePanel);
  panel.replaceChildren(close,
    el("h2", { id: "panel-title", tabindex: "-1" }, el("span", { class: "unseen" }, fill(say.panel, { code: field.code })), el("span", { "aria-hidden": "true" }, `${field.code} ${fieldName(field)}`)),
    el("p", { class: "report-big" }, grouped(form.figures[field.code]), el("small", {}, ` ${words.report_unit[field.unit]}`)),
    ...parts.filter(Boolean));
  document.querySelector("tr.shown-row")?.classList.remove("shown-row");
  document.getElementById(field.code)?.classList.add("shown-row");
  panel.hidden = false;
  panel.scrollTop = 0;
  if (from) document.getElementById("panel-title").focus({ preventScroll: true });
}

panel.addEventListener("keydown", (event) => { if (event.key === "Escape") closePanel(); });
