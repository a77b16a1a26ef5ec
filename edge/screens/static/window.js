// A window's desk: the ticket, its timer, eight keys and the queue. Everything works by keyboard and by mouse.
import "./camera.js";
import { drawRecord, listenToRecord } from "./record.js";
import { askForJump, drawUndo, heardUndo, listenToUndo } from "./undo.js";
import { all, byId, closedWords, colon, facts, keep, lang, live, make, onLanguage, refusalWords, say, send, serviceName, spanWords, speak, windowName } from "./hall.js";
import { deafToScanners, whenAlone } from "./scanner.js";

deafToScanners();

const next = { CLOSED: "pause", IDLE: "call_next", CALLING: "start", SERVING: "finish", PAUSED: "pause", LUNCH: "pause" };
const works = {
  CLOSED: ["pause"], IDLE: ["call_next", "hold", "pause"], CALLING: ["recall", "start", "no_show", "transfer", "pause"],
  SERVING: ["finish", "hold", "transfer"], PAUSED: ["pause"], LUNCH: ["pause"],
};
const listLimit = 60;

let view = null;
let heard = 0;
let list = "waiting";
let moving = ""; // the number that the transfer dialog asks about
let doing = null; // the command under way
let after = null; // the one that waits for it
let saidTimer = null;
let drawn = "";

const sinceHeard = () => (performance.now() - heard) / 1000;
const address = `/api/v1/windows/${facts.window}/commands`;

function tell(words, kind) {
  const place = byId("said");
  place.textContent = words;
  place.className = words ? kind : "";
  clearTimeout(saidTimer);
  if (words) saidTimer = setTimeout(() => { place.textContent = ""; place.className = ""; }, 8000);
}

/** One press, one act: the same key again while it is under way does not count; another key waits for its turn. */
async function act(command, more = {}) {
  const wish = JSON.stringify([command, more]);
  if (doing === wish) return;
  if (doing !== null) { after = [command, more]; return; }
  doing = wish;
  document.body.classList.add("busy");
  const answer = await send("POST", address, { command, ...more });
  doing = null;
  document.body.classList.remove("busy");
  if (answer.status === 401) { location.reload(); return; }
  if (answer.ok) tell(doneWords(command, more, answer.body), "good");
  else tell(noShowWords(answer) ?? refusalWords(answer, say("window.no_line")), answer.status === 0 ? "fault" : "warning");
  const then = after;
  after = null;
  if (then && answer.status !== 0) act(...then);
}

function press(command) {
  if (document.querySelector("dialog[open]")) return;
  if (!view) { tell(say("common.reconnecting"), "warning"); return; }
  const state = view.state;
  switch (command) {
    case "hold": act(state !== "SERVING" && view.held.length ? "resume" : "hold", state !== "SERVING" && view.held.length ? { number: view.held[0].number } : {}); break;
    case "transfer": if (view.ticket) openTransfer(); else act("transfer", { to_service: Object.keys(facts.services)[0] }); break;
    case "pause":
      if (state === "CLOSED") act("open");
      else if (state === "PAUSED" || state === "LUNCH") act("resume");
      else { drawPauseNote(); byId("pause-dialog").showModal(); }
      break;
    default: act(command);
  }
}

/** Where a ticket went cannot be seen on this page any more, so it is said. */
function doneWords(command, more, done) {
  if (command !== "transfer" || !done?.ticket) return "";
  const service = serviceName(done.ticket.service);
  const place = more.to_window ? `${say("common.window_number", { window: more.to_window })} · ${service}` : service;
  return say("window.moved_to", { number: done.ticket.number, place });
}

/** What still lacks for a no-show, as the rule counts it: calls first, then time since the last one. Null: it is allowed. */
function noShowLack() {
  if (view?.state !== "CALLING" || !view.ticket) return null;
  const { calls, for_s } = view.ticket;
  const [limit, interval] = [view.calls_before_no_show, view.call_interval_s];
  if (calls < limit) return ["calls", { calls, limit, interval }];
  const seconds = Math.ceil(interval - for_s - sinceHeard());
  return seconds > 0 ? ["wait", { seconds }] : null;
}

function noShowWords(answer) {
  const lack = ["TOO_FEW_CALLS", "CALLED_JUST_NOW"].includes(answer.body?.error?.code) ? noShowLack() : null;
  return lack ? say(`window.no_show_${lack[0]}_said`, lack[1]) : null;
}

function moveTo(target) {
  byId("transfer-dialog").close();
  act("transfer", target);
}

function openTransfer() {
  moving = view.ticket.number;
  for (const place of all("[data-options]")) place.replaceChildren();
  drawTransfer();
  byId("transfer-dialog").showModal();
}

