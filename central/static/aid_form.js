// The application for legal aid (forms F02 and F04), the same at home, at a window and at a street's station: sections
// of fields, what stands in them as central takes it, and faults told at their fields.

import { el, fill } from "./base.js";
import { codes } from "./aid_codes.js";
import { bornOf, checked, choices, clearFaults, fen, field, form, input, rightDay, rightNumber, rightPhone, tell, tick, ticks, tidyNumber, tidyPhone, value, yearsOf } from "./aid_fields.js";

export { codes };
const ADULT = 18; // only to ask early; central counts by its dated table
const matters = { M31: 9, M32: 5 };
const codesOf = (kind) => Array.from({ length: matters[kind] }, (_, place) => `${kind}_${place + 1}`);
const pick = (names, of = form) => names.map((name) => [name, of[name]]);
const kinds = [...pick(["RESIDENT", "RESIDENCE_PERMIT", "PERMANENT_RESIDENT", "PASSPORT"]), ["NONE", form.NO_ID]];
const stages = ["NONE", "MEDIATION", "ARBITRATION", "RECONSIDERATION", "FIRST", "SECOND", "RETRIAL", "INVESTIGATION", "PROSECUTION"];
const groups = ["MIGRANT_WORKER", "DISABLED", "ELDER", "MINOR", "WOMAN", "MILITARY", "VETERAN"];
const relations = ["PARENT", "GUARDIAN", "SPOUSE", "CHILD", "RELATIVE", "ENTRUSTED"];
const criminal = ["M24", "M29", "M33"];
const section = (name, ...children) => el("fieldset", { class: "section", data: { section: name } }, el("legend", {}, form[`section_${name}`]), ...children);
const wording = (path) => codes[path] ?? path;

/** Whether this matter asks for a statement of means (法律援助法 24, 32). */
export const asksMeans = (matter) => matter !== "" && matter !== "M24" && !matter.startsWith("M32");

export class AidForm {
  /** ``desk``: filled in by staff, with everything; at home with what a person at home knows. */
  constructor(place, { desk }) {
    this.place = place;
    this.desk = desk;
    place.replaceChildren(this.matter(), this.person(), this.means(), this.others(), this.story(), ...(desk ? [this.papers()] : []));
    this.addOpponent();
    place.addEventListener("input", (event) => { clearFaults(event.target.closest(".field") ?? place); this.follow(); });
    place.querySelector("[data-path=presumed] input[value='']").checked = true;
    this.follow();
  }

  matter() {
    const list = [["", form.choose], ["", form.matter_31, codesOf("M31").map((one) => [one, wording(`matter.${one}`)])],
      ["", form.matter_32, codesOf("M32").map((one) => [one, wording(`matter.${one}`)])], ["", form.matter_criminal, pick(["M24", "M29", "M33"])]];
    const more = this.desk ? [field("nature", form.nature, { kind: "select", options: pick(["CIVIL", "CRIMINAL", "ADMINISTRATIVE"]) }),
      field("aid_form", form.aid_form, { kind: "select", options: pick(["FORM_4", "FORM_3", "FORM_6", "FORM_2", "FORM_7"]) }),
      field("position", form.position, { hint: form.position_hint, longest: 40 })] : [];
    return section("matter", field("matter", form.matter, { kind: "select", needed: true, options: list, wide: true }),
      el("p", { class: "first-view wide", role: "status" }), field("stage", form.stage, { kind: "select", options: pick(stages) }),
      field("organ", form.organ, { hint: form.organ_hint, optional: !this.desk }),
      el("div", { class: "custody inner", data: { part: "custody" }, hidden: true }, tick("detained", form.detained, { wide: true }), field("custody", form.custody, { hint: form.custody_hint, optional: true })), ...more);
  }

