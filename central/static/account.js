// One's own account: the second factor, and where one is signed in.

import { ask, age, chip, clockTime, el, fill, show, words } from "./base.js";

const own = words.account;
const name = document.getElementById("mine").dataset.name;
const problem = document.getElementById("problem");

function row(session) {
  const end = el("button", { type: "button", class: "plain", "aria-label": fill(own.end_this, session) }, own.end);
  end.addEventListener("click", async () => {
    try {
      await ask(`/api/v1/accounts/${name}/sessions/${session.id}`, { method: "DELETE" });
      await load();
    } catch (error) {
      problem.textContent = error.message;
    }
  });
  const last = session.this_one ? chip("open", own.this_one) : end;
  const made = el("td", {}, new Date(session.made_at).toLocaleDateString("zh-CN", { timeZone: "Asia/Shanghai" }), " ");
  made.append(clockTime(session.made_at));
  return el("tr", {}, el("td", {}, session.source), made, el("td", {}, age(session.seen_at, { ago: true })), el("td", { class: "n" }, last));
}

async function load() {
  const told = await ask(`/api/v1/accounts/${name}/sessions`);
  show("sessions", ...told.items.map(row));
}

async function standing() {
  const told = await ask("/api/v1/session/second-factor");
  const state = told.set_up ? chip("open", own.factor_on) : chip(told.asked ? "fault" : "quiet", own.factor_off);
  const left = told.set_up ? el("small", {}, ` ${fill(own.codes_left, { left: told.recovery_codes_left })}`) : null;
  show("factor", ...[state, left].filter(Boolean));
  if (told.set_up) document.getElementById("factor-link").textContent = own.renew_factor;
}

await Promise.all([load(), standing()]);
