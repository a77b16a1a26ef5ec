// One record: how it stands, what can be done with it now, what was done, and its people, masked until a reason is given.

import { chip, el, fill, hallName, page, words } from "./base.js";
import { Refused, call, dayTime, loudly, manage, newKey } from "./manage.js";
import { drawPapers, issueFrom } from "./papers.js";
import { clearFaults, draw, factWords, faultWords, firstMissing, forgetFault, kindName, moveName, numberOf, read, stateName, tellFault } from "./matter_form.js";

const say = words.matters;
const byId = (id) => document.getElementById(id);
const LIGHT = { GREEN: "good", YELLOW: "due", RED: "over" };
const GENTLE = new Set(["CORRECT", "LINK", "WITHDRAW", "CANCEL", "STRIKE", "DECLINE", "FAIL", "NOT_OURS", "REFUSE", "RETURN", "SUSPEND", "WAIVE", "TAKE_BACK"]);
const supervises = "supervises" in document.getElementById("matter").dataset;
const path = `/api/v1/matters/${encodeURIComponent(byId("matter").dataset.matter)}`;
const dialog = byId("move");
let shown = null;
let chosen = null;
let key = newKey();
let lists = {};

const english = document.documentElement.lang === "en";
const colon = english ? ": " : "：";
const factName = (name) => (words.matter_fact[name] ?? name).replace(/（可多选）$/, "");

function facts(values) {
  return Object.entries(values).flatMap(([name, value]) => [
    el("dt", {}, factName(name)),
    el("dd", {}, name === "lawyer" || name === "room" ? named(name, value) : factWords(name, value))]);
}

function named(name, value) {
  return (lists[name] ?? []).find(([mark]) => mark === value)?.[1] ?? value;
}

function due(one) {
  if (!one.due) return [];
  return [chip(LIGHT[one.due.light], dayTime(one.due.at), el("small", {}, say[`light_${one.due.light}`])),
    el("span", { class: "note" }, words.matter_rule[one.due.rule] ?? one.due.rule, one.due.provisional ? ` · ${say.provisional}` : "")];
}

function head(one) {
  byId("title").textContent = numberOf(one);
  document.title = `${numberOf(one)} · ${kindName(one.kind)}`;
  byId("stands").replaceChildren(chip(one.closed_at ? "quiet" : "open", stateName(one.state)), ...due(one),
    ...(one.identified ? [] : [el("span", { class: "tag" }, say.not_identified)]), ...(one.case ? [el("span", { class: "tag" }, one.kind === "ADVICE" ? say.linked : say.case)] : []));
}

function moves(one) {
  byId("moves").replaceChildren(...one.moves.map((move) => {
    const made = el("button", { type: "button", class: GENTLE.has(move.move) ? "plain" : "button", data: { move: move.move } }, move.takes_back ? fill(say.take_back_of, { move: moveName(move.takes_back) }) : moveName(move.move));
    made.addEventListener("click", () => ask(move));
    return made;
  }));
  byId("ended").hidden = one.moves.some((move) => move.move !== "TAKE_BACK");
}

function person(one) {
  const relation = one.relation ? words.matter_relation[one.relation] : "";
  const cells = [words.matter_role[one.role], one.name, one.id_number || page.none, one.phone || page.none, ...(shown.kind === "VISIT" ? [relation] : [])];
  return el("tr", {}, ...cells.map((cell) => el("td", {}, cell)));
}

function step(one, texts = {}) {
  const said = Object.entries(one.facts).map(([name, value]) => `${factName(name)}${colon}${name === "lawyer" || name === "room" ? named(name, value) : factWords(name, value)}`);
  const told = Object.entries(texts).map(([name, text]) => el("p", { class: "said-text" }, el("b", {}, `${words.matter_text[name] ?? name} `), text));
  const gone = one.stands || one.move === "TAKE_BACK" ? null : el("span", { class: "tag" }, say.standing);
  return el("li", { class: gone ? "gone" : "", data: { n: one.n } }, el("time", { datetime: one.at }, dayTime(one.at)), el("div", {}, el("b", {}, `${one.n}. ${moveName(one.move)}`), ` → ${stateName(one.to)}`, gone,
    said.length ? el("p", { class: "note" }, said.join(english ? "; " : "；")) : null,
    one.has_text && !told.length ? el("p", { class: "note" }, say.has_text) : null, ...told), el("small", {}, one.actor || page.none));
}

