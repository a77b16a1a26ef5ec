// What the checks found: in words with both figures, the fields it is about as links, and the note that answers it.

import { el, fill } from "./base.js";
import { Refused } from "./manage.js";
import { grouped, say } from "./report_words.js";

const SIGNS = { "<=": "≤", ">=": "≥" };
const typed = new Map(); // rule -> what somebody has written and not saved: it stays when the form is loaded again

export function entry(finding, form) {
  const note = form.notes.find((one) => one.rule === finding.id);
  return { ...finding, noted: Boolean(note), note };
}

export function findingWords(one) {
  const number = /^-?[\d.]+$/.test(one.right) ? "number" : null;
  const kind = /-(CHANGE|ZERO|SIGN|WHOLE|CLOCK)$/.exec(one.id)?.[1];
  return fill(say[`finding_${kind ?? number}`] ?? say.finding, {
    code: one.code, left: formula(one.left), right: formula(one.right), sign: kind || !number || one.sign !== "=" ? SIGNS[one.sign] ?? one.sign : "",
    left_is: grouped(one.left_is), right_is: grouped(one.right_is), halls: one.doubts.map((hall) => fill(say.finding_clock_hall, { hall: hall.hall, n: hall.tickets, days: hall.days.join(", ") })).join("; "),
  });
}

export function formula(text) {
  return text.replace(/last\((\w+)\)/g, (_, code) => `${code}${say.before_mark}`).replace("<=", "≤").replace(">=", "≥").replaceAll("*", "×");
}

export function ruleLinks(one) {
  const seen = new Set([one.code]);
  const codes = [one.code, ...one.cells.map((cell) => cell.code).filter((code) => !seen.has(code) && seen.add(code))];
  return codes.flatMap((code, place) => [place ? " " : "", el("a", { href: `#${code}`, "data-code": code }, code)]);
}

export function noteBox(one, form, { open, put, saved }) {
  if (one.hard) return null;
  const told = one.note ? el("p", { class: "told" }, fill(say.note_by, { actor: one.note.actor, text: one.note.text })) : null;
  if (!open) return told;
  const id = `note-${one.id}`;
  const area = el("textarea", { id, maxlength: "400", rows: "2", "aria-label": fill(say.note_of, { rule: one.id }), placeholder: say.note_hint, "aria-describedby": `${id}-fault` });
  area.value = typed.get(one.id) ?? one.note?.text ?? "";
  area.addEventListener("input", () => typed.set(one.id, area.value));
  const fault = el("small", { class: "fault", id: `${id}-fault`, role: "alert" });
  const button = el("button", { type: "submit", class: "plain" }, say.note_save);
  const made = el("form", { class: "report-note", novalidate: true }, area, button, fault);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    button.disabled = true;
    try {
      await put(one, area.value.trim());
      typed.delete(one.id);
      await saved(one);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      fault.textContent = refused.message;
      area.setAttribute("aria-invalid", "true");
      area.focus();
    } finally {
      button.disabled = false;
    }
  });
  return el("div", {}, told, made);
}

export function findingsList(form) {
  const found = form.findings.map((one) => entry(one, form));
  const order = (one) => (one.hard ? 0 : one.noted ? 2 : 1);
  return found.sort((a, b) => order(a) - order(b)).map((one) => el("li", { class: one.hard ? "hard" : one.noted ? "noted" : "soft" },
    el("a", { href: `#${one.code}`, "data-code": one.code, "data-jump": `at-${one.id}` }, one.id),
    el("span", { class: "kind" }, one.hard ? say.hard : one.noted ? say.noted : say.soft), el("span", {}, findingWords(one))));
}

export function findingsSum(form) {
  const hard = form.findings.filter((one) => one.hard).length;
  const soft = form.findings.length - hard;
  const noted = form.findings.filter((one) => entry(one, form).noted && !one.hard).length;
  return form.findings.length ? fill(say.findings_sum, { hard, soft, noted }) : say.findings_none;
}
