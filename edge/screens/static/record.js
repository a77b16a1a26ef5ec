// What was done at a window, after a service: two taps and it is kept, or nothing at all. It never stands in the way.
import { all, byId, say } from "./hall.js";

let number = null; // the service that the panel asks about
let done = null; // the one that was answered or skipped here
const chosen = { field: null, answered_by: null, groups: new Set(), papers: new Set() };

function forget() {
  chosen.field = chosen.answered_by = null;
  chosen.groups.clear();
  chosen.papers.clear();
}

function drawChoices() {
  for (const button of all("#record [data-choice]")) {
    const { choice, value } = button.dataset;
    const on = chosen[choice] instanceof Set ? chosen[choice].has(value) : chosen[choice] === value;
    button.setAttribute("aria-pressed", String(on));
  }
}

/** Send what was chosen, if anything was; the panel goes. */
function save(act) {
  const { field, answered_by, groups, papers } = chosen;
  if (field || answered_by || groups.size || papers.size) act("record", { number, field, answered_by, groups: [...groups], papers: [...papers] });
  done = number;
  forget();
  byId("record").hidden = true;
}

function choose(button, act) {
  const { choice, value } = button.dataset;
  if (chosen[choice] instanceof Set) {
    if (!chosen[choice].delete(value)) chosen[choice].add(value);
  } else chosen[choice] = chosen[choice] === value ? null : value;
  drawChoices();
  if (chosen.field && chosen.answered_by) save(act);
}

export function listenToRecord(act) {
  for (const button of all("#record [data-choice]")) button.addEventListener("click", () => choose(button, act));
  byId("record-skip").addEventListener("click", () => save(act));
}

/** Show the panel for the last finished service while nobody else is at the window. */
export function drawRecord(view, act) {
  const asked = view.to_record && !view.to_record.recorded && view.to_record.number !== done ? view.to_record.number : null;
  const elsewhere = view.to_record?.recorded && view.to_record.number === number; // in another tab, or by another clerk
  if (number !== null && number !== asked && number !== done && !elsewhere) save(act); // a new visitor: keep what was chosen so far
  if (asked !== number) { number = asked; forget(); drawChoices(); }
  byId("record").hidden = asked === null || view.state !== "IDLE";
  if (asked !== null) byId("record-title").textContent = say("window.record_title", { number: asked });
}