  person() {
    const agent = el("div", { class: "agent inner", data: { part: "agent" }, hidden: true }, el("h2", {}, form.agent), ...this.people("agent.person", true),
      field("agent.relation", form.relation, { kind: "select", needed: true, options: [["", form.choose], ...pick([...relations, ...(this.desk ? ["DUTY_LAWYER"] : [])])] }),
      field("agent.authority", form.authority, { hint: form.authority_hint, needed: true }));
    return section("person", ...this.people("applicant", false), ticks("groups", form.groups, pick(groups)), tick("for_other", form.for_other, { hint: form.for_other_hint, wide: true }), agent);
  }

  people(at, short) {
    const base = [field(`${at}.name`, form.name, { needed: true, longest: 60 }), field(`${at}.id_kind`, form.id_kind, { kind: "select", options: kinds }),
      field(`${at}.id_number`, form.id_number, { needed: true, longest: 30 }), field(`${at}.phone`, form.phone, { hint: short ? "" : form.phone_hint, longest: 24, mode: "tel" })];
    if (short) return base;
    const born = [field(`${at}.birth`, form.birth, { hint: form.birth_hint, longest: 10, mode: "numeric" }), field(`${at}.sex`, form.sex, { kind: "select", options: [["", form.choose], ...pick(["M", "F"])] })];
    const desk = this.desk ? [field(`${at}.ethnicity`, form.ethnicity, { longest: 20 }), field(`${at}.household_address`, form.household_address)] : [];
    return [...base, ...born, ...desk, field(`${at}.address`, form.address, { wide: !this.desk })];
  }

  means() {
    return section("hardship", el("p", { class: "not-asked wide", hidden: true }, form.not_asked), el("div", { class: "asked inner", data: { part: "asked" } },
      choices("presumed", form.presumed, [...["X42_1", "X42_2", "X42_3", "X42_4"].map((one) => [one, wording(`presumed.${one}`)]), ["", form.presumed_none]]),
      el("div", { class: "stated inner", data: { part: "stated" } }, choices("hardship.basis", form.basis, ["SHARED_QUERY", "PROMISE", "PAPERS"].map((one) => [one, wording(`basis.${one}`)])),
        field("hardship.household", form.household, { mode: "numeric", longest: 2, needed: true }), field("hardship.income", form.income, { mode: "decimal", longest: 11, needed: true }),
        field("hardship.property", form.property, { hint: form.property_hint }), field("hardship.debts", form.debts), tick("hardship.promise", form.promise))));
  }

  others() {
    this.opponents = el("div", { class: "opponents inner" });
    const add = el("button", { type: "button", class: "plain add" }, form.add_opponent);
    add.addEventListener("click", () => this.addOpponent()?.querySelector("input").focus());
    return section("opposing", el("p", { class: "note wide" }, form.opposing_hint), this.opponents, add);
  }

  addOpponent() {
    if (this.opponents.children.length >= 20) return null;
    const drop = el("button", { type: "button", class: "plain small" }, form.remove);
    const one = el("div", { class: "opponent inner", role: "group" }, el("h2", {}), field("name", form.opponent_name, { longest: 60 }), field("id_number", form.id_number, { longest: 30 }),
      field("phone", form.phone, { longest: 24, mode: "tel" }), field("address", form.address), drop);
    drop.addEventListener("click", () => { one.remove(); this.number(); (this.opponents.querySelector("input") ?? this.place.querySelector(".add")).focus(); });
    this.opponents.append(one);
    this.number();
    return one;
  }

  number() {
    [...this.opponents.children].forEach((one, place) => {
      const title = fill(form.opponent, { n: place + 1 });
      one.setAttribute("aria-label", title);
      one.querySelector("h2").textContent = title;
      for (const box of one.querySelectorAll("[data-path]")) box.dataset.path = `opposing.${place}.${box.dataset.path.split(".").at(-1)}`;
      one.querySelector("button").hidden = this.opponents.children.length === 1;
    });
  }

  story() {
    return section("facts", field("facts", form.facts, { kind: "area", hint: form.facts_hint, longest: 2000, needed: true, wide: true }));
  }

