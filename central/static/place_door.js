// A number by phone: choose a service, take a number, go to its page. The phone itself remembers today's numbers.

import { base, byId, closure, el, facts, fill, live, newKey, say, send, serviceCards, serviceName } from "./place.js";

const memory = `tickets of ${facts.place}`;
let state = null;
let chosen = "";
let key = newKey(); // the same wish keeps its key until somebody answers
let busy = false;

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(memory) ?? "[]").filter((one) => one.day === state?.day);
  } catch {
    return []; // a phone that lets no page remember anything
  }
}

function remember(ticket) {
  try {
    localStorage.setItem(memory, JSON.stringify([...remembered(), { day: state?.day, number: ticket.number, token: ticket.token }].slice(-6)));
  } catch { /* the page of the ticket is open anyway */ }
}

function choose(letter) {
  chosen = letter;
  key = newKey();
  draw();
  byId("take").scrollIntoView({ block: "nearest" });
}

function draw() {
  if (!state) return;
  const focused = document.activeElement?.dataset?.service;
  if (!state.services.some((one) => one.letter === chosen && one.open)) chosen = "";
  byId("services").replaceChildren(...serviceCards(state, choose, chosen));
  if (focused) document.querySelector(`[data-service="${focused}"]`)?.focus();
  byId("taking").hidden = !chosen;
  byId("take").textContent = busy ? say.taking : fill(say.take, { service: serviceName(chosen) });
  byId("closed").textContent = closure(state);
  byId("closed").hidden = !byId("closed").textContent;
  byId("elsewhere").hidden = state.in_use;
  byId("choice").hidden = byId("here").hidden = !state.in_use;
  byId("here").textContent = fill(say.waiting_here, { count: state.waiting });
  const own = remembered();
  byId("yours").hidden = own.length === 0;
  byId("yours-list").replaceChildren(...own.map((one) => el("li", {}, el("a", { class: "button", href: `/p/${facts.place}/t/${one.token}` }, one.number))));
}

async function take() {
  if (busy || !chosen) return;
  busy = true;
  draw();
  const priority = document.querySelector("[name=priority]:checked").value || null;
  const answer = await send("POST", `${base}/tickets`, { service: chosen, priority }, key);
  busy = false;
  byId("problem").hidden = answer.ok;
  byId("problem").textContent = answer.words;
  if (answer.status !== 0) key = newKey();
  if (answer.ok) {
    remember(answer.body);
    location.assign(`/p/${facts.place}/t/${answer.body.token}`);
  } else draw();
}

byId("take").addEventListener("click", take);
byId("priorities").addEventListener("change", (event) => { byId("priority-note").hidden = !event.target.value; key = newKey(); });
live((fresh) => { state = fresh; draw(); });
