// The way from a figure to the rows behind it: what it is computed of, whose it is, what was added, which records.

import { el, fill, words } from "./base.js";
import { Refused, act, call, dayTime, said, wire } from "./manage.js";
import { records } from "./report_behind.js";
import { about, computed, counted, inner, openPanel } from "./report_made_of.js";
import { apiOf, facts, fieldName, grouped, may, monthName, say, signed } from "./report_words.js";

const openLine = wire(document.getElementById("line"));

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

export function showPanel(code, form, table, tools, from = null) {
  const field = table.get(code);
  if (!field) return;
  const hand = field.source === "M" && (may("report_enter") || may("report_entries"))
    ? el("p", {}, el("a", { class: "link plain", href: `/report/room?unit=${facts.unit.id}&month=${form.period.name}#figures` }, say.panel_hand)) : null;
  const own = field.source === "D" ? [] : [...lines(field, form, tools), ...records(field, form)];
  openPanel(field, form, [...(field.source === "D" ? computed(field, form, table) : []), ...counted(field, form), hand, ...own, ...about(field, form)], from);
}