  papers() {
    const lines = el("div", { class: "paper-lines inner" });
    const add = el("button", { type: "button", class: "plain" }, form.add_paper);
    const line = () => {
      const drop = el("button", { type: "button", class: "plain small" }, form.remove);
      const one = el("div", { class: "paper-line" }, field("paper", form.paper, { longest: 60 }), field("copies", form.copies, { kind: "number", mode: "numeric" }), tick("original", form.original), drop);
      one.querySelector("[data-path=copies] input").value = "1";
      drop.addEventListener("click", () => { one.remove(); add.focus(); });
      lines.append(one);
      return one;
    };
    add.addEventListener("click", () => { if (lines.children.length < 40) line().querySelector("input").focus(); });
    line();
    this.lines = lines;
    return section("papers", lines, add);
  }

  /** Show what this matter asks for, and what the law says at first sight. */
  follow() {
    const matter = this.at("matter");
    const asks = asksMeans(matter);
    this.place.querySelector(".custody").hidden = !criminal.includes(matter);
    this.place.querySelector(".agent").hidden = !this.at("for_other");
    this.place.querySelector(".not-asked").hidden = matter === "" || asks;
    this.place.querySelector(".asked").hidden = matter !== "" && !asks;
    this.place.querySelector(".stated").hidden = Boolean(this.at("presumed"));
    const nature = input(this.place, "nature");
    if (nature && this.last !== matter) {
      nature.value = criminal.includes(matter) ? "CRIMINAL" : matter === "M31_1" ? "ADMINISTRATIVE" : "CIVIL";
      input(this.place, "aid_form").value = nature.value === "CRIMINAL" ? "FORM_3" : "FORM_4";
    }
    this.last = matter;
    this.onfollow?.(matter, this.at("presumed"));
  }

  at(path) { return value(this.place, path); }

  /** The first fault of a section or of all, told at its field; true when there is none. */
  check(name = null) {
    clearFaults(this.place);
    const within = (one) => name === null || this.place.querySelector(`[data-section=${name}]`).contains(this.place.querySelector(`[data-path="${CSS.escape(one)}"]`));
    for (const [path, text] of this.faults()) {
      if (!within(path)) continue;
      this.reveal(path);
      if (tell(this.place, path, text)) return false;
    }
    return true;
  }

  * faults() {
    if (!this.at("matter")) yield ["matter", form.fault_choose];
    if (this.at("detained") && !this.at("organ")) yield ["organ", form.fault_custody];
    yield* this.faultsOf("applicant", true);
    if (this.at("for_other")) {
      yield* this.faultsOf("agent.person", true);
      if (!this.at("agent.relation")) yield ["agent.relation", form.fault_choose];
      if (!this.at("agent.authority") && this.at("agent.relation") !== "DUTY_LAWYER") yield ["agent.authority", form.fault_authority];
    } else if (this.minor()) yield ["for_other", form.fault_agent];
    if (asksMeans(this.at("matter")) && !this.at("presumed")) yield* this.faultsOfMeans();
    for (const place of [...this.opponents.children].keys()) yield* this.faultsOf(`opposing.${place}`, false);
    if (!this.at("facts")) yield ["facts", form.fault_needed];
  }

  * faultsOf(at, needed) {
    const number = tidyNumber(this.at(`${at}.id_number`));
    const kind = this.at(`${at}.id_kind`) || "RESIDENT";
    if (needed && !this.at(`${at}.name`)) yield [`${at}.name`, form.fault_needed];
    if (needed && !number && kind !== "NONE") yield [`${at}.id_number`, form.fault_needed];
    if (number && (kind === "RESIDENT" ? !rightNumber(number) : !/^[0-9A-Z]{1,18}$/.test(number))) yield [`${at}.id_number`, form.fault_id];
    if (!rightPhone(this.at(`${at}.phone`))) yield [`${at}.phone`, form.fault_phone];
    const born = this.at(`${at}.birth`);
    if (born && !rightDay(born)) yield [`${at}.birth`, form.fault_day];
    if (at === "applicant" && !this.at("applicant.phone") && !this.at("applicant.address") && !this.at("agent.person.phone")) yield ["applicant.phone", form.fault_needed];
  }

