// The place's screen: who is called where, what each window does, who waits. Runs for days without a person.

import { words } from "./base.js";
import { byId, el, fill, live, say, serviceName } from "./place.js";

let shown = "";

function call(one, fresh) {
  return el("li", { class: `call ${one.state === "CALLED" ? "now" : ""} ${fresh ? "fresh" : ""}` }, el("b", {}, one.number), el("span", { class: "arrow", "aria-hidden": "true" }, "➜"), el("span", {}, fill(say.to_window, one)));
}

function draw(state) {
  const calls = state.calls.filter((one) => one.state === "CALLED").concat(state.calls.filter((one) => one.state !== "CALLED")).slice(0, 4);
  const known = new Set(shown.split(" "));
  const mark = calls.map((one) => `${one.id}-${one.state}`).join(" ");
  if (mark !== shown || !calls.length) {
    byId("call-list").replaceChildren(...(calls.length ? calls.map((one) => call(one, one.state === "CALLED" && !known.has(`${one.id}-CALLED`))) : [el("li", { class: "quiet" }, state.in_use ? say.no_calls : say.not_in_use)]));
    shown = mark;
  }
  byId("windows").replaceChildren(...state.windows.map((one) => el("li", {}, el("span", {}, fill(say.to_window, { window: one.number })),
    el("b", { class: "state", data: { state: one.state } }, one.ticket ?? words.window[one.state]))));
  byId("queues").replaceChildren(...state.services.map((one) => el("li", {}, el("span", {}, serviceName(one.letter)), el("b", {}, String(one.waiting)))));
}

const time = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const tick = () => { byId("clock").textContent = time.format(new Date()); };
tick();
setInterval(tick, 5000);
live(draw);
