// Changing one's own secret.

import { ask, page } from "./base.js";
import { go, next } from "./next.js";

const form = document.getElementById("change");
const problem = document.getElementById("problem");
const due = Boolean(document.querySelector(".banner"));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  if (form.elements.new_secret.value !== form.elements.again.value) {
    problem.textContent = page.not_same;
    return;
  }
  const body = { secret: form.elements.secret.value, new_secret: form.elements.new_secret.value };
  try {
    await ask("/api/v1/session/secret", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (due) {
      await go(next());
    } else {
      form.hidden = true;
      document.getElementById("done").hidden = false;
    }
  } catch (error) {
    problem.textContent = error.message;
    form.elements[error.field ?? "secret"]?.select();
  }
});
