// How the ticket machine shows what it knows: cards of the classes, the ticket, and type that fits. Decides nothing.
import { all, anyFree, byId, closedWords, facts, keep, lang, make, nextWords, say, serviceName, waitFacts } from "./hall.js";
import { personName } from "./rota.js";

const leastType = 18; // px

export const cardsAtOnce = () => (document.body.matches(".large") ? 4 : 6);
export const boldly = (words) => words.filter(Boolean).map((part) => make("b", {}, part));
export const waitAt = (hall, item, bound) => waitFacts(item.ahead, item.estimated_wait_s, anyFree(hall, item.letter), bound);
export const hourWords = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

function card(item, choose) {
  const zh = lang() === "zh";
  const button = make("button", { class: "card", "data-service": item.letter },
    make("span", { class: "letter", "aria-hidden": "true" }, item.letter),
    make("span", { class: "name" }, zh ? item.name_zh : item.name_en),
    make("span", { class: "other", lang: zh ? "en" : "zh-CN" }, zh ? item.name_en : item.name_zh),
    make("span", { class: "figures" }));
  button.addEventListener("click", () => choose(item.letter));
  return button;
}

function fillCard(hall, item) {
  const button = byId("cards").querySelector(`[data-service="${item.letter}"]`);
  const windows = item.windows.length ? say("machine.open_windows", { windows: item.windows.join(lang() === "zh" ? "、" : ", ") }) : say("machine.no_windows");
  const [ahead, wait] = waitAt(hall, item, null);
  const facing = item.open
    ? [make("span", { class: "ahead" }, ahead), wait && make("span", { class: "wait" }, wait), make("span", { class: "open" }, windows)]
    : [make("span", { class: "shut" }, `■ ${say(item.stopped ? `stop.${item.stopped}` : "machine.service_closed")}`), item.opens && make("span", { class: "shut" }, nextWords(item))];
  button.querySelector(".figures").replaceChildren(...facing.filter(Boolean));
  button.disabled = !item.open;
}

export function drawCards(hall, first, choose) {
  const shown = hall.services.slice(first, first + cardsAtOnce());
  keep(byId("cards"), shown, (item) => `${item.letter} ${lang()}`, (item) => card(item, choose));
  for (const item of shown) fillCard(hall, item);
  byId("more").hidden = hall.services.length <= cardsAtOnce();
}

export function drawAdvice(hall) {
  const reader = hall.parts.card_reader;
  const plain = hall.services.find((item) => item.letter === facts.plain_card);
  byId("card-hint").textContent = reader === false ? say("machine.reader_down")
    : !reader ? say("machine.no_card")
    : plain?.open ? say("machine.card_hint", { service: serviceName(plain.letter) }) : say("machine.card_hint_choose");
  byId("choice-hint").textContent = reader ? `${say("machine.card_hint_service")} · ${say("machine.card_privacy")}` : say("machine.no_card");
  byId("printer-down").hidden = hall.parts.printer !== false;
  byId("lunch").hidden = hall.lunch_until === null && !hall.closed;
  if (hall.lunch_until !== null) byId("lunch").textContent = `◐ ${say("machine.lunch", { time: hourWords(hall.lunch_until) })}`;
  else if (hall.closed) byId("lunch").textContent = `■ ${closedWords(hall.closed)}`;
  byId("central-away").hidden = hall.central !== "offline";
  byId("help").hidden = hall.central === "offline";
  byId("evacuation").hidden = !hall.evacuating;
}

/** The class that was chosen, and what besides. */
export function drawChoice(hall, chosen, wish) {
  byId("chosen").replaceChildren(make("span", { class: "letter", "aria-hidden": "true" }, chosen.letter), serviceName(chosen.letter));
  byId("chosen-facts").replaceChildren(...boldly(waitAt(hall, chosen, chosen.wait_bound_s)));
  byId("persons-words").textContent = say("machine.persons", { count: wish.persons });
  byId("persons-count").textContent = say("machine.persons_count", { count: wish.persons });
  byId("fewer").disabled = wish.persons <= 1;
  byId("further").disabled = wish.persons >= facts.group_most;
  byId("person-words").textContent = wish.person === null ? say("machine.person_any") : say("machine.person", { person: personName(wish.person) });
  byId("to-person").hidden = !chosen.on_duty.length;
  byId("take").disabled = !chosen.open || byId("take").matches(".busy");
}

export function drawPeople(people, choose) {
  keep(byId("people"), people.slice(0, 12), (name) => `${name} ${personName(name)}`, (name) => {
    const button = make("button", { "data-person": name }, personName(name));
    button.addEventListener("click", () => choose(name));
    return button;
  });
}

export function drawTicket(hall, ticket) {
  const noPaper = ticket.slip === "failed" || hall?.parts.printer === null || (hall?.parts.printer === false && ticket.slip !== "printed");
  byId("ticket-number").textContent = ticket.number;
  byId("ticket-service").textContent = serviceName(ticket.service);
  byId("ticket-facts").replaceChildren(...boldly(waitFacts(ticket.ahead, ticket.wait, ticket.free, ticket.bound)));
  byId("take-slip").hidden = noPaper;
  byId("no-slip").hidden = !noPaper;
  byId("no-slip-words").textContent = say(ticket.token ? "machine.remember" : "machine.remember_only");
  const picture = byId("qr");
  picture.hidden = !(noPaper && ticket.token);
  const source = ticket.token ? `/api/v1/tickets/${ticket.token}/qr.svg` : "";
  if (!picture.hidden && picture.getAttribute("src") !== source) picture.src = source;
  if (picture.hidden) picture.removeAttribute("src");
}

const wideEnough = (element) => element.scrollWidth <= element.clientWidth + 1;
const fits = (element) => wideEnough(element) && element.scrollHeight <= element.clientHeight + 1;

/** Type as large as was wished, or somewhat smaller where a hall's long names would not find room; never below 18 px. */
export function fit(screen) {
  const here = byId(screen);
  const least = leastType / parseFloat(getComputedStyle(document.body).fontSize);
  here.classList.remove("tight");
  for (let size = 1; size > least; size -= 0.04) {
    here.style.fontSize = `${size}em`;
    if ([here, ...all(".card, .grid button, #options button", here)].every(fits) && all(".name", here).every(wideEnough)) return;
  }
  here.style.fontSize = `${least}em`;
  here.classList.add("tight");
}
