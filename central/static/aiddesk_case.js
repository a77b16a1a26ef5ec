// A case: what it is, what is due, what to do now, and the steps that one may make. Two at once: the second sees what changed.

import { chip, el, fill, words } from "./base.js";
import { Refused, act, call, loudly, said } from "./manage.js";
import { meanwhile, open, select, value } from "./aiddesk_form.js";
import { drawLimits, drawNearest } from "./aiddesk_limits.js";
import { FIRST, FORMS, possible } from "./aiddesk_moves.js";
import { drawDocuments, drawHistory, drawLinked, drawPeople, explainLate, stepLine } from "./aiddesk_parts.js";
import { byId, codeWords, dayWords, root, say, shortDay } from "./aiddesk_words.js";
import { Papers } from "./aid_files.js";
import { issueFrom } from "./papers.js";

const id = root.dataset.case;
const me = root.dataset.person;
const desk = "desk" in root.dataset;
const bureau = "bureau" in root.dataset;
const base = `/api/v1/aid/cases/${id}`;
const REVIEWING = ["BEGIN_REVIEW", "ASK_SUPPLEMENT", "ASK_COOPERATION", "PROPOSE"];
const FLAGS = [["conflict", "warning"], ["urgent", "warning"], ["aided_first", "warning"], ["military", "open"], ["detained", "quiet"]];
const STATE = { GRANTED: "open", ASSIGNED: "open", ENGAGED: "open", REFUSED: "quiet", TERMINATED: "quiet", OBJECTED: "warning", NEED_SUPPLEMENT: "warning" };
const ctx = { case: null, next: null, steps: [], files: [], papers: [], tasks: [] };
let papersOfCase = null;

// --- the head

function drawHead() {
  const told = ctx.case;
  byId("number").textContent = told.number ?? told.receipt ?? words.aid_desk.no_number;
  document.title = `${byId("number").textContent} · ${document.title.split(" · ").at(-1)}`;
  const chips = [chip(STATE[told.state] ?? "CALLING", words.aid_state[told.state]), ...FLAGS.filter(([name]) => told[name]).map(([name, kind]) => chip(kind, words.aid_desk[`flag_${name}`]))];
  if (!told.identified) chips.push(chip("warning", words.aid_desk.flag_unidentified));
  byId("chips").replaceChildren(...chips);
  const facts = [codeWords("matter", told.matter), codeWords("nature", told.nature), codeWords("stage", told.stage), words.aid_channel[told.channel], `${say.received} ${dayWords(told.received_at)}`];
  byId("facts").textContent = [...facts, told.receipt].filter(Boolean).join(" · ");
  byId("next-step").textContent = words.aid_next[ctx.next] ?? say.finished;
  byId("owner").replaceChildren(el("span", {}, say.owner), el("b", {}, told.owner || words.aid_desk.nobody));
  byId("owner-acts").replaceChildren(...(desk && told.live ? ownerActs(told) : []));
}

function ownerActs(told) {
  const hand = act(say.hand_over, async () => {
    const found = await loudly(() => call("GET", `/api/v1/aid/desk/colleagues?unit=${encodeURIComponent(told.unit)}`));
    if (found === null) return;
    const names = found.items.map((one) => [one.name, `${one.name}（${one.roles.map((role) => words.role[role] ?? role).join("、")}）`]);
    open(say.hand_over_title, [select("owner", say.owner, [["-", say.lay_down], ...names])], (key) => setOwner(value("owner") === "-" ? "" : value("owner"), key));
  });
  const take = act(say.take_over, () => loudly(() => setOwner(me)));
  return told.owner === me ? [hand] : [take, hand];
}

async function setOwner(owner, key) {
  try {
    await call("POST", `${base}/owner`, { owner, seen: ctx.case.owner }, key);
  } finally {
    await renew(); // also when somebody was quicker: who it is now is what one needs to see
  }
  said(owner ? fill(say.handed_over, { owner }) : say.laid_down);
}

// --- what is to be done

function taskWords(one) {
  const about = { TAKE_GAP: words.aid_gap, SAY_WHY_LATE: words.limit, SETTLE_CONFLICT: words.aid_conflict }[one.task]?.[one.about] ?? one.about ?? "";
  return fill(words.aid_task[one.task], { about });
}

function conflictLine(one) {
  const number = one.case ? el("a", { href: `/aid/cases/${one.case}` }, one.number ?? say.conflict_case) : say.conflict_elsewhere;
  return el("small", {}, `${words.lawyer_conflict[one.against]}（${one.live ? say.conflict_live : say.conflict_past}）：`, number);
}

function drawTasks() {
  const lines = ctx.tasks.map((one) => el("li", { class: one.mine ? "mine" : "" }, taskWords(one),
    ...(one.task === "SETTLE_CONFLICT" ? ctx.case.conflicts.map(conflictLine) : []), el("small", {}, [one.mine ? say.task_mine : fill(say.by_whom, { who: words.aid_capacity[one.who] }), one.due_at ? fill(say.until, { day: shortDay(one.due_at) }) : ""].filter(Boolean).join(" · "))));
  byId("tasks").replaceChildren(...(lines.length ? lines : [el("li", { class: "note" }, say.no_tasks)]));
}

