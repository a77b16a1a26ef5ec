// The board: the units directly below in one period. Sent forms are accepted, one or many, or given back from here.

import { el, fill, show, words } from "./base.js";
import { Refused, act, call, dayTime, loudly } from "./manage.js";
import { ask, askMove } from "./report_ask.js";
import { SENT, boardOf, facts, formOf, markChip, may, monthName, nameOf, reminder, say, stateChip } from "./report_words.js";

const isLate = (one) => one.late || one.overdue;
const KINDS = {
  all: () => true, sent: (one) => SENT.includes(one.state), waiting: (one) => one.state === "SUBMITTED",
  accepted: (one) => one.state === "ACCEPTED", returned: (one) => one.state === "RETURNED",
  open: (one) => !SENT.includes(one.state), reminded: (one) => one.reminded !== null, late: isLate, missing: (one) => one.missing, nothing: (one) => one.nothing,
};
// what has to be done first comes first
const URGENT = { SUBMITTED: 0, RETURNED: 2, COLLECTING: 3, DRAFT: 4, CHECKED: 4, SIGNED: 4, ACCEPTED: 6 };
const state = { items: [], found: {}, kind: "all", picked: new Set(), period: null, path: "", reload: null };
const prepares = may("report_prepare") && facts.person.unit === facts.unit.id;
const reviews = may("report_review");

function rank(one) {
  return (URGENT[one.state] ?? 5) - (one.overdue && !one.missing ? 2.5 : 0) + (one.missing ? 2 : 0);
}

function sorted(items) {
  const by = document.getElementById("sort").value;
  const name = (one) => nameOf(one);
  const order = {
    urgent: (a, b) => rank(a) - rank(b), name: () => 0,
    sent: (a, b) => (a.sent_at ?? "9").localeCompare(b.sent_at ?? "9"),
  }[by];
  return [...items].sort((a, b) => order(a, b) || name(a).localeCompare(name(b), document.documentElement.lang));
}

function shown() {
  const wanted = document.getElementById("find").value.trim().toLowerCase();
  return sorted(state.items.filter(KINDS[state.kind])
    .filter((one) => !wanted || nameOf(one).toLowerCase().includes(wanted) || one.unit.includes(wanted)));
}

function counts() {
  show("counts", ...Object.entries(KINDS).map(([kind, fits]) => {
    const n = state.items.filter(fits).length;
    const button = el("button", { type: "button", "aria-pressed": String(kind === state.kind), class: n ? "" : "none", data: { kind } },
      el("b", {}, String(n)), say[`count_${kind}`]);
    button.addEventListener("click", () => { state.kind = kind; counts(); table(); });
    return button;
  }));
}

const isClean = (one) => one.state === "SUBMITTED" && state.found[one.unit] && !state.found[one.unit].hard && !state.found[one.unit].soft;

function picker(one) {
  if (!isClean(one)) return null;
  const box = el("input", { type: "checkbox", "aria-label": fill(say.pick, { unit: nameOf(one) }) });
  box.checked = state.picked.has(one.unit);
  box.addEventListener("change", () => {
    if (box.checked) state.picked.add(one.unit);
    else state.picked.delete(one.unit);
    many();
  });
  return el("label", { class: "report-pick" }, box);
}

function many() {
  const clean = state.items.filter(isClean);
  document.getElementById("many").hidden = !reviews || !state.items.some((one) => one.state === "SUBMITTED");
  document.getElementById("pick-clean").disabled = !clean.length;
  const button = document.getElementById("accept-chosen");
  button.disabled = !state.picked.size;
  button.textContent = fill(say.accept_chosen, { n: state.picked.size });
}

function below(one) {
  const all = Object.values(one.below).reduce((sum, n) => sum + n, 0);
  if (!all) return say.none;
  const sent = SENT.reduce((sum, name) => sum + (one.below[name] ?? 0), 0);
  const share = el("span", { class: "report-share", "aria-hidden": "true" }, el("i"));
  share.firstChild.style.setProperty("width", `${Math.round((sent / all) * 100)}%`);
  return el("a", { href: boardOf(one.unit, state.period.name) }, fill(say.below_of, { sent, all }), share,
    el("span", { class: "unseen" }, fill(say.below_see, { unit: nameOf(one) })));
}

function found(one) {
  const told = state.found[one.unit];
  if (!told) return say.none;
  if (told.hard) return markChip("fault", fill(say.found_hard, { n: told.hard }));
  if (told.soft) return el("a", { href: formOf(one.unit, state.period.name) }, fill(say.found_some, { n: told.soft }));
  return say.found_none;
}

