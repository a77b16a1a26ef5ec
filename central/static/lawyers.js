// The register of lawyers: who may practise, how fresh that is, what each can do; states by hand; firms' accounts.

import { chip, el, fill, page, words } from "./base.js";
import { act, call, dayTime, everything, loudly, said, sure, wire } from "./manage.js";

const say = words.lawyer_page;
const byId = (id) => document.getElementById(id);
const keeps = byId("rows").dataset.keeps === "yes";
const comma = document.documentElement.lang === "en" ? ", " : "、";
const LOST = new Set(["SUSPENDED", "REVOKED", "CANCELLED"]);
const KIND = { ACTIVE: "good", SUSPENDED: "over", REVOKED: "over", CANCELLED: "none", TRANSFERRING: "due", UNKNOWN: "due" };
let lawyers = [];

// --- the register ---

function stateCell(one) {
  const days = one.suspended_from ? `${one.suspended_from} – ${one.suspended_to ?? ""}` : null;
  return el("td", {}, chip(KIND[one.state], words.lawyer_state[one.state]), days ? el("small", {}, days) : null);
}

function canCell(one) {
  const can = [...one.specialities.map((code) => words.lawyer_field[code]), ...one.languages.map((code) => words.lawyer_language[code]),
    ...(one.knows_minors ? [say.minors] : [])];
  return el("td", {}, can.length ? el("div", { class: "tags" }, ...can.map((word) => el("span", { class: "tag" }, word))) : page.none);
}

function row(one) {
  const button = act(say.change, () => openChange(one));
  button.setAttribute("aria-label", `${say.change} ${one.name} ${one.licence.slice(-4)}`);
  return el("tr", { data: { mark: one.mark } },
    el("th", { scope: "row" }, one.name, el("small", {}, one.licence)), el("td", {}, one.firm, el("small", {}, one.firm_code)),
    stateCell(one), el("td", { class: "when" }, dayTime(one.as_of), one.stale ? el("small", {}, chip("due", say.stale)) : null), canCell(one),
    el("td", { class: "n" }, one.first_year ?? page.none), el("td", { class: "n" }, one.criminal_since ?? page.none),
    el("td", { class: "n" }, String(one.load)), ...(keeps ? [el("td", {}, button)] : []));
}

function draw() {
  const wanted = byId("find").value.trim().toLocaleLowerCase();
  const state = byId("state").value;
  const fits = (one) => (!wanted || `${one.firm} ${one.firm_code} ${one.name} ${one.licence.slice(-4)}`.toLocaleLowerCase().includes(wanted))
    && (!state || (state === "stale" ? one.stale : one.state === state));
  const found = lawyers.filter(fits);
  const names = [say.lawyer, say.firm, say.state, say.as_of, say.can];
  const numbers = [say.years, say.since, say.load];
  const head = el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name)), ...numbers.map((name) => el("th", { scope: "col", class: "n" }, name)),
    ...(keeps ? [el("th", { scope: "col" }, el("span", { class: "unseen" }, say.change))] : []));
  const none = el("tr", {}, el("td", { colspan: keeps ? "9" : "8", class: "empty" }, lawyers.length ? say.none_fit : say.nobody));
  byId("rows").replaceChildren(el("thead", {}, head), el("tbody", {}, ...(found.length ? found.map(row) : [none])));
  byId("count").textContent = fill(say.count, { count: found.length, stale: found.filter((one) => one.stale).length });
}

async function load() {
  await loudly(async () => {
    lawyers = await everything("/api/v1/lawyers");
    draw();
  });
}

byId("find").addEventListener("input", draw);
byId("state").addEventListener("change", draw);

// --- a state by hand ---

const openForm = keeps ? wire(byId("change"), { places: { LAWYER_DOCUMENT: "document" } }) : null;

