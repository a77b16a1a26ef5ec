// What each step of a case is given: its fields, and how they are read. Which steps there are is central's to say.

import { el, fill } from "./base.js";
import { call } from "./manage.js";
import { area, check, checked, group, line, needIf, needed, refuse, select, value } from "./aiddesk_form.js";
import { choices, codeWords, isoDay, root, say, words } from "./aiddesk_words.js";
import { correction, readCorrection } from "./aiddesk_correct.js";

const given = words.aid_given;
const of = (name, list) => list.map((code) => [code, codeWords(name, code)]);
const how = (...names) => names.map((name) => [name, words.aid_choice[name]]);
const text = (name) => () => [area(name, given[name])];
const read = (...names) => () => Object.fromEntries(names.map((name) => [name, value(name)]).filter(([, one]) => one !== ""));
const whole = (name) => (value(name) === "" ? undefined : Number(value(name)));
const today = () => isoDay(Date.now());

function fen(name) {
  const typed = value(name).replace(/[,，\s]/g, "");
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(typed)) refuse(name, words.manage.see_hint);
  const [whole_, part = ""] = typed.split(".");
  return Number(whole_) * 100 + Number(part.padEnd(2, "0"));
}

function dropEmpty(told) {
  return Object.fromEntries(Object.entries(told).filter(([, one]) => one !== undefined && one !== ""));
}

// --- what is missing: every usual gap in one list, so that nothing is forgotten

function gapFields(ctx) {
  const again = ctx.case.gaps.length > 0;
  const lines = choices.gaps.map((kind) => check("gaps", kind, words.aid_gap[kind],
    el("input", { class: "more-text", name: `text-${kind}`, maxlength: "100", autocomplete: "off", "aria-label": `${words.aid_gap[kind]}: ${given.gap_text}`, placeholder: given.gap_text }),
    again ? el("select", { class: "more-text", name: `file-${kind}`, "aria-label": `${words.aid_gap[kind]}: ${given.gap_file}` }, el("option", { value: "" }, given.gap_file), ...ctx.files.map((one) => el("option", { value: one.id }, one.title || words.aid_file[one.kind]))) : null));
  return [needed(group("gaps", given.gaps, el("div", { class: "checks" }, ...lines))),
    line("days", given.days, { type: "number", min: "1", max: "60", required: false }),
    ...(again && "supervises" in root.dataset ? [area("override_reason", given.override_reason, { required: false })] : [])];
}

function readGaps() {
  const gaps = checked("gaps").map((kind) => dropEmpty({ kind, text: value(`text-${kind}`), file: value(`file-${kind}`) }));
  if (!gaps.length) refuse("gaps", words.manage.needed);
  return dropEmpty({ gaps, days: whole("days"), override_reason: value("override_reason") });
}

function supplementFields(ctx) {
  const lines = ctx.case.gaps.filter((gap) => !gap.filled_at).map((gap) => check("filled", String(gap.n), words.aid_gap[gap.kind] + (gap.text ? `：${gap.text}` : "")));
  return [group("filled", given.filled, el("div", { class: "checks" }, ...lines)), area("papers", given.papers, { required: false })];
}

function readSupplement() {
  const papers = value("papers").split("\n").map((one) => one.trim().slice(0, 60)).filter(Boolean).map((name) => ({ name }));
  const filled = checked("filled").map(Number);
  if (!filled.length && !papers.length) refuse("filled", words.manage.needed);
  return { filled, papers };
}

// --- the decision; an approver starts from what the reviewer proposed

function proposal(ctx) {
  const step = ctx.steps.filter((one) => one.move === "PROPOSE").at(-1);
  return { ...ctx.case, ...step?.facts, ...step?.texts };
}

function decisionFields(ctx, said, required) {
  const before = said ? proposal(ctx) : ctx.case;
  return [select("basis", given.basis, of("basis", choices.bases), { value: before.basis, required }),
    el("div", { class: "row-2" }, select("matter", given.matter, of("matter", choices.matters), { value: before.matter, required }),
      select("aid_form", given.aid_form, of("aid_form", choices.forms), { value: before.aid_form, required })),
    line("scope", given.scope, { value: said ? before.scope ?? "" : "", required })];
}

function proposeFields(ctx) {
  const decision = select("decision", given.decision, how("GRANT", "REFUSE"));
  const granted = el("div", {}, ...decisionFields(ctx, false, true));
  const refused = el("div", { hidden: true }, select("ground", given.ground, of("ground", choices.refusals)));
  granted.hidden = true;
  decision.querySelector("select").addEventListener("change", (event) => {
    granted.hidden = event.target.value !== "GRANT";
    refused.hidden = event.target.value !== "REFUSE";
  });
  return [decision, granted, refused, area("text", given.text)];
}

function readProposal() {
  const names = value("decision") === "GRANT" ? ["basis", "matter", "aid_form", "scope"] : ["ground"];
  return read("decision", "text", ...names)();
}

// --- who is assigned: suggested by central, chosen by a person