  * faultsOfMeans() {
    if (!this.at("hardship.basis")) yield ["hardship.basis", form.fault_choose];
    if (!/^([1-9]|[12][0-9]|30)$/.test(this.at("hardship.household"))) yield ["hardship.household", form.fault_count];
    if (fen(this.at("hardship.income")) === null) yield ["hardship.income", form.fault_money];
    if (this.at("hardship.basis") === "PROMISE" && !this.at("hardship.promise")) yield ["hardship.promise", form.fault_promise];
  }

  minor() {
    const number = tidyNumber(this.at("applicant.id_number"));
    const born = this.at("applicant.id_kind") === "RESIDENT" && rightNumber(number) ? bornOf(number) : this.at("applicant.birth");
    return rightDay(born) && yearsOf(born) < ADULT;
  }

  /** The application as central takes it. */
  read() {
    const matter = this.at("matter");
    const means = asksMeans(matter);
    const presumed = means ? this.at("presumed") : "";
    const told = { consent: true, applicant: this.readPerson("applicant"), matter, stage: this.at("stage"), organ: this.at("organ"), groups: checked(this.place, "groups"),
      facts: this.at("facts"), opposing: this.readOpponents() };
    if (presumed) told.presumed = presumed;
    if (means && !presumed) told.hardship = this.readMeans();
    if (this.at("detained")) Object.assign(told, { detained: true, custody: this.at("custody") });
    if (this.at("for_other")) told.agent = { person: this.readPerson("agent.person"), relation: this.at("agent.relation"), authority: this.at("agent.authority") };
    if (this.desk) return { ...told, nature: this.at("nature"), aid_form: this.at("aid_form"), position: this.at("position"), papers: this.readPapers() };
    return { ...told, nature: criminal.includes(matter) ? "CRIMINAL" : matter === "M31_1" ? "ADMINISTRATIVE" : "CIVIL",
      aid_form: criminal.includes(matter) ? "FORM_3" : "FORM_4" };
  }

  readPerson(at) {
    const told = { name: this.at(`${at}.name`), id_kind: this.at(`${at}.id_kind`) || "RESIDENT", id_number: tidyNumber(this.at(`${at}.id_number`)), phone: tidyPhone(this.at(`${at}.phone`)) };
    for (const name of ["birth", "sex", "ethnicity", "household_address", "address"]) if (this.at(`${at}.${name}`)) told[name] = this.at(`${at}.${name}`);
    return told;
  }

  readOpponents() {
    return [...this.opponents.children].map((_, place) => this.readPerson(`opposing.${place}`)).filter((one) => one.name);
  }

  readMeans() {
    return { household: Number(this.at("hardship.household")), income: fen(this.at("hardship.income")), property: this.at("hardship.property"), debts: this.at("hardship.debts"),
      basis: this.at("hardship.basis"), promise: this.at("hardship.promise") };
  }

  readPapers() {
    return [...this.lines.children].map((line) => ({ name: value(line, "paper"), copies: Number(value(line, "copies")) || 1, original: value(line, "original") })).filter((one) => one.name);
  }

  /** The step that a field is in comes to be seen. */
  reveal(path) {
    const around = this.place.querySelector(`[data-path="${CSS.escape(path)}"]`)?.closest("[data-section]");
    if (around?.hidden) this.onshow?.(around.dataset.section);
  }

  /** Tell what central found wrong; the section it is in, or null when no field of the form has that name. */
  tellFault(place, text) {
    clearFaults(this.place);
    const path = (place ?? "").replace(/^application\./, "");
    for (const one of [path, `${path}.name`, `${path}.basis`, path === "agent" ? "for_other" : path]) {
      const box = this.place.querySelector(`[data-path="${CSS.escape(one)}"]`);
      if (box) {
        this.reveal(one);
        if (tell(this.place, one, text)) return box.closest("[data-section]").dataset.section;
      }
    }
    return null;
  }
}
