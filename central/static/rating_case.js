// One bad rating: how it stands, what can be done with it now, what was done; what was written once a reason is given.

import { Refused, call, dayTime, loudly, manage, newKey, tellFault, wire } from "./manage.js";
import { Halls, byId, chip, due, el, english, fill, grade, page, say, several, stateName, tags, words } from "./rating_parts.js";
import { serviceCell } from "./table.js";

const path = `/api/v1/ratings/cases/${encodeURIComponent(byId("case").dataset.case)}`;
const halls = new Halls();
const dialog = byId("move");
const form = dialog.querySelector("form");
const colon = english ? ": " : "：";
const GENTLE = new Set(["PROPOSE_INVALID", "DECLINE_INVALID", "CLOSE_SILENT", "GO_WITHOUT", "REOPEN", "WITHDRAW"]);
let shown = null;
let full = null;
let chosen = null;
let key = newKey();

const pair = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];
const factWords = (name, value) => (name === "grade" ? words.grade[value] : name === "late" ? words.rating_rule[value] : words.rating_option[value]) ?? value;

function head(one) {
  const title = `${halls.name(one.hall)} ${one.number}`;
  byId("title").textContent = title;
  document.title = `${title} · ${say.title}`;
  byId("stands").replaceChildren(chip(one.closed_at ? "quiet" : "open", stateName(one.state)), ...due(one),
    ...(one.proposed_by && !one.closed_at ? [el("span", { class: "banner" }, fill(say.proposed, { actor: one.proposed_by, ground: words.rating_option[one.ground] }))] : []),
    ...(one.raised ? [el("span", { class: "banner" }, fill(say.raised, { grade: words.grade[one.raised] }))] : []),
    ...(one.in_time ? [chip("good", say.in_time)] : []),
    ...(one.late.length ? [chip("over", fill(say.was_late, { rules: several(one.late.map((rule) => words.rating_rule[rule] ?? rule)) }))] : []));
}

function facts(one) {
  byId("facts").replaceChildren(...pair(say.grade, grade(one.grade)), ...pair(say.reasons, one.reasons.length ? tags(one.reasons, words.rating_reason) : page.none),
    ...pair(say.day, one.day), ...pair(say.hall, halls.name(one.hall)), ...pair(say.service, serviceCell(one)), ...pair(say.window, String(one.window)),
    ...pair(say.staff, one.staff || page.none), ...pair(say.channel, words.rating_channel[one.channel] ?? one.channel),
    ...(one.flags.length ? pair(say.flag, tags(one.flags, words.rating_flag)) : []));
}

function text(one) {
  const place = byId("text");
  place.classList.toggle("hidden-text", !full?.text);
  place.textContent = !one.has_text ? say.nothing_said : full ? full.text || say.text_gone : "＊＊＊＊＊＊";
  byId("show").hidden = Boolean(full) || one.own || !(one.has_text || one.steps.some((step) => step.has_text));
  byId("public-part").hidden = !one.published_at;
  byId("public").replaceChildren(...(one.public_text ? pair(words.rating_text.public_text, one.public_text) : []), ...pair(words.rating_text.public_reply, one.public_reply ?? ""));
}

function step(one, texts) {
  const told = Object.entries(one.facts).map(([name, value]) => `${words.rating_fact[name] ?? name}${colon}${factWords(name, value)}`);
  const written = Object.entries(texts ?? {}).map(([name, said]) => el("p", { class: "said-text" }, el("b", {}, `${words.rating_text[name] ?? name} `), said));
  return el("li", { data: { n: one.n } }, el("time", { datetime: one.at }, dayTime(one.at)), el("div", {}, el("b", {}, `${one.n}. ${words.rating_move[one.move]}`), ` → ${stateName(one.to)}`,
    told.length ? el("p", { class: "note" }, told.join(english ? "; " : "；")) : null, one.has_text && !written.length ? el("p", { class: "note" }, say.has_text) : null, ...written), el("small", {}, one.actor === "(hall)" ? say.the_hall : one.actor));
}

