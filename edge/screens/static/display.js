// The hall's television: who shall come to a window, every window, a notice and the clock. Runs for days without a reload.
import { all, byId, clockWords, dateWords, facts, keep, lang, live, make, onLanguage, say, serviceName, speak, tellTime } from "./hall.js";

const callsShown = 3;
const rowsAtOnce = 8;
const turnEvery = 8; // seconds

let hall = null;
let seen = null; // ids of calls that have flashed
let page = 0;

function callRow(call, fresh) {
  const row = make("li", { "data-call": call.number, "data-window": call.window, class: fresh ? "fresh" : null },
    make("b", { class: "number" }, call.number),
    make("span", { class: "to" }, make("b", {}, say("display.to_window", { window: call.window })), make("span", { class: "more" },
      make("span", { class: "service" }, serviceName(call.service)),
      make("span", { class: "state", "data-state": call.state }, say(`ticket_state.${call.state}`)))));
  row.dataset.id = call.id;
  return row;
}

function drawCalls() {
  const calls = hall.calls.slice(0, callsShown);
  const fresh = new Set(seen === null ? [] : calls.filter((call) => call.state === "CALLED" && !seen.has(call.id)).map((call) => call.id));
  seen = new Set([...(seen ?? []), ...hall.calls.map((call) => call.id)].slice(-50));
  const flashing = new Set(all("#call-list .fresh").map((row) => row.dataset.id));
  const same = calls.length === byId("call-list").children.length
    && calls.every((call, place) => byId("call-list").children[place].dataset.shown === `${lang()} ${call.id} ${call.state}`);
  if (same) return;
  byId("call-list").replaceChildren(...calls.map((call) => {
    const row = callRow(call, fresh.has(call.id) || (flashing.has(call.id) && call.state === "CALLED"));
    row.dataset.shown = `${lang()} ${call.id} ${call.state}`;
    row.addEventListener("animationend", () => row.classList.remove("fresh"));
    return row;
  }));
  byId("no-calls").hidden = calls.length > 0;
}

function windowRow(item) {
  const name = lang() === "zh" ? item.name_zh : item.name_en;
  const services = name || item.services.map(serviceName).join(lang() === "zh" ? "、" : ", ");
  return make("li", { "data-window": item.number, "data-state": item.state },
    make("b", { class: "which" }, say("display.window_short", { window: item.number })),
    make("span", { class: "what" }, services),
    make("b", { class: "number" }, item.ticket ?? ""),
    make("span", { class: "state", "data-state": item.state }, say(`window_state.${item.state}`)));
}

function drawWindows() {
  const pages = Math.max(1, Math.ceil(hall.windows.length / rowsAtOnce));
  page %= pages;
  const shown = hall.windows.slice(page * rowsAtOnce, (page + 1) * rowsAtOnce);
  byId("window-list").style.setProperty("--rows", Math.max(4, Math.min(rowsAtOnce, hall.windows.length)));
  byId("window-list").classList.toggle("few", hall.windows.length <= rowsAtOnce / 2);
  keep(byId("window-list"), shown, (item) => JSON.stringify([lang(), item]), windowRow);
  byId("page-of").textContent = pages > 1 ? `${page + 1}/${pages}` : "";
}

function drawClock() {
  byId("clock").textContent = clockWords();
  byId("date").textContent = dateWords();
}

function draw() {
  drawClock();
  if (hall) { drawCalls(); drawWindows(); }
}

onLanguage(draw);
setInterval(drawClock, 1000);
setInterval(() => { page += 1; if (hall && hall.windows.length > rowsAtOnce) drawWindows(); }, turnEvery * 1000);
speak(lang(), { keep: false });
byId("line").textContent = say("display.offline");
byId("line").dataset.w = "display.offline";
live("/api/v1/stream", "state", (state) => { hall = state; tellTime(state.now); draw(); });