/** The dialog shows the windows as they are now; a ticket that has gone meanwhile closes it. */
function drawTransfer() {
  if (view.ticket?.number !== moving) { byId("transfer-dialog").close(); return; }
  byId("transfer-title").textContent = say("window.transfer_title", { number: moving });
  const own = view.ticket.service;
  const letters = Object.keys(facts.services).filter((letter) => letter !== own).map((letter, place) => ({ letter, place }));
  keep(document.querySelector("[data-options=service]"), letters, ({ letter }) => `${lang()} ${letter}`, serviceTarget);
  const windows = view.windows.map(({ number, state }) => {
    const { services } = facts.windows.find((item) => item.number === number);
    return { number, state, services, own, serves: services.includes(own) };
  });
  windows.sort((one, other) => other.serves - one.serves || one.number - other.number);
  keep(document.querySelector("[data-options=window]"), windows, (item) => JSON.stringify([lang(), item]), windowTarget);
}

function serviceTarget({ letter, place }) {
  const button = make("button", { "data-to": letter }, place < 9 ? make("kbd", {}, String(place + 1)) : "", `${letter} ${serviceName(letter)}`);
  button.addEventListener("click", () => moveTo({ to_service: letter }));
  return button;
}

/** One window to send to. A window that does not serve the ticket's class offers its own: the clerk chooses, not the page. */
function windowTarget({ number, state, services, own, serves }) {
  const risk = { CLOSED: "window.target_closed", PAUSED: "window.target_paused", LUNCH: "window.target_paused" }[state];
  const buttons = (serves ? [null] : services).map((letter) => {
    const words = letter ? say("window.change_to", { service: serviceName(letter) }) : say("window.send_there", { service: serviceName(own) });
    const button = make("button", { "data-to": number, "data-service": letter, class: serves && !risk ? "main-act" : null }, words);
    button.addEventListener("click", () => moveTo(letter ? { to_window: number, to_service: letter } : { to_window: number }));
    return button;
  });
  return make("li", { class: "target", "data-window": number },
    make("p", { class: "target-head" }, make("b", {}, windowName(number)), make("span", { class: "state", "data-state": state }, say(`window_state.${state}`))),
    make("p", { class: "label" }, services.map(serviceName).join(" · ")),
    risk ? make("p", { class: "warning" }, `▲ ${say(risk)}`) : "",
    serves ? "" : make("p", {}, say("window.not_served", { service: serviceName(own) })),
    ...buttons);
}

/** Closing or pausing gives a called number back to its queue: say so, and which one. */
const calledNow = () => (view?.state === "CALLING" && view.ticket ? view.ticket.number : null);
const closeQuestion = () => (calledNow() ? say("window.close_sure_calling", { number: calledNow() }) : say("window.close_sure"));
function drawPauseNote() {
  const number = calledNow();
  byId("pause-note").hidden = !number;
  byId("pause-note").textContent = number ? `▲ ${say("window.pause_calling", { number })}` : "";
}

function row(ticket) {
  const marks = [];
  if (ticket.next) marks.push(make("span", { class: "mark next" }, `▶ ${say("window.next_mark")}`));
  if (ticket.priority) marks.push(make("span", { class: "mark priority" }, `★ ${say(`priority.${ticket.priority}`)}`));
  if (ticket.private) marks.push(make("span", { class: "mark private" }, `◈ ${say("window.private")}`));
  if (ticket.appointed) marks.push(make("span", { class: "mark" }, `◷ ${say("window.appointed")}`));
  if (ticket.person) marks.push(make("span", { class: "mark" }, say("window.asks_for", { person: ticket.person })));
  if (ticket.sent_here) marks.push(make("span", { class: "mark" }, `→ ${say("window.sent_here")}`));
  else if (ticket.transferred) marks.push(make("span", { class: "mark" }, `→ ${say("window.transferred")}`));
  if (ticket.restored) marks.push(make("span", { class: "mark" }, `↺ ${say("window.restored")}`));
  if (ticket.persons > 1) marks.push(make("span", { class: "mark" }, say("window.persons", { count: ticket.persons })));
  const [words, command] = { waiting: ["window.call_this", "call_number"], held: ["window.take_up", "resume"], missed: ["window.restore", "restore"] }[list];
  const button = make("button", { class: "quiet", disabled: list === "missed" && ticket.restored }, say(words));
  button.addEventListener("click", () => (command === "call_number" && !ticket.next ? askForJump(ticket.number) : act(command, { number: ticket.number })));
  return make("li", { "data-ticket": ticket.number }, make("b", { class: "number" }, ticket.number),
    make("span", { class: "about" }, make("span", {}, serviceName(ticket.service)), ...marks),
    make("span", { class: "since", "data-since": heard - 1000 * (list === "held" ? ticket.for_s : ticket.waited_s), "data-runs": list === "missed" ? null : true },
      spanWords(ticket.waited_s)), button);
}

