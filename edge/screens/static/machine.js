// The ticket machine: choose a service, say a priority if one wishes, take the number. Wiped after 30 s without a touch.
import { all, anyFree, byId, clockWords, facts, keep, lang, live, make, onLanguage, refusalWords, say, send, serviceName, speak, tellTime, waitFacts } from "./hall.js";

const cardsAtOnce = 6;
const idleAfter = 20; // seconds; then a warning of 10
const warnFor = 10;
const slipShownFor = 12;
const refusalShownFor = 8;
const leastType = 18; // px
const screens = ["home", "choice", "ticket"];

let hall = null;
let first = 0;
let screen = "home";
let service = null;
let ticket = null; // {number, service, ahead, wait, free, token, slip}
let noTicket = null; // the answer that refused one
let cardRefusal = null; // {code, number, left}
let idle = 0;
let left = null;
let lastCard = null;
let lastRefusal = null;
let busy = false;

function go(name) {
  screen = name;
  idle = 0;
  left = name === "ticket" ? slipShownFor : null;
  for (const other of screens) byId(other).hidden = other !== name;
  byId("idle").hidden = true;
  noTicket = null;
  cardRefusal = null;
  if (name !== "ticket") ticket = null;
  if (name === "home") { service = null; first = 0; }
  draw();
}

function reset() {
  document.body.classList.remove("large", "low");
  for (const id of ["large", "low"]) byId(id).setAttribute("aria-pressed", "false");
  if (lang() !== facts.language) speak(facts.language, { keep: false });
  if (screen !== "home") forgetChoice();
  go("home");
}

const forgetChoice = () => send("POST", "/api/v1/machine/choice", { service: null });

function card(item) {
  const zh = lang() === "zh";
  const button = make("button", { class: "card", "data-service": item.letter },
    make("span", { class: "letter", "aria-hidden": "true" }, item.letter),
    make("span", { class: "name" }, zh ? item.name_zh : item.name_en),
    make("span", { class: "other", lang: zh ? "en" : "zh" }, zh ? item.name_en : item.name_zh),
    make("span", { class: "figures" }));
  button.addEventListener("click", () => choose(item.letter));
  return button;
}

function fillCard(item) {
  const button = byId("cards").querySelector(`[data-service="${item.letter}"]`);
  const windows = item.windows.length ? say("machine.open_windows", { windows: item.windows.join(lang() === "zh" ? "、" : ", ") }) : say("machine.no_windows");
  const [ahead, wait] = waitAt(item);
  const facing = item.open
    ? [make("span", { class: "ahead" }, ahead), wait && make("span", { class: "wait" }, wait), make("span", { class: "open" }, windows)]
    : [make("span", { class: "shut" }, `■ ${say("machine.service_closed")}`)];
  button.querySelector(".figures").replaceChildren(...facing.filter(Boolean));
  button.disabled = !item.open;
}

const waitAt = (item) => waitFacts(item.ahead, item.estimated_wait_s, anyFree(hall, item.letter));
const boldly = (words) => words.filter(Boolean).map((part) => make("b", {}, part));

function choose(letter) {
  service = letter;
  send("POST", "/api/v1/machine/choice", { service: letter });
  go("choice");
}

async function take(priority) {
  if (busy || !service) return;
  busy = true;
  byId("take").disabled = true;
  const answer = await send("POST", "/api/v1/tickets", { service, priority });
  busy = false;
  byId("take").disabled = false;
  if (!answer.ok) {
    noTicket = answer;
    draw();
    return;
  }
  const given = answer.body;
  show({ number: given.number, service: given.service, ahead: given.ahead, wait: given.estimated_wait_s, token: given.token, slip: null });
}

function show(given) {
  go("ticket");
  ticket = { ...given, free: hall !== null && anyFree(hall, given.service) }; // as it was at this moment
  draw();
}

async function watchSlip() {
  if (!ticket?.token || ticket.slip) return;
  const mine = ticket;
  const answer = await fetch(`/api/v1/tickets/${mine.token}`).catch(() => null);
  if (!answer?.ok || ticket !== mine) return;
  mine.slip = (await answer.json()).slip;
  if (mine.slip === "failed") { left = idleAfter + warnFor; draw(); }
}

function drawTicket() {
  if (!ticket) return;
  const noPaper = ticket.slip === "failed" || hall?.parts.printer === null || (hall?.parts.printer === false && ticket.slip !== "printed");
  byId("ticket-number").textContent = ticket.number;
  byId("ticket-service").textContent = serviceName(ticket.service);
  byId("ticket-facts").replaceChildren(...boldly(waitFacts(ticket.ahead, ticket.wait, ticket.free)));
  byId("take-slip").hidden = noPaper;
  byId("no-slip").hidden = !noPaper;
  byId("no-slip-words").textContent = say(ticket.token ? "machine.remember" : "machine.remember_only");
  const picture = byId("qr");
  picture.hidden = !(noPaper && ticket.token);
  const source = ticket.token ? `/api/v1/tickets/${ticket.token}/qr.svg` : "";
  if (!picture.hidden && picture.getAttribute("src") !== source) picture.src = source;
  if (picture.hidden) picture.removeAttribute("src");
}

