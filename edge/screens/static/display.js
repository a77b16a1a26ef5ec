// The hall's television: who shall come to a window, every window, who waits, notices, and publicity while nobody is
// called. Runs for days: it keeps the last state while the controller is away and says since when.
import { all, byId, clockWords, closedWords, dateWords, facts, keep, lang, live, make, onLanguage, opensWords, say, serviceName, speak, tellTime } from "./hall.js";
import { playlist, reloadWhenThere } from "./playlist.js";
import { followRota, namesOnDuty } from "./rota.js";

const callsShown = 3;
const mostRows = 8;
const rowHeight = 3.1; // rem: two lines of what a window serves
const fourLines = 5.4; // rem, in either language
const turnEvery = 8; // seconds
const quietFor = 20_000; // after the last call that waits for somebody, before publicity comes back
const awayFor = 10_000; // a line that was lost for longer brings a fresh page with it
const noticeEvery = 12; // seconds
const dutiesShown = 6;
const toldFor = 24_000; // what was said of a ticket that is called to no window now
const toldEvery = 4; // seconds each, when there are several

let hall = null;
let seen = null; // ids of calls that have flashed
let page = 0;
let turn = 0;
let calledAt = -Infinity; // when somebody was last being called
let anyPublicity = false;
let contactWords = ""; // the time of the last contact, as people read it
let lostAt = null;
let told = new Map(); // by id: since when it stands here
let faults = 0;

const privateClass = (letter) => hall.services.find((one) => one.letter === letter)?.private ?? false;
const roomOf = (number) => hall.windows.find((one) => one.number === number)?.room ?? null;
const clockOf = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

function toWords(number) {
  const room = roomOf(number);
  return room === null ? say("display.to_window", { window: number }) : say("display.to_room", { room });
}

function callRow(call, fresh) {
  const place = make("b", { class: roomOf(call.window) === null ? null : "room" }, toWords(call.window));
  return make("li", { "data-call": call.number, "data-window": call.window, class: fresh ? "fresh" : null },
    make("b", { class: "number" }, call.number),
    make("span", { class: "to" }, place, make("span", { class: "more" },
      privateClass(call.service) ? null : make("span", { class: "service" }, serviceName(call.service)),
      make("span", { class: "state", "data-state": call.state }, say(`ticket_state.${call.state}`)))));
}

function drawCalls() {
  const calls = hall.calls.slice(0, callsShown);
  const fresh = new Set(seen === null ? [] : calls.filter((call) => call.state === "CALLED" && !seen.has(call.id)).map((call) => call.id));
  seen = new Set([...(seen ?? []), ...hall.calls.map((call) => call.id)].slice(-50));
  const list = byId("call-list");
  const marks = calls.map((call) => `${lang()} ${call.id} ${call.state} ${roomOf(call.window)}`);
  const same = marks.length === list.children.length && marks.every((mark, place) => list.children[place].dataset.shown === mark);
  if (same) return;
  const flashing = new Set(all("#call-list .fresh").map((row) => row.dataset.id));
  list.replaceChildren(...calls.map((call, place) => {
    const row = callRow(call, fresh.has(call.id) || (flashing.has(call.id) && call.state === "CALLED"));
    row.dataset.id = call.id;
    row.dataset.shown = marks[place];
    row.addEventListener("animationend", () => row.classList.remove("fresh"));
    return row;
  }));
}

/** Calls have the left half of the screen; publicity has it while nobody is called. */
function drawLeft() {
  const called = hall.calls.some((call) => call.state === "CALLED");
  if (called) calledAt = performance.now();
  const publicity = anyPublicity && !hall.evacuating && performance.now() - calledAt > quietFor;
  byId("stage").hidden = byId("heading-watch").hidden = !publicity;
  byId("heading-calls").hidden = publicity;
  byId("call-list").hidden = publicity || hall.calls.length === 0;
  byId("no-calls").hidden = publicity || hall.calls.length > 0 || hall.closed !== null;
  byId("closed").hidden = publicity || hall.calls.length > 0 || hall.closed === null;
  write("closed", closedWords(hall.closed));
  drawBreak(publicity);
}

function write(id, words) {
  if (byId(id).textContent !== words) byId(id).textContent = words;
}

function windowRow(item) {
  const services = item.services.filter((letter) => !privateClass(letter)).map(serviceName).join(lang() === "zh" ? "、" : ", ");
  const name = (lang() === "zh" ? item.name_zh : item.name_en) || services;
  const why = item.state === "PAUSED" && item.pause ? say(`pause.${item.pause}`)
    : item.state === "LUNCH" && hall.lunch_until !== null ? say("display.lunch_until", { time: clockOf(hall.lunch_until) }) : "";
  const which = item.room === null ? say("display.window_short", { window: item.number }) : say("display.room_short", { room: item.room });
  return make("li", { "data-window": item.number, "data-state": item.state },
    make("b", { class: item.room === null || why ? "which" : "which wide" }, which),
    item.room !== null && !why ? null : make("span", { class: "what" }, why ? make("em", {}, why) : name),
    make("b", { class: "number" }, item.ticket ?? ""),
    make("span", { class: "state", "data-state": item.state }, say(`window_state.${item.state}`)));
}

const waitingShown = () => hall.services.filter((one) => !one.private);
/** As many windows at once as there is room for above the classes that wait. */
function rowsAtOnce() {
  return Math.max(2, Math.min(mostRows, Math.floor(listHeight() / rowHeight)));
}
const listHeight = () => byId("window-list").clientHeight / parseFloat(getComputedStyle(document.documentElement).fontSize); // rem

