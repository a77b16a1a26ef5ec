// What is to do next with a form, in one sentence: what is missing, what does not hold, who is asked.

import { fill, words } from "./base.js";
import { SENT, facts, listed, nameOf } from "./report_words.js";

const next = words.report_next;
const NAMED = 3; // so many units are called by name, more are counted

export function noteMissing(form) {
  const noted = new Set(form.notes.map((one) => one.rule));
  return form.findings.filter((one) => !one.hard && !noted.has(one.id));
}

function ofLower(items) {
  const missing = items.filter((one) => !SENT.includes(one.state) && !one.missing);
  const levels = new Set(missing.map((one) => one.level));
  const said = [];
  if (missing.length && missing.length <= NAMED) {
    said.push(fill(next.missing_named, { units: listed(missing.map(nameOf)) }));
  } else if (missing.length) {
    const kind = levels.size === 1 ? `missing_${[...levels][0]}` : "missing_below";
    said.push(fill(next[kind] ?? next.missing_below, { n: missing.length }));
  }
  const waiting = items.filter((one) => one.state === "SUBMITTED").length;
  if (waiting) said.push(fill(next.to_take, { n: waiting }));
  return said;
}

function ofForm(form) {
  const hard = form.findings.filter((one) => one.hard).length;
  const soft = noteMissing(form).length;
  return [...(hard ? [fill(next.hard, { n: hard })] : []), ...(soft ? [fill(next.soft, { n: soft })] : [])];
}

function asked(state, form) {
  const onward = facts.onward[state];
  if (!onward) return [];
  const move = next[`do_${onward.move}`];
  // who had one part cannot have another (统计法 24)
  const before = { REVIEWER: ["preparer"], SIGNER: ["preparer", "reviewer"], PREPARER: [] }[onward.part];
  const taken = before.map((part) => form?.[part]).filter(Boolean);
  const who = facts.people[onward.part].filter((one) => !taken.includes(one));
  if (who.includes(facts.person.name)) return [fill(next.ask_you, { move })];
  if (!who.length) return [fill(next.ask_nobody, { move, part: words.report_part[onward.part] })];
  return [fill(next.ask, { who: who.length <= NAMED ? who.join(next.or) : listed(who), move })];
}

function lastReturn(form) {
  const step = form.steps.findLast((one) => one.move === "RETURN");
  if (!step) return [];
  const reason = words.report_return_reason[step.said.reason] ?? "";
  return [fill(next.returned, { reason, text: step.said.text ?? "" })];
}

export function nextSentence({ state, period, items = [], form = null }) {
  // `items`: the board of the units below; `form`: only where its findings count
  const said = [];
  if (state === "ACCEPTED") return (facts.unit.id === facts.root ? next.closed : next.done) + next.end;
  if (state === "SUBMITTED") return (form?.moves.includes("ACCEPT") ? next.sent_to_you : next.sent) + next.end;
  if (facts.today <= period.to && state === "COLLECTING") {
    return fill(next.runs, { last: period.to }) + next.end;
  }
  if (state === "RETURNED" && form) said.push(...lastReturn(form));
  said.push(...ofLower(items));
  if (form && !["COLLECTING", "RETURNED"].includes(state)) said.push(...ofForm(form));
  said.push(...asked(state, form));
  const text = said.join(next.join) + next.end;
  return text[0].toUpperCase() + text.slice(1);
}