function drawAll(one, full = null) {
  shown = one;
  head(one);
  moves(one);
  byId("relation").hidden = one.kind !== "VISIT";
  byId("facts").replaceChildren(...facts(one.facts), ...(one.ticket ? [el("dt", {}, say.ticket.split("（")[0].split(" (")[0]), el("dd", {}, `${one.ticket.day} ${one.ticket.number}`)] : []));
  byId("people").replaceChildren(...(full?.parties ?? one.parties).map(person));
  byId("people-table").hidden = !one.parties.length;
  byId("no-people").hidden = one.parties.length > 0;
  byId("masked").textContent = full ? say.shown : one.parties.length ? say.masked_note : "";
  byId("show").hidden = Boolean(full) || !(one.parties.length || one.texts.length);
  const texts = new Map((full?.steps ?? []).map((said) => [said.n, said.texts]));
  byId("steps").replaceChildren(...[...one.steps].reverse().map((each) => step(each, texts.get(each.n))));
  byId("chain").replaceChildren(chip(one.unbroken ? "good" : "over", one.unbroken ? say.unbroken : say.broken));
}

async function ask(move) {
  chosen = move;
  key = newKey();
  if (move.facts.some((one) => one.kind === "room") && shown.hall) {
    const rooms = await loudly(() => call("GET", `/api/v1/visit-rooms?hall=${encodeURIComponent(shown.hall)}`));
    lists.room = (rooms?.items ?? []).map((one) => [one.id, hallName(one)]);
  }
  byId("move-title").textContent = move.takes_back ? fill(say.take_back_of, { move: moveName(move.takes_back) }).replace("…", "") : moveName(move.move);
  byId("move-note").hidden = !move.takes_back;
  byId("move-note").textContent = move.takes_back ? fill(say.take_back_note, { state: stateName(move.to) }) : "";
  dialog.querySelector(".problem").textContent = "";
  dialog.querySelector("[type=submit]").textContent = moveName(move.move);
  const me = byId("matter").dataset.me;
  draw(byId("move-fields"), "move", move, { lists, values: { handler: me, ...(move.move === "CORRECT" ? shown.facts : {}) } });
  dialog.showModal();
}

dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.querySelector("form").addEventListener("input", (event) => { key = newKey(); forgetFault(event.target); });
dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = byId("move-fields");
  const problem = dialog.querySelector(".problem");
  clearFaults(dialog);
  problem.textContent = "";
  const missing = firstMissing(fields);
  if (missing) {
    tellFault(fields, missing.dataset.text ? `texts.${missing.dataset.text}` : `facts.${missing.name}`, manage.needed);
    return;
  }
  const button = dialog.querySelector("[type=submit]");
  button.disabled = true;
  try {
    await call("POST", `${path}/moves`, { move: chosen.move, version: shown.version, ...read(fields, chosen) }, key);
    dialog.close();
    await look();
    byId("title").focus();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    if (!tellFault(dialog, refused.field, faultWords(refused))) problem.textContent = refused.message;
  } finally {
    button.disabled = false;
  }
});

byId("show").addEventListener("click", () => { byId("why").showModal(); byId("reason").focus(); });
byId("why").querySelector("[data-close]").addEventListener("click", () => byId("why").close());
byId("why").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = byId("why").querySelector(".problem");
  problem.textContent = "";
  try {
    const full = await call("POST", `${path}/disclose`, { reason: byId("reason").value });
    byId("why").close();
    event.target.reset();
    drawAll(shown, full);
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    problem.textContent = refused.message;
  }
});

byId("issue").addEventListener("click", () => issueFrom(`${path}/papers`, papers));

async function papers() {
  const told = await loudly(() => call("GET", `${path}/papers`));
  if (!told) return;
  byId("papers-part").hidden = !told.forms.length && !told.items.length;
  byId("issue").hidden = !told.forms.length;
  drawPapers(byId("papers"), told.items, { voids: supervises, renew: papers });
}

async function look() {
  const told = await loudly(() => call("GET", path));
  if (!told) return;
  drawAll(told);
  await papers();
}

async function start() {
  const lawyers = await call("GET", "/api/v1/matters/lawyers");
  lists = { lawyer: lawyers.items.map((one) => [one.mark, fill("{name} {licence} {firm}", one)]) };
  await look();
}

loudly(start);