// what a row shows, but for its running time: a row that stays the same is not built anew
const rowKey = ({ for_s, waited_s, ...seen }) => JSON.stringify([list, lang(), seen]);

function drawList() {
  const rows = view[list].map((ticket, place) => ({ ...ticket, next: list === "waiting" && place === 0 }));
  const empty = { waiting: "window.nobody_waiting", held: "window.nobody_held", missed: "window.nobody_missed" }[list];
  if (rows.length) keep(byId("list"), rows.slice(0, listLimit), rowKey, row);
  else byId("list").replaceChildren(make("li", { class: "empty" }, say(empty)));
  for (const tab of all("[data-list]")) {
    const count = tab.dataset.list === "waiting" ? view.waiting_count : view[tab.dataset.list].length;
    tab.querySelector("b").textContent = count;
    tab.setAttribute("aria-selected", String(tab.dataset.list === list));
  }
}

function drawTimes() {
  if (!view) return;
  const ticket = view.ticket;
  byId("timer").textContent = ticket ? spanWords(ticket.for_s + sinceHeard()) : "";
  drawNoShow();
  drawUndo(view);
  for (const element of all("[data-runs]")) element.textContent = spanWords((performance.now() - element.dataset.since) / 1000);
}

function drawNoShow() {
  const lack = noShowLack();
  byId("no-show-why").textContent = lack ? say(`window.no_show_${lack[0]}`, lack[1]) : "";
  document.querySelector("#keys [data-command=no_show]").classList.toggle("dim", lack !== null || !works[view.state].includes("no_show"));
}

function drawNotes() {
  const calls = view.colleagues.filter((call) => call.window !== facts.window).map((call) => {
    const button = make("button", {}, say("window.help_answer"));
    button.addEventListener("click", () => send("POST", `/api/v1/windows/${call.window}/colleague`, {}));
    return make("p", { class: "fault" }, `◆ ${say("window.colleague_calls", { window: windowName(call.window) })}`, button);
  });
  if (view.colleagues.some((call) => call.window === facts.window)) calls.push(make("p", { class: "calm" }, say("window.called_silently")));
  if (view.closed) calls.push(make("p", { class: "calm" }, `■ ${closedWords(view.closed)}`));
  if (view.evacuating) calls.unshift(make("p", { class: "fault" }, `▲ ${say("window.evacuating")}`));
  const notes = view.gate_alarms.map((gate) => make("a", { class: "fault", href: `/desk#gate-${gate.gate}`, target: "_blank", rel: "noopener" },
    `▲ ${gate[`name_${lang()}`]}${colon()}${say(`gate_state.${gate.state}`)}`));
  if (view.central !== "online" && view.central !== "none") notes.push(make("p", { class: "calm" }, `○ ${say("window.central_away")}`));
  if (view.devices_in_trouble.length) notes.push(make("p", { class: "warning" }, `▲ ${say("window.trouble", { devices: view.devices_in_trouble.map(troubleWords).join(" · ") })}`));
  for (const help of view.help) {
    const place = facts.places[help.place]?.[lang()] || say("window.help_button");
    const button = make("button", {}, say("window.help_answer"));
    button.addEventListener("click", () => send("POST", `/api/v1/help/${help.place}/answer`, {}));
    notes.push(make("p", { class: "warning", "data-help": help.place }, `✋ ${say("window.help_asked", { place })}`, button));
  }
  byId("notes").replaceChildren(...calls, ...notes);
}

/** The way to the application for legal aid of the ticket here: loud where a form waits, quiet where one may begin. */
function drawAid() {
  const link = byId("aid");
  if (link === null) return;
  link.hidden = !view.ticket;
  link.className = view.ticket?.draft ? "loud" : "";
  link.textContent = say(view.ticket?.submitted ? "window.aid_receipt" : view.ticket?.draft ? "window.aid_draft" : "window.aid_open");
}

const troubleWords = (device) => say("window.device_trouble", lang() === "zh"
  ? { name: device.name_zh, reason: device.reason_zh } : { name: device.name_en, reason: device.reason_en });