function drawAll(one) {
  shown = one;
  head(one);
  facts(one);
  text(one);
  const texts = new Map((full?.steps ?? []).map((said) => [said.n, said.texts]));
  byId("steps").replaceChildren(...[...one.steps].reverse().map((each) => step(each, texts.get(each.n))));
  byId("chain").replaceChildren(chip(one.unbroken ? "good" : "over", one.unbroken ? say.unbroken : say.broken));
  byId("moves").replaceChildren(...one.moves.map((move) => {
    const made = el("button", { type: "button", class: GENTLE.has(move.move) ? "plain" : "button", data: { move: move.move } }, words.rating_move[move.move]);
    made.addEventListener("click", () => begin(move));
    return made;
  }));
  byId("ended").hidden = one.moves.length > 0;
}

// --- a move ---

function field(label, input, needed, hint) {
  const id = input.id;
  input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
  if (needed) input.required = true;
  return el("div", { class: "field" }, el("label", { for: id }, label, needed ? "" : say.optional), input,
    el("small", { class: "hint", id: `${id}-hint` }, hint ?? ""), el("small", { class: "fault", id: `${id}-fault`, role: "alert" }));
}

function fields(move) {
  const chosenFacts = move.facts.map((fact) => field(words.rating_fact[fact.name], el("select", { id: `move-${fact.name}`, name: `facts.${fact.name}` },
    el("option", { value: "" }, say.choose), ...fact.options.map((one) => el("option", { value: one }, words.rating_option[one] ?? one))), fact.needed));
  const written = move.texts.map((one) => field(words.rating_text[one.name], el("textarea", { id: `move-${one.name}`, name: `texts.${one.name}`, maxlength: 2000 }), one.needed, one.name.startsWith("public_") ? say.blot_hint : ""));
  return [...chosenFacts, ...written];
}

function original(name) {
  if (name === "public_text") return full?.text ?? "";
  const replies = (full?.steps ?? []).map((one) => one.texts.reply).filter(Boolean);
  return replies.at(-1) ?? "";
}

async function begin(move) {
  if (move.move === "PUBLISH" && !full) {
    await ask(say.show_first);
    if (!full) return;
  }
  chosen = move;
  key = newKey();
  byId("move-title").textContent = words.rating_move[move.move];
  dialog.querySelector("[type=submit]").textContent = words.rating_move[move.move];
  dialog.querySelector(".problem").textContent = "";
  byId("move-fields").replaceChildren(...fields(move));
  if (move.move === "PUBLISH") for (const one of move.texts) byId(`move-${one.name}`).value = original(one.name);
  dialog.showModal();
}

function body() {
  const made = { move: chosen.move, version: shown.version, facts: {}, texts: {} };
  for (const input of byId("move-fields").querySelectorAll("[name]")) {
    const [kind, name] = input.name.split(".");
    if (input.value.trim()) made[kind][name] = input.value.trim();
  }
  return made;
}

dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
form.addEventListener("input", () => { key = newKey(); });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  const empty = [...byId("move-fields").querySelectorAll("[name]")].find((one) => one.required && !one.value.trim());
  if (empty) {
    tellFault(form, empty.name, manage.needed);
    return;
  }
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    await call("POST", `${path}/moves`, body(), key);
    dialog.close();
    await look();
    byId("title").focus();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    tellFault(form, refused.field ?? "", refused.message);
  } finally {
    button.disabled = false;
  }
});

// --- what was written ---

const openWhy = wire(byId("why"));

function ask(note = say.show_note) {
  byId("why").querySelector(".note").textContent = note === say.show_note ? note : `${note} ${say.show_note}`;
  return new Promise((done) => {
    byId("why").addEventListener("close", () => done(), { once: true });
    openWhy(async (why) => {
      full = await call("POST", `${path}/disclose`, { reason: why.elements.reason.value });
      drawAll(shown);
    });
    byId("reason").focus();
  });
}

byId("show").addEventListener("click", () => ask());

async function look() {
  const told = await loudly(() => call("GET", path));
  if (!told) return;
  if (full && told.steps.length !== shown?.steps.length) full = null; // what was written since is not shown yet
  drawAll(told);
}

async function start() {
  await halls.offer(null);
  await look();
}

loudly(start);
