// The self-service kiosk: one page, no history, nothing kept. What is shown is drawn from the session, which is wiped
// 90 s after the last touch. Views stand in kiosk-read.js and kiosk-do.js; a new one is one line in `views`.
import { all, byId, clockWords, closedWords, dateWords, facts, forgetPresses, lang, live, make, onLanguage, say, send, speak, tellTime } from "./hall.js";
import { answer, guide, guides, knowledge, people, places } from "./kiosk-read.js";
import { aid } from "./kiosk-aid.js";
import { aidDone } from "./kiosk-apply.js";
import { fee, mine, opinion, take, taken } from "./kiosk-do.js";
import { helpAt } from "./kiosk-help.js";
import { guardKeys } from "./kiosk-keys.js";

const warnAfter = 60; // seconds; doubled in large type
const wipeAfter = 90;
const freshEvery = 300;
const deafAfterWipe = 400; // ms: a touch meant for the screen that was just wiped
const firstLanguage = new URLSearchParams(location.search).get("lang") ?? facts.language;
const tiles = ["take", ...(facts.aid ? ["aid"] : []), "guides", "people", "mine", "knowledge", "fee", "places", "opinion"];
const views = { home, take, taken, aid, aid_done: aidDone, guides, guide, people, mine, knowledge, answer, fee, places, opinion };

const kiosk = {
  content: null, hall: null, rota: null, lost: false,
  session: null, go, back, draw, send, scanned: () => {},
};
let idle = 0;
let sinceFresh = 0;
let humanFor = 0;
let deafUntil = 0;

function begin() {
  kiosk.session = { id: {}, trail: [{ name: "home" }], search: "", topic: "ALL", fee: {}, opinion: {}, aid: {}, slips: {}, used: false };
}

/** The view on top of the trail; the browser's own history never grows. */
const here = () => kiosk.session.trail.at(-1);

function go(name, more = {}) {
  kiosk.session.used = true;
  if (name === "home") kiosk.session.trail = [];
  kiosk.session.trail.push({ name, ...more });
  arrive();
}

function back() {
  if (kiosk.session.trail.length > 1) kiosk.session.trail.pop();
  arrive();
}

function arrive() {
  kiosk.scanned = () => {};
  byId("idle").hidden = true;
  if (["people"].includes(here().name)) fetchRota();
  draw();
  byId("pane").scrollTop = 0;
  byId("heading").focus({ preventScroll: true });
}

/** Draw the view anew; a field that somebody types into keeps its place. */
function draw() {
  const at = here();
  const typing = document.activeElement?.matches("input, textarea") ? document.activeElement.id : null;
  const where = typing ? [document.activeElement.selectionStart, document.activeElement.selectionEnd] : null;
  const view = views[at.name](kiosk, at);
  byId("heading").textContent = view.title;
  byId("view").replaceChildren(...[view.body].flat().filter(Boolean));
  byId("view").dataset.view = at.name;
  if (typing && byId(typing)) { byId(typing).focus(); byId(typing).setSelectionRange(...where); }
  byId("home").disabled = at.name === "home";
  byId("back").disabled = kiosk.session.trail.length < 2;
  drawNotices();
  helpAt(kiosk, at);
  pages();
}

function home() {
  const list = make("div", { class: "tiles" }, ...tiles.map((name, place) => {
    const button = make("button", { class: place === 0 ? "tile first" : "tile", "data-tile": name },
      picture(name), make("b", {}, say(`kiosk.${name}`)), make("span", {}, say(`kiosk.${name}_note`)));
    button.addEventListener("click", () => go(name));
    return button;
  }));
  const pack = kiosk.content?.pack;
  const line = pack && make("p", { class: "note pack" }, say("kiosk.pack", {
    name: lang() === "zh" ? pack.name_zh : pack.name_en, version: pack.version, date: pack.made_on,
  }));
  return { title: say("kiosk.welcome"), body: [list, line] };
}

const shapes = {
  aid: "M5 3h10l4 4v14H5zM8 11h8M8 15h5M12 17l2 2 4-4",
  take: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6", guides: "M5 3h11l3 3v15H5zM8 9h8M8 13h8M8 17h5",
  people: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-5 4-7 8-7s8 2 8 7z", mine: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h3v3h-3zM18 18h2v2h-2z",
  knowledge: "M4 5c3-1 6-1 8 1 2-2 5-2 8-1v14c-3-1-6-1-8 1-2-2-5-2-8-1zM12 6v14", fee: "M5 3h14v18H5zM8 6h8v3H8zM8 13h2M11 13h2M14 13h2M8 17h2M11 17h2M14 17h2",
  places: "M12 21c-5-6-7-9-7-12a7 7 0 0 1 14 0c0 3-2 6-7 12zM12 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", opinion: "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5",
};

function picture(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}

function drawNotices() {
  const parts = kiosk.hall?.parts;
  const found = [];
  if (kiosk.hall?.closed) found.push(["wait", "■", "closed", closedWords(kiosk.hall.closed)]);
  if (parts?.printer === false) found.push(["wait", "▲", "kiosk.printer_down"]);
  if (parts?.card_reader === false) found.push(["wait", "▲", "kiosk.reader_down"]);
  if (kiosk.hall && kiosk.hall.central === "offline") found.push(["calm", "●", "kiosk.central_away"]);
  if (kiosk.lost || (kiosk.content && kiosk.content.state === "wrong")) found.push(["wait", "▲", kiosk.lost ? "kiosk.no_answer" : "kiosk.content_wrong"]);
  if (kiosk.content?.pack?.sample) found.push(["calm", "●", "kiosk.sample"]);
  byId("notices").replaceChildren(...found.map(([kind, shape, key, words = say(key)]) =>
    make("p", { class: kind, "data-notice": key }, make("span", { "aria-hidden": "true" }, shape), ` ${words}`)));
}