function drawCurrent() {
  const { state, ticket } = view;
  byId("state").dataset.state = state;
  byId("state").textContent = view.pause && state === "PAUSED" ? `${say("window_state.PAUSED")} · ${say(`pause.${view.pause}`)}` : say(`window_state.${state}`);
  byId("current").dataset.state = state;
  byId("number").textContent = ticket?.number ?? say(`window_state.${state}`);
  byId("number").classList.toggle("empty", !ticket);
  byId("number-facts").replaceChildren(...(ticket ? [
    make("span", {}, serviceName(ticket.service)),
    ticket.priority ? make("span", { class: "mark priority" }, `★ ${say(`priority.${ticket.priority}`)}`) : "",
    make("span", {}, say("window.waited", { time: spanWords(ticket.waited_s) })),
    state === "CALLING" ? make("span", {}, say("window.calls", { count: ticket.calls })) : "",
  ].filter(Boolean) : []));
  byId("timer-words").textContent = ticket ? say(`window_state.${state}`) : "";
  byId("hold-words").textContent = say(state !== "SERVING" && view.held.length ? "window.resume_held" : "window.hold");
  byId("pause-words").textContent = say({ CLOSED: "window.open", PAUSED: "window.resume", LUNCH: "window.resume" }[state] ?? "window.pause");
  byId("served").textContent = say("window.served_today", { count: view.served_today });
  byId("close").hidden = state === "CLOSED";
  for (const button of all("#keys [data-command]")) {
    const command = button.dataset.command;
    const useful = works[state].includes(command) && (command !== "hold" || state === "SERVING" || view.held.length > 0);
    button.classList.toggle("dim", !useful);
    button.classList.toggle("main-act", next[state] === command);
  }
}

function draw() {
  byId("window-name").textContent = windowName(facts.window);
  if (!view) return;
  const now = JSON.stringify([view, lang(), list]);
  if (now !== drawn) { drawn = now; drawCurrent(); drawList(); drawNotes(); drawRecord(view, act); drawAid(); }
  if (byId("transfer-dialog").open) drawTransfer();
  if (byId("pause-dialog").open) drawPauseNote();
  drawTimes();
}

function work() {
  const keys = Object.fromEntries(all("[data-key]").map((button) => [button.dataset.key, button.dataset.command]));
  const choose = whenAlone((option) => { if (option.isConnected && option.closest("dialog").open) option.click(); });
  addEventListener("keydown", (event) => {
    const command = keys[event.key];
    const dialog = document.querySelector("dialog[open]");
    if (command) {
      event.preventDefault(); // F5 is Finish here, not reload
      if (!event.repeat) press(command);
    } else if (dialog && /^[1-9]$/.test(event.key) && !event.repeat) {
      const option = all(".options button:has(kbd)", dialog)[Number(event.key) - 1];
      if (option) { event.preventDefault(); choose(option); }
    }
  });
  for (const button of all("#keys [data-command]")) button.addEventListener("click", () => press(button.dataset.command));
  for (const button of all("[data-reason]")) {
    button.addEventListener("click", () => { byId("pause-dialog").close(); act("pause", { reason: button.dataset.reason }); });
  }
  listenToRecord(act);
  listenToUndo(act);
  byId("silent").addEventListener("click", () => act("call_colleagues"));
  for (const button of all("[data-dismiss]")) button.addEventListener("click", () => button.closest("dialog").close());
  for (const tab of all("[data-list]")) tab.addEventListener("click", () => { list = tab.dataset.list; draw(); });
  byId("close").addEventListener("click", () => { if (confirm(closeQuestion())) act("close"); });
  byId("sign-out").addEventListener("click", async () => { await send("DELETE", `/api/v1/session?window=${facts.window}`); location.reload(); });
  setInterval(drawTimes, 1000);
  live(`/api/v1/windows/${facts.window}/stream`, "window", (state) => { view = state; heard = performance.now(); heardUndo(state); draw(); }, {
    onSignedOut: () => location.reload(),
  });
}

function signIn() {
  const form = byId("sign-in");
  const options = () => form.elements.window.replaceChildren(
    ...(facts.window ? [] : [make("option", { value: "" }, say("window.own_window"))]),
    ...facts.windows.map((item) => make("option", { value: item.number, selected: item.number === facts.window }, windowName(item.number))));
  options();
  onLanguage(options);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (doing !== null) return;
    doing = "sign in";
    const window = Number(form.elements.window.value) || null;
    const answer = await send("POST", "/api/v1/session", { name: form.elements.name.value, secret: form.elements.secret.value, window });
    doing = null;
    if (answer.ok && answer.body.window) { location.assign(`/window/${answer.body.window}`); return; }
    byId("problem").textContent = answer.ok ? say("window.no_window") : refusalWords(answer, say("window.no_line"));
    byId("problem").hidden = false;
    form.elements.secret.value = "";
    form.elements.secret.focus();
  });
}

onLanguage(draw0);
function draw0() { if (facts.signed_in) draw(); else if (facts.window) byId("window-name").textContent = windowName(facts.window); }
speak(lang(), { keep: false });
if (facts.signed_in) work(); else signIn();
