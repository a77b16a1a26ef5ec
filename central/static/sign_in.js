// Signing in, and activating an account with its one-time code.

import { ask, page } from "./base.js";

const problem = document.getElementById("problem");

function next() {
  // only a path of ours, never another site
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  const target = new URL(wanted, location.origin);
  return target.origin === location.origin && !target.pathname.startsWith("/sign-in") ? target.pathname : "/";
}

async function send(form, path, fields) {
  const data = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  data.name = data.name.trim();
  const button = form.querySelector("button");
  button.disabled = true;
  problem.textContent = "";
  try {
    await ask(path, {
      method: "POST", stay: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify(data),
    });
    location.assign(next());
  } catch (error) {
    problem.textContent = error.message;
    form.elements.secret.select();
  } finally {
    button.disabled = false;
  }
}

document.getElementById("sign-in")?.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, "/api/v1/session", ["name", "secret"]);
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
