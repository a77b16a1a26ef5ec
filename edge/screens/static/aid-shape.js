// An application for legal aid between the fields of a page and the shape that the controller reads. A field's name is
// flat (`agent_name`); empty ones are left out, so that a draft holds what was said and no more.
const full = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null && value !== ""));
const fen = (yuan) => (yuan === undefined || yuan === "" || yuan === null ? undefined : Math.round(Number(yuan) * 100));
const whole = (text) => (text === undefined || text === "" || text === null ? undefined : Number(text));

export const pngOf = (address) => address?.split(",", 2)[1] ?? "";

/** The fields as `hall_config.aid_application.Application`. */
export function toApplication(form) {
  const applicant = full({
    name: form.name?.trim(), id_kind: form.id_kind, id_number: form.id_number, sex: form.sex, birth: form.birth, ethnicity: form.ethnicity,
    household_address: form.household_address, address: form.address, phone: form.phone,
  });
  const hardship = full({ household: whole(form.household), income: fen(form.income_yuan), property: form.property, debts: form.debts, basis: form.basis });
  if (form.promise) hardship.promise = true;
  const made = full({
    consent: form.consent ? true : undefined, matter: form.matter, nature: form.nature, aid_form: form.aid_form, stage: form.stage, position: form.position,
    organ: form.organ, detained: form.detained ? true : undefined, custody: form.detained ? form.custody : undefined, presumed: form.presumed, facts: form.facts, signature: pngOf(form.signature), signed_how: form.signature ? form.signed_how ?? "SIGNATURE" : undefined,
  });
  made.applicant = applicant;
  if (Object.keys(hardship).length) made.hardship = hardship;
  if (form.has_agent) {
    made.agent = full({
      relation: form.agent_relation ?? "PARENT", authority: form.agent_authority,
      person: full({ name: form.agent_name?.trim(), id_number: form.agent_id_number, phone: form.agent_phone }),
    });
  }
  if (form.groups?.length) made.groups = [...form.groups];
  const opposing = (form.opposing ?? []).filter((one) => one.name?.trim());
  if (opposing.length) made.opposing = opposing.map((one) => full({ name: one.name.trim(), phone: one.phone, address: one.address }));
  const papers = (form.papers ?? []).filter((one) => one.name?.trim());
  if (papers.length) made.papers = papers.map((one) => ({ name: one.name.trim(), copies: Number(one.copies) || 1, original: Boolean(one.original) }));
  return made;
}

/** A kept draft as the fields of a page. */
export function toFields(kept) {
  const { applicant, agent, hardship, opposing, papers, groups, ...plain } = kept;
  const fields = {
    ...full(plain), ...full(applicant ?? {}), ...full({ household: hardship?.household, property: hardship?.property, debts: hardship?.debts, basis: hardship?.basis }),
    groups: [...(groups ?? [])], opposing: (opposing ?? []).map(full), papers: (papers ?? []).map((one) => ({ ...one })),
  };
  if (hardship?.income !== null && hardship?.income !== undefined) fields.income_yuan = String(hardship.income / 100);
  if (hardship?.promise) fields.promise = true;
  if (agent) {
    Object.assign(fields, { has_agent: true, agent_relation: agent.relation }, full({
      agent_authority: agent.authority, agent_name: agent.person.name, agent_id_number: agent.person.id_number, agent_phone: agent.person.phone,
    }));
  }
  return fields;
}

const ways = {
  "applicant": "name", "agent.person.name": "agent_name", "agent.person.id_number": "agent_id_number", "agent.person.phone": "agent_phone", "agent.person.birth": "agent_id_number", "agent.person": "agent_name",
  "agent.relation": "agent_relation", "agent.authority": "agent_authority", "agent": "agent_name", "hardship.income": "income_yuan",
};

/** The flat name of the field that an error is about: `form.applicant.phone` is `phone`. */
export function fieldOf(way) {
  const path = (way ?? "").replace(/^form\.?/, "");
  return ways[path] ?? path.split(".").at(-1);
}
