// One ticket on its holder's phone: where it stands, where to go when called, give it up, rate the service afterwards.

import { words } from "./base.js";
import { base, byId, facts, fill, live, say, send, serviceName, waitWords } from "./place.js";

const address = `${base}/tickets/${facts.token}`;
const all = (selector) => [...document.querySelectorAll(selector)];
let ticket = null;
let changing = false;
let explaining = 0; // the bad grade whose reasons are asked
let felt = "";
let inUse = true;

function advice() {
  switch (ticket.state) {
    case "WAITING": return [waitWords(ticket.ahead, ticket.estimated_wait_s, ticket.wait_bound_s), say.stay];
    case "CALLED": return [fill(say.come_now, ticket), ticket.calls > 1 ? `${fill(say.called_again, ticket)} ${say.come_soon}` : say.come_soon];
    case "SERVING": return [fill(say.at_window, ticket), ""];
    case "HELD": return [say.held, ""];
    case "NO_SHOW": return [ticket.restorable ? say.missed : say.missed_twice, ""];
    case "DONE": return [ticket.grade ? fill(say.rated, { grade: words.grade[ticket.grade] }) : say.finished, ""];
    case "CANCELLED": return inUse ? [say.cancelled, ""] : [say.not_in_use, say.not_in_use_ticket];
    default: return [say.over, ""];
  }
}

function draw() {
  if (!ticket) return;
  const [first, more] = advice();
  document.body.dataset.state = ticket.state;
  byId("number").textContent = ticket.number;
  byId("service").textContent = serviceName(ticket.service);
  byId("state").textContent = words.ticket[ticket.state];
  if (byId("advice").textContent !== first) byId("advice").textContent = first;
  byId("more").textContent = more;
  byId("give-up").hidden = ticket.state !== "WAITING" || !byId("sure").hidden;
  if (ticket.state !== "WAITING") byId("sure").hidden = true;
  byId("rate").hidden = !(ticket.rateable || changing) || explaining > 0;
  for (const button of all("[data-grade]")) button.setAttribute("aria-pressed", String(Number(button.dataset.grade) === ticket.grade));
  byId("reasons").hidden = explaining === 0;
  byId("recorded").hidden = explaining === 0;
  if (explaining) byId("recorded").textContent = fill(say.recorded, { grade: words.grade[explaining] });
  byId("change").hidden = !ticket.changeable || changing || explaining > 0;
  byId("elsewhere").hidden = inUse;
  byId("again").hidden = !inUse || !["DONE", "CANCELLED", "EXPIRED", "NO_SHOW"].includes(ticket.state);
  document.title = `${ticket.state === "CALLED" ? `▶ ${first} · ` : ""}${ticket.number}`;
  const call = ticket.state === "CALLED" ? `${ticket.window} ${ticket.calls}` : "";
  if (call && call !== felt) navigator.vibrate?.([400, 200, 400]);
  felt = call;
}

function problem(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = !text;
}

async function look() {
  const answer = await send("GET", address);
  if (answer.ok) ticket = answer.body;
  else if (answer.status === 404) {
    ticket = null;
    byId("number").textContent = "—";
    for (const id of ["service", "state", "advice", "more"]) byId(id).textContent = "";
    for (const id of ["give-up", "sure", "rate", "reasons", "change", "recorded"]) byId(id).hidden = true;
    byId("again").hidden = false;
    delete document.body.dataset.state;
    problem(say.not_found);
  }
  draw();
}

async function act(method, path, body) {
  const answer = await send(method, path, body);
  problem(answer.words);
  await look();
  return answer.ok;
}

async function rate(grade) {
  const change = changing;
  changing = false;
  if (change && grade === ticket.grade) { draw(); return; }
  if (await act("POST", `${base}/ratings`, { token: facts.token, grade, change }) && grade <= 2) explaining = grade;
  draw();
}

async function explain() {
  const reasons = all("[data-reason][aria-pressed=true]").map((button) => button.dataset.reason);
  const text = byId("text").value.trim();
  const ok = !(reasons.length || text) || await act("POST", `${base}/ratings`, { token: facts.token, grade: explaining, reasons, text, change: true });
  if (ok) explaining = 0;
  draw();
}

byId("give-up").addEventListener("click", () => { byId("sure").hidden = false; draw(); byId("sure-no").focus(); });
byId("sure-no").addEventListener("click", () => { byId("sure").hidden = true; draw(); byId("give-up").focus(); });
byId("sure-yes").addEventListener("click", () => { byId("sure").hidden = true; act("DELETE", address); });
byId("change").addEventListener("click", () => { changing = true; draw(); });
byId("send").addEventListener("click", explain);
byId("no-more").addEventListener("click", () => { explaining = 0; draw(); });
for (const button of all("[data-grade]")) button.addEventListener("click", () => rate(Number(button.dataset.grade)));
for (const button of all("[data-reason]")) button.addEventListener("click", () => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")));
live((state) => { inUse = state.in_use; look(); });