function drawMoves() {
  const reviewed = ctx.steps.some((one) => REVIEWING.includes(one.move) && one.actor === me);
  const names = possible(ctx.case, reviewed);
  const first = (FIRST[ctx.case.state] ?? []).filter((name) => names.includes(name) && (name !== "DEEM_WITHDRAWN" || ctx.tasks.some((one) => one.task === "CONFIRM_WITHDRAWN")));
  const rest = names.filter((name) => !first.includes(name));
  const button = (name, kind) => {
    const made = el("button", { type: "button", class: kind, data: { move: name } }, words.aid_move[name]);
    made.addEventListener("click", () => begin(name));
    return made;
  };
  const told = [];
  if (first.length) told.push(el("div", { class: "row" }, ...first.map((name, n) => button(name, n ? "plain" : "button"))));
  if (reviewed && ctx.case.moves.includes("GRANT")) told.push(el("p", { class: "note" }, say.not_both));
  if (rest.length) told.push(el("details", { open: first.length === 0 }, el("summary", {}, say.other_moves), el("div", { class: "row" }, ...rest.map((name) => button(name, "plain")))));
  byId("moves").replaceChildren(...(told.length ? told : [el("p", { class: "note" }, say.no_moves)]));
}

// --- a step

// What ends a case, or what nobody can take back: told once more before it is done.
const FINAL = ["REDIRECT", "DEEM_WITHDRAWN", "WITHDRAW", "REFUSE", "TERMINATE", "OBJECT", "UPHOLD", "ORDER_CORRECTION", "ARCHIVE", "LOSE_LAWYER", "TAKE_BACK"];
const DANGER = ["REDIRECT", "DEEM_WITHDRAWN", "WITHDRAW", "REFUSE", "TERMINATE", "LOSE_LAWYER", "TAKE_BACK"];

function noteOf(name, extra = {}) {
  return words.aid_note[name] ? el("p", { class: "note", ...extra }, words.aid_note[name]) : null;
}

function lastChange() {
  // the step that would be taken back: the last one that changed the state and was not taken back since
  const kept = [];
  for (const step of ctx.steps.filter((one) => one.from_state !== one.to_state || one.move === "TAKE_BACK")) {
    if (step.move === "TAKE_BACK") kept.pop();
    else kept.push(step);
  }
  return kept.slice(-1);
}

function sureOf(name) {
  const { applicant } = ctx.case.people;
  return [el("b", {}, fill(say.sure_title, { move: words.aid_move[name] })), el("p", {}, `${byId("number").textContent} · ${applicant.name} · ${words.aid_state[ctx.case.state]}`),
    noteOf(name, { class: null }), ...(name === "TAKE_BACK" ? [el("p", {}, say.sure_last), el("ul", {}, ...lastChange().map(stepLine))] : [])].filter(Boolean);
}

async function begin(name) {
  const [fields, read] = FORMS[name];
  const made = await loudly(async () => fields(ctx));
  if (made === null) return;
  const held = { version: ctx.case.version, n: ctx.steps.at(-1)?.n ?? 0 };
  const be = FINAL.includes(name) ? { told: () => sureOf(name), check: read } : null;
  const note = noteOf(name);
  open(words.aid_move[name], note ? [note, ...made] : made, (key) => send(name, read(), held, key), { danger: DANGER.includes(name), be, then: () => byId("moves-title").focus() });
}

async function send(name, given, held, key) {
  try {
    await call("POST", `${base}/moves`, { move: name, version: held.version, given }, key);
  } catch (refused) {
    if (!(refused instanceof Refused) || refused.code !== "AID_CHANGED") throw refused;
    await showMeanwhile(name, held);
    refused.meanwhile = true; // the next try is another wish
    throw refused;
  }
  await renew();
  const forms = ctx.steps.at(-1)?.forms ?? [];
  said([fill(say.done, { move: words.aid_move[name], state: words.aid_state[ctx.case.state] }), forms.length ? fill(say.done_forms, { forms: forms.join(" ") }) : ""].filter(Boolean).join(""));
}

async function showMeanwhile(name, held) {
  // what the other one did stands in the form, what was typed stays, and the next try is made on the case as it is now
  const { items } = await call("GET", `${base}/steps?after=${held.n}`);
  await renew();
  const now = ctx.case.moves.includes(name) ? say.still_typed : fill(say.no_more, { move: words.aid_move[name], state: words.aid_state[ctx.case.state] });
  meanwhile(el("p", {}, el("b", {}, say.changed_meanwhile)), el("ul", {}, ...items.map(stepLine)), el("p", {}, now));
  held.version = ctx.case.version;
  held.n = ctx.steps.at(-1)?.n ?? held.n;
}

byId("issue")?.addEventListener("click", () => issueFrom(`${base}/papers`, renew));

// --- everything

async function renew() {
  const [told, steps, chain, tasks, papers, files] = await Promise.all(
    [base, `${base}/steps`, `${base}/chain`, `${base}/tasks`, `${base}/papers`, `${base}/files`].map((path) => call("GET", path)));
  Object.assign(ctx, { case: told, steps: steps.items, tasks: tasks.items, next: tasks.next_step, papers: papers.items, files: files.items });
  drawHead();
  drawNearest(byId("due-box"), told.limits, tasks.now);
  drawTasks();
  drawMoves();
  drawPeople(told);
  drawDocuments(papers.items, files.items, renew, papers.to_make);
  drawLimits(byId("limits-body"), told.limits, tasks.now, desk ? (clock) => explainLate(clock, renew) : null);
  drawLinked(tasks.linked);
  drawHistory(steps.items, chain);
  papersOfCase ??= new Papers(byId("files-body"), `${base}/files`, { add: desk || bureau, kinds: desk ? ["PAPER", "EVIDENCE", "SIGNATURE", "LETTER"] : ["LETTER"], then: renew });
  papersOfCase.show(files.items);
}

byId("print").addEventListener("click", () => window.print());
renew().then(() => { root.hidden = false; }).catch((refused) => {
  if (!(refused instanceof Refused)) throw refused;
  byId("problem").textContent = refused.message;
});
