// Setting a second factor up: the picture for an authenticator, its first code, the recovery codes.

import { ask, el, show, words } from "./base.js";
import { go, next } from "./next.js";

const begin = document.getElementById("begin");
const confirm = document.getElementById("confirm");
const problem = document.getElementById("problem");

function tell(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function attempt(form, act) {
  problem.textContent = "";
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    problem.textContent = error.message;
    form.elements.code?.select();
  } finally {
    button.disabled = false;
  }
}

begin.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(begin, async () => {
    const present = begin.elements.code.value.trim();
    const told = await tell("/api/v1/session/second-factor", present ? { code: present } : {});
    const picture = new DOMParser().parseFromString(told.qr_svg, "image/svg+xml").documentElement;
    show("qr", document.importNode(picture, true));
    document.getElementById("typed").textContent = told.secret.match(/.{1,4}/g).join(" ");
    begin.hidden = true;
    confirm.hidden = false;
    confirm.elements.code.focus();
  });
});

confirm.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(confirm, async () => {
    const told = await tell("/api/v1/session/second-factor/confirm", { code: confirm.elements.code.value });
    show("codes", ...told.recovery_codes.map((code) => el("li", {}, code)));
    document.getElementById("head").textContent = words.account.codes_title;
    confirm.hidden = true;
    document.getElementById("kept").hidden = false;
    document.getElementById("go-on").focus();
  });
});

document.getElementById("print").addEventListener("click", () => window.print());
document.getElementById("go-on").addEventListener("click", (event) => {
  event.preventDefault();
  go(next());
});

const standing = await ask("/api/v1/session/second-factor");
document.getElementById("present").hidden = !standing.set_up;