function acts(one) {
  const made = [];
  const where = { unit: one.unit, period: state.period.name, step: one.step, title: null };
  const renew = async () => {
    await state.reload();
    return state.items.find((item) => item.unit === one.unit);
  };
  const move = (name) => act(words.report_move[name], () => askMove(name,
    { ...where, title: `${words.report_move[name]} · ${nameOf(one)}` },
    async (refused) => {
      if (refused) return false;
      await state.reload(fill(say.move_done, { move: `${words.report_move[name]} · ${nameOf(one)}` }));
      return true;
    }, renew));
  if (one.state === "SUBMITTED" && reviews) made.push(move("ACCEPT"), move("RETURN"));
  if (!SENT.includes(one.state) && prepares && !one.missing && state.period.to < facts.today) {
    made.push(act(say.sign_missing, () => missing(one, true)));
  }
  if (one.missing && prepares) made.push(act(say.unsign_missing, () => missing(one, false)));
  return made;
}

function missing(one, signs) {
  const title = `${signs ? say.sign_missing : say.unsign_missing} · ${nameOf(one)}`;
  const text = fill(signs ? say.sign_missing_text : say.unsign_missing_text, { unit: nameOf(one) });
  ask({ title, text, send: signs ? say.sign_missing : say.unsign_missing, needs: signs ? ["text"] : [] }, async (elements, key) => {
    const told = signs ? { missing: true, text: elements.text.value.trim() } : { missing: false };
    await call("PUT", `${state.path}/missing/${one.unit}`, told, key);
    await state.reload(fill(signs ? say.missing_signed : say.missing_taken, { unit: nameOf(one) }));
  });
}

function row(one) {
  const name = el("th", { scope: "row" }, el("a", { class: "report-unit", href: formOf(one.unit, state.period.name) }, nameOf(one)),
    el("small", { class: "id" }, one.unit));
  const stands = el("td", {}, el("div", { class: "chips" }, stateChip(one.state, { nothing: one.nothing }),
    one.missing ? markChip("warning", say.missing) : "", reminder(one) ?? "", isLate(one) ? markChip("fault", one.overdue && !SENT.includes(one.state) ? say.overdue : say.late) : ""));
  const sent = el("td", { class: "when" }, one.sent_at ? dayTime(one.sent_at) : fill(say.due_short, { day: state.period.due }));
  return el("tr", { id: `unit-${one.unit}` },
    ...(reviews ? [el("td", { class: "pick" }, picker(one) ?? "")] : []),
    name, stands, sent, el("td", {}, below(one)), el("td", {}, found(one)), el("td", { class: "do" }, el("div", {}, ...acts(one))));
}

function table() {
  const items = shown();
  const head = ["unit", "state", "sent", "below", "found", "acts"].map((name) => el("th", { scope: "col" }, say[`column_${name}`]));
  if (reviews) head.unshift(el("td", { class: "pick" }, ""));
  show("rows", el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...items.map(row)));
  document.getElementById("rows-note").textContent = items.length ? "" : say.board_hidden;
  many();
}

async function acceptChosen() {
  const picked = state.items.filter((one) => state.picked.has(one.unit));
  const names = picked.map(nameOf).join("、");
  ask({ title: fill(say.accept_chosen, { n: picked.length }), text: fill(say.accept_chosen_sure, { n: picked.length, units: names }), send: words.report_move.ACCEPT },
    async (elements, key) => {
      const units = Object.fromEntries(picked.map((one) => [one.unit, one.step]));
      try {
        await call("POST", `${state.path}/lower/accept`, { units }, key);
      } catch (refused) {
        if (refused instanceof Refused && refused.code === "REPORT_MOVED_ON") await state.reload();
        throw refused;
      }
      state.picked.clear();
      await state.reload(fill(say.accepted_many, { n: picked.length }));
    });
}

async function look(path) {
  // what the checks find in forms that wait here; the board stands without it
  if (!state.items.some((one) => one.state === "SUBMITTED")) return;
  state.found = (await loudly(() => call("GET", `${path}/lower/findings`)))?.units ?? {};
  table();
}

export const rows = {
  async show({ items, period, path, reload }) {
    Object.assign(state, { items, period, path, reload, found: {} });
    state.picked = new Set([...state.picked].filter((one) => items.some((item) => item.unit === one && item.state === "SUBMITTED")));
    document.getElementById("board").hidden = !items.length;
    document.getElementById("board-title").textContent = fill(say.board_of, { month: monthName(period.name) });
    if (!items.length) return;
    counts();
    table();
    await look(path);
  },
};

document.getElementById("find").addEventListener("input", table);
document.getElementById("sort").addEventListener("change", table);
document.getElementById("pick-clean").addEventListener("click", () => {
  state.picked = new Set(shown().filter(isClean).map((one) => one.unit));
  table();
});
document.getElementById("accept-chosen").addEventListener("click", acceptChosen);
