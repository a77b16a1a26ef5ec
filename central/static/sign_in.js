// Signing in, giving the code of a second factor, and activating an account with its one-time code.

import { ask, page } from "./base.js";
import { go, next } from "./next.js";

const problem = document.getElementById("problem");
const codeAsked = document.getElementById("code-asked");

async function send(form, path, fields) {
  const data = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  if (data.name !== undefined) data.name = data.name.trim();
  const button = form.querySelector("button");
  button.disabled = true;
  problem.textContent = "";
  try {
    await patiently(() => ask(path, {
      method: "POST", stay: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify(data),
    }));
    await go(next());
  } catch (error) {
    refused(form, error);
  } finally {
    button.disabled = false;
  }
}

async function patiently(act) {
  // many sign in at half past eight: who comes when too many wait is heard a moment later
  for (let left = 5; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      if (error.code !== "SIGN_IN_BUSY" || left === 0) throw error;
      await new Promise((done) => { setTimeout(done, 2000 + Math.random() * 1000); });
    }
  }
}

function refused(form, error) {
  const code = form.elements.code;
  if (error.code === "SECOND_FACTOR_NEEDED" && codeAsked?.hidden) {
    codeAsked.hidden = false; // the secret was right; no reproach yet
    code.focus();
    return;
  }
  problem.textContent = error.message;
  const first = error.code?.startsWith("SECOND_FACTOR") ? code : form.elements.secret ?? code;
  first.select();
}

document.getElementById("sign-in")?.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, "/api/v1/session", codeAsked.hidden ? ["name", "secret"] : ["name", "secret", "code"]);
});

document.getElementById("give-code")?.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, "/api/v1/session/code", ["code"]);
});

document.getElementById("activate")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.elements.secret.value !== form.elements.again.value) {
    problem.textContent = page.not_same;
    return;
  }
  send(form, "/api/v1/activation", ["name", "code", "secret"]);
});
