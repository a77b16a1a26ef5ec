// Objections for the bureau: open ones by their limit, all there ever were, and those that come on paper.

import { fill } from "./base.js";
import { Refused, call } from "./manage.js";
import { enterOnPaper } from "./aiddesk_objecting.js";
import { desk, severalUnits, table } from "./aiddesk_rows.js";

const byId = (id) => document.getElementById(id);
let shown = [];
let next = null;

const which = () => document.querySelector("[name=which]:checked").value;

async function load(cursor) {
  try {
    const told = await call("GET", `/api/v1/aid/objections?which=${which()}&limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    [shown, next] = [cursor ? [...shown, ...told.items] : told.items, told.next];
    byId("problem").textContent = "";
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    byId("problem").textContent = refused.message;
    return;
  }
  byId("rows").replaceChildren(...table(shown, { units: severalUnits(shown) }));
  byId("more-place").hidden = !next;
  byId("shown").textContent = fill(desk.shown, { count: shown.length });
}

async function showEntered(id) {
  document.querySelector("[name=which][value=open]").checked = true;
  await load(null);
  byId("rows").querySelector(`[data-case="${id}"] a`)?.focus();
  return shown.find((one) => one.id === id) ?? null;
}

byId("which").addEventListener("change", () => load(null));
byId("more").addEventListener("click", () => load(next));
byId("enter").addEventListener("click", () => enterOnPaper(showEntered));
load(null);
