// What people do at the kiosk: reckon a court fee, look at the ticket in their hand, write to the hall, take a number.
// Answers that arrive after the session was wiped are dropped: `mine === kiosk.session.id` is asked each time.
import { anyFree, facts, lang, refusalWords, say, sendOnce, serviceName, stopWords, waitFacts } from "./hall.js";
import { choice, make } from "./kiosk-read.js";

const mostDigits = 13;
const longestText = 500;
const comma = () => (lang() === "zh" ? "、" : ", ");

async function ask(url) {
  return fetch(url, { signal: AbortSignal.timeout(5000) }).then(async (got) => ({ ok: got.ok, status: got.status, body: await got.json() })).catch(() => ({ ok: false, status: 0, body: null }));
}
const money = (fen) => (fen / 100).toLocaleString(lang() === "zh" ? "zh-CN" : "en-GB", { minimumFractionDigits: fen % 100 ? 2 : 0, maximumFractionDigits: 2 });

// --- court fees -----------------------------------------------------------------------------------------------------

export function fee(kiosk) {
  const now = kiosk.session.fee;
  if (!now.rules) { loadRules(kiosk); return { title: say("kiosk.fee"), body: now.failed ? make("p", { class: "warning" }, say("kiosk.no_answer")) : null }; }
  const rule = now.rules.rules.find((item) => item.kind === now.kind);
  const step = document.body.matches(".large"); // large type: first the kind, then the amount
  const kinds = make("div", { class: "chips kinds", role: "group", "aria-label": say("kiosk.fee_kind") }, ...now.rules.rules.map((item) =>
    choice(`kiosk.fee_${item.kind}`, item.kind === now.kind && (now.picked || !step), () => { Object.assign(now, { kind: item.kind, halved: false, picked: true }); reckon(kiosk); })));
  if (step && !now.picked) return { title: `${say("kiosk.fee")} · ${say("kiosk.fee_kind")}`, body: kinds };
  const other = make("button", { class: "quiet" }, `${say(`kiosk.fee_${now.kind}`)} · ${say("kiosk.fee_other_kind")}`);
  other.addEventListener("click", () => { now.picked = false; kiosk.draw(); });
  const amount = make("output", { class: "amount", "aria-label": say("kiosk.fee_amount") }, rule.by_amount ? (now.digits ? money(Number(now.digits) * 100) : "0") : "—");
  const entry = make("div", { class: "entry" }, make("p", {}, say(rule.by_amount ? "kiosk.fee_amount" : "kiosk.fee_no_amount")), amount);
  const halved = rule.halvable && choice("kiosk.fee_halved", Boolean(now.halved), () => { now.halved = !now.halved; reckon(kiosk); });
  return { title: say("kiosk.fee"), body: [step ? other : kinds, make("div", { class: "reckon" }, entry, rule.by_amount && pad(kiosk), result(now), details(now)), halved] };
}

async function loadRules(kiosk) {
  const now = kiosk.session.fee;
  if (now.asked) return;
  now.asked = true;
  const answer = await ask("/api/v1/content/court-fee/rules");
  if (now !== kiosk.session.fee) return;
  if (answer.ok) Object.assign(now, { rules: answer.body, kind: answer.body.rules[0].kind, digits: "" });
  else Object.assign(now, { failed: true, asked: false });
  if (answer.ok) reckon(kiosk); else if (!now.drawn) { now.drawn = true; kiosk.draw(); }
}

async function reckon(kiosk) {
  const now = kiosk.session.fee;
  const rule = now.rules.rules.find((item) => item.kind === now.kind);
  const fen = rule.by_amount ? Number(now.digits || "0") * 100 : 0;
  const asked = `kind=${now.kind}&amount_fen=${fen}&halved=${Boolean(now.halved && rule.halvable)}`;
  now.last = asked;
  kiosk.draw();
  const answer = await ask(`/api/v1/content/court-fee?${asked}`);
  if (now !== kiosk.session.fee || now.last !== asked) return;
  Object.assign(now, { found: answer.ok ? answer.body : null, failed: !answer.ok });
  kiosk.draw();
}