function lineOf(one) {
  const facts = { at: dayTime(one.as_of), state: words.lawyer_state[one.state], evidence: words.lawyer_evidence[one.evidence],
    document: one.document ? `${comma}${one.document}` : "", by: one.by };
  return el("li", {}, fill(say.line, facts) + (one.cases ? fill(say.line_lost, one) : ""));
}

function openChange(one) {
  const form = openForm(async (given, key) => {
    const body = { state: given.elements.to_state.value, evidence: given.elements.evidence.value, document: given.elements.document.value.trim() };
    if (body.state === "SUSPENDED") {
      for (const name of ["suspended_from", "suspended_to"]) if (given.elements[name].value) body[name] = given.elements[name].value;
    }
    const told = await call("POST", `/api/v1/lawyers/${one.mark}/status`, body, key);
    const facts = { state: words.lawyer_state[told.state], count: told.cases.length };
    said(fill(told.cases.length ? say.changed_lost : say.changed, facts));
    await load();
    document.querySelector(`[data-mark="${one.mark}"] button`)?.focus();
  });
  byId("change-title").textContent = fill(say.change_of, one);
  byId("change-cases").textContent = one.load ? fill(say.loses, { cases: one.load }) : say.no_cases;
  form.elements.to_state.value = one.state;
  daysOrNot();
  byId("history").replaceChildren();
  loudly(async () => {
    const told = await call("GET", `/api/v1/lawyers/${one.mark}`);
    byId("history").replaceChildren(...told.history.map(lineOf));
  });
}

function daysOrNot() {
  byId("days").hidden = byId("to_state").value !== "SUSPENDED";
  byId("document").toggleAttribute("required", LOST.has(byId("to_state").value));
}

if (keeps) byId("to_state").addEventListener("change", daysOrNot);

// --- firms' accounts ---

const openTie = keeps ? wire(byId("tie")) : null;

function firmRow(one, untied) {
  const accounts = one.accounts.map((account) => {
    const button = act(say.untie, () => sure({
      title: fill(say.untie_title, { account, firm: one.firm }), text: say.untie_text, send: say.untie,
    }, async (key) => { await call("DELETE", `/api/v1/firms/${one.firm_code}/accounts/${account}`, undefined, key); await loadFirms(); }), { danger: true });
    button.setAttribute("aria-label", `${say.untie} ${account}`);
    return el("span", { class: "chips" }, el("span", { class: "tag" }, account), button);
  });
  const add = act(say.tie, () => {
    if (!untied.length) { said(say.no_untied, true); return; }
    byId("tie-title").textContent = fill(say.tie_to, { firm: one.firm });
    byId("name").replaceChildren(...untied.map((name) => el("option", { value: name }, name)));
    openTie(async (form, key) => {
      await call("PUT", `/api/v1/firms/${one.firm_code}/accounts/${form.elements.name.value}`, undefined, key);
      await loadFirms();
    }, { keep: true });
  });
  add.setAttribute("aria-label", `${say.tie} ${one.firm}`);
  return el("tr", {}, el("td", {}, one.firm, el("small", {}, one.firm_code)), el("td", { class: "n" }, `${one.active} / ${one.lawyers}`),
    el("td", {}, ...(accounts.length ? accounts : [page.none])), el("td", {}, add));
}

async function loadFirms() {
  if (!keeps) return;
  await loudly(async () => {
    const told = await call("GET", "/api/v1/firms");
    const head = el("tr", {}, el("th", { scope: "col" }, say.firm), el("th", { scope: "col", class: "n" }, say.active), el("th", { scope: "col" }, say.account),
      el("th", { scope: "col" }, el("span", { class: "unseen" }, say.tie)));
    const none = el("tr", {}, el("td", { colspan: "4", class: "empty" }, say.nobody));
    byId("firms").replaceChildren(el("thead", {}, head), el("tbody", {}, ...(told.items.length ? told.items.map((one) => firmRow(one, told.untied)) : [none])));
  });
}

load();
loadFirms();
