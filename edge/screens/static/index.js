// The first page: where the hall's pages are, how the hall is now, and for the duty manager the links that pair the pads.
import { all, byId, facts, lang, live, onLanguage, refusalWords, say, send, serviceName, speak, windowName } from "./hall.js";
import { deafToScanners } from "./scanner.js";

deafToScanners();

let hall = null;
let problem = null; // gives the words of what went wrong at the sign-in

function draw() {
  for (const title of all("[data-pad]")) title.textContent = say("index.pad_of", { window: title.dataset.pad });
  if (byId("problem")) {
    byId("problem").hidden = problem === null;
    byId("problem").textContent = problem?.() ?? "";
  }
  for (const row of all("tr[data-window]")) {
    const number = Number(row.dataset.window);
    const known = facts.windows.find((item) => item.number === number);
    row.querySelector("th").textContent = windowName(number);
    row.querySelector(".services").textContent = known.services.map(serviceName).join(lang() === "zh" ? "、" : ", ");
    const now = hall?.windows.find((item) => item.number === number);
    if (!now) continue;
    row.querySelector(".state").dataset.state = now.state;
    row.querySelector(".state").textContent = say(`window_state.${now.state}`);
  }
  if (!hall) return;
  byId("open-windows").textContent = say("index.open_windows", { count: hall.windows.filter((item) => item.state !== "CLOSED").length });
  byId("waiting").textContent = say("index.waiting", { count: hall.counts.waiting });
  byId("finished").textContent = say("index.done", { count: hall.counts.done });
}

/** Links are for the duty manager alone: anybody else is signed out again at once. */
async function signIn(form) {
  const answer = await send("POST", "/api/v1/session", { name: form.elements.name.value, secret: form.elements.secret.value });
  form.elements.secret.value = "";
  if (answer.ok && answer.body.role === "supervisor") { location.reload(); return; }
  if (answer.ok) await send("DELETE", "/api/v1/session");
  problem = answer.ok ? () => say("index.not_manager") : () => refusalWords(answer, say("index.no_line"));
  draw();
  form.elements.secret.focus();
}

byId("sign-in")?.addEventListener("submit", (event) => { event.preventDefault(); signIn(event.target); });
byId("sign-out")?.addEventListener("click", async () => { await send("DELETE", "/api/v1/session"); location.reload(); });
onLanguage(draw);
speak(lang(), { keep: false });
draw();
live("/api/v1/stream", "state", (state) => { hall = state; draw(); });
