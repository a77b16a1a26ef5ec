// One's number that was taken from the phone: where it stands, until it is done.

import { byId, el, english, fill, keep, minutes, post, say } from "./visitor.js";
import { words } from "./base.js";

const ENDS = new Set(["DONE", "CANCELLED", "EXPIRED"]);
const frame = byId("number");
const problem = byId("problem");
let code = decodeURIComponent(location.hash.slice(1)) || keep.get("number") || "";
let timer = 0;

function lines(told) {
  if (told.status === "asked") return [el("p", { class: "wait" }, say.asked)];
  if (told.status === "refused") {
    return [el("p", { class: "wait" }, say.refused), el("p", {}, told.refusal ? (english ? told.refusal.en : told.refusal.zh) : say.refused_note)];
  }
  const made = [el("p", { class: "note" }, say.your_number), el("p", { class: "code" }, told.number), el("p", { class: "wait" }, words.ticket[told.state] ?? told.state)];
  if (told.state === "CALLED" || told.state === "SERVING") made.push(el("p", { class: "wait" }, fill(say.go_to, { window: told.window })));
  if (told.state === "WAITING" && told.ahead !== null) made.push(el("p", { class: "wait" }, told.ahead ? fill(say.ahead, { count: told.ahead }) : say.ahead_none));
  if (told.state === "WAITING" && told.ahead && told.wait_s !== null) made.push(el("p", { class: "note" }, fill(say.wait_then, { age: minutes(told.wait_s) })));
  if (told.stale) made.push(el("p", { class: "problem" }, say.stale));
  return [...made, el("p", { class: "note" }, `${say.number_code} ${code}`)];
}

async function look() {
  clearTimeout(timer);
  if (!code) { problem.textContent = say.no_number; return; }
  try {
    const told = await post("/api/v1/public/tickets/find", { code });
    problem.textContent = "";
    frame.hidden = false;
    frame.replaceChildren(...lines(told));
    keep.set("number", code);
    if (told.status === "refused" || ENDS.has(told.state)) return;
    timer = setTimeout(look, told.status === "asked" ? 1000 : 10000);
  } catch (error) {
    problem.textContent = error.message;
    timer = setTimeout(look, 15000);
  }
}

byId("find").addEventListener("submit", (event) => {
  event.preventDefault();
  code = byId("code").value.trim();
  frame.hidden = true;
  look();
});
look();
