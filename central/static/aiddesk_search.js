// Looking a case up: what is looked for goes in a body, never into an address; for people a reason is asked for.

import { fill, words } from "./base.js";
import { Refused, call, tellFault } from "./manage.js";
import { desk, severalUnits, table } from "./aiddesk_rows.js";

const byId = (id) => document.getElementById(id);
const dialog = byId("look-up");
const form = dialog.querySelector("form");
const MOST = 50;

const kind = () => form.elements.kind.value;

function forget() {
  byId("found").replaceChildren();
  byId("found-place").hidden = true;
  byId("found-note").textContent = "";
  form.querySelector(".problem").textContent = "";
  for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

function drawKind() {
  byId("reason-field").hidden = kind() === "number";
  forget();
}

function show(told) {
  byId("found-note").textContent = told.items.length === 0 ? desk.search_nothing
    : told.more ? fill(desk.search_more, { count: MOST }) : fill(desk.search_found, { count: told.items.length });
  byId("found-place").hidden = told.items.length === 0;
  if (told.items.length) byId("found").replaceChildren(...table(told.items, { units: severalUnits(told.items) }));
}

async function look() {
  const value = form.elements.value.value.trim();
  const reason = form.elements.reason.value.trim();
  if (!value) {
    tellFault(form, "value", words.manage.needed);
    return;
  }
  const told = await call("POST", "/api/v1/aid/search", { [kind()]: value, ...(kind() !== "number" ? { reason } : {}) });
  if (told.items.length === 1 && kind() === "number") location.assign(`/aid/cases/${told.items[0].id}`);
  else show(told);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  forget();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    await look();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    const name = refused.field === "reason" ? "reason" : refused.field === kind() ? "value" : null;
    tellFault(form, name, refused.code === "WRONG_FIELD" ? words.manage.see_hint : refused.message);
  } finally {
    button.disabled = false;
  }
});
for (const one of form.elements.kind) one.addEventListener("change", drawKind);
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => { form.reset(); drawKind(); }); // nothing of a person stays in a closed dialog
byId("search").addEventListener("click", () => { form.reset(); drawKind(); dialog.showModal(); form.elements.value.focus(); });
