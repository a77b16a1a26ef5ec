// An organ's notice (通知辩护): what its letter says, whom it is about, and the letter itself.

import { el, words } from "./base.js";
import { Refused, call, newKey } from "./manage.js";
import { checked, clearFaults, field, form as formWords, input, rightDay, rightNumber, rightPhone, tell, tick, ticks, tidyNumber, tidyPhone, value } from "./aid_fields.js";
import { NotTaken, send } from "./aid_files.js";
import { received, wayIn } from "./aid_received.js";

const say = words.aid_notice;
const byId = (id) => document.getElementById(id);
const sheet = byId("notice");
const place = byId("form");
const pick = (names, of) => names.map((name) => [name, of[name]]);
const grounds = ["N25_1", "N25_2", "N25_3", "N25_4", "N25_5", "N25_6", "N25_7", "N25_OPT", "N28"];
const kinds = [...pick(["RESIDENT", "RESIDENCE_PERMIT", "PERMANENT_RESIDENT", "PASSPORT"], formWords), ["NONE", formWords.NO_ID]];
const section = (title, ...children) => el("fieldset", { class: "section" }, el("legend", {}, title), ...children);
const at = (path) => value(place, path);
let wish = { words: "", key: "" };

place.replaceChildren(
  section(say.letter_section, field("organ", say.organ, { needed: true, longest: 60 }), field("organ_kind", say.organ_kind, { kind: "select", needed: true, options: [["", formWords.choose], ...pick(["COURT", "PROCURATORATE", "POLICE", "STATE_SECURITY"], say)] }),
    field("letter", say.letter, { needed: true }), field("received_on", say.received_on, { kind: "date", hint: say.received_on_hint, needed: true }),
    field("matter", say.matter, { kind: "select", needed: true, wide: true, options: [["", formWords.choose], ...pick(grounds, say)] }), field("charge", say.charge),
    field("stage", formWords.stage, { kind: "select", needed: true, options: [["", formWords.choose], ...pick(["INVESTIGATION", "PROSECUTION", "FIRST", "SECOND", "RETRIAL"], formWords)] })),
  section(say.accused, field("accused.name", formWords.name, { needed: true, longest: 60 }), field("accused.id_kind", formWords.id_kind, { kind: "select", options: kinds }), field("accused.id_number", formWords.id_number, { longest: 30 }),
    field("accused.birth", formWords.birth, { hint: formWords.birth_hint, longest: 10 }), field("accused.phone", formWords.phone, { longest: 24, mode: "tel" }), field("accused.address", formWords.address),
    tick("detained", say.detained), field("place", say.place), ticks("groups", formWords.groups, pick(["MINOR", "DISABLED", "ELDER", "WOMAN", "MIGRANT_WORKER", "MILITARY", "VETERAN"], formWords))),
);
input(place, "received_on").value = sheet.dataset.today;
input(place, "received_on").max = sheet.dataset.today;

function * faults() {
  for (const path of ["organ", "letter", "accused.name"]) if (!at(path)) yield [path, formWords.fault_needed];
  for (const path of ["organ_kind", "matter", "stage"]) if (!at(path)) yield [path, formWords.fault_choose];
  if (!rightDay(at("received_on")) || at("received_on") > sheet.dataset.today) yield ["received_on", formWords.fault_day];
  const number = tidyNumber(at("accused.id_number"));
  if (number && at("accused.id_kind") === "RESIDENT" && !rightNumber(number)) yield ["accused.id_number", formWords.fault_id];
  if (at("accused.birth") && !rightDay(at("accused.birth"))) yield ["accused.birth", formWords.fault_day];
  if (!rightPhone(at("accused.phone"))) yield ["accused.phone", formWords.fault_phone];
}

function read() {
  const accused = { name: at("accused.name"), id_kind: at("accused.id_kind"), id_number: tidyNumber(at("accused.id_number")), phone: tidyPhone(at("accused.phone")), address: at("accused.address") };
  if (at("accused.birth")) accused.birth = at("accused.birth");
  const plain = Object.fromEntries(["organ", "organ_kind", "letter", "matter", "charge", "stage", "place"].map((name) => [name, at(name)]));
  return { ...plain, accused, detained: at("detained"), groups: checked(place, "groups") };
}

async function sendLetter(way) {
  const [file] = byId("scan-file").files;
  if (!file) return "";
  try {
    await send("POST", `${way.address}?kind=LETTER`, { file });
    return "";
  } catch (refused) {
    if (!(refused instanceof NotTaken)) throw refused;
    return `${words.aid_new.letter_missing} ${refused.message}`;
  }
}

sheet.addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("problem").textContent = "";
  clearFaults(place);
  const [wrong] = faults();
  if (wrong) { tell(place, ...wrong); return; }
  const body = { notice: read(), received_on: at("received_on") };
  if (wish.words !== JSON.stringify(body)) wish = { words: JSON.stringify(body), key: newKey() };
  const button = sheet.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const one = await call("POST", "/api/v1/aid/notices", body, wish.key);
    const way = await wayIn(one, false);
    received(one, { form: sheet, place: byId("done"), kinds: ["LETTER", "EVIDENCE", "PAPER"], way, warning: await sendLetter(way) });
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    if (!tell(place, (refused.field ?? "").replace(/^notice\./, ""), refused.message)) byId("problem").textContent = refused.message;
  } finally {
    button.disabled = false;
  }
});
