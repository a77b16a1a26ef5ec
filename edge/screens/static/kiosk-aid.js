// The legal-aid form at the kiosk: one question on a screen, all but the matter may be left out. In the end a number whose
// window has the form, or the formal application (kiosk-apply.js). It lives in the session and is wiped with it.
import { fieldOf, toApplication } from "./aid-shape.js";
import { refusalWords, say, send, sendOnce } from "./hall.js";
import { formal, lacksList, sign } from "./kiosk-apply.js";
import { choice, make } from "./kiosk-read.js";

const matters = [...Array(9).keys()].map((n) => `M31_${n + 1}`);
const freeMatters = [...Array(5).keys()].map((n) => `M32_${n + 1}`);
const presumed = ["X42_1", "X42_2", "X42_3", "X42_4"];
const bases = ["SHARED_QUERY", "PROMISE", "PAPERS"];
const relations = ["PARENT", "GUARDIAN", "SPOUSE", "CHILD", "RELATIVE", "ENTRUSTED"];
const coded = { matter: "matter", stage: "stage", presumed: "presumed", basis: "basis", agent_relation: "relation" };
const ofAgent = ["agent_name", "agent_relation", "agent_id_number", "agent_phone", "agent_authority"];
const stages = ["NONE", "FIRST", "SECOND", "RETRIAL", "ARBITRATION", "MEDIATION", "RECONSIDERATION"];
const order = ["consent", "matter", "stage", "hardship", "numbers", "person", "agent", "facts", "check", "sign"];
const mostDigits = { household: 2, income_yuan: 7, id_number: 18, phone: 12, agent_id_number: 18, agent_phone: 12 };

/** The questions of this applicant: whoever needs no hardship is not asked for it (法律援助法 32), nor for an agent (40). */
const leftOut = {
  hardship: (form) => form.matter?.startsWith("M32"), numbers: (form) => form.matter?.startsWith("M32"), agent: (form) => !form.has_agent,
  sign: (form, at) => at !== "sign",
};
const steps = (form, at) => order.filter((step) => !leftOut[step]?.(form, at));

/** The form as it is sent. */
export const sent = (form) => toApplication({ ...form, promise: form.basis === "PROMISE", opposing: form.opposing ? [{ name: form.opposing }] : [] });

export function aid(kiosk, at) {
  const now = kiosk.session.aid;
  now.form ??= {};
  const step = at.step ?? "consent"; // in the trail, so that "back" goes one question back
  const open = steps(now.form, step);
  const place = open.indexOf(step);
  const on = async () => {
    if (now.busy) return;
    now.busy = true;
    const wrong = await wrongNumber(now.form, step);
    if (now !== kiosk.session.aid || kiosk.session.trail.at(-1) !== at) { now.busy = false; return; }
    Object.assign(now, { busy: false, problem: wrong && wrongWords(wrong), field: wrong ?? now.field });
    if (wrong) kiosk.draw(); else kiosk.go("aid", { step: open[place + 1] });
  };
  const body = asked[step](kiosk, now, on);
  const progress = make("p", { class: "note progress" }, say("kiosk.aid_step", { step: place + 1, steps: open.length }));
  const next = !["consent", "check", "sign"].includes(step) && make("button", { class: "main-act", id: "aid-next" }, say("kiosk.aid_next"));
  if (next) {
    next.disabled = step === "matter" && !now.form.matter;
    next.addEventListener("click", on);
  }
  const problem = now.problem && make("p", { class: "warning", role: "alert" }, `▲ ${now.problem}`);
  return { title: say(`kiosk.aid_${step}`), body: [progress, problem, ...body, next] };
}

function chips(kiosk, form, list, values, then, name = list) {
  return make("div", { class: "chips aid", role: "group", "aria-label": say(`aid.field.${name}`) }, ...values.map((value) =>
    choice(`aid.${list}.${value}`, form[name] === value, () => { form[name] = form[name] === value ? null : value; if (then) then(value); kiosk.draw(); })));
}

const asked = {
  consent(kiosk, now, on) {
    const yes = make("button", { class: "main-act", id: "aid-yes" }, say("kiosk.aid_agree"));
    yes.addEventListener("click", () => { now.form.consent = true; on(); });
    return [make("p", { class: "lead" }, say("kiosk.aid_what")), make("ul", { class: "plain" }, ...["use", "seen", "wiped", "choice", "formal"].map((part) => make("li", {}, say(`kiosk.aid_notice_${part}`)))), yes];
  },
  matter(kiosk, now) {
    const pick = (name) => () => { now.form.presumed = now.form.basis = null; return name; };
    return [chips(kiosk, now.form, "matter", matters, pick()), make("h3", {}, say("kiosk.aid_free")), chips(kiosk, now.form, "matter", freeMatters, pick()), hint(now.form)];
  },
  stage: (kiosk, now) => [chips(kiosk, now.form, "stage", stages)],
  hardship(kiosk, now) {
    return [make("h3", {}, say("aid.field.presumed")), chips(kiosk, now.form, "presumed", presumed), !now.form.presumed && make("h3", {}, say("aid.field.basis")),
      !now.form.presumed && chips(kiosk, now.form, "basis", bases), hint(now.form)];
  },
  numbers: (kiosk, now) => pads(kiosk, now, ["household", "income_yuan"]),
  person: (kiosk, now) => [line(now.form, "name", 40), ...pads(kiosk, now, ["id_number", "phone"]),
    make("div", { class: "chips aid" }, choice("kiosk.aid_for_other", Boolean(now.form.has_agent), () => { now.form.has_agent = !now.form.has_agent; kiosk.draw(); })),
    make("p", { class: "note" }, say("kiosk.aid_for_other_note"))],
  agent: (kiosk, now) => [line(now.form, "agent_name", 40), line(now.form, "agent_authority", 100), chips(kiosk, now.form, "relation", relations, null, "agent_relation"), ...pads(kiosk, now, ["agent_id_number", "agent_phone"])],
  facts: (kiosk, now) => [line(now.form, "address", 100), line(now.form, "opposing", 60), line(now.form, "facts", 500, true)],
  check(kiosk, now) {
    const rows = ["matter", "stage", "presumed", "basis", "household", "income_yuan", "name", "id_number", "phone", ...(now.form.has_agent ? ofAgent : []), "address", "opposing", "facts"]
      .filter((name) => now.form[name]).map((name) => make("div", {}, make("dt", {}, say(`aid.field.${name}`)),
        make("dd", {}, coded[name] ? say(`aid.${coded[name]}.${now.form[name]}`) : String(now.form[name]))));
    const key = (attributes, words, press) => {
      const button = make("button", attributes, words);
      button.disabled = Boolean(now.busy);
      button.addEventListener("click", press);
      return button;
    };
    return [hint(now.form), make("dl", { class: "aid-form" }, ...rows), make("p", { class: "note" }, say("kiosk.aid_send_note")), lacksList(kiosk, now),
      key({ class: "main-act", id: "aid-formal" }, say("kiosk.aid_formal"), () => formal(kiosk, now)), make("p", { class: "note" }, say("kiosk.aid_formal_note")),
      key({ class: "second-act", id: "aid-send" }, say("kiosk.aid_send"), () => hand(kiosk, now))];
  },
  sign,
};

