// An objection on paper: first the decision that the letter names, then when it came, what it says, and its scan.

import { el, fill, words } from "./base.js";
import { Refused, call, newKey, pair, said, tellFault } from "./manage.js";
import { NotTaken, send } from "./aid_files.js";
import { dayOf } from "./aiddesk_rows.js";

const say = words.aid_objection;
const english = document.documentElement.lang === "en";
const byId = (id) => document.getElementById(id);
const dialog = byId("objection");
const form = dialog.querySelector("form");
const sendButton = form.querySelector("[type=submit]");
const names = { received_on: "received_on", text: "text", files: "files", number: "number" };
let found = null;
let sent = new Map(); // files that central has already, so that a second try sends none twice
let key = newKey();
let then = null;

function clear() {
  form.querySelector(".problem").textContent = "";
  for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

const isoDay = (time) => new Date(Date.parse(time) + 8 * 3600000).toISOString().slice(0, 10); // China's day

function stand(one) {
  // looking for the decision, or entering what came against it
  found = one;
  byId("o-found").hidden = byId("o-found").disabled = one === null;
  byId("o-other").hidden = one === null;
  form.elements.number.readOnly = one !== null;
  sendButton.textContent = one === null ? words.aid_desk.search_do : say.send;
}

function show(one) {
  const { decision } = one;
  const received = decision?.received_at ? dayOf(decision.received_at) : say.not_delivered;
  byId("o-facts").replaceChildren(
    ...(decision ? pair(say.decision, `${english ? "" : decision.title} ${decision.form}`, el("br"), decision.number) : []),
    ...pair(words.aid_desk.applicant, one.applicant), ...pair(words.aid_desk.number, one.number ?? one.receipt ?? words.aid_desk.no_number),
    ...pair(words.aid_desk.unit, (english ? one.unit_en : one.unit_zh) || "—"),
    ...(decision ? pair(say.decided_at, dayOf(decision.made_at)) : []), ...pair(say.delivered_at, received),
    ...pair(say.object_by, !decision?.received_at ? say.not_counting : one.object_by ? dayOf(one.object_by) : say.over));
  const received_on = form.elements.received_on;
  received_on.min = decision ? isoDay(decision.made_at) : "";
  received_on.max = isoDay(one.now);
  byId("o-received-hint").textContent = decision?.received_at && one.object_by ? fill(say.received_hint, { day: dayOf(one.object_by) }) : say.received_hint_open;
  stand(one);
  received_on.focus();
}

async function scans() {
  // the letter goes to the case first, so that the step can name it
  const ids = [];
  for (const file of form.elements.files.files) {
    if (!sent.has(file)) {
      try {
        const made = await send("POST", `/api/v1/aid/cases/${found.id}/files?kind=LETTER`, { file });
        sent.set(file, made.id);
        await send("PATCH", `/api/v1/aid/cases/${found.id}/files/${made.id}`, { body: { title: say.letter } });
      } catch (refused) {
        if (!(refused instanceof NotTaken)) throw refused;
        throw new Refused(refused.code, "files", `${file.name}：${refused.message}`);
      }
    }
    ids.push(sent.get(file));
  }
  return ids;
}

async function enter() {
  const files = await scans();
  const given = { text: form.elements.text.value.trim(), received_on: form.elements.received_on.value, ...(files.length ? { files } : {}) };
  const { id } = found;
  try {
    await call("POST", `/api/v1/aid/cases/${id}/moves`, { move: "OBJECT", version: found.version, given }, key);
  } catch (refused) {
    if (refused instanceof Refused && refused.code === "AID_CHANGED") {
      key = newKey();
      const fresh = await call("POST", "/api/v1/aid/objections/find", { number: form.elements.number.value.trim() });
      show(fresh); // as it is now; what was typed stays
    }
    throw refused;
  }
  dialog.close();
  const row = await then(id);
  said(fill(say.done, { day: row?.due_at ? dayOf(row.due_at) : "—" }));
}

function firstWrong() {
  for (const one of form.elements) {
    if (!one.willValidate || one.matches(":disabled") || one.readOnly) continue;
    if (one.required && !one.value.trim()) return [one.name, one.validity.badInput ? words.aid_case.no_day : words.manage.needed];
    if (one.name === "text" && one.value.trim().length < 2) return [one.name, fill(words.aid_case.least, { count: 2 })];
  }
  return null;
}

form.addEventListener("input", (event) => {
  key = newKey();
  event.target.removeAttribute("aria-invalid");
  const fault = event.target.closest(".field")?.querySelector(".fault"); // it is being mended
  if (fault) fault.textContent = "";
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  const wrong = firstWrong();
  if (wrong) {
    tellFault(form, ...wrong);
    return;
  }
  sendButton.disabled = true;
  try {
    if (found) await enter();
    else show(await call("POST", "/api/v1/aid/objections/find", { number: form.elements.number.value.trim() }));
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    const name = names[(refused.field ?? "").replace(/^given\./, "").split(".")[0]] ?? null;
    tellFault(form, name, refused.code === "WRONG_FIELD" ? words.manage.see_hint : refused.message);
  } finally {
    sendButton.disabled = false;
  }
});
byId("o-other").addEventListener("click", () => { clear(); stand(null); form.elements.number.focus(); form.elements.number.select(); });
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => { form.reset(); byId("o-facts").replaceChildren(); stand(null); }); // nothing of a person stays in a closed dialog

/** Open the form; ``done`` is told the case once its objection stands, and gives its row of the list. */
export function enterOnPaper(done) {
  [then, key, sent] = [done, newKey(), new Map()];
  clear();
  stand(null);
  dialog.showModal();
  form.elements.number.focus();
}