function pad(kiosk) {
  const now = kiosk.session.fee;
  const press = (key) => {
    if (key === "clear") now.digits = "";
    else if (key === "erase") now.digits = now.digits.slice(0, -1);
    else {
      const grown = (now.digits + (key === "wan" ? "0000" : key)).replace(/^0+(?=\d)/, "");
      if (grown.length <= mostDigits && !(key === "wan" && !now.digits)) now.digits = grown === "0" ? "" : grown;
    }
    reckon(kiosk);
  };
  const names = { clear: say("kiosk.fee_clear"), erase: say("kiosk.fee_erase"), wan: say("kiosk.fee_ten_thousand") };
  return make("div", { class: "pad" }, ...["1", "2", "3", "4", "5", "6", "7", "8", "9", "wan", "0", "erase", "clear"].map((key) => {
    const button = make("button", { "data-key": key, class: names[key] ? "quiet" : "" }, names[key] ?? key);
    button.addEventListener("click", () => press(key));
    return button;
  }));
}

function result(now) {
  const found = now.found;
  const box = make("div", { class: "result", role: "status" });
  if (now.failed) { box.append(make("p", { class: "warning" }, say("kiosk.no_answer"))); return box; }
  if (!found) return box;
  const range = found.low_fen !== found.high_fen;
  box.append(make("p", {}, say("kiosk.fee_result")), make("p", { class: "sum" }, range ? say("kiosk.fee_range", { low: money(found.low_fen), high: money(found.high_fen) }) : say("kiosk.fee_yuan", { amount: money(found.low_fen) })));
  if (range) box.append(make("p", { class: "note" }, say("kiosk.fee_range_note")));
  box.append(make("p", { class: "only" }, `▲ ${say("kiosk.fee_only")}`));
  return box;
}

/** How it was reckoned and where the numbers come from. */
function details(now) {
  const found = now.found;
  const box = make("div", { class: "details" });
  if (!found || now.failed) return box;
  const base = found.base_low_fen === found.base_high_fen ? money(found.base_low_fen) : `${money(found.base_low_fen)}–${money(found.base_high_fen)}`;
  box.append(make("ul", { class: "shares" }, make("li", {}, `${say("kiosk.fee_base")} ${base}`), ...found.shares.map((share) =>
    make("li", {}, say("kiosk.fee_share", { from: money(share.from_fen), to: money(share.to_fen), rate: share.per_ten_thousand / 100 }))),
  ...(found.capped ? [make("li", {}, say("kiosk.fee_capped", { amount: money(found.high_fen) }))] : [])));
  box.append(make("p", { class: "note" }, say("kiosk.fee_source", { source: lang() === "zh" ? found.source_zh : found.source_en, article: found.article, date: found.valid_from })),
    make("p", { class: "note" }, say("kiosk.fee_aid")));
  return box;
}

// --- my ticket: only what the code of the slip in one's hand opens ---------------------------------------------------

export function mine(kiosk, at) {
  kiosk.scanned = (text) => {
    const token = /\/t\/([0-9A-Za-z_-]{8,128})$/.exec(text.trim())?.[1];
    Object.assign(at, { token, found: null, problem: token ? null : "kiosk.mine_not_slip" });
    if (token) look(kiosk, at); else kiosk.draw();
  };
  at.look = () => look(kiosk, at);
  const title = say("kiosk.mine");
  const problem = at.problem && make("p", { class: "warning", role: "alert" }, `▲ ${say(at.problem)}`);
  if (!at.found) {
    return { title, body: [problem, make("div", { class: "scan", "aria-hidden": "true" }, make("i", {}), make("i", {}), make("i", {})),
      make("p", { class: "lead" }, say("kiosk.mine_how")), make("p", { class: "note" }, say("kiosk.mine_how_note")), make("p", { class: "note" }, say("kiosk.mine_phone"))] };
  }
  const one = at.found;
  const again = make("button", {}, say("kiosk.mine_again"));
  again.addEventListener("click", () => { Object.assign(at, { token: null, found: null, problem: null }); kiosk.draw(); });
  const advice = one.state === "CALLED" ? say("kiosk.mine_called", { window: one.window }) : one.state === "NO_SHOW" ? say("kiosk.mine_missed") : one.state === "DONE" ? say("kiosk.mine_phone") : "";
  const waits = one.state === "WAITING" ? waitFacts(one.ahead ?? 0, one.estimated_wait_s, kiosk.hall && anyFree(kiosk.hall, one.service)).filter(Boolean) : [];
  return { title, body: [problem, make("div", { class: "ticket" }, make("output", { class: "number" }, one.number), make("p", { class: "lead" }, serviceName(one.service)),
    make("p", {}, make("span", { class: "state", "data-state": one.state }, say(`ticket_state.${one.state}`))), ...waits.map((text) => make("p", { class: "lead" }, text)), advice && make("p", { class: "only" }, advice)), again] };
}

