// Objections for the bureau: open ones by their limit, and all there ever were.

import { fill } from "./base.js";
import { Refused, call } from "./manage.js";
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

byId("which").addEventListener("change", () => load(null));
byId("more").addEventListener("click", () => load(next));
load(null);
