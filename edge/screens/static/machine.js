// The ticket machine: choose a class, say a wish if one has one, take the number. Warned after 60 s, wiped after 90 s;
// in elder mode twice as long, and one thing on each screen.
import { all, anyFree, byId, clockWords, facts, forgetPresses, lang, live, onLanguage, refusalWords, say, send, sendOnce, speak, tellTime } from "./hall.js";
import { cardsAtOnce, drawAdvice, drawCards, drawChoice, drawPeople, drawTicket, fit } from "./machine-draw.js";
import { followRota } from "./rota.js";
import { drawEntry, entryKeys, wipeEntry } from "./machine-entry.js";
import { help, helpWithTicket, hush } from "./spoken.js";

const warnAfter = 60; // seconds
const wipeAfter = 90;
const slipShownFor = 12;
const refusalShownFor = 8;
const answerWithin = 15;
const deafAfterReset = 400; // ms: a touch meant for the screen that was just wiped
const screens = ["home", "choice", "priority", "persons", "person", "check-in", "ticket"];
const ofChoice = ["choice", "priority", "persons", "person"];
const sentences = { home: "choose_service", choice: "take_number", priority: "priority", persons: "persons", person: "person", "check-in": "check_in" };
const noWish = () => ({ persons: 1, person: null });

let hall = null;
let first = 0;
let screen = "home";
let service = null;
let wish = noWish();
let ticket = null; // {number, service, ahead, wait, bound, free, token, slip}
let noTicket = null; // the answer that refused one
let cardRefusal = null; // {code, number, left}
let question = null; // {id, left}: the elder's
let answered = null; // the id of the one before
let idle = 0;
let left = null;
let lastCard = null;
let lastRefusal = null;
let busy = false;
let deafUntil = 0;

const slowly = () => (document.body.matches(".large") ? 2 : 1);

function go(name) {
  screen = name;
  idle = 0;
  left = name === "ticket" ? slipShownFor * slowly() : null;
  for (const other of screens) byId(other).hidden = other !== name;
  byId("idle").hidden = true;
  noTicket = null;
  cardRefusal = null;
  if (name !== "ticket") ticket = null;
  if (!ofChoice.includes(name)) { service = null; wish = noWish(); }
  if (name === "home") first = 0;
  if (name !== "check-in") wipeEntry();
  draw();
}

/** `alone`: by the clock and not by a touch; a finger may be on its way to the screen that is gone. */
function reset({ alone = false } = {}) {
  if (alone) deafUntil = performance.now() + deafAfterReset;
  document.body.classList.remove("large", "low");
  for (const id of ["large", "low"]) byId(id).setAttribute("aria-pressed", "false");
  if (lang() !== facts.language) speak(facts.language, { keep: false });
  if (service !== null) tell(null);
  forgetPresses();
  go("home");
}

/** What a card that follows shall get. */
const tell = (letter) => send("POST", "/api/v1/machine/choice", letter === null ? { service: null } : { service: letter, ...wish });

function choose(letter) {
  go("choice");
  service = letter;
  tell(letter);
  draw();
}

async function take(priority) {
  if (busy || !service) return;
  busy = true;
  byId("take").classList.add("busy");
  byId("take").disabled = true;
  const answer = await sendOnce("POST", "/api/v1/tickets", { service, priority, ...wish });
  busy = false;
  byId("take").classList.remove("busy");
  if (answer.ok) { given(answer.body); return; }
  if (service === null) return; // wiped meanwhile
  go("choice");
  noTicket = answer;
  draw();
}

const given = (body) => show({ number: body.number, service: body.service, ahead: body.ahead, wait: body.estimated_wait_s, bound: body.wait_bound_s, token: body.token, slip: null });

function show(one) {
  go("ticket");
  ticket = { ...one, free: hall !== null && anyFree(hall, one.service) }; // as it was at this moment
  draw();
}

async function watchSlip() {
  if (!ticket?.token || ticket.slip) return;
  const mine = ticket;
  const answer = await fetch(`/api/v1/tickets/${mine.token}`).catch(() => null);
  if (!answer?.ok || ticket !== mine) return;
  mine.slip = (await answer.json()).slip;
  if (mine.slip === "failed") { left = wipeAfter * slowly(); draw(); }
}

/** A card that gave no ticket: why, in words, and the ticket that its holder has already. Stands where no key is. */
function drawCardRefusal() {
  byId("card-refused").hidden = cardRefusal === null;
  if (cardRefusal === null) return;
  byId("card-refused-words").textContent = say(`card.${cardRefusal.code}` in facts.words.zh ? `card.${cardRefusal.code}` : "card.OTHER");
  byId("card-refused-number").textContent = cardRefusal.number ?? "";
}

function drawQuestion() {
  byId("elder").hidden = question === null;
  if (question) byId("elder-left").textContent = say("machine.elder_left", { seconds: question.left });
}

/** What elder mode says here. Nothing while people have to leave. */
function tellHelp() {
  if (hall?.evacuating) help(null);
  else if (question) help("elder");
  else if (screen !== "ticket") help(sentences[screen]);
  else if (ticket) helpWithTicket(ticket.number);
}

