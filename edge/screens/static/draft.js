// The legal-aid form of the ticket at this window: shown while it is looked at, and nowhere kept.
import { byId, facts, make, refusalWords, say, send } from "./hall.js";

const coded = ["matter", "stage", "presumed", "basis"];

function wipe() { byId("draft-form").replaceChildren(); byId("draft-said").textContent = ""; }

async function open() {
  wipe();
  byId("draft-title").textContent = say("window.draft");
  byId("draft-dialog").showModal();
  const answer = await send("GET", `/api/v1/windows/${facts.window}/aid-draft`);
  if (!byId("draft-dialog").open) return;
  if (!answer.ok) { byId("draft-said").textContent = refusalWords(answer, say("window.no_line")); return; }
  const { number, lost, form } = answer.body;
  byId("draft-title").textContent = say("window.draft_title", { number });
  if (lost) { byId("draft-said").textContent = say("window.draft_lost"); return; }
  const rows = Object.entries(form).filter(([, value]) => value !== null && value !== "");
  byId("draft-form").replaceChildren(...rows.map(([name, value]) => make("div", {},
    make("dt", {}, say(`aid.field.${name}`)), make("dd", {}, coded.includes(name) ? say(`aid.${name}.${value}`) : String(value)))));
}

export function listenToDraft() {
  byId("draft").addEventListener("click", open);
  byId("draft-dialog").addEventListener("close", wipe);
}

export function drawDraft(view) {
  byId("draft").hidden = !view.ticket?.draft;
  if (!view.ticket?.draft && byId("draft-dialog").open) byId("draft-dialog").close();
}