function because(one) {
  return one.reasons.map((reason) => {
    const fields = (reason.fields ?? "").split(" ").filter(Boolean).map((name) => words.lawyer_field[name] ?? name).join("、");
    return fill(words.lawyer_reason[reason.code] ?? reason.code, { ...reason, fields, language: words.lawyer_language[reason.language] ?? "" });
  }).join("；");
}

function candidate(one) {
  const bars = one.bars.map((code) => words.lawyer_bar[code] ?? code).join("；");
  const doubts = one.doubts.map((code) => words.lawyer_bar[code] ?? code).join("；");
  const id = `lawyer-${one.mark.slice(0, 12)}`;
  const input = el("input", { type: "radio", name: "lawyer", value: one.mark, id, disabled: !one.may_be_chosen, "aria-describedby": `${id}-why` });
  const weak = one.may_be_chosen && !one.suggested && !doubts ? say.candidate_weak : "";
  return el("div", { class: one.may_be_chosen ? "aiddesk-candidate" : "aiddesk-candidate barred" },
    el("label", { for: id }, input, `${one.name} · ${one.firm}`),
    el("div", { id: `${id}-why` }, el("small", {}, because(one)), ...[[say.candidate_not, bars, "bars"], [say.candidate_doubt, doubts, "doubts"]].filter(([, told]) => told).map(([words_of, told, name]) => el("small", { class: "fault" }, fill(words_of, { [name]: told }))), weak ? el("small", {}, weak) : null));
}

async function assignFields(ctx) {
  const found = (await call("GET", `/api/v1/aid/cases/${ctx.case.id}/suggestions?limit=50`)).items;
  const lines = found.length ? found.map(candidate) : [el("p", { class: "note" }, say.candidates_none)];
  return [needed(group("lawyer", say.candidates, ...lines)), area("override_reason", given.override_reason, { required: false })];
}

function readLawyer() {
  const [lawyer] = checked("lawyer");
  if (!lawyer) refuse("lawyer", words.manage.needed);
  return dropEmpty({ lawyer, override_reason: value("override_reason") });
}

async function firstFields(ctx) {
  const ends = line("period_ends", given.period_ends, { type: "date", min: today(), hint: given.period_ends_hint });
  const why = select("why", given.why, how("PERIOD_ENDS", "PRESERVATION", "ADVANCE_EXECUTION"));
  const fit = () => needIf(ends, why.querySelector("select").value === "PERIOD_ENDS");
  why.addEventListener("change", fit);
  fit();
  return [why, el("div", { class: "row-2" }, ends, line("until", given.until, { type: "date", min: today(), hint: given.until_hint })), ...(await assignFields(ctx))];
}

function readFirst() {
  const names = value("why") === "PERIOD_ENDS" ? ["why", "period_ends", "until"] : ["why", "until"];
  return { ...read(...names)(), ...readLawyer() };
}

// --- an objection that came on paper

function objectFields(ctx) {
  const decided = ctx.steps.filter((one) => ["REFUSE", "TERMINATE"].includes(one.move)).at(-1);
  return [line("received_on", given.received_on, { type: "date", min: decided ? isoDay(decided.at) : null, max: today(), hint: given.received_on_hint }), area("text", given.objection)];
}

// --- ending a case again that the bureau had taken up: only for what is new since

function terminateFields(ctx) {
  const ordered = ctx.steps.filter((one) => one.move === "ORDER_CORRECTION").at(-1);
  const since = ordered ? [line("fact_on", given.fact_on, { type: "date", min: isoDay(ordered.at), max: today(), hint: given.fact_on_hint, required: false })] : [];
  return [select("ground", given.ground, of("ground", choices.terminations)), area("text", given.text, { hint: given.text_told_hint }), ...since, line("organ", given.organ, { required: false })];
}

// --- archiving: who was not called back (F32) is accounted for

function archiveFields(ctx) {
  const missing = ctx.tasks.some((one) => one.task === "CALL_BACK");
  const causes = choices.no_call_backs.filter((code) => code !== "NOTICE_CASE" || ctx.case.channel === "ORGAN");
  return [line("box", given.box), el("div", { class: "row-2" }, line("years", given.years, { type: "number", min: "1", max: "100" }), line("pay", given.pay, { inputmode: "decimal", value: "0" })),
    ...(missing ? [el("p", { class: "note" }, say.no_call_back_note), select("no_call_back", given.no_call_back, of("no_call_back", causes)), area("no_call_back_text", given.no_call_back_text)] : [])];
}

function callBackFields() {
  const way = select("how", given.call_back_how, how("PHONE", "VISIT", "LETTER", "FAILED"));
  const grade = select("grade", given.grade, [5, 4, 3, 2, 1].map((one) => [String(one), words.grade[one]]), { required: false });
  way.addEventListener("change", (event) => { grade.hidden = event.target.value === "FAILED"; }); // nobody was asked
  return [way, area("answer", given.call_back_answer, { hint: given.call_back_hint }), grade];
}

// --- each step: its fields (which may ask central first), and what of them goes

