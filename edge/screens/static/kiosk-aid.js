// The legal-aid form before the window: one question on a screen, all but the matter may be left out, and in the end a
// number whose window has the form. Nothing of it stays here: it lives in the session and is wiped with it.
import { refusalWords, say, sendOnce } from "./hall.js";
import { choice, make } from "./kiosk-read.js";

const matters = [...Array(9).keys()].map((n) => `M31_${n + 1}`);
const freeMatters = [...Array(5).keys()].map((n) => `M32_${n + 1}`);
const presumed = ["X42_1", "X42_2", "X42_3", "X42_4"];
const bases = ["SHARED_QUERY", "PROMISE", "PAPERS"];
const stages = ["NONE", "FIRST", "SECOND", "RETRIAL", "ARBITRATION", "MEDIATION", "RECONSIDERATION"];
const order = ["consent", "matter", "stage", "hardship", "numbers", "person", "facts", "check"];
const mostDigits = { household: 2, income_yuan: 7, id_number: 18, phone: 12 };

/** The questions of this applicant: whoever needs no hardship is not asked for it (法律援助法 32). */
const steps = (form) => order.filter((step) => !(["hardship", "numbers"].includes(step) && form.matter?.startsWith("M32")));

export function aid(kiosk, at) {
  const now = kiosk.session.aid;
  now.form ??= {};
  const step = at.step ?? "consent"; // in the trail, so that "back" goes one question back
  const open = steps(now.form);
  const place = open.indexOf(step);
  const on = () => { now.problem = null; kiosk.go("aid", { step: open[place + 1] }); };
  const body = asked[step](kiosk, now, on);
  const progress = make("p", { class: "note progress" }, say("kiosk.aid_step", { step: place + 1, steps: open.length }));
  const next = step !== "consent" && step !== "check" && make("button", { class: "main-act", id: "aid-next" }, say("kiosk.aid_next"));
  if (next) {
    next.disabled = step === "matter" && !now.form.matter;
    next.addEventListener("click", on);
  }
  const problem = now.problem && make("p", { class: "warning", role: "alert" }, `▲ ${now.problem}`);
  return { title: say(`kiosk.aid_${step}`), body: [progress, problem, ...body, next] };
}

function chips(kiosk, form, name, values, then) {
  return make("div", { class: "chips aid", role: "group", "aria-label": say(`aid.field.${name}`) }, ...values.map((value) =>
    choice(`aid.${name}.${value}`, form[name] === value, () => { form[name] = form[name] === value ? null : value; if (then) then(value); kiosk.draw(); })));
}

const asked = {
  consent(kiosk, now, on) {
    const yes = make("button", { class: "main-act", id: "aid-yes" }, say("kiosk.aid_agree"));
    yes.addEventListener("click", () => { now.form.consent = true; on(); });
    return [make("p", { class: "lead" }, say("kiosk.aid_what")), make("ul", { class: "plain" }, ...["use", "seen", "wiped", "choice"].map((part) => make("li", {}, say(`kiosk.aid_notice_${part}`)))), yes];
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
  person: (kiosk, now) => [line(now.form, "name", 40), ...pads(kiosk, now, ["id_number", "phone"])],
  facts: (kiosk, now) => [line(now.form, "address", 100), line(now.form, "opposing", 60), line(now.form, "facts", 500, true)],
  check(kiosk, now) {
    const rows = ["matter", "stage", "presumed", "basis", "household", "income_yuan", "name", "id_number", "phone", "address", "opposing", "facts"]
      .filter((name) => now.form[name]).map((name) => make("div", {}, make("dt", {}, say(`aid.field.${name}`)),
        make("dd", {}, ["matter", "stage", "presumed", "basis"].includes(name) ? say(`aid.${name}.${now.form[name]}`) : String(now.form[name]))));
    const button = make("button", { class: "main-act", id: "aid-send" }, say("kiosk.aid_send"));
    button.disabled = Boolean(now.busy);
    button.addEventListener("click", () => hand(kiosk, now));
    return [hint(now.form), make("dl", { class: "aid-form" }, ...rows), make("p", { class: "note" }, say("kiosk.aid_send_note")), button];
  },
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
  const keys = [..."123456789", ...(now.field === "id_number" ? ["X"] : []), "0", "erase"];
  return [make("div", { class: "fields" }, ...fields), make("div", { class: "pad" }, ...keys.map((key) => {
    const button = make("button", { "data-key": key, class: key === "erase" ? "quiet" : "" }, key === "erase" ? say("kiosk.fee_erase") : key);
    button.addEventListener("click", () => press(key));
    return button;
  }))];
}

async function hand(kiosk, now) {
  if (now.busy) return;
  now.busy = true;
  kiosk.draw();
  const form = Object.fromEntries(Object.entries(now.form).filter(([, value]) => value !== null && value !== ""));
  for (const name of ["household", "income_yuan"]) if (form[name] !== undefined) form[name] = Number(form[name]);
  const answer = await sendOnce("POST", "/api/v1/aid-drafts", { form });
  if (now !== kiosk.session.aid) return;
  now.busy = false;
  if (!answer.ok) {
    const field = answer.body?.error?.field?.split(".").at(-1);
    now.problem = field === "id_number" ? say("kiosk.aid_wrong_id") : field === "phone" ? say("kiosk.aid_wrong_phone") : refusalWords(answer, say("kiosk.no_answer"));
    if (["id_number", "phone"].includes(field)) { now.field = field; kiosk.go("aid", { step: "person" }); } else kiosk.draw();
    return;
  }
  kiosk.session.trail = [{ name: "home" }];
  kiosk.session.aid = {};
  kiosk.go("taken", { ticket: answer.body });
}
