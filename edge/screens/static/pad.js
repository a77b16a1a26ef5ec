// The rating pad of one window: asleep until a service is finished; one tap is enough; silence is no grade.
import { all, byId, facts, lang, live, onLanguage, say, send, sendOnce, serviceName, speak, windowName } from "./hall.js";

const asksFor = 20; // seconds
const reasonsFor = 20;
const thanksFor = 8;
const deafFor = 400; // ms: a touch meant for what the visitor before was asked grades nobody
const faces = ["asleep", "asks", "reasons", "thanks"];

let pad = null;
let face = "asleep";
let left = null;
let given = null; // {token, grade}
let busy = false;
let deafUntil = 0;

function turn(name) {
  if (name === "asks" && face !== "asleep") deafUntil = performance.now() + deafFor;
  face = name;
  left = { asks: asksFor, reasons: reasonsFor, thanks: thanksFor }[name] ?? null;
  for (const other of faces) byId(other).hidden = other !== name;
  byId("failed").hidden = true;
  if (name === "asleep" && lang() !== facts.language) speak(facts.language, { keep: false }); // the next visitor's
  draw();
}

/** The way to the same ticket on the visitor's own phone: to rate later, or to change. */
function drawCode(token) {
  for (const picture of all(".code")) {
    const source = token ? `/api/v1/tickets/${token}/qr.svg` : "";
    if (!source) picture.removeAttribute("src");
    else if (picture.getAttribute("src") !== source) picture.src = source;
  }
}

function draw() {
  byId("window-name").textContent = windowName(facts.window);
  if (pad?.asks) byId("about").textContent = say("pad.about", { window: pad.window, service: serviceName(pad.service), number: pad.number });
  drawCode(face === "asleep" ? null : (given?.token ?? pad?.token));
  if (given) byId("recorded").textContent = `✓ ${say("pad.recorded", { grade: say(`grade.${given.grade}`) })}`;
}

async function rate(grade) {
  if (busy || !pad?.asks) return;
  busy = true;
  const token = pad.token;
  const answer = await sendOnce("POST", "/api/v1/ratings", { token, grade });
  busy = false;
  if (pad.asks && pad.token !== token) return; // the next visitor is asked already
  if (!answer.ok) {
    const gone = ["TOKEN_USED", "NOT_RATEABLE", "UNKNOWN_TOKEN"].includes(answer.body?.error.code);
    if (gone) { turn("asleep"); return; }
    byId("failed").textContent = say("pad.failed");
    byId("failed").hidden = false;
    left = asksFor;
    return;
  }
  given = { token, grade };
  if (grade <= 2) {
    for (const button of all("[data-reason]")) button.setAttribute("aria-pressed", "false");
    turn("reasons");
  } else turn("thanks");
}

async function explain() {
  const mine = given;
  const reasons = all("[data-reason][aria-pressed=true]").map((button) => button.dataset.reason);
  if (given && reasons.length && !busy) {
    busy = true;
    await send("POST", "/api/v1/ratings", { ...given, reasons, change: true });
    busy = false;
  }
  if (given === mine) turn("thanks");
}

async function lapse() {
  if (face === "reasons") { await explain(); return; }
  if (face === "asks" && pad?.asks) send("POST", `/api/v1/pads/${facts.window}/dismiss`);
  given = null;
  turn("asleep");
}

for (const button of all("[data-grade]")) button.addEventListener("click", () => rate(Number(button.dataset.grade)));
for (const button of all("[data-reason]")) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    left = reasonsFor;
  });
}
byId("window-name").textContent = windowName(facts.window);
addEventListener("click", (event) => {
  if (performance.now() < deafUntil && event.target.closest("main")) { event.preventDefault(); event.stopPropagation(); }
}, { capture: true });
onLanguage(() => { if (facts.paired) draw(); else byId("window-name").textContent = windowName(facts.window); });
speak(lang(), { keep: false });
if (facts.paired) {
  byId("send").addEventListener("click", explain);
  byId("no-more").addEventListener("click", () => turn("thanks"));
  setInterval(() => { if (left !== null && --left <= 0) lapse(); }, 1000);
  addEventListener("contextmenu", (event) => event.preventDefault());
  live(`/api/v1/pads/${facts.window}/stream`, "pad", (state) => {
    const asksAnew = state.asks && state.token !== pad?.token && state.token !== given?.token;
    pad = state;
    if (asksAnew) { given = null; turn("asks"); }
    else if (!state.asks && face === "asks" && !busy) turn("asleep");
    else draw();
  });
}
