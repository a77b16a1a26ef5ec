// Applying from home, one step after the other. Nothing is kept anywhere before it is submitted.

import { ask, el, fill } from "./visitor.js";
import { dayInWords, words } from "./base.js";
import { AidForm, asksMeans, codes } from "./aid_form.js";
import { form as formWords } from "./aid_fields.js";
import { NotTaken, freshKey, saveAs, send } from "./aid_files.js";

const say = words.aid_apply;
const english = document.documentElement.lang === "en";
const colon = english ? ": " : "：";
const byId = (id) => document.getElementById(id);
const order = ["notice", "matter", "person", "hardship", "opposing", "facts", "check"];
const steps = byId("steps");
const form = new AidForm(byId("form"), { desk: false });
let centres = [];
let at = "notice";
let dirty = false;
let wish = { words: "", key: "" };

const open = () => order.filter((one) => one !== "hardship" || asksMeans(form.at("matter")) || form.at("matter") === "");

function go(step, { focus = true } = {}) {
  at = step;
  byId("notice").hidden = step !== "notice";
  byId("where").hidden = step !== "matter";
  byId("check").hidden = step !== "check";
  for (const one of byId("form").children) one.hidden = one.dataset.section !== step;
  byId("moves").hidden = step === "notice";
  byId("next").textContent = step === "check" ? say.submit : say.next;
  byId("problem").textContent = "";
  tellStep();
  if (step === "check") drawCheck();
  if (focus) byId("title").focus();
  window.scrollTo(0, 0);
}

function tellStep() {
  steps.textContent = fill(say.step, { step: open().indexOf(at) + 1, steps: open().length });
}

form.onshow = (name) => go(name, { focus: false });
form.onfollow = (matter, presumed) => {
  const key = matter === "" ? null : matter.startsWith("M32") ? "free" : matter === "M24" ? "criminal" : presumed ? "presumed" : "needs";
  byId("form").querySelector(".first-view").textContent = key ? `${say[`hint_${key}`]}${english ? " " : ""}${say.first_view}` : "";
  tellStep();
};
form.follow();
byId("form").addEventListener("input", () => { dirty = true; });
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

byId("agree").addEventListener("click", () => go("matter"));
byId("back").addEventListener("click", () => go(open()[open().indexOf(at) - 1]));
byId("apply").addEventListener("submit", (event) => {
  event.preventDefault();
  if (at === "check") submit();
  else if (at === "matter" && !byId("centre").value) fault(byId("centre"), say.choose_centre);
  else if (form.check(at)) go(open()[open().indexOf(at) + 1]);
});

function fault(one, text) {
  byId("problem").textContent = text;
  one.focus();
}

function drawCheck() {
  const told = form.read();
  const row = (word, text) => (text ? [el("dt", {}, word), el("dd", {}, text)] : []);
  const person = (one) => [one.name, one.id_number, one.phone, one.address].filter(Boolean).join("\n");
  const means = told.hardship;
  const centre = centres.find((one) => one.id === byId("centre").value);
  byId("told").replaceChildren(...row(say.centre, named(centre)), ...row(formWords.matter, codes[`matter.${told.matter}`] ?? formWords[told.matter]), ...row(formWords.stage, formWords[told.stage]),
    ...row(formWords.organ, told.organ), ...row(formWords.section_person, person(told.applicant)), ...row(formWords.agent, told.agent ? `${person(told.agent.person)}\n${formWords[told.agent.relation]}` : ""),
    ...row(formWords.groups, told.groups.map((one) => formWords[one]).join(english ? ", " : "、")), ...row(formWords.presumed, told.presumed ? codes[`presumed.${told.presumed}`] : ""),
    ...row(formWords.section_hardship, means ? `${formWords.household}${colon}${means.household}\n${formWords.income}${colon}${(means.income / 100).toFixed(2)}\n${codes[`basis.${means.basis}`]}` : ""),
    ...row(formWords.section_opposing, told.opposing.map(person).join("\n")), ...row(formWords.section_facts, told.facts));
}

