// One dialog for every move of a form: what it means, the words it needs, and what is said where it does not go.

import { fill, words } from "./base.js";
import { Refused, call, newKey, tellFault } from "./manage.js";
import { apiOf, facts, listed, say } from "./report_words.js";

const NEEDS_TEXT = ["REOPEN", "RECALL", "RETURN"];
const dialog = document.getElementById("ask");
const form = dialog.querySelector("form");
const button = form.querySelector("[type=submit]");
const problem = form.querySelector(".problem");
let doing = null;
let key = newKey();

dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
form.addEventListener("input", () => { key = newKey(); });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearFaults();
  button.disabled = true;
  try {
    await doing(form.elements, key);
    if (dialog.open) dialog.close();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    key = newKey();
    if (refused.field && ["text", "reason", "fields"].includes(refused.field)) tellFault(form, refused.field, refused.message);
    else problem.textContent = refused.message;
  } finally {
    button.disabled = false;
  }
});

function clearFaults() {
  problem.textContent = "";
  for (const fault of form.querySelectorAll(".fault")) fault.textContent = "";
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

export function ask({ title, text, send, needs = [], codes = [], danger = false }, act) {
  // needs: of "text", "reason", "fields"; codes: fields that are offered to name
  form.reset();
  clearFaults();
  document.getElementById("ask-title").textContent = title;
  document.getElementById("ask-text").textContent = text;
  for (const [name, place] of [["text", "ask-said-field"], ["reason", "ask-reason-field"], ["fields", "ask-fields-field"]]) {
    document.getElementById(place).hidden = !needs.includes(name);
  }
  form.elements.fields.value = codes.join(" ");
  button.textContent = send;
  button.classList.toggle("danger", danger);
  doing = act;
  key = newKey();
  dialog.showModal();
  (needs.length ? form.elements[needs.includes("reason") ? "reason" : "text"] : document.getElementById("ask-title")).focus();
}

function body(move, step, elements) {
  const told = { move, step };
  if (NEEDS_TEXT.includes(move)) told.text = elements.text.value.trim();
  if (move === "RETURN") {
    if (elements.reason.value) told.reason = elements.reason.value;
    told.fields = elements.fields.value.toUpperCase().split(/[\s,，、;；]+/).filter(Boolean);
  }
  return told;
}

function whoElse(move, now) {
  const part = { CHECK: "REVIEWER", SIGN: "SIGNER" }[move];
  const had = [now.preparer, now.reviewer, now.signer].filter(Boolean);
  const others = (part ? facts.people[part] : []).filter((one) => !had.includes(one));
  return fill(say.three_people, {
    preparer: now.preparer || say.nobody, reviewer: now.reviewer || say.nobody, signer: now.signer || say.nobody,
    others: others.length ? listed(others) : say.nobody,
  });
}

export function askMove(move, { unit, period, step, codes = [], current = null, title = null }, done, renew) {
  // `renew` loads the form again and gives what it is now: {step, moves, preparer, …}; typed words stay
  let seen = step;
  const needs = move === "RETURN" ? ["reason", "text", "fields"] : NEEDS_TEXT.includes(move) ? ["text"] : [];
  const wish = {
    title: title ?? words.report_move[move], text: words.report_ask[move], send: words.report_move[move], needs, codes,
    danger: move === "RETURN",
  };
  ask(wish, async (elements, used) => {
    try {
      const told = body(move, seen, elements);
      await call("POST", `${apiOf(unit, period)}/moves`, told, used);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (refused.code === "REPORT_MOVED_ON") {
        const now = await renew();
        seen = now.step;
        const still = !now.moves || now.moves.includes(move);
        button.hidden = !still;
        throw new Refused(refused.code, null, still ? say.moved_on : fill(say.moved_away, { move: words.report_move[move] }));
      }
      if (refused.code === "REPORT_SAME_PERSON" && current) {
        throw new Refused(refused.code, null, `${refused.message} ${whoElse(move, current())}`);
      }
      if (await done(refused)) { dialog.close(); return; }
      throw refused;
    }
    dialog.close();
    await done(null);
  });
  button.hidden = false;
}