function draw() {
  byId("clock").textContent = clockWords();
  drawCardRefusal();
  drawQuestion();
  drawEntry();
  tellHelp();
  byId("refused").hidden = noTicket === null;
  if (noTicket !== null) byId("refused").textContent = refusalWords(noTicket, say("machine.no_answer"));
  byId("done-left").textContent = left === null ? "" : `(${left})`;
  if (!hall) return;
  drawCards(hall, first, choose);
  drawAdvice(hall);
  const chosen = hall.services.find((item) => item.letter === service);
  if (chosen) {
    if (wish.person !== null && !chosen.on_duty.includes(wish.person)) wish.person = null;
    drawChoice(hall, chosen, wish);
    drawPeople(chosen.on_duty, (name) => { wish.person = name; back(); });
  }
  if (ticket) drawTicket(hall, ticket);
  fit(screen);
}

/** From a wish back to its class. */
function back() {
  tell(service);
  go("choice");
}

function forgetRefusal() {
  if (cardRefusal === null) return;
  cardRefusal = null;
  drawCardRefusal();
}

/** Somebody is there, whose card gave nothing: the machine is not left alone. */
function refuseCard(notice) {
  cardRefusal = { ...notice, left: refusalShownFor };
  idle = 0;
  byId("idle").hidden = true;
}

function second() {
  byId("clock").textContent = clockWords();
  idle += 1;
  if (cardRefusal !== null && --cardRefusal.left <= 0) forgetRefusal();
  if (question && question.left > 0) { question.left -= 1; drawQuestion(); }
  watchSlip();
  if (screen === "ticket" && left !== null) {
    left -= 1;
    byId("done-left").textContent = `(${left})`;
    if (left <= 0) reset({ alone: true });
    return;
  }
  if (service !== null && idle % 10 === 9) tell(service); // the controller forgets it after 20 s
  const begun = screen !== "home" || document.body.matches(".large, .low") || lang() !== facts.language || first > 0;
  if (!begun) return;
  if (idle >= wipeAfter * slowly()) reset({ alone: true });
  else if (idle >= warnAfter * slowly()) {
    byId("idle-words").textContent = say("machine.idle_warning", { seconds: wipeAfter * slowly() - idle });
    byId("idle").hidden = false;
  }
}

async function answerElder(wants) {
  const asked = question;
  question = null;
  answered = asked?.id ?? answered;
  drawQuestion();
  hush();
  if (asked) await send("POST", "/api/v1/machine/elder", { id: asked.id, wants });
}

for (const id of ["large", "low"]) {
  byId(id).addEventListener("click", () => {
    const on = document.body.classList.toggle(id);
    byId(id).setAttribute("aria-pressed", String(on));
    if (screen === "ticket") left = slipShownFor * slowly();
    first = 0;
    draw();
  });
}
for (const button of all("[data-priority]")) button.addEventListener("click", () => take(button.dataset.priority));
for (const button of all("[data-wished]")) button.addEventListener("click", () => take(button.dataset.wished || null));
for (const button of all("[data-go]")) {
  button.addEventListener("click", () => {
    if (button.dataset.go === "choice") { back(); return; }
    if (button.dataset.go === "home" && service !== null) tell(null);
    go(button.dataset.go);
  });
}
const count = (more) => () => { wish.persons = Math.min(Math.max(wish.persons + more, 1), facts.group_most); draw(); };
byId("fewer").addEventListener("click", count(-1));
byId("further").addEventListener("click", count(1));
byId("anybody").addEventListener("click", () => { wish.person = null; back(); });
byId("to-check-in").addEventListener("click", () => go("check-in"));
byId("take").addEventListener("click", () => take(null));
byId("done").addEventListener("click", () => reset());
byId("more").addEventListener("click", () => { first = first + cardsAtOnce() < hall.services.length ? first + cardsAtOnce() : 0; draw(); });
byId("go-on").addEventListener("click", () => { byId("idle").hidden = true; });
byId("elder-yes").addEventListener("click", () => answerElder(true));
byId("elder-no").addEventListener("click", () => answerElder(false));
entryKeys(given, () => screen === "check-in");
addEventListener("click", (event) => {
  if (performance.now() < deafUntil) { event.preventDefault(); event.stopPropagation(); }
}, { capture: true });
for (const touch of ["pointerdown", "keydown"]) {
  addEventListener(touch, (event) => {
    idle = 0;
    if (!event.target.closest?.("#card-refused")) forgetRefusal();
  }, { capture: true });
}
byId("card-refused").addEventListener("click", forgetRefusal);
addEventListener("resize", () => fit(screen));
addEventListener("contextmenu", (event) => event.preventDefault());
onLanguage(() => { cardRefusal = null; draw(); });
setInterval(second, 1000);
speak(lang(), { keep: false });

live("/api/v1/machine/stream", "state", (state) => {
  const before = hall;
  hall = state;
  tellTime(state.now);
  followRota(state, draw);
  if (state.evacuating && !before?.evacuating) reset({ alone: true });
  const tapped = state.card_ticket;
  if (tapped && tapped.number !== lastCard) {
    lastCard = tapped.number;
    if (before !== null || screen === "choice") show({ number: tapped.number, service: tapped.service, ahead: tapped.ahead, wait: tapped.estimated_wait_s, bound: tapped.wait_bound_s, token: null, slip: tapped.slip });
  } else if (!tapped) lastCard = null;
  else if (ticket && !ticket.token && tapped.number === ticket.number) ticket.slip = tapped.slip ?? ticket.slip;
  if (!state.question || state.question.id === answered) question = null;
  else if (state.question.id !== question?.id) { question = { id: state.question.id, left: answerWithin }; idle = 0; byId("idle").hidden = true; }
  const refused = state.card_notice;
  if (!refused) cardRefusal = null;
  else if (refused.id !== lastRefusal && before !== null) refuseCard(refused);
  lastRefusal = refused?.id ?? lastRefusal;
  draw();
});
