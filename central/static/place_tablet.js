// The tablet of a small place: one touch takes a number, and after a service it asks how it was.

import { base, byId, closure, el, facts, fill, live, say, send, serviceCards, serviceName, waitWords } from "./place.js";

const SHOWN_MS = 20_000;
let state = null;
let asked = null; // token and number that the rating asks about
let dismissed = "";
let mode = "door";
let timer = null;
let busy = false;

function draw() {
  for (const id of ["door", "given", "rate"]) byId(id).hidden = id !== mode;
  if (!state) return;
  byId("closed").textContent = closure(state);
  byId("closed").hidden = !byId("closed").textContent;
  byId("services").replaceChildren(...serviceCards(state, take));
}

function go(where, back_ms = 0) {
  mode = where;
  clearTimeout(timer);
  if (back_ms) timer = setTimeout(() => go(asked ? "rate" : "door"), back_ms);
  draw();
}

async function take(letter) {
  if (busy) return;
  busy = true;
  const answer = await send("POST", `${base}/tickets`, { service: letter });
  busy = false;
  byId("problem").hidden = answer.ok;
  byId("problem").textContent = answer.words;
  if (!answer.ok) { setTimeout(() => { byId("problem").hidden = true; }, 8000); return; }
  const { number, token, ahead, estimated_wait_s, wait_bound_s } = answer.body;
  byId("number").textContent = number;
  byId("given-service").textContent = serviceName(letter);
  byId("given-wait").textContent = waitWords(ahead, estimated_wait_s, wait_bound_s);
  byId("given-qr").replaceChildren(el("img", { src: `${base}/tickets/${token}/qr.svg`, alt: say.remember, width: 200, height: 200 }));
  go("given", SHOWN_MS);
}

async function lookAtPad() {
  const answer = await send("GET", `${base}/pads/${facts.window}`);
  if (answer.status === 403) {
    asked = null;
    go("withdrawn");
    byId("problem").textContent = answer.words;
    byId("problem").hidden = false;
    return;
  }
  if (!answer.ok) return;
  asked = answer.body.token && answer.body.token !== dismissed ? answer.body : null;
  if (asked) byId("rate-about").textContent = `${fill(say.to_window, { window: facts.window })} · ${asked.number}`;
  if (asked && mode === "door") go("rate", SHOWN_MS * 3);
  if (!asked && mode === "rate") go("door");
}

async function rate(grade) {
  const { token } = asked;
  const answer = await send("POST", `${base}/ratings`, { token, grade });
  byId("problem").hidden = answer.ok;
  byId("problem").textContent = answer.words;
  if (!answer.ok && answer.status === 0) return;
  dismissed = token;
  asked = null;
  byId("recorded").hidden = !answer.ok;
  setTimeout(() => { byId("recorded").hidden = true; byId("problem").hidden = true; }, 4000);
  go("door");
}

byId("done").addEventListener("click", () => go(asked ? "rate" : "door"));
byId("later").addEventListener("click", () => { dismissed = asked?.token ?? ""; asked = null; go("door"); });
for (const button of document.querySelectorAll("[data-grade]")) button.addEventListener("click", () => asked && rate(Number(button.dataset.grade)));
live((fresh) => { state = fresh; draw(); lookAtPad(); });
