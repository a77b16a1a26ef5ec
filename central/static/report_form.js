// One unit's form of one period: loaded, shown, moved. Nothing that was typed is lost when it has to be loaded again.

import { el, fill, show, words } from "./base.js";
import { act, call, dayTime, loudly, said } from "./manage.js";
import { askMove } from "./report_ask.js";
import { findingsList, findingsSum } from "./report_findings.js";
import { history, slips } from "./report_history.js";
import { closePanel } from "./report_made_of.js";
import { nextSentence } from "./report_next.js";
import { showPanel } from "./report_panel.js";
import { go, jump, onLinks, sight } from "./report_going.js";
import { footnotes, partLinks, sheet } from "./report_sheet.js";
import { apiOf, boardOf, chips, daysLeft, facts, formOf, markChip, may, nameOf, reminder, say, stateChip, trail } from "./report_words.js";

const path = apiOf(facts.unit.id, facts.period);
const LIVE = ["COLLECTING", "RETURNED"];
const byCode = new Map();
let parts = [];
let form = null;
let loads = 0;
let shownCode = null;

const wanted = () => new URLSearchParams(location.search).get("version");
const isOld = () => wanted() !== null && Number(wanted()) !== form.versions.at(-1)?.version;
const isOpen = () => !isOld() && form.moves.includes("DRAW_UP"); // its preparer may add to it as long as it can be drawn up
const proposes = () => form.state === "ACCEPTED" && may("report_prepare") && facts.person.unit === facts.unit.id;
const tools = () => ({ open: isOpen(), proposes: proposes(), reload: (code) => reload("", code) });

function head() {
  const { period } = form;
  const version = form.version ? fill(say.version, { n: form.version }) : say.live;
  const facts_ = [["h01", nameOf(form.unit)], ["h02", words.level[form.unit.level]], ["h03", period.from], ["h04", period.to],
    ["h05", version], ["h06", form.preparer], ["h07", form.reviewer], ["h08", form.signer], ["h09", form.sent_at ? dayTime(form.sent_at) : ""]];
  show("head", ...facts_.map(([name, value]) => el("div", {}, el("dt", {}, el("small", {}, name.toUpperCase()), say[name]), el("dd", {}, value || say.none))));
  const left = period.to < facts.today && form.reminded === null ? daysLeft(form) : "";
  show("chips", ...chips(stateChip(form.state, { nothing: form.nothing }), form.late ? markChip("fault", say.late) : form.overdue ? markChip("fault", say.overdue) : reminder(form),
    el("span", { class: "note" }, [fill(say.due, { day: period.due }), left].filter(Boolean).join(" · ")), el("span", { class: "note" }, fill(say.made_at, { time: dayTime(form.made_at) }))));
}

function lowerItems() {
  return form.columns.filter((one) => !one.own && form.lower.includes(one.unit.id)).map((one) => ({ ...one.unit, unit: one.unit.id, state: one.state, missing: form.missing.includes(one.unit.id) }));
}

function moves() {
  document.getElementById("next").textContent = nextSentence({ state: form.state, period: form.period, items: lowerItems(), form });
  const onward = facts.onward[form.state]?.move;
  const buttons = isOld() ? [] : form.moves.map((name) => {
    const button = act(words.report_move[name], () => begin(name), { danger: name === "RETURN" });
    if (name === onward || name === "ACCEPT") button.className = "button";
    button.dataset.move = name;
    return button;
  });
  const order = (one) => (one.className === "button" ? 0 : 1);
  show("moves", ...buttons.sort((a, b) => order(a) - order(b)), ...(isOld()
    ? [el("p", { class: "note" }, fill(say.old_version, { n: form.version || "" }), " ", el("a", { href: formOf(facts.unit.id, facts.period) }, say.current_version))]
    : buttons.length ? [] : [el("p", { class: "note" }, say.act_none)]));
}

function stale() {
  const later = form.version ? form.lines.filter((one) => one.kind === "ADJUST" && one.at > form.made_at) : [];
  const place = document.getElementById("stale");
  place.hidden = !later.length || !form.moves.includes("DRAW_UP");
  place.textContent = fill(say.stale_lines, { n: later.length });
}

function shownChoice() {
  const list = document.getElementById("shown");
  const last = form.versions.at(-1)?.version ?? 0;
  const current = LIVE.includes(form.state) || !last ? say.shown_now : fill(say.shown_current, { n: last });
  const others = form.versions.map((one) => one.version).reverse().filter((n) => LIVE.includes(form.state) || n !== last);
  list.replaceChildren(el("option", { value: "" }, current),
    ...(last && !LIVE.includes(form.state) ? [el("option", { value: "0" }, say.shown_now)] : []), ...others.map((n) => el("option", { value: n }, fill(say.version, { n }))));
  list.value = wanted() ?? "";
  if (list.selectedIndex < 0) list.value = "";
}

