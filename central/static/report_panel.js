// The way from a figure to the rows behind it: what it is computed of, whose it is, what was added, which records.

import { el, fill, words } from "./base.js";
import { Refused, act, call, dayTime, pair, said, wire } from "./manage.js";
import { records } from "./report_behind.js";
import { formula } from "./report_findings.js";
import { apiOf, facts, fieldName, formOf, grouped, may, monthName, nameOf, say, signed } from "./report_words.js";

const panel = document.getElementById("panel");
const openLine = wire(document.getElementById("line"));
let opener = null;

export function closePanel() {
  if (panel.hidden) return;
  panel.hidden = true;
  document.querySelector("tr.shown-row")?.classList.remove("shown-row");
  opener?.focus();
}

const link = (code) => el("a", { href: `#${code}`, "data-code": code }, code);
const inner = (title, ...parts) => [el("h3", {}, title), ...parts];

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

function computed(field, form, table) {
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

function counted(field, form) {
  const columns = form.columns.length ? form.columns : [];
  if (!columns.length) return [];
  const lower = columns.filter((one) => !one.own && one.figures[field.code] !== "0");
  const own = columns.find((one) => one.own);
  return inner(say.panel_made_of, el("dl", { class: "report-cells" },
    ...(own ? [el("dt", {}, say.panel_own), el("dd", {}, grouped(own.figures[field.code]))] : []),
    ...lower.flatMap((one) => [el("dt", {}, el("a", { href: formOf(one.unit.id, form.period.name, field.code) }, nameOf(one.unit))), el("dd", {}, grouped(one.figures[field.code]))])));
}

function events(ids) {
  if (!ids.length) return null;
  return el("details", {}, el("summary", {}, fill(say.line_events, { n: ids.length })), el("ul", { class: "report-ids" }, ...ids.map((id) => el("li", {}, id))));
}

function lines(field, form, tools) {
  const found = form.lines.filter((one) => one.code === field.code);
  const shown = found.map((one) => el("li", {},
    el("b", {}, fill(say.line_by, { kind: words.report_line[one.kind], by: signed(one.by) })),
    one.reason ? el("p", {}, one.reason) : null, one.about ? el("p", {}, fill(say.line_about, { month: monthName(one.about) })) : null,
    one.evidence ? el("p", {}, fill(say.line_evidence, { evidence: one.evidence })) : null, events(one.events),
    el("small", {}, fill(say.line_who, { actor: one.actor === "(central)" ? say.line_central : one.actor, time: dayTime(one.at) })),
    tools.open && one.kind === "ADJUST" ? act(say.line_back, () => takeBack(one, field, form, tools)) : null));
  const made = inner(say.panel_lines, found.length ? el("ul", { class: "report-lines" }, ...shown) : el("p", { class: "note" }, say.panel_no_lines));
  if (tools.open && field.source === "E") made.push(act(say.adjust, () => adjust(field, form, tools)));
  if (tools.proposes && field.source !== "D") made.push(act(say.slip, () => propose(field, form, tools)));
  return made;
}

async function takeBack(line, field, form, tools) {
  try {
    await call("POST", `${apiOf(facts.unit.id, form.period.name)}/lines/${line.id}/take-back`, { text: "" });
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    said(refused.message, true);
    return;
  }
  await tools.reload(field.code);
  said(say.line_taken);
}

function dialog(title, text, label, send, evidence) {
  document.getElementById("line-title").textContent = title;
  document.getElementById("line-text").textContent = text;
  document.getElementById("line-number-label").textContent = label;
  document.getElementById("line-evidence-field").hidden = !evidence;
  document.querySelector("#line [type=submit]").textContent = send;
}

function atNumber(refused) {
  if (refused instanceof Refused && ["by", "new", "code"].includes(refused.field)) refused.field = "number";
  return refused;
}

function adjust(field, form, tools) {
  dialog(`${say.adjust} · ${field.code} ${fieldName(field)}`, say.adjust_text, say.adjust_by, say.adjust, true);
  openLine(async (given, key) => {
    const number = given.elements.number.value.trim().replace(/^\+/, "").replace("−", "-");
    const told = { code: field.code, by: number, text: given.elements.text.value.trim(), evidence: given.elements.evidence.value.trim() };
    await call("POST", `${apiOf(facts.unit.id, form.period.name)}/lines`, told, key).catch((refused) => { throw atNumber(refused); });
    await tools.reload(field.code);
    said(say.adjust_done);
  });
}

function propose(field, form, tools) {
  const own = form.columns.find((one) => one.own);
  const old = grouped((own ? own.figures : form.figures)[field.code]);
  dialog(`${say.slip} · ${field.code} ${fieldName(field)}`, fill(say.slip_text, { old }), say.slip_new, say.slip, false);
  openLine(async (given, key) => {
    const told = { code: field.code, new: given.elements.number.value.trim().replace("−", "-"), text: given.elements.text.value.trim() };
    await call("POST", `${apiOf(facts.unit.id, form.period.name)}/slips`, told, key).catch((refused) => { throw atNumber(refused); });
    await tools.reload(field.code);
    said(say.slip_done);
  });
}

function about(field, form) {
  const notes = form.notes.filter((one) => one.rule === `R-${field.code}` || one.rule.startsWith(`R-${field.code}-`));
  return [
    el("dl", { class: "facts" }, ...pair(say.panel_source, words.report_source_meaning[field.source]), ...pair(say.panel_kind, words.report_kind[field.kind]),
      ...(field.rule ? pair(`${say.panel_rule} R-${field.code}`, formula(field.rule)) : []), ...(field.soft ? pair(say.panel_soft, formula(field.soft)) : [])),
    field.few ? el("p", { class: "note" }, say.panel_few) : null,
    ...(notes.length ? inner(say.panel_note, ...notes.map((one) => el("p", {}, `${one.rule} `, fill(say.note_by, one)))) : []),
  ].filter(Boolean);
}

export function showPanel(code, form, table, tools, from = null) {
  const field = table.get(code);
  if (!field) return;
  opener = from ?? opener;
  const close = el("button", { type: "button", class: "plain report-close", "aria-label": say.close }, "×");
  close.addEventListener("click", closePanel);
  const hand = field.source === "M" && (may("report_enter") || may("report_entries"))
    ? el("p", {}, el("a", { class: "link plain", href: `/report/room?unit=${facts.unit.id}&month=${form.period.name}#figures` }, say.panel_hand)) : null;
  panel.replaceChildren(close,
    el("h2", { id: "panel-title", tabindex: "-1" }, el("span", { class: "unseen" }, fill(say.panel, { code })), el("span", { "aria-hidden": "true" }, `${code} ${fieldName(field)}`)),
    el("p", { class: "report-big" }, grouped(form.figures[code]), el("small", {}, ` ${words.report_unit[field.unit]}`)),
    ...[...(field.source === "D" ? computed(field, form, table) : []), ...counted(field, form), hand, ...(field.source === "D" ? [] : lines(field, form, tools)),
      ...(field.source === "D" ? [] : records(field, form)), ...about(field, form)].filter(Boolean));
  document.querySelector("tr.shown-row")?.classList.remove("shown-row");
  document.getElementById(code)?.classList.add("shown-row");
  panel.hidden = false;
  panel.scrollTop = 0;
  if (from) document.getElementById("panel-title").focus({ preventScroll: true });
}

panel.addEventListener("keydown", (event) => { if (event.key === "Escape") closePanel(); });
