// Signing in on a page of the staff that belongs to no window: one try at a time, and the page anew when it is right.
import { byId, refusalWords, send } from "./hall.js";

/** `noLine` gives the words for a controller that does not answer. */
export function signIn(form, noLine) {
  let trying = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (trying) return;
    trying = true;
    const answer = await send("POST", "/api/v1/session", { name: form.elements.name.value, secret: form.elements.secret.value });
    trying = false;
    if (answer.ok) { location.reload(); return; }
    byId("problem").textContent = refusalWords(answer, noLine());
    byId("problem").hidden = false;
    form.elements.secret.value = "";
    form.elements.secret.focus();
  });
}
