// Documents that were issued: listed, opened for a reason, voided; and issued, with what nobody has said of them yet.

import { chip, el, fill, words } from "./base.js";
import { Refused, act, call, dayTime, loudly, read, said, wire } from "./manage.js";
import { saveAs } from "./aid_files.js";

const say = words.paper_desk;
const english = document.documentElement.lang === "en";
const LONG = /_(text|opinion|advice|rating|answer)$/;
const INPUT = { day: "date", time: "datetime-local" };
const titleOf = (one) => (english ? one.title_en : one.title_zh);
const nameOf = (one) => `${one.code} ${english ? one.en : one.zh}`;

const dialog = el("dialog", { class: "paper-dialog", "aria-labelledby": "paper-title" }, el("form", { method: "dialog", novalidate: "" },
  el("h2", { id: "paper-title" }), el("p", { class: "note", id: "paper-note" }), el("div", { id: "paper-fields" }), el("p", { class: "problem", role: "alert" }),
  el("div", { class: "ends" }, el("button", { type: "button", class: "plain", "data-close": "" }, say.back), el("button", { type: "submit", class: "button" }))));
document.querySelector("main").append(dialog);
const open = wire(dialog);
const part = (id) => dialog.querySelector(`#paper-${id}`);
dialog.addEventListener("close", () => part("fields").replaceChildren()); // nothing of a person stays in a closed dialog

function show(title, note, send, fields, doing) {
  part("title").textContent = title;
  part("note").textContent = note;
  dialog.querySelector("[type=submit]").textContent = send;
  part("fields").replaceChildren(...fields);
  open(async (form, key) => {
    try {
      await doing(form, key);
    } catch (refused) {
      if (refused instanceof Refused) refused.field = refused.field?.replace(/^said\./, "") ?? null;
      throw refused;
    }
  });
}

export function field(name, label, input, needed = true) {
  input.id = `paper-${name}`;
  input.name = name;
  input.required = needed;
  input.setAttribute("aria-describedby", `paper-${name}-fault`);
  return el("div", { class: "field" }, el("label", { for: input.id }, label, needed ? el("span", { class: "need", title: say.needed }, " *") : null), input,
    el("small", { class: "fault", id: `paper-${name}-fault`, role: "alert" }));
}

const line = (name, label, more = {}) => field(name, label, el("input", { type: "text", autocomplete: "off", ...more }));
const reason = () => line("reason", say.reason, { maxlength: "200", minlength: "4" });

// --- what there is

function fetchOne(one, format) {
  show(fill(say.open_title, { title: titleOf(one) }), say.open_note, say[`open_${format}`], [reason()], async (form) => {
    const body = JSON.stringify({ format, reason: form.elements.reason.value.trim() });
    const answer = await fetch(`/api/v1/aid/papers/${one.id}/open`, { method: "POST", headers: { "Content-Type": "application/json", Accept: "*/*" }, body });
    if (!answer.ok) await read(answer);
    saveAs(await answer.blob(), `${one.form}-${one.id}.${format}`);
    const lacks = answer.headers.get("Paper-Lacks");
    if (lacks) said(fill(say.lacking, { characters: lacks }), true);
  });
}

function voidOne(one, renew) {
  show(fill(say.void_title, { title: titleOf(one) }), say.void_note, say.void_send, [reason()], async (form, key) => {
    await call("POST", `/api/v1/aid/papers/${one.id}/void`, { reason: form.elements.reason.value.trim() }, key);
    await renew();
  });
}

function named(button, one) {
  button.setAttribute("aria-label", `${button.textContent} ${titleOf(one)} ${one.number ?? ""}`);
  return button;
}

function row(one, voids, renew) {
  const acts = [named(act(say.pdf, () => fetchOne(one, "pdf")), one), named(act(say.word, () => fetchOne(one, "docx")), one)];
  if (voids && !one.voided_at) acts.push(named(act(say.void, () => voidOne(one, renew), { danger: true }), one));
  const gone = one.voided_at ? el("p", { class: "note" }, chip("quiet", say.is_void), ` ${one.void_reason ?? ""}`) : null;
  return el("li", { class: one.voided_at ? "voided" : "", data: { paper: one.id } },
    el("div", {}, el("b", {}, `${one.form} ${titleOf(one)}`), el("p", { class: "note" }, [one.number, dayTime(one.at), one.by].filter(Boolean).join(" · ")), gone),
    el("div", { class: "acts" }, ...acts));
}

export function drawPapers(place, items, { voids, renew }) {
  place.replaceChildren(...(items.length ? items.map((one) => row(one, voids, renew)) : [el("li", { class: "note" }, say.none)]));
}

// --- what is issued

function wanted(one) {
  const input = one.kind === "text" ? (LONG.test(one.name) ? el("textarea", { rows: 3, maxlength: 2000 }) : el("input", { type: "text", maxlength: 200, autocomplete: "off" }))
    : el("input", { type: INPUT[one.kind] });
  return field(one.name, english ? one.en : one.zh, input, one.needed);
}

function fieldsOf(form) {
  const rest = form.fields.filter((one) => !one.needed);
  return [...form.fields.filter((one) => one.needed).map(wanted),
    ...(rest.length ? [el("details", {}, el("summary", {}, say.may_say), ...rest.map(wanted))] : [])];
}

function saidIn(form, fields) {
  return Object.fromEntries(fields.map((one) => [one.name, form.elements[one.name]?.value.trim() ?? ""]).filter(([, value]) => value));
}

/** Choose a document that belongs here, say what is still open, and issue it. */
export async function issueFrom(path, renew) {
  const told = await loudly(() => call("GET", `${path}/forms`));
  if (!told) return;
  if (!told.items.length) {
    said(say.nothing_left);
    return;
  }
  const choice = el("select", {}, ...told.items.map((one) => el("option", { value: one.code }, nameOf(one))));
  const place = el("div", {});
  const chosen = () => told.items.find((one) => one.code === choice.value);
  const redraw = () => place.replaceChildren(...(chosen().fields.length ? [] : [el("p", { class: "note" }, say.all_known)]), ...fieldsOf(chosen()));
  choice.addEventListener("change", redraw);
  show(say.issue_title, say.issue_note, say.issue_send, [field("form", say.form, choice), place], async (form, key) => {
    const made = await call("POST", path, { form: chosen().code, said: saidIn(form, chosen().fields) }, key);
    await renew();
    said(fill(say.issued, { title: nameOf(chosen()), number: made.number ?? "" }));
  });
  redraw();
  choice.focus();
}

export { show as ask };