function draw() {
  const scroll = document.getElementById("scroll");
  const at = [scroll.scrollLeft, scroll.scrollTop];
  head();
  moves();
  stale();
  shownChoice();
  document.getElementById("findings-sum").textContent = findingsSum(form);
  show("findings", ...findingsList(form));
  show("parts", ...partLinks(parts, form));
  const put = (one, text) => call("PUT", `${path}/notes/${one.id}`, { text });
  const notes = { open: isOpen(), put, saved: (one) => reload(say.note_saved, null, `note-${one.id}`) };
  document.getElementById("columns-choice").hidden = !form.columns.length;
  sheet(document.getElementById("table"), form, parts, notes, { lower: document.getElementById("show-columns").checked });
  show("foot", ...footnotes(form));
  history(form, byCode);
  document.getElementById("loading").hidden = true;
  document.getElementById("form").hidden = false;
  [scroll.scrollLeft, scroll.scrollTop] = at;
}

async function load() {
  loads += 1;
  const turn = loads;
  const told = await call("GET", path + (wanted() === null ? "" : `?version=${encodeURIComponent(wanted())}`));
  if (turn !== loads) return; // asked for again meanwhile: the older answer must not stand over the newer one
  form = told;
  draw();
  await slips(form, byCode, (text) => reload(text));
}

async function reload(text = "", code = null, focus = null) {
  await load();
  if (code ?? shownCode) showPanel(code ?? shownCode, form, byCode, tools());
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  if (text) said(text);
}

// --- moves ---

async function begin(name) {
  const codes = name === "RETURN" ? [...new Set(form.findings.map((one) => one.code))].slice(0, 12) : [];
  const renew = async () => { await reload(); return form; };
  askMove(name, { unit: facts.unit.id, period: facts.period, step: form.step, codes, current: () => form }, (refused) => after(name, refused), renew);
}

async function after(name, refused) {
  tellProblem(null);
  if (!refused) {
    await reload(fill(say.move_done, { move: words.report_move[name] }));
    return true;
  }
  // a field of the form or a unit below: shown there
  const place = byCode.has(refused.field) ? refused.field : document.getElementById(`column-${refused.field}`) ? refused.field : null;
  if (place === null) return false;
  tellProblem(refused);
  return true;
}

function tellProblem(refused) {
  const problem = document.getElementById("problem");
  document.querySelectorAll(".report-fault, tr.fault-row").forEach((one) => one.remove());
  if (!refused) { problem.replaceChildren(); return; }
  if (byCode.has(refused.field)) {
    const row = document.getElementById(refused.field);
    row.after(el("tr", { class: "fault-row" }, el("td", { colspan: String(row.children.length) }, el("p", { class: "report-fault", role: "alert" }, refused.message))));
    problem.replaceChildren(refused.message, " ", el("a", { href: `#${refused.field}`, "data-code": refused.field, "data-jump": refused.field }, say.see_problem));
    jump(refused.field);
    return;
  }
  const unit = form.columns.find((one) => !one.own && one.unit.id === refused.field)?.unit;
  problem.replaceChildren(refused.message, " ", el("a", { href: formOf(refused.field, facts.period) }, nameOf(unit)), " · ",
    el("a", { href: `${boardOf(facts.unit.id, facts.period)}#unit-${refused.field}` }, say.board));
  problem.focus();
  problem.scrollIntoView({ block: "center" });
}

function open(code, from) {
  shownCode = code;
  go(code);
  showPanel(code, form, byCode, tools(), from);
  sight(code);
}

onLinks(open);
document.getElementById("problem").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-jump]");
  if (!link) return;
  event.preventDefault();
  jump(link.dataset.jump);
});
document.getElementById("show-columns").addEventListener("change", draw);
document.getElementById("shown").addEventListener("change", (event) => {
  const chosen = event.target.value;
  globalThis.history.replaceState(null, "", location.pathname + (chosen === "" ? "" : `?version=${chosen}`));
  closePanel();
  shownCode = null;
  loudly(load);
});
document.getElementById("print").addEventListener("click", () => print());
window.addEventListener("hashchange", () => { if (byCode.has(location.hash.slice(1))) open(location.hash.slice(1)); });

trail(facts.period, { form: true });
document.title = `${nameOf(facts.unit)} ${facts.period} · ${document.title}`;
await loudly(async () => {
  parts = (await call("GET", "/api/v1/report/fields")).parts;
  for (const part of parts) for (const field of part.fields) byCode.set(field.code, field);
  await load();
  const code = location.hash.slice(1);
  if (byCode.has(code)) open(code);
});
document.getElementById("loading").hidden = true;
