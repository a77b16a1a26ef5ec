// Everything that was told in an application or an organ's letter: each filled field in its own words, one list a person.

import { el } from "./base.js";
import { pair } from "./manage.js";
import { codeWords, codes, say, words, yuan } from "./aiddesk_words.js";

const label = (name) => (codes.field[name] ?? words.aid_given[name] ?? name).replace(/\s*[（(][^（()）]*[）)]$/, "");
const yes = (told) => (told ? say.yes : null);

function list(title, facts) {
  const lines = facts.filter(([, told]) => told !== null && told !== undefined && told !== "");
  return lines.length ? [el("h3", {}, title), el("dl", {}, ...lines.flatMap(([name, told]) => pair(name, told)))] : [];
}

function person(one) {
  return [
    [label("name"), one.name], [label("sex"), one.sex && codes.sex[one.sex]], [label("birth"), one.birth], [label("ethnicity"), one.ethnicity],
    [codes.id_kind[one.id_kind], one.id_number], [label("phone"), one.phone], [label("address"), one.address], [label("household_address"), one.household_address],
  ];
}

function paperLine(one) {
  return `${one.name} × ${one.copies}${one.original ? `（${label("original")}）` : ""}`;
}

function matter(told) {
  return [
    [label("matter"), codeWords("matter", told.matter)], [label("nature"), told.nature && codeWords("nature", told.nature)],
    [label("aid_form"), told.aid_form && codeWords("aid_form", told.aid_form)], [label("stage"), codeWords("stage", told.stage)],
    [label("position"), told.position], [say.organ, told.organ], [say.full_letter, told.letter], [say.full_charge, told.charge],
    [label("detained"), yes(told.detained)], [label("custody"), told.custody ?? told.place],
    [label("groups"), (told.groups ?? []).map((one) => codes.group[one]).join("、")], [label("facts"), told.facts],
    [label("papers"), (told.papers ?? []).map(paperLine).join("\n")],
  ];
}

function means(told) {
  const { hardship } = told;
  if (!hardship) return [];
  return [
    [label("presumed"), told.presumed && codes.presumed[told.presumed]], [label("household"), hardship.household],
    [label("income_yuan"), hardship.income === null ? null : yuan(hardship.income)], [label("property"), hardship.property],
    [label("debts"), hardship.debts], [label("basis"), hardship.basis && codeWords("basis", hardship.basis)], [label("promise").split(/[：:]/)[0], yes(hardship.promise)],
  ];
}

// The page's policy lets no picture in by its text: it is drawn.
async function drawn(text) {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const place = el("canvas", { class: "aiddesk-signature", role: "img", "aria-label": label("signature"), width: picture.width, height: picture.height });
  place.getContext("2d").drawImage(picture, 0, 0);
  return place;
}

async function signed(told) {
  const how = told.signed_how ? codes.signed_how[told.signed_how] : null;
  if (!how && !told.signature) return [];
  const facts = [[label("signed_how"), how]];
  if (told.signature) facts.push([label("signature"), await drawn(told.signature)]);
  return list(label("signature"), facts);
}

export async function fullOf(whole) {
  const told = whole.application ?? whole.notice;
  const agent = told.agent ? [...person(told.agent.person), [label("agent_authority"), told.agent.authority]] : [];
  return el("div", { class: "aiddesk-full" },
    ...list(whole.notice ? say.accused : say.applicant, person(told.applicant ?? told.accused)),
    ...(told.agent ? list(`${say.agent}（${codeWords("relation", told.agent.relation)}）`, agent) : []),
    ...(told.opposing ?? []).flatMap((one) => list(say.opposing, person(one))),
    ...list(say.full_facts, matter(told)), ...list(say.full_means, means(told)), ...await signed(told));
}