function drawWindows() {
  const rows = rowsAtOnce();
  const pages = Math.max(1, Math.ceil(hall.windows.length / rows));
  page %= pages;
  const shown = hall.windows.slice(page * rows, (page + 1) * rows);
  const drawn = Math.min(rows, Math.max(4, hall.windows.length));
  byId("window-list").style.setProperty("--rows", drawn);
  byId("window-list").classList.toggle("few", listHeight() / drawn >= fourLines);
  keep(byId("window-list"), shown, (item) => JSON.stringify([lang(), item.number, item.state, item.ticket, item.pause, item.services, item.room, hall.lunch_until]), windowRow);
  byId("page-of").textContent = pages > 1 ? `${page + 1}/${pages}` : "";
}

function waitingRow(item) {
  return make("li", { "data-service": item.letter, class: item.stopped ? "stopped" : null },
    make("span", { class: "name" }, lang() === "zh" ? item.name_zh : item.name_en),
    make("b", {}, say("display.people", { count: item.waiting })),
    item.stopped ? make("em", {}, item.opens ? say("common.opens_brief", { when: opensWords(item.opens, { brief: true }) }) : say(`stopped.${item.stopped}`)) : null);
}

function drawWaiting() {
  keep(byId("waiting-list"), waitingShown(), (item) => JSON.stringify([lang(), item.letter, item.waiting, item.stopped, item.opens]), waitingRow);
}

/** Who was missed or sent on, as it is being said: it stands in the notices' place for as long as it matters. */
function toldLines() {
  const now = performance.now();
  told = new Map((hall?.told ?? []).map((one) => [one.id, told.get(one.id) ?? now]));
  return (hall?.told ?? []).filter((one) => now - told.get(one.id) < toldFor).map((one) =>
    one.what === "missed" ? say("display.told_missed", one)
      : say(one.room === null ? "display.told_window" : "display.told_room", one));
}

/** The duty manager's words: an urgent one stands over everything, the others take turns with the standing notice. */
function drawNotices() {
  const words = (one) => (lang() === "zh" ? one.text_zh : one.text_en || one.text_zh);
  const urgent = hall?.notices.find((one) => one.urgent);
  byId("urgent").hidden = !urgent;
  const important = urgent ? `${say("display.important")}${lang() === "zh" ? "：" : ": "}${words(urgent)}` : "";
  if (byId("urgent").textContent !== important) byId("urgent").textContent = important;
  const others = hall?.notices.filter((one) => !one.urgent) ?? [];
  const on = namesOnDuty();
  const duty = on.length ? [say("display.on_duty", { people: on.slice(0, dutiesShown).join(lang() === "zh" ? "、" : ", ") })] : [];
  const lines = [say("display.notice"), ...duty, ...others.map(words)];
  const now = toldLines();
  byId("notice").classList.toggle("told", now.length > 0);
  const shown = now.length ? now[Math.floor(turn / toldEvery) % now.length] : lines[Math.floor(turn / noticeEvery) % lines.length];
  if (byId("notice").textContent !== shown) byId("notice").textContent = shown;
}

/** Lunch; and beside publicity, which has the place of the larger words, that the hall is closed. */
function drawBreak(publicity) {
  const closed = publicity ? closedWords(hall.closed) : "";
  const words = hall.lunch_until === null ? closed : say("display.lunch", { time: clockOf(hall.lunch_until) });
  byId("lunch").hidden = !words;
  write("lunch", words);
}

function drawClock() {
  byId("clock").textContent = clockWords();
  byId("date").textContent = dateWords();
}

function drawContact() {
  byId("contact").textContent = contactWords && say("display.contact", { time: contactWords });
  byId("line").textContent = contactWords ? say("display.lost", { time: contactWords }) : say("display.never");
}

function draw() {
  drawClock();
  drawContact();
  drawNotices();
  if (!hall) return;
  byId("evacuation").hidden = !hall.evacuating;
  drawCalls();
  drawLeft();
  drawWaiting();
  drawWindows();
}

/** What the controller said just now; a page that was cut off for long comes back as a fresh one, if there is one. */
function onLine(yes) {
  if (!yes) { lostAt ??= performance.now(); return; }
  contactWords = clockWords(true);
  drawContact();
  if (lostAt !== null && hall !== null && performance.now() - lostAt > awayFor) reloadWhenThere();
  lostAt = null;
}

/** A page that stumbles again and again is made anew, when there is one to be had. */
function stumbled() {
  faults += 1;
  if (faults >= 3) { faults = 0; reloadWhenThere(); }
}

addEventListener("error", stumbled);
addEventListener("unhandledrejection", stumbled);
onLanguage(draw);
setInterval(drawClock, 1000);
setInterval(() => {
  turn += 1;
  drawNotices();
  if (!hall) return;
  drawLeft();
  if (turn % turnEvery === 0 && hall.windows.length > rowsAtOnce()) { page += 1; drawWindows(); }
}, 1000);
speak(lang(), { keep: false });
playlist(byId("stage"), null, {
  mayShow: () => hall === null || !byId("stage").hidden || !anyPublicity,
  changed: (any) => { anyPublicity = any; if (hall) drawLeft(); },
});
live("/api/v1/stream", "state", (state) => {
  hall = state;
  tellTime(state.now);
  contactWords = clockWords(true);
  draw();
  followRota(hall, drawNotices);
}, { onLine });