/** A card that gave no ticket: why, in words, and the ticket that its holder has already. Stands where no key is. */
function drawCardRefusal() {
  byId("card-refused").hidden = cardRefusal === null;
  if (cardRefusal === null) return;
  byId("card-refused-words").textContent = say(`card.${cardRefusal.code}`);
  byId("card-refused-number").textContent = cardRefusal.number ?? "";
}

function cardHint() {
  if (!hall.parts.card_reader) return say("machine.no_card");
  const plain = hall.services.find((item) => item.letter === facts.plain_card);
  return plain?.open ? say("machine.card_hint", { service: serviceName(plain.letter) }) : say("machine.card_hint_choose");
}

function draw() {
  byId("clock").textContent = clockWords();
  drawCardRefusal();
  byId("refused").hidden = noTicket === null;
  if (noTicket !== null) byId("refused").textContent = refusalWords(noTicket, say("machine.no_answer"));
  byId("done-left").textContent = left === null ? "" : `(${left})`;
  if (!hall) return;
  const shown = hall.services.slice(first, first + cardsAtOnce);
  keep(byId("cards"), shown, (item) => `${item.letter} ${lang()}`, card);
  shown.forEach(fillCard);
  byId("more").hidden = hall.services.length <= cardsAtOnce;
  byId("card-hint").textContent = cardHint();
  byId("printer-down").hidden = hall.parts.printer !== false;
  const chosen = hall.services.find((item) => item.letter === service);
  if (chosen) {
    byId("chosen").replaceChildren(make("span", { class: "letter" }, chosen.letter), serviceName(chosen.letter));
    byId("chosen-facts").replaceChildren(...boldly(waitAt(chosen)));
    byId("choice-hint").textContent = hall.parts.card_reader ? `${say("machine.card_hint_service")} · ${say("machine.card_privacy")}` : say("machine.no_card");
  }
  drawTicket();
  fit();
}

const wideEnough = (element) => element.scrollWidth <= element.clientWidth + 1;
const fits = (element) => wideEnough(element) && element.scrollHeight <= element.clientHeight + 1;

/** Type as large as was wished, or somewhat smaller where a hall's long names would not find room; never below 18 px. */
function fit() {
  const here = byId(screen);
  const least = leastType / parseFloat(getComputedStyle(document.body).fontSize);
  here.classList.remove("tight");
  for (let size = 1; size > least; size -= 0.04) {
    here.style.fontSize = `${size}em`;
    if ([here, ...all(".card", here)].every(fits) && all(".name", here).every(wideEnough)) return;
  }
  here.style.fontSize = `${least}em`;
  here.classList.add("tight");
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
  watchSlip();
  if (screen === "ticket" && left !== null) {
    left -= 1;
    byId("done-left").textContent = `(${left})`;
    if (left <= 0) reset();
    return;
  }
  const changed = screen !== "home" || document.body.matches(".large, .low") || lang() !== facts.language || first > 0;
  if (!changed) return;
  if (idle >= idleAfter + warnFor) reset();
  else if (idle >= idleAfter && screen !== "home") {
    byId("idle-words").textContent = say("machine.idle_warning", { seconds: idleAfter + warnFor - idle });
    byId("idle").hidden = false;
  }
}

for (const id of ["large", "low"]) {
  byId(id).addEventListener("click", () => {
    const on = document.body.classList.toggle(id);
    byId(id).setAttribute("aria-pressed", String(on));
    fit();
  });
}
for (const button of all("[data-priority]")) button.addEventListener("click", () => take(button.dataset.priority));
for (const button of all("[data-go]")) button.addEventListener("click", () => { forgetChoice(); go(button.dataset.go); });
byId("take").addEventListener("click", () => take(null));
byId("done").addEventListener("click", reset);
byId("more").addEventListener("click", () => { first = first + cardsAtOnce < hall.services.length ? first + cardsAtOnce : 0; draw(); });
byId("go-on").addEventListener("click", () => { byId("idle").hidden = true; });
for (const touch of ["pointerdown", "keydown"]) {
  addEventListener(touch, (event) => {
    idle = 0;
    if (!event.target.closest?.("#card-refused")) forgetRefusal();
  }, { capture: true });
}
byId("card-refused").addEventListener("click", forgetRefusal);
addEventListener("resize", fit);
addEventListener("contextmenu", (event) => event.preventDefault());
onLanguage(() => { cardRefusal = null; draw(); });
setInterval(second, 1000);
speak(lang(), { keep: false });

live("/api/v1/stream", "state", (state) => {
  const before = hall;
  hall = state;
  tellTime(state.now);
  const tapped = state.card_ticket;
  if (tapped && tapped.number !== lastCard) {
    lastCard = tapped.number;
    if (before !== null || screen === "choice") show({ number: tapped.number, service: tapped.service, ahead: tapped.ahead, wait: tapped.estimated_wait_s, token: null, slip: tapped.slip });
  } else if (!tapped) lastCard = null;
  else if (ticket && !ticket.token && tapped.number === ticket.number) ticket.slip = tapped.slip ?? ticket.slip;
  const refused = state.card_notice;
  if (!refused) cardRefusal = null;
  else if (refused.id !== lastRefusal && before !== null) refuseCard(refused);
  lastRefusal = refused?.id ?? lastRefusal;
  draw();
});
