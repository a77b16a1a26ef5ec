// One ticket on its holder's phone: where it stands, where to go when called, give it up, rate the service afterwards.
import { all, anyFree, byId, closedWords, facts, lang, live, nextWords, onLanguage, refusalWords, say, send, sendOnce, serviceName, speak, waitFacts } from "./hall.js";

const address = `/api/v1/tickets/${facts.token}`;
const lookAgain = 15_000; // ms, while the live line is away
let ticket = null;
let hall = null;
let problem = null; // gives the words of what went wrong
let explaining = 0; // the bad grade whose reasons are asked
let changing = false;
let asked = -1;
let called = "";

const place = () => (ticket.room === null ? say("ticket.come_now", { window: ticket.window }) : say("ticket.come_room", { room: ticket.room }));
const minutes = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** What to do now, and beside it what else there is to know. */
function advice() {
  switch (ticket.state) {
    case "WAITING": return [waitFacts(ticket.ahead, ticket.estimated_wait_s, hall !== null && anyFree(hall, ticket.service), ticket.wait_bound_s).filter(Boolean).join(lang() === "zh" ? " · " : " · "), say("ticket.stay")];
    case "CALLED": return [place(), ticket.calls > 1 ? say("ticket.called_again", { calls: ticket.calls }) : say("ticket.come_soon")];
    case "SERVING": return [ticket.room === null ? say("ticket.at_window", { window: ticket.window }) : say("ticket.in_room", { room: ticket.room }), ""];
    case "HELD": return [say("ticket.held"), say("ticket.held_note")];
    case "NO_SHOW": return ticket.restorable ? [say("ticket.missed"), say("ticket.restore_note")] : [say("ticket.missed_twice"), ""];
    case "DONE": return [ticket.grade ? say("ticket.rated", { grade: say(`grade.${ticket.grade}`) }) : say("ticket.finished"), ""];
    case "CANCELLED": return [say("ticket.given_up"), ""];
    case "EXPIRED": return [say("ticket.over"), nextWords(hall?.services.find((one) => one.letter === ticket.service))];
    default: return ["", ""];
  }
}

function drawRating() {
  const open = ticket.rateable || changing;
  byId("rate").hidden = !open || explaining > 0;
  byId("rate-title").textContent = say(changing ? "ticket.change_title" : "pad.question");
  for (const button of all("[data-grade]")) button.setAttribute("aria-pressed", String(Number(button.dataset.grade) === ticket.grade));
  byId("reasons").hidden = explaining === 0;
  byId("change").hidden = !ticket.changeable || changing || explaining > 0;
  byId("recorded").hidden = explaining === 0;
  if (explaining) byId("recorded").textContent = `✓ ${say("pad.recorded", { grade: say(`grade.${explaining}`) })}`;
}

function draw() {
  byId("problem").textContent = problem?.() ?? "";
  byId("problem").hidden = problem === null;
  byId("evacuation").hidden = !hall?.evacuating;
  if (!ticket) return;
  const [first, more] = advice();
  document.body.dataset.state = ticket.state;
  byId("number").textContent = ticket.number;
  byId("service").textContent = serviceName(ticket.service);
  byId("state").dataset.state = ticket.state;
  byId("state").textContent = say(`ticket_state.${ticket.state}`);
  if (byId("advice").textContent !== first) byId("advice").textContent = first;
  byId("more").textContent = more;
  byId("more").hidden = !more;
  byId("give-up").hidden = ticket.state !== "WAITING" || !byId("sure").hidden;
  if (ticket.state !== "WAITING") byId("sure").hidden = true;
  byId("lunch").hidden = !(hall?.lunch_until && ticket.state === "WAITING");
  if (hall?.lunch_until) byId("lunch").textContent = `◐ ${say("ticket.lunch", { time: minutes(hall.lunch_until) })}`;
  document.title = `${ticket.state === "CALLED" ? `▶ ${first}` : say("ticket.title")} · ${ticket.number}`;
  drawRating();
}

/** A call is felt too, where the phone can do that. */
function feel() {
  const now = ticket?.state === "CALLED" ? `${ticket.window} ${ticket.calls}` : "";
  if (now && now !== called) navigator.vibrate?.([400, 200, 400]);
  called = now;
}

async function look() {
  const answer = await send("GET", address);
  if (answer.ok) { ticket = answer.body; feel(); }
  else if (answer.status === 404) {
    ticket = null;
    byId("number").textContent = "—";
    for (const id of ["service", "state", "advice", "more"]) byId(id).textContent = "";
    for (const id of ["give-up", "sure", "rate", "reasons", "change", "recorded", "lunch"]) byId(id).hidden = true;
    delete document.body.dataset.state;
    problem = () => [say("ticket.not_found"), closedWords(hall?.closed)].filter(Boolean).join(lang() === "zh" ? "。" : ". ");
  }
  draw();
}

async function act(method, url, body) {
  const answer = await sendOnce(method, url, body);
  problem = answer.ok ? null : () => refusalWords(answer, say("common.reconnecting"));
  await look();
  return answer.ok;
}

async function rate(grade) {
  const change = changing;
  if (change && grade === ticket.grade) { changing = false; draw(); return; }
  const ok = await act("POST", "/api/v1/ratings", { token: facts.token, grade, change });
  changing = false;
  if (ok && grade <= 2) {
    explaining = grade;
    for (const button of all("[data-reason]")) button.setAttribute("aria-pressed", "false");
    byId("text").value = "";
  }
  draw();
}

async function explain() {
  const reasons = all("[data-reason][aria-pressed=true]").map((button) => button.dataset.reason);
  const text = byId("text").value.trim();
  if (reasons.length || text) {
    const ok = await act("POST", "/api/v1/ratings", { token: facts.token, grade: explaining, reasons, text, change: true });
    if (!ok) return;
  }
  explaining = 0;
  draw();
}

const ask = (sure) => { byId("sure").hidden = !sure; draw(); byId(sure ? "sure-no" : "give-up").focus(); };
byId("give-up").addEventListener("click", () => ask(true));
byId("sure-no").addEventListener("click", () => ask(false));
byId("sure-yes").addEventListener("click", () => { byId("sure").hidden = true; act("DELETE", address); });
byId("change").addEventListener("click", () => { changing = true; draw(); });
byId("send").addEventListener("click", explain);
byId("no-more").addEventListener("click", () => { explaining = 0; draw(); });
for (const button of all("[data-grade]")) button.addEventListener("click", () => rate(Number(button.dataset.grade)));
for (const button of all("[data-reason]")) {
  button.addEventListener("click", () => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")));
}
onLanguage(draw);
speak(lang(), { keep: false });
setInterval(() => { if (document.body.matches(".offline")) look(); }, lookAgain);
live("/api/v1/stream", "state", (state) => {
  hall = state;
  if (state.seq !== asked) { asked = state.seq; look(); } else draw();
});
