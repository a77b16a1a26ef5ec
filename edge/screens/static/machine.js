// The ticket machine: choose a service, say a priority if one wishes, take the number. Wiped after 30 s without a touch.
import { aheadWords, all, byId, clockWords, facts, keep, lang, live, make, onLanguage, refusalWords, say, send, serviceName, speak, tellTime, waitWords } from "./hall.js";

const cardsAtOnce = 6;
const idleAfter = 20; // seconds; then a warning of 10
const warnFor = 10;
const slipShownFor = 12;
const screens = ["home", "choice", "ticket"];

let hall = null;
let first = 0;
let screen = "home";
let service = null;
let ticket = null; // {number, service, ahead, wait, token, slip}
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
  byId("refused").hidden = true;
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
  const facing = item.open
    ? [make("span", { class: "ahead" }, aheadAt(item)), make("span", { class: "wait" }, waitWords(item.estimated_wait_s)), make("span", { class: "open" }, windows)]
    : [make("span", { class: "shut" }, `■ ${say("machine.service_closed")}`)];
  button.querySelector(".figures").replaceChildren(...facing);
  button.disabled = !item.open;
}

/** "No wait" would be untrue while no window is open. */
const aheadAt = (item) => item.windows.length ? aheadWords(item.ahead) : say("common.people_ahead", { count: item.ahead });

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
    byId("refused").textContent = refusalWords(answer, say("machine.no_answer"));
    byId("refused").hidden = false;
    return;
  }
  const given = answer.body;
  show({ number: given.number, service: given.service, ahead: given.ahead, wait: given.estimated_wait_s, token: given.token, slip: null });
}

function show(given) {
  go("ticket");
  ticket = given;
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
  byId("ticket-facts").replaceChildren(make("b", {}, aheadWords(ticket.ahead)), make("b", {}, waitWords(ticket.wait)));
  byId("take-slip").hidden = noPaper;
  byId("no-slip").hidden = !noPaper;
  byId("no-slip-words").textContent = say(ticket.token ? "machine.remember" : "machine.remember_only");
  const picture = byId("qr");
  picture.hidden = !(noPaper && ticket.token);
  const source = ticket.token ? `/api/v1/tickets/${ticket.token}/qr.svg` : "";
  if (!picture.hidden && picture.getAttribute("src") !== source) picture.src = source;
  if (picture.hidden) picture.removeAttribute("src");
}

function draw() {
  byId("clock").textContent = clockWords();
  byId("done-left").textContent = left === null ? "" : `(${left})`;
  if (!hall) return;
  const shown = hall.services.slice(first, first + cardsAtOnce);
  keep(byId("cards"), shown, (item) => `${item.letter} ${lang()}`, card);
  shown.forEach(fillCard);
  byId("more").hidden = hall.services.length <= cardsAtOnce;
  byId("card-hint").textContent = hall.parts.card_reader ? say("machine.card_hint") : say("machine.no_card");
  byId("printer-down").hidden = hall.parts.printer !== false;
  const chosen = hall.services.find((item) => item.letter === service);
  if (chosen) {
    byId("chosen").replaceChildren(make("span", { class: "letter" }, chosen.letter), serviceName(chosen.letter));
    byId("chosen-facts").replaceChildren(make("b", {}, aheadAt(chosen)), make("b", {}, waitWords(chosen.estimated_wait_s)));
    byId("choice-hint").textContent = hall.parts.card_reader ? `${say("machine.card_hint_service")} · ${say("machine.card_privacy")}` : say("machine.no_card");
  }
  drawTicket();
}

function second() {
  byId("clock").textContent = clockWords();
  idle += 1;
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
  });
}
for (const button of all("[data-priority]")) button.addEventListener("click", () => take(button.dataset.priority));
for (const button of all("[data-go]")) button.addEventListener("click", () => { forgetChoice(); go(button.dataset.go); });
byId("take").addEventListener("click", () => take(null));
byId("done").addEventListener("click", reset);
byId("more").addEventListener("click", () => { first = first + cardsAtOnce < hall.services.length ? first + cardsAtOnce : 0; draw(); });
byId("go-on").addEventListener("click", () => { byId("idle").hidden = true; });
addEventListener("pointerdown", () => { idle = 0; }, { capture: true });
addEventListener("keydown", () => { idle = 0; }, { capture: true });
addEventListener("contextmenu", (event) => event.preventDefault());
onLanguage(draw);
setInterval(second, 1000);
speak(lang(), { keep: false });
/** A card that gave no ticket: why, in words, over whatever is shown; the ticket that its holder has already. */
function refuseCard(notice) {
  byId("card-refused-words").textContent = say(`card.${notice.code}`);
  byId("card-refused-number").textContent = notice.number ?? "";
  byId("card-refused").hidden = false;
}

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
  if (!refused) byId("card-refused").hidden = true;
  else if (refused.id !== lastRefusal && before !== null) refuseCard(refused);
  lastRefusal = refused?.id ?? lastRefusal;
  draw();
});
