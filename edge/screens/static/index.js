// The first page: where the hall's pages are, and how the hall is now.
import { all, byId, facts, lang, live, onLanguage, say, serviceName, speak, windowName } from "./hall.js";

let hall = null;

function draw() {
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

onLanguage(draw);
speak(lang(), { keep: false });
draw();
live("/api/v1/stream", "state", (state) => { hall = state; draw(); });