const named = (one) => (one ? [english ? one.name_en : "", one.name_zh].filter(Boolean).join(" · ") || one.id : ""); // its sign is in Chinese

async function submit() {
  if (!byId("truth").checked) { fault(byId("truth"), say.truth_needed); return; }
  if (!form.check()) return;
  const body = { centre: byId("centre").value, application: form.read() };
  if (wish.words !== JSON.stringify(body)) wish = { words: JSON.stringify(body), key: freshKey() };
  const button = byId("next");
  button.disabled = true;
  byId("problem").textContent = "";
  try {
    showDone(await send("POST", "/api/v1/public/aid/applications", { body, key: wish.key }));
  } catch (refused) {
    if (!(refused instanceof NotTaken)) throw refused;
    if (form.tellFault(refused.field, refused.message) === null) byId("problem").textContent = refused.message;
  } finally {
    button.disabled = false;
  }
}

function showDone(one) {
  dirty = false;
  const day = dayInWords(one.due_at, { weekday: true });
  const row = (word, text) => (text ? [el("dt", {}, word), el("dd", {}, text)] : []);
  const address = `${location.origin}/aid/my`;
  const print = el("button", { type: "button", class: "plain" }, say.print);
  const keep = el("button", { type: "button", class: "plain" }, say.keep);
  const paper = el("button", { type: "button", class: "plain" }, say.f05);
  const problem = el("p", { class: "problem", role: "alert" });
  print.addEventListener("click", () => window.print());
  keep.addEventListener("click", () => saveAs(new Blob([fill(say.kept_text, { ...one, number: one.number ?? "", address })]), `${one.receipt}.txt`));
  paper.addEventListener("click", () => receipt(one.code).catch((refused) => {
    if (!(refused instanceof NotTaken)) throw refused;
    problem.textContent = refused.message;
  }));
  byId("done").replaceChildren(el("h2", {}, say.done), el("dl", { class: "told" }, ...row(say.number, one.number), ...row(say.receipt, one.receipt),
    ...row(say.due, day && (one.due_sure ? day : fill(say.provisional, { day })))), el("p", { class: "note" }, say.code), el("p", { class: "code", translate: "no" }, one.code), el("p", {}, say.code_note),
    el("div", { class: "gap" }, el("a", { class: "main", href: `/aid/my#${one.code}` }, say.go_my), paper, print, keep), problem, el("p", { class: "note" }, say.notice_identity));
  for (const part of ["apply", "notice", "steps"]) byId(part).hidden = true;
  byId("done").hidden = false;
  byId("done").focus();
  window.scrollTo(0, 0);
}

/** The receipt as the letters of one's own page have it; the token is given back at once. */
async function receipt(code) {
  const { token } = await send("POST", "/api/v1/public/aid/my/session", { body: { code } });
  const headers = { Authorization: `Bearer ${token}` };
  const letter = (await send("GET", "/api/v1/public/aid/my", { headers })).letters.find((one) => one.form === "F05");
  if (letter) saveAs(await send("POST", `/api/v1/public/aid/my/letters/${letter.id}/open`, { headers, body: {} }), "F05.pdf");
  await send("DELETE", "/api/v1/public/aid/my/session", { headers });
}

ask("/api/v1/public/aid/centres").then(({ items }) => {
  centres = items;
  byId("centre").replaceChildren(el("option", { value: "" }, items.length ? say.choose_centre : say.no_centres), ...items.map((one) => el("option", { value: one.id }, named(one))));
  byId("agree").disabled = items.length === 0;
  if (items.length === 0) byId("problem").textContent = say.no_centres;
  if (items.length === 1) byId("centre").value = items[0].id;
}).catch((error) => { byId("problem").textContent = error.message; });
go("notice", { focus: false });