/** Long texts are turned over by keys; nobody has to know how to scroll. */
function pages() {
  const pane = byId("pane");
  const step = Math.max(1, Math.floor(pane.clientHeight * 0.86));
  const over = pane.scrollHeight - pane.clientHeight;
  const count = over > 8 ? Math.ceil(over / step) + 1 : 1;
  const page = over > 8 ? Math.min(count, Math.round(pane.scrollTop / step) + (pane.scrollTop >= over - 4 ? 2 : 1)) : 1;
  all(".pages")[0].hidden = count === 1;
  byId("page").textContent = say("kiosk.page_of", { page: Math.min(page, count), pages: count });
  byId("up").disabled = pane.scrollTop < 4;
  byId("down").disabled = pane.scrollTop >= over - 4;
}

const turn = (way) => { const pane = byId("pane"); pane.scrollTop += way * Math.floor(pane.clientHeight * 0.86); pages(); };

function mode(id, on) {
  document.body.classList.toggle(id, on);
  byId(id).setAttribute("aria-pressed", String(on));
}

/** Everything that somebody did here is forgotten: the trail, fields, answers on their way, language, type. */
function wipe() {
  forgetPresses();
  begin();
  idle = 0;
  for (const id of ["large", "low"]) mode(id, false);
  byId("human-said").hidden = true;
  speak(firstLanguage, { keep: false });
  arrive();
  fetchContent();
}

async function fetchContent() {
  sinceFresh = 0;
  const found = await fetch("/api/v1/content", { signal: AbortSignal.timeout(8000) }).then((got) => (got.ok ? got.json() : null)).catch(() => null);
  if (found === null) { kiosk.lost = kiosk.content === null; draw(); return; }
  const same = kiosk.content && kiosk.content.mark === found.mark && kiosk.content.day === found.day;
  kiosk.lost = false;
  kiosk.content = found;
  if (!same) draw();
}

async function fetchRota() {
  const found = await fetch("/api/v1/content/rota", { signal: AbortSignal.timeout(5000) }).then((got) => (got.ok ? got.json() : null)).catch(() => null);
  if (found === null) return;
  kiosk.rota = found;
  if (here().name === "people") draw();
}

async function callHuman() {
  const mine = kiosk.session.id;
  humanFor = 20;
  const done = await send("POST", "/api/v1/content/help");
  if (mine !== kiosk.session.id) return;
  byId("human-words").textContent = say(done.ok ? "kiosk.human_called" : "kiosk.human_not");
  byId("human-said").hidden = false;
}

/** Whether there is anything of anybody here; somebody who goes home first has still typed what was typed. */
const changed = () => kiosk.session.used || document.body.matches(".large, .low") || lang() !== firstLanguage;

function second() {
  byId("clock").textContent = clockWords();
  byId("date").textContent = dateWords();
  if (humanFor > 0 && --humanFor === 0) byId("human-said").hidden = true;
  idle += 1;
  sinceFresh += 1;
  if (here().name === "mine" && here().token && idle % 5 === 0) here().look?.();
  const times = document.body.matches(".large") ? 2 : 1;
  if (changed() && idle >= wipeAfter * times) { deafUntil = performance.now() + deafAfterWipe; wipe(); }
  else if (changed() && idle >= warnAfter * times) {
    byId("idle-words").textContent = say("kiosk.idle", { seconds: wipeAfter * times - idle });
    byId("idle").hidden = false;
  } else byId("idle").hidden = true;
  if (!changed() && (sinceFresh >= freshEvery || (kiosk.lost && sinceFresh >= 5))) fetchContent();
}

const awake = () => { idle = 0; byId("idle").hidden = true; };

byId("home").addEventListener("click", () => go("home"));
byId("back").addEventListener("click", back);
byId("up").addEventListener("click", () => turn(-1));
byId("down").addEventListener("click", () => turn(1));
byId("human").addEventListener("click", callHuman);
byId("human-close").addEventListener("click", () => { byId("human-said").hidden = true; });
byId("go-on").addEventListener("click", awake);
byId("end").addEventListener("click", wipe);
byId("language").addEventListener("click", () => speak(lang() === "zh" ? "en" : "zh", { keep: false }));
for (const id of ["large", "low"]) byId(id).addEventListener("click", () => { mode(id, !document.body.classList.contains(id)); draw(); });
byId("pane").addEventListener("scroll", pages);
addEventListener("click", (event) => {
  if (performance.now() < deafUntil) { event.preventDefault(); event.stopPropagation(); }
}, { capture: true });
// the warning goes with the next second, not under the finger
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => { idle = 0; }, { capture: true });
addEventListener("resize", pages);
addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("dragstart", (event) => event.preventDefault());
guardKeys((text) => kiosk.scanned(text));

begin();
onLanguage(draw);
speak(firstLanguage, { keep: false });
fetchContent();
setInterval(second, 1000);
second();

live("/api/v1/stream", "state", (state) => {
  kiosk.hall = state;
  tellTime(state.now);
  if (["take", "guide"].includes(here().name)) draw(); else { drawNotices(); helpAt(kiosk, here()); }
});