export const FORMS = {
  REDIRECT: [() => [line("to", given.to, { hint: given.to_hint }), area("reason", given.reason)], read("to", "reason")],
  BEGIN_REVIEW: [() => [], () => ({})],
  ASK_SUPPLEMENT: [gapFields, readGaps],
  TAKE_SUPPLEMENT: [supplementFields, readSupplement],
  DEEM_WITHDRAWN: [() => [needed(group("confirm", words.aid_move.DEEM_WITHDRAWN, check("confirm", "yes", given.confirm)))],
    () => (checked("confirm").length ? { confirm: true } : refuse("confirm", words.manage.needed))],
  ASK_COOPERATION: [() => [line("centre", given.centre, { hint: given.centre_hint }), area("ask", given.ask, { hint: given.ask_hint })], read("centre", "ask")],
  TAKE_COOPERATION: [text("answer"), read("answer")],
  WITHDRAW: [() => [select("how", given.how, how("WRITTEN", "CALL")), area("text", given.text_optional, { required: false })], read("how", "text")],
  PROPOSE: [proposeFields, readProposal],
  AID_FIRST: [firstFields, readFirst],
  GRANT: [(ctx) => [...decisionFields(ctx, true, true), select("nature", given.nature, of("nature", choices.natures), { value: ctx.case.nature })],
    read("basis", "matter", "aid_form", "scope", "nature")],
  REFUSE: [(ctx) => [select("ground", given.ground, of("ground", choices.refusals), { value: proposal(ctx).ground }), area("text", given.text, { value: proposal(ctx).decision === "REFUSE" ? proposal(ctx).text ?? "" : "", hint: given.text_told_hint })], read("ground", "text")],
  ASSIGN: [assignFields, readLawyer],
  REASSIGN: [assignFields, readLawyer],
  WAIT_FOR_CLIENT: [() => [select("cause", given.cause, choices.waits.map((code) => [code, words.aid_wait[code]])), area("text", given.text_optional, { required: false })], read("cause", "text")],
  CLIENT_CAME: [() => [area("text", given.text_optional, { required: false })], read("text")],
  BEGIN_CHANGE: [() => [select("by", given.by, how("RECIPIENT", "AGENCY")), area("reason", given.reason)], read("by", "reason")],
  CLEAR_CONFLICT: [text("reason"), read("reason")],
  TERMINATE: [terminateFields, read("ground", "text", "organ", "fact_on")],
  OBJECT: [objectFields, read("received_on", "text")],
  UPHOLD: [() => [area("text", given.findings, { hint: given.findings_hint })], read("text")],
  ORDER_CORRECTION: [() => [area("text", given.findings, { hint: given.findings_hint })], read("text")],
  RETURN_FILE: [text("reason"), read("reason")],
  ARCHIVE: [archiveFields, () => dropEmpty({ box: value("box"), years: whole("years"), pay_fen: fen("pay"), no_call_back: value("no_call_back"), no_call_back_text: value("no_call_back_text") })],
  CALL_BACK: [callBackFields, () => dropEmpty({ how: value("how"), answer: value("answer"), grade: value("how") === "FAILED" ? undefined : whole("grade") })],
  CORRECT: [correction, readCorrection],
  IDENTIFY: [() => [select("how", given.how, how("ID_CARD", "PAPER", "SHARED_QUERY"))], read("how")],
  LOSE_LAWYER: [text("reason"), read("reason")],
  TAKE_BACK: [text("reason"), read("reason")],
};

// What a state is there for stands first; everything else that may be done is behind "other actions".
export const FIRST = {
  SUBMITTED: ["BEGIN_REVIEW", "ASK_SUPPLEMENT", "IDENTIFY"], NEED_SUPPLEMENT: ["TAKE_SUPPLEMENT", "DEEM_WITHDRAWN", "IDENTIFY"],
  UNDER_REVIEW: ["PROPOSE", "GRANT", "REFUSE", "ASK_SUPPLEMENT", "IDENTIFY"], COOP_CHECK: ["TAKE_COOPERATION"], GRANTED: ["ASSIGN"],
  NOTICE_IN: ["ASSIGN"], CHANGING: ["REASSIGN"], ASSIGNED: ["CLIENT_CAME", "BEGIN_CHANGE", "CLEAR_CONFLICT"], ENGAGED: ["BEGIN_CHANGE", "CLEAR_CONFLICT"], CLOSED: ["CALL_BACK", "ARCHIVE", "RETURN_FILE"],
  OBJECTED: ["UPHOLD", "ORDER_CORRECTION"],
};

const stillSigning = (told) => told.limits.some((one) => one.rule === "LA_SIGN" && one.paused_at && !one.ended_at);

/** Steps of this page: those of firms and applicants have pages of their own. */
export function possible(told, reviewed) {
  return told.moves.filter((name) => {
    if (!FORMS[name]) return false;
    if (name === "WAIT_FOR_CLIENT") return !stillSigning(told);
    if (name === "CLIENT_CAME") return stillSigning(told);
    if (name === "LOSE_LAWYER") return told.assignment !== null;
    if (name === "IDENTIFY") return !told.identified;
    if (["GRANT", "REFUSE"].includes(name)) return !reviewed;
    return true;
  });
}

