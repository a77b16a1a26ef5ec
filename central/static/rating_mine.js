// One's own ratings and nobody else's.

import { Refused, call, loudly } from "./manage.js";
import { byId, el, english, fill, grade, keepInAddress, page, percent, say, stateName, tags, words } from "./rating_parts.js";
import { serviceCell } from "./table.js";

const form = byId("choose");
const asked = new URLSearchParams(location.search);

function tile(name, value) {
  return el("section", { class: "tile" }, el("h2", {}, name), el("p", { class: "big" }, value));
}

function row(one, halls) {
  const hall = halls[one.hall];
  const answer = one.reply ? [el("small", { class: "note block" }, `${say.reviewed_reply} ${one.reply}`)] : [];
  return el("tr", {}, el("td", {}, one.day), el("td", {}, hall ? (english ? hall.name_en : hall.name_zh) : one.hall), el("td", {}, serviceCell(one)),
    el("td", {}, grade(one.grade), one.excluded ? el("small", { class: "note block" }, words.rating_option.EXCLUDE) : null),
    el("td", {}, tags(one.reasons, words.rating_reason), one.text ? el("small", { class: "note block" }, one.text) : null),
    el("td", {}, one.case_state ? stateName(one.case_state) : page.none, ...answer));
}

async function look() {
  byId("problem").textContent = "";
  const query = new URLSearchParams(["from_day", "to_day"].map((name) => [name, form.elements[name].value]));
  keepInAddress(query);
  try {
    const told = await call("GET", `/api/v1/ratings/mine?${query}`);
    byId("tiles").replaceChildren(tile(say.rated, String(told.rates.rated)), tile(say.satisfaction, percent(told.rates.satisfaction)), tile(say.favourable, percent(told.rates.favourable)),
      tile(say.bad, String(told.rates.bad)), tile(say.rectify_rate, percent(told.rates.rectify_rate)));
    byId("rows").replaceChildren(...told.items.map((one) => row(one, told.halls)));
    byId("empty").hidden = told.items.length > 0;
    byId("more").hidden = !told.more;
    byId("more").textContent = fill(say.mine_more, { count: told.items.length });
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    byId("problem").textContent = refused.message;
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); look(); });
for (const name of ["from_day", "to_day"]) if (asked.get(name)) form.elements[name].value = asked.get(name);
loudly(look);
