// The figures that a unit types in: one card a field, with how it came to its figure; stocks are confirmed by a tap.

import { el, fill, words } from "./base.js";
import { Refused, dayTime, loudly } from "./manage.js";
import { clearFaults, mended, rowLine, tell, tellRefused } from "./report_room_forms.js";
import { wireProof } from "./report_room_proof.js";

const say = words.report_room;
const english = document.documentElement.lang === "en";
const byId = (id) => document.getElementById(id);
const KIND = { TYPED: "good", CONFIRMED: "good", ROWS: "good", CARRIED: "due", NONE: "none" };

const confirming = (item) => ({ code: item.code, value: item.value, carried: true, seen: null });

function sayNow(item, unit) {
  const value = fill(item.how === "CARRIED" ? say.carried_value : say.now_value, { value: item.value, unit, month: item.since ?? "" });
  const aside = item.set_aside === null ? "" : fill(say.set_aside, { value: item.set_aside, unit });
  return [item.value === null ? "" : value, aside].filter(Boolean).join(" ");
}

export function drawCells(entries, may, work) {
  const typing = document.activeElement?.closest?.("form.cell"); // is left as it is under the hand of whoever types
  const drawn = (items) => items.map((item) => (typing?.dataset.code === item.code ? typing : cell(item, entries, may, work)));
  const totals = entries.items.filter((one) => one.code.startsWith("F"));
  byId("cells").replaceChildren(...drawn(entries.items.filter((one) => !totals.includes(one))));
  byId("total-cells").replaceChildren(...drawn(totals));
  const carried = entries.items.filter((one) => one.how === "CARRIED");
  const all = byId("confirm-all");
  all.hidden = !may || carried.length < 2;
  all.textContent = fill(say.confirm_all, { count: carried.length });
  all.onclick = () => loudly(async () => {
    all.disabled = true;
    try {
      for (const item of carried) await work.box.send(`cell-${item.code}`, `${work.address}/entries`, confirming(item));
      await work.reload(say.confirmed);
    } finally {
      all.disabled = false;
    }
  });
}

function cell(item, entries, may, { box, address, reload, takeBack }) {
  const form = byId("cell").content.firstElementChild.cloneNode(true);
  const unit = words.report_unit[item.counts];
  const title = `${english ? item.en : item.zh} `;
  form.id = `cell-${item.code}`;
  form.dataset.code = item.code;
  form.querySelector("h3").append(title, el("small", {}, item.code));
  const how = form.querySelector(".how");
  how.textContent = words.report_entry_how[item.how];
  how.classList.add(KIND[item.how]);
  form.querySelector(".now").textContent = sayNow(item, unit);
  const input = form.elements.value;
  input.id = `value-${item.code}`;
  form.querySelector(".entering label").setAttribute("for", input.id);
  form.querySelector(".entering label").textContent = fill(say.new_value, { unit });
  const hint = form.querySelector(".entering .hint");
  const fault = form.querySelector("[data-fault=value]");
  hint.id = `${input.id}-hint`;
  fault.id = `${input.id}-fault`;
  input.setAttribute("aria-describedby", `${hint.id} ${fault.id}`);
  input.setAttribute("inputmode", item.scale ? "decimal" : "numeric");
  hint.textContent = item.scale ? fill(say.decimal_hint, { scale: item.scale }) : say.whole_hint;
  const draft = box.draft(form.id);
  input.value = draft?.value ?? "";
  wireCell(form, item, { box, address, reload });
  const enters = may && item.how !== "ROWS";
  const entering = form.querySelector(".entering");
  const acts = form.querySelector(".acts");
  if (!enters) {
    entering.remove();
    acts.remove();
  } else if (item.value !== null && !draft?.value) {
    folded(form, item, { entering, acts, box, address, reload });
  }
  past(form, item, entries.history, may ? takeBack : null);
  return form;
}

/** What says something already: the field for another figure comes by a tap. */
function folded(form, item, { entering, acts, box, address, reload }) {
  const save = acts.querySelector("[type=submit]");
  const change = el("button", { type: "button", class: "big-button quiet" }, say.change);
  entering.hidden = true;
  save.hidden = true;
  change.addEventListener("click", () => {
    entering.hidden = false;
    save.hidden = false;
    for (const one of acts.querySelectorAll("[type=button]")) one.remove();
    form.elements.value.focus();
  });
  acts.append(change);
  if (item.how !== "CARRIED") return;
  const confirm = el("button", { type: "button", class: "big-button" }, say.confirm);
  confirm.addEventListener("click", () => attempt(form, confirm, async () => {
    if (await box.send(form.id, `${address}/entries`, confirming(item)) !== null) await reload(say.confirmed);
  }));
  acts.prepend(confirm);
}

async function attempt(form, button, work) {
  clearFaults(form);
  button.disabled = true;
  try {
    await work();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    tellRefused(form, refused);
  } finally {
    button.disabled = false;
  }
}

function wireCell(form, item, { box, address, reload }) {
  const input = form.elements.value;
  const typed = () => box.type(form.id, { value: input.value, ...(form.dataset.evidence ? { evidence: form.dataset.evidence } : {}) });
  if (item.evidence) proofOf(form, item, address, box, typed);
  form.addEventListener("input", (event) => {
    mended(form, event.target);
    typed();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.value.trim()) {
      clearFaults(form);
      tell(form, "value", say.whole_hint);
      return;
    }
    attempt(form, form.querySelector("[type=submit]"), async () => {
      const body = {
        code: item.code, value: input.value.trim(), seen: item.how === "CARRIED" ? null : item.row?.id ?? null,
        evidence: form.dataset.evidence || null, kept_at: form.elements.kept_at?.value.trim() ?? "",
      };
      if (await box.send(form.id, `${address}/entries`, body, ["kept_at"]) !== null) {
        input.blur();
        document.activeElement?.blur();
        await reload(say.saved);
      }
    });
  });
}

function proofOf(form, item, address, box, typed) {
  const part = byId("proof").content.firstElementChild.cloneNode(true);
  for (const one of part.querySelectorAll("[id], [for], [aria-describedby]")) {
    for (const name of ["id", "for", "aria-describedby"]) {
      if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace("cell-", `proof-${item.code}-`));
    }
  }
  form.querySelector(".for-proof").append(part);
  const proof = wireProof(part, `${address}/evidence`, (id) => { form.dataset.evidence = id; typed(); });
  if (box.draft(form.id)?.evidence) {
    form.dataset.evidence = box.draft(form.id).evidence;
    proof.has();
  }
}

function past(form, item, history, takeBack) {
  const mine = history.filter((one) => one.code === item.code);
  const place = form.querySelector(".past");
  place.hidden = mine.length === 0;
  const line = (one) => fill(say.entry_row, { value: one.value, by: one.by, at: dayTime(one.at) });
  place.querySelector("ul").replaceChildren(...mine.map((one) => rowLine(line(one), one, takeBack)));
}
