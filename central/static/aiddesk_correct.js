// Correcting an application: what was filled in is shown for a reason, changed where it is wrong, and sent whole.

import { el } from "./base.js";
import { call } from "./manage.js";
import { area, check, checked, group, line, refuse, select, value } from "./aiddesk_form.js";
import { choices, codes, codeWords, say, words } from "./aiddesk_words.js";

const given = words.aid_given;
const FIELDS = { name: 60, id_number: 30, phone: 24, address: 100, household_address: 100 };
const MOST_OPPOSING = 20;
const NEW = "opposing-new"; // one more than there were; without a name there is none
let open = null; // the application as it was shown

function person(prefix, one) {
  return Object.entries(FIELDS).map(([name, most]) => line(`${prefix}-${name}`, (codes.field[name] ?? given[name]), { value: one[name] ?? "", required: name === "name" && prefix !== NEW, maxlength: String(most) }));
}

function block(title, ...fields) {
  return el("fieldset", {}, el("legend", {}, title), el("div", { class: "row-2" }, ...fields));
}

function fieldsOf(whole) {
  return [el("p", { class: "note" }, say.correct_note), block(say.applicant, ...person("applicant", whole.applicant)),
    ...(whole.agent ? [block(say.agent, ...person("agent", whole.agent.person), line("agent-authority", codes.field.agent_authority, { value: whole.agent.authority, required: false, maxlength: "100" }))] : []),
    ...whole.opposing.map((one, n) => block(say.opposing, ...person(`opposing${n}`, one))),
    ...(whole.opposing.length < MOST_OPPOSING ? [block(say.opposing_more, ...person(NEW, {}))] : []),
    block(say.case_facts, select("matter", given.matter, choices.matters.map((code) => [code, codeWords("matter", code)]), { value: whole.matter }),
      select("nature", given.nature, choices.natures.map((code) => [code, codeWords("nature", code)]), { value: whole.nature }),
      line("organ", codes.field.organ, { value: whole.organ, required: false, maxlength: "100" }), line("custody", codes.field.custody, { value: whole.custody, required: false, maxlength: "100" }),
      group("detained", codes.field.detained, check("detained", "yes", codes.field.detained)),
      select("stage", codes.field.stage, choices.stages.map((code) => [code, codes.stage[code] ?? code]), { value: whole.stage }),
      line("household", codes.field.household, { type: "number", min: "1", max: "30", value: whole.hardship.household ?? "", required: false }),
      line("income", codes.field.income_yuan, { inputmode: "decimal", value: whole.hardship.income === null ? "" : String(whole.hardship.income / 100), required: false })),
    area("facts", codes.field.facts, { value: whole.facts, required: false })];
}

/** First why, then the form: nothing of a person is on the page before the reason is in the audit. */
export async function correction(ctx) {
  open = null;
  const place = el("div", {});
  const button = el("button", { type: "button", class: "plain" }, say.show_full);
  const reason = area("reason", given.reason, { hint: say.correct_open });
  button.addEventListener("click", async () => {
    try {
      const told = await call("POST", `/api/v1/aid/cases/${ctx.case.id}/disclose`, { reason: value("reason").slice(0, 200) });
      open = told.application;
      place.replaceChildren(...fieldsOf(open));
      place.querySelector("[name=detained]").checked = open.detained;
      button.hidden = true;
      place.querySelector("input").focus();
    } catch (refused) {
      place.replaceChildren(el("p", { class: "note" }, refused.message));
    }
  });
  return [reason, el("p", {}, button), place];
}

function personOf(prefix, one) {
  const changed = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, value(`${prefix}-${name}`)]));
  return { ...one, ...changed };
}

function another() {
  if (value(`${NEW}-name`)) return [personOf(NEW, {})];
  if (Object.keys(FIELDS).some((name) => value(`${NEW}-${name}`))) refuse(`${NEW}-name`, words.manage.needed);
  return [];
}

export function readCorrection() {
  if (open === null) refuse("reason", say.correct_open);
  const income = value("income");
  if (income && !/^\d{1,8}(\.\d{1,2})?$/.test(income)) refuse("income", words.manage.see_hint);
  const hardship = { ...open.hardship, household: value("household") ? Number(value("household")) : null, income: income ? Math.round(Number(income) * 100) : null };
  const application = {
    ...open, hardship, applicant: personOf("applicant", open.applicant), opposing: [...open.opposing.map((one, n) => personOf(`opposing${n}`, one)), ...another()],
    agent: open.agent ? { ...open.agent, authority: value("agent-authority"), person: personOf("agent", open.agent.person) } : null,
    matter: value("matter"), nature: value("nature"), organ: value("organ"), detained: checked("detained").length > 0, custody: value("custody"), stage: value("stage"), facts: value("facts"),
  };
  return { application, reason: value("reason") };
}

