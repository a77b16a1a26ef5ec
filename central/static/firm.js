// A firm's cases at work, the one due soonest first.

import { el } from "./base.js";
import { dayOf, dueChip, lawyerName, matterName, say, stateChip } from "./firm_parts.js";
import { call, loudly } from "./manage.js";

const COLUMNS = ["number", "due", "state", "recipient", "matter", "lawyer", "since"];

function row(one) {
  return el("tr", { data: { case: one.id } },
    el("th", { scope: "row" }, el("a", { href: `/firm/cases/${one.id}` }, one.number ?? one.id)), el("td", {}, dueChip(one) ?? "—"),
    el("td", {}, stateChip(one)), el("td", {}, one.recipient), el("td", {}, matterName(one)), el("td", {}, lawyerName(one)), el("td", {}, dayOf(one.since_at)));
}

loudly(async () => {
  const { items } = await call("GET", "/api/v1/firm/cases");
  document.getElementById("empty").hidden = items.length > 0;
  document.getElementById("rows").hidden = items.length === 0;
  document.getElementById("rows").replaceChildren(
    el("thead", {}, el("tr", {}, ...COLUMNS.map((name) => el("th", { scope: "col" }, say[name])))), el("tbody", {}, ...items.map(row)));
});