async function look(kiosk, at) {
  const session = kiosk.session.id;
  const { token } = at;
  const answer = await ask(`/api/v1/tickets/${token}`);
  if (session !== kiosk.session.id || at.token !== token) return;
  if (answer.ok) Object.assign(at, { found: answer.body, problem: null });
  else Object.assign(at, { found: answer.status === 0 ? at.found : null, problem: answer.status === 0 ? "kiosk.no_answer" : "kiosk.mine_unknown" });
  kiosk.draw();
}

// --- the opinion box -------------------------------------------------------------------------------------------------

export function opinion(kiosk) {
  const now = kiosk.session.opinion;
  const title = say("kiosk.opinion");
  if (now.given) return { title, body: make("p", { class: "thanks", role: "status" }, `✓ ${say("kiosk.opinion_thanks", { opinion: now.given })}`) };
  const topics = make("div", { class: "chips topics", role: "group", "aria-label": say("kiosk.opinion_topic") }, ...facts.topics.map((topic) => choice(`kiosk.t_${topic}`, now.topic === topic, () => { now.topic = topic; now.problem = null; kiosk.draw(); })));
  const text = make("textarea", { id: "opinion-text", maxlength: longestText, rows: 6, autocomplete: "off", spellcheck: "false", "aria-label": say("kiosk.opinion_text") });
  text.value = now.text ?? "";
  const left = make("p", { class: "note" });
  const count = () => { left.textContent = say("kiosk.opinion_left", { count: Math.max(0, longestText - text.value.length) }); };
  text.addEventListener("input", () => { now.text = text.value; count(); });
  count();
  const button = make("button", { class: "main-act", id: "opinion-send" }, say("kiosk.opinion_send"));
  button.disabled = !now.topic || Boolean(now.busy);
  button.addEventListener("click", () => give(kiosk));
  return { title, body: [make("h3", {}, say("kiosk.opinion_topic")), topics, make("h3", {}, say("kiosk.opinion_text")), text, left,
    make("p", { class: "note" }, say("kiosk.opinion_private")), now.problem && make("p", { class: "warning", role: "alert" }, `▲ ${refusalWords(now.problem, say("kiosk.no_answer"))}`), button] };
}

async function give(kiosk) {
  const now = kiosk.session.opinion;
  if (now.busy) return;
  now.busy = true;
  kiosk.draw();
  const answer = await sendOnce("POST", "/api/v1/content/opinions", { topic: now.topic, text: now.text ?? "" });
  if (now !== kiosk.session.opinion) return;
  Object.assign(now, answer.ok ? { busy: false, given: answer.body.opinion } : { busy: false, problem: answer });
  kiosk.draw();
}

// --- take a number -----------------------------------------------------------------------------------------------------

