// A window's desk: the ticket, its timer, eight keys and the queue. Everything works by keyboard and by mouse.
import { all, byId, facts, keep, lang, live, make, onLanguage, refusalWords, say, send, serviceName, spanWords, speak, windowName } from "./hall.js";

const next = { CLOSED: "pause", IDLE: "call_next", CALLING: "start", SERVING: "finish", PAUSED: "pause", LUNCH: "pause" };
const works = {
  CLOSED: ["pause"], IDLE: ["call_next", "hold", "pause"], CALLING: ["recall", "start", "no_show", "transfer", "pause"],
  SERVING: ["finish", "hold", "transfer"], PAUSED: ["pause"], LUNCH: ["pause"],
};
const listLimit = 60;

let view = null;
let heard = 0;
let list = "waiting";
let doing = null; // the command under way
let after = null; // the one that waits for it
let saidTimer = null;
let drawn = "";

const sinceHeard = () => (performance.now() - heard) / 1000;
const address = `/api/v1/windows/${facts.window}/commands`;

function tell(words, kind) {
  const place = byId("said");
  place.textContent = words;
  place.className = kind;
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
  if (answer.ok) tell("", "");
  else tell(refusalWords(answer, say("window.no_line")), answer.status === 0 ? "fault" : "warning");
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
      else byId("pause-dialog").showModal();
      break;
    default: act(command);
  }
}

function openTransfer() {
  const services = Object.keys(facts.services).filter((letter) => letter !== view.ticket.service).map((letter, place) => {
    const button = make("button", { "data-to": letter }, make("kbd", {}, String(place + 1)), `${letter} ${serviceName(letter)}`);
    button.addEventListener("click", () => { byId("transfer-dialog").close(); act("transfer", { to_service: letter }); });
    return button;
  });
  const windows = facts.windows.filter((item) => item.number !== facts.window).map((item) => {
    const button = make("button", { "data-to": item.number }, windowName(item.number));
    button.addEventListener("click", () => { byId("transfer-dialog").close(); act("transfer", { to_window: item.number }); });
    return button;
  });
  document.querySelector("[data-options=service]").replaceChildren(...services);
  document.querySelector("[data-options=window]").replaceChildren(...windows);
  byId("transfer-dialog").showModal();
}

function row(ticket) {
  const marks = [];
  if (ticket.priority) marks.push(make("span", { class: "mark priority" }, `★ ${say(`priority.${ticket.priority}`)}`));
  if (ticket.sent_here) marks.push(make("span", { class: "mark" }, `→ ${say("window.sent_here")}`));
  else if (ticket.transferred) marks.push(make("span", { class: "mark" }, `→ ${say("window.transferred")}`));
  if (ticket.restored) marks.push(make("span", { class: "mark" }, `↺ ${say("window.restored")}`));
  if (ticket.persons > 1) marks.push(make("span", { class: "mark" }, say("window.persons", { count: ticket.persons })));
  const [words, command] = { waiting: ["window.call_this", "call_number"], held: ["window.take_up", "resume"], missed: ["window.restore", "restore"] }[list];
  const button = make("button", { class: "quiet", disabled: list === "missed" && ticket.restored }, say(words));
  button.addEventListener("click", () => act(command, { number: ticket.number }));
  return make("li", { "data-ticket": ticket.number }, make("b", { class: "number" }, ticket.number),
    make("span", { class: "about" }, make("span", {}, serviceName(ticket.service)), ...marks),
    make("span", { class: "since", "data-since": performance.now() - 1000 * (list === "held" ? ticket.for_s : ticket.waited_s), "data-runs": list === "missed" ? null : true },
      spanWords(ticket.waited_s)), button);
}

// what a row shows, but for its running time: a row that stays the same is not built anew
const rowKey = ({ number, service, priority, persons, restored, transferred, sent_here, state }) =>
  JSON.stringify([list, lang(), number, service, priority, persons, restored, transferred, sent_here, state]);

function drawList() {
  const rows = view[list];
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
  for (const element of all("[data-runs]")) element.textContent = spanWords((performance.now() - element.dataset.since) / 1000);
}

function drawNotes() {
  const notes = [];
  if (view.central !== "online" && view.central !== "none") notes.push(make("p", { class: "calm" }, `○ ${say("window.central_away")}`));
  if (view.devices_in_trouble.length) notes.push(make("p", { class: "warning" }, `▲ ${say("window.trouble", { devices: view.devices_in_trouble.join(", ") })}`));
  for (const help of view.help) {
    const place = facts.places[help.place]?.[lang()] || help.place;
    const button = make("button", {}, say("window.help_answer"));
    button.addEventListener("click", () => send("POST", `/api/v1/help/${help.place}/answer`, {}));
    notes.push(make("p", { class: "warning", "data-help": help.place }, `✋ ${say("window.help_asked", { place })}`, button));
  }
  byId("notes").replaceChildren(...notes);
}

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
  if (now !== drawn) { drawn = now; drawCurrent(); drawList(); drawNotes(); }
  drawTimes();
}

function work() {
  const keys = Object.fromEntries(all("[data-key]").map((button) => [button.dataset.key, button.dataset.command]));
  addEventListener("keydown", (event) => {
    const command = keys[event.key];
    const dialog = document.querySelector("dialog[open]");
    if (command) {
      event.preventDefault(); // F5 is Finish here, not reload
      if (!event.repeat) press(command);
    } else if (dialog && /^[1-9]$/.test(event.key)) {
      const option = all(".options button:has(kbd)", dialog)[Number(event.key) - 1];
      if (option) { event.preventDefault(); option.click(); }
    }
  });
  for (const button of all("#keys [data-command]")) button.addEventListener("click", () => press(button.dataset.command));
  for (const button of all("[data-reason]")) {
    button.addEventListener("click", () => { byId("pause-dialog").close(); act("pause", { reason: button.dataset.reason }); });
  }
  for (const button of all("[data-dismiss]")) button.addEventListener("click", () => button.closest("dialog").close());
  for (const tab of all("[data-list]")) tab.addEventListener("click", () => { list = tab.dataset.list; draw(); });
  byId("close").addEventListener("click", () => { if (confirm(say("window.close_sure"))) act("close"); });
  byId("sign-out").addEventListener("click", async () => { await send("DELETE", `/api/v1/session?window=${facts.window}`); location.reload(); });
  setInterval(drawTimes, 1000);
  live(`/api/v1/windows/${facts.window}/stream`, "window", (state) => { view = state; heard = performance.now(); draw(); }, {
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
