// The records that a figure of the unit's own part is made of: each with what it counts, and where it can be opened.

import { el, fill, page, words } from "./base.js";
import { Refused, act, call, dayTime } from "./manage.js";
import { apiOf, facts, grouped, monthName, say } from "./report_words.js";

function unitOf(name) {
  return words.report_unit[name] ?? say[`row_${name}`] ?? name;
}

function pageOf(row) {
  if (row.page) return row.page;
  const ticket = row.behind === "EVENT" && row.type?.startsWith("ticket.") && row.hall && row.day && row.number;
  return ticket ? `/halls/${row.hall}/tickets/${row.day}/${row.number}` : null;
}

function line(row, unit) {
  const what = row.behind === "LINE" ? words.report_line[row.type] ?? row.type : row.type;
  const name = row.number || row.id;
  const day = row.behind === "LINE" && row.day ? monthName(row.day) : row.day;
  const where = pageOf(row);
  return el("li", {},
    el("span", {}, words.report_behind[row.behind], what ? ` · ${what}` : "", day ? ` · ${day}` : "", row.hall ? ` · ${row.hall}` : ""),
    el("span", { class: "amount" }, grouped(row.amount), unit),
    el("span", { class: "id" }, where ? el("a", { href: where }, name) : name));
}

export function records(field, form) {
  const place = el("div", { role: "status" });
  const list = el("ul", { class: "report-rows", tabindex: "0", "aria-label": say.panel_rows, hidden: true });
  const version = form.version ? `&version=${form.version}` : "";
  const path = `${apiOf(facts.unit.id, form.period.name)}/rows/${field.code}?limit=100${version}`;
  let cursor = null;
  const see = act(say.panel_rows_see, async () => {
    see.disabled = true;
    try {
      const told = await call("GET", path + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""));
      cursor = told.next;
      head(place, told, field);
      const unit = told.row_unit === field.unit ? "" : ` ${unitOf(told.row_unit)}`;
      list.hidden = !told.rows;
      list.append(...told.items.map((row) => line(row, unit)));
      see.textContent = say.panel_rows_more;
      see.hidden = !cursor;
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      place.replaceChildren(el("p", { class: refused.code === "NOT_FOUND" ? "note" : "problem" }, refused.code === "NOT_FOUND" ? say.panel_rows_soon : refused.message));
    } finally {
      see.disabled = false;
    }
  });
  return [el("h3", {}, say.panel_rows), place, list, see];
}

function head(place, told, field) {
  const sum = `${grouped(told.sum)} ${words.report_unit[field.unit]}`;
  const differs = told.form !== null && told.form !== told.sum;
  place.replaceChildren(
    el("p", { class: "note" }, told.rows ? fill(say.panel_rows_count, { n: told.rows, sum, time: dayTime(told.as_of) }) : say.panel_rows_none),
    ...(differs ? [el("p", { class: "problem" }, fill(say.panel_rows_differ, { form: grouped(told.form), sum: told.sum === null ? page.none : grouped(told.sum) }))] : []),
    ...(told.doubt ? [el("p", { class: "note" }, words.report_doubt[told.doubt] ?? told.doubt)] : []));
}