export function take(kiosk, at) {
  const services = kiosk.hall?.services ?? [];
  const chosen = services.find((item) => item.letter === at.service);
  if (chosen) return confirm(kiosk, at, chosen);
  const rows = services.map((item) => {
    const button = make("button", { class: "row service", "data-service": item.letter }, make("span", { class: "letter", "aria-hidden": "true" }, item.letter),
      make("b", {}, serviceName(item.letter)), make("span", {}, item.open ? waitFacts(item.ahead, item.estimated_wait_s, anyFree(kiosk.hall, item.letter)).filter(Boolean).join(comma()) : `■ ${stopWords(item)}`));
    button.disabled = !item.open;
    button.addEventListener("click", () => kiosk.go("take", { service: item.letter }));
    return button;
  });
  return { title: say("kiosk.take"), body: rows.length ? make("div", { class: "rows two" }, ...rows) : make("p", { class: "warning" }, say("kiosk.no_answer")) };
}

/** What the ticket will be: by one key, or with a lawful priority; large type asks for that on a screen of its own. */
function confirm(kiosk, at, item) {
  const title = `${item.letter} ${serviceName(item.letter)}`;
  const key = (attributes, words, press) => {
    const button = make("button", attributes, words);
    button.disabled = Boolean(at.busy) || !item.open;
    button.addEventListener("click", press);
    return button;
  };
  const reasons = make("div", { class: "rows two reasons" }, ...facts.priorities.map((code) => key({ "data-priority": code }, say(`priority.${code}`), () => takeIt(kiosk, at, code))));
  const proof = make("p", { class: "note" }, say(facts.priorities.length ? "machine.priority_note" : "kiosk.take_priority"));
  const problem = at.problem && make("p", { class: "warning", role: "alert" }, `▲ ${refusalWords(at.problem, say("kiosk.no_answer"))}`);
  const step = document.body.matches(".large") && facts.priorities.length > 0;
  if (step && at.wishes) {
    return { title, body: [make("h3", {}, say("machine.priority_question")), problem, reasons, proof, key({ class: "main-act", id: "no-priority" }, say("machine.no_priority"), () => takeIt(kiosk, at, null))] };
  }
  const facing = make("p", { class: "lead" }, item.open ? waitFacts(item.ahead, item.estimated_wait_s, anyFree(kiosk.hall, item.letter)).filter(Boolean).join(comma()) : `■ ${stopWords(item)}`);
  const plain = key({ class: "main-act", id: "take-it" }, say("kiosk.take_confirm"), () => takeIt(kiosk, at, null));
  const wish = step ? [key({ id: "to-priority" }, say("machine.priority_wish"), () => kiosk.go("take", { service: at.service, wishes: true }))]
    : facts.priorities.length ? [make("h3", {}, say("machine.priority_title")), reasons, proof] : [proof];
  return { title, body: [facing, problem, plain, ...wish] };
}

async function takeIt(kiosk, at, priority) {
  if (at.busy) return;
  const session = kiosk.session.id;
  at.busy = true;
  kiosk.draw();
  const answer = await sendOnce("POST", "/api/v1/tickets", { service: at.service, channel: "KIOSK", priority });
  if (session !== kiosk.session.id) return;
  at.busy = false;
  if (!answer.ok) { at.problem = answer; kiosk.draw(); return; }
  kiosk.session.trail = [{ name: "home" }];
  kiosk.go("taken", { ticket: answer.body });
}

export function taken(kiosk, at) {
  const { ticket } = at;
  const noPaper = kiosk.hall?.parts.printer !== true;
  const code = make("img", { class: "qr", alt: "", src: `/api/v1/tickets/${ticket.token}/qr.svg` });
  return { title: say("kiosk.your_number"), body: make("div", { class: "ticket" }, make("output", { class: "number" }, ticket.number), make("p", { class: "lead" }, serviceName(ticket.service)),
    make("p", { class: "lead" }, waitFacts(ticket.ahead, ticket.estimated_wait_s, ticket.ahead === 0 && kiosk.hall && anyFree(kiosk.hall, ticket.service)).filter(Boolean).join(comma())),
    make("p", { class: noPaper ? "warning" : "only" }, say(noPaper ? "kiosk.remember" : "kiosk.take_slip")), noPaper && code, make("p", { class: "note" }, say("kiosk.listen"))) };
}