/** What the law says at first sight; never a refusal. */
function hint(form) {
  if (!form.matter) return null;
  const key = form.matter.startsWith("M32") ? "free" : form.presumed ? "presumed" : "needs";
  return make("p", { class: "only" }, `${say(`kiosk.aid_hint_${key}`)} ${say("kiosk.aid_hint_only")}`);
}

function line(form, name, longest, long = false) {
  const field = make(long ? "textarea" : "input", { id: `aid-${name}`, maxlength: longest, autocomplete: "off", spellcheck: "false", rows: long ? 5 : null });
  field.value = form[name] ?? "";
  field.addEventListener("input", () => { form[name] = field.value; });
  return make("label", { class: "line" }, `${say(`aid.field.${name}`)}${say("kiosk.aid_optional")}`, field);
}

/** Digits by a pad of our own: the chosen field grows, and an ID number may end with X. */
function pads(kiosk, now, names) {
  now.field = names.includes(now.field) ? now.field : names[0];
  const form = now.form;
  const fields = names.map((name) => {
    const button = make("button", { class: "digits", "data-field": name, "aria-pressed": String(now.field === name) }, make("span", {}, `${say(`aid.field.${name}`)}${say("kiosk.aid_optional")}`), make("output", {}, form[name] || "—"));
    button.addEventListener("click", () => { now.field = name; kiosk.draw(); });
    return button;
  });
  const press = (key) => {
    const text = String(form[now.field] ?? "");
    if (key === "erase") form[now.field] = text.slice(0, -1);
    else if (text.length < mostDigits[now.field] && !text.endsWith("X")) form[now.field] = text + key;
    kiosk.draw();
  };
  const keys = [..."123456789", ...(now.field.endsWith("id_number") ? ["X"] : []), "0", "erase"];
  return [make("div", { class: "fields" }, ...fields), make("div", { class: "pad" }, ...keys.map((key) => {
    const button = make("button", { "data-key": key, class: key === "erase" ? "quiet" : "" }, key === "erase" ? say("kiosk.fee_erase") : key);
    button.addEventListener("click", () => press(key));
    return button;
  }))];
}

/** As the window gets it; an agent without a name is left to the window too. */
const draftOf = (form) => sent({ ...form, has_agent: form.has_agent && form.agent_name?.trim() });

const wrongWords = (field) => say(field.endsWith("id_number") ? "kiosk.aid_wrong_id" : "kiosk.aid_wrong_phone");
const numbersAt = { person: ["id_number", "phone"], agent: ["agent_id_number", "agent_phone"] };

/** The field of this step whose number cannot be anybody's, as the controller sees it; what it cannot say is left for later. */
async function wrongNumber(form, step) {
  const names = numbersAt[step]?.filter((name) => form[name]) ?? [];
  if (!names.length) return null;
  const plain = Object.fromEntries(names.map((name) => [name.replace("agent_", ""), form[name]]));
  const answer = await send("POST", "/api/v1/aid-checks", { form: sent({ consent: true, matter: form.matter, ...plain }) });
  const said = (answer.ok ? answer.body.items.map((lack) => lack.field) : [answer.body?.error?.field]).map(fieldOf);
  return names.find((name) => said.includes(name.replace("agent_", ""))) ?? null;
}

async function hand(kiosk, now) {
  if (now.busy) return;
  now.busy = true;
  kiosk.draw();
  const answer = await sendOnce("POST", "/api/v1/aid-drafts", { form: draftOf(now.form) });
  if (now !== kiosk.session.aid) return;
  now.busy = false;
  if (!answer.ok) {
    const field = fieldOf(answer.body?.error?.field);
    now.problem = /(id_number|phone)$/.test(field) ? wrongWords(field) : refusalWords(answer, say("kiosk.no_answer"));
    if (mostDigits[field]) { now.field = field; kiosk.go("aid", { step: field.startsWith("agent") ? "agent" : "person" }); } else kiosk.draw();
    return;
  }
  kiosk.session.trail = [{ name: "home" }];
  kiosk.session.aid = {};
  kiosk.go("taken", { ticket: answer.body });
}
