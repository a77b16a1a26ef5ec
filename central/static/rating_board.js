// The public board: how halls were rated in a month, and reviewed answers to bad ratings.

import { ask, words } from "./base.js";
import { byId, el, english, fill } from "./visitor.js";

const say = words.rating_board;
const GRADES = ["5", "4", "3", "2", "1"];
const month = byId("month");
const hall = byId("hall");
const named = (one) => (english ? one.name_en : one.name_zh) || one.hall || one.service || "";
const percent = (value) => (value === null ? words.page.none : `${(value * 100).toFixed(1)}%`);

function bars(one) {
  const most = Math.max(1, ...GRADES.map((grade) => one.grades[grade]));
  return el("dl", { class: "bars" }, ...GRADES.flatMap((grade) => {
    const bar = el("i");
    bar.style.width = `${(one.grades[grade] / most) * 100}%`;
    return [el("dt", {}, words.grade[grade]), el("dd", { class: `bar${Number(grade) <= 2 ? " bad" : ""}`, "aria-hidden": "true" }, bar), el("dd", { class: "n" }, String(one.grades[grade]))];
  }));
}

function services(one) {
  if (!one.services.length) return null;
  const head = el("tr", {}, el("th", { scope: "col" }, say.by_service), ...GRADES.map((grade) => el("th", { class: "n", scope: "col" }, words.grade[grade])));
  const rows = one.services.map((row) => el("tr", {}, el("th", { scope: "row" }, row.service ? named(row) : say.others), ...GRADES.map((grade) => el("td", { class: "n" }, String(row.grades[grade])))));
  return el("details", {}, el("summary", {}, say.by_service), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${say.by_service} ${named(one)}` }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows))));
}

function card(one, fewest) {
  if (!one.shown) return el("li", {}, el("h2", {}, named(one)), el("p", { class: "note" }, fill(say.few, { fewest })));
  return el("li", {}, el("h2", {}, named(one)), el("p", { class: "note" }, fill(say.rated, { count: one.rated })),
    el("p", { class: "sums" }, el("span", {}, say.satisfaction, el("b", {}, percent(one.satisfaction))), el("span", {}, say.favourable, el("b", {}, percent(one.favourable)))), bars(one), services(one));
}

function reply(one) {
  return el("li", {}, el("h3", {}, named(one), one.service.name_zh ? ` · ${named(one.service)}` : ""),
    one.text ? el("blockquote", { class: "said-by" }, el("b", {}, say.said), one.text) : null, el("p", { class: "answer" }, el("b", {}, say.replied), one.reply));
}

function draw(told) {
  const had = hall.value;
  hall.replaceChildren(hall.options[0], ...told.halls.map((one) => el("option", { value: one.hall }, named(one))));
  hall.value = told.halls.some((one) => one.hall === had) ? had : "";
  byId("halls").replaceChildren(...(told.items.length ? told.items.map((one) => card(one, told.fewest)) : [el("li", { class: "note" }, say.none)]));
  byId("replies").replaceChildren(...told.replies.map(reply));
  byId("replies-part").hidden = told.replies.length === 0;
  byId("note").textContent = fill(say.note, { fewest: told.fewest });
}

async function look() {
  byId("problem").textContent = "";
  const query = new URLSearchParams({ month: month.value, ...(hall.value ? { hall: hall.value } : {}) });
  history.replaceState(null, "", `?${query}`);
  try {
    draw(await ask(`/api/v1/public/ratings?${query}`));
  } catch (error) {
    byId("problem").textContent = error.message;
  }
  byId("loading").hidden = true;
}

function months() {
  const [year, now] = month.dataset.now.split("-").map(Number);
  const format = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { year: "numeric", month: "long", timeZone: "UTC" });
  month.append(...Array.from({ length: 12 }, (_, back) => {
    const at = new Date(Date.UTC(year, now - 1 - back, 1));
    return el("option", { value: at.toISOString().slice(0, 7) }, format.format(at));
  }));
  const asked = new URLSearchParams(location.search).get("month");
  if ([...month.options].some((one) => one.value === asked)) month.value = asked;
}

months();
month.addEventListener("change", () => { hall.value = ""; look(); });
hall.addEventListener("change", look);
byId("choose").addEventListener("submit", (event) => event.preventDefault());
look();
