// One ticket on its holder's phone: where it stands, give it up, rate the service afterwards.
import { all, anyFree, byId, facts, lang, live, onLanguage, refusalWords, say, send, serviceName, speak, waitFacts } from "./hall.js";

const address = `/api/v1/tickets/${facts.token}`;
let ticket = null;
let hall = null;

function advice() {
  switch (ticket.state) {
    case "WAITING": return waitFacts(ticket.ahead, ticket.estimated_wait_s, anyFree(hall, ticket.service)).filter(Boolean).join(" · ");
    case "CALLED": return say("ticket.come_now", { window: ticket.window });
    case "SERVING": return say("ticket.at_window", { window: ticket.window });
    case "NO_SHOW": return say("ticket.missed");
    case "DONE": return ticket.grade ? say("ticket.rated", { grade: say(`grade.${ticket.grade}`) }) : say("ticket.finished");
    default: return "";
  }
}

function draw() {
  if (!ticket) return;
  byId("number").textContent = ticket.number;
  byId("service").textContent = serviceName(ticket.service);
  byId("state").dataset.state = ticket.state;
  byId("state").textContent = say(`ticket_state.${ticket.state}`);
  byId("advice").textContent = advice();
  byId("give-up").hidden = ticket.state !== "WAITING";
  byId("rate").hidden = !ticket.rateable;
}

function problem(words) {
  byId("problem").textContent = words;
  byId("problem").hidden = !words;
}

async function look() {
  const answer = await send("GET", address);
  if (answer.ok) { ticket = answer.body; draw(); }
  else if (answer.status === 404) { byId("number").textContent = "—"; problem(say("ticket.not_found")); }
}

async function act(method, url, body) {
  const answer = await send(method, url, body);
  problem(answer.ok ? "" : refusalWords(answer, say("common.reconnecting")));
  await look();
}

byId("give-up").addEventListener("click", () => { if (confirm(say("ticket.give_up_sure"))) act("DELETE", address); });
for (const button of all("[data-grade]")) {
  button.addEventListener("click", () => act("POST", "/api/v1/ratings", { token: facts.token, grade: Number(button.dataset.grade) }));
}
onLanguage(draw);
speak(lang(), { keep: false });
let asked = -1;
live("/api/v1/stream", "state", (state) => { hall = state; if (state.seq !== asked) { asked = state.seq; look(); } });
