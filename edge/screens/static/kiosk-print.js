// The main points of a guide on paper: one slip of each guide in a session, said to be there only when the printer has
// proved it. What was printed is forgotten with the session.
import { byId, lang, refusalWords, say, send } from "./hall.js";
import { make } from "./kiosk-read.js";

const askEvery = 1000; // ms
const askTimes = 40;

/** The key below a guide, and what became of the slip; nothing in a hall without a printer. */
export function printing(kiosk, code) {
  const printer = kiosk.hall?.parts.printer;
  if (printer === null || printer === undefined) return null;
  const now = kiosk.session.slips[code] ?? {};
  const button = make("button", { class: "second-act", id: "guide-print" }, say("kiosk.print"));
  button.disabled = now.state === "printing" || now.state === "printed" || !printer;
  button.addEventListener("click", () => start(kiosk, code));
  return make("div", { class: "print" }, button, make("p", { id: "print-said", role: "status", class: now.state === "printed" ? "done" : "only" }, told(now, printer)));
}

function told(now, printer) {
  switch (now.state) {
    case "printing": return say("kiosk.print_going");
    case "printed": return `✓ ${say("kiosk.print_done")}`;
    case "refused": return `▲ ${refusalWords(now.answer, say("kiosk.no_answer"))}`;
    case "failed": return `▲ ${say(now.reason === "paper_out" ? "kiosk.print_paper_out" : "kiosk.print_failed")}`;
    default: return printer ? "" : `▲ ${say("kiosk.print_away")}`;
  }
}

async function start(kiosk, code) {
  const slips = kiosk.session.slips;
  if (["printing", "printed"].includes(slips[code]?.state)) return;
  const move = (more) => {
    slips[code] = more;
    if (slips === kiosk.session.slips && byId("guide-print")) kiosk.draw();
  };
  move({ state: "printing" });
  const answer = await send("POST", `/api/v1/content/guides/${encodeURIComponent(code)}/slip`, { language: lang() });
  if (!answer.ok) { move({ state: "refused", answer }); return; }
  for (let asked = 0; asked < askTimes; asked += 1) {
    await new Promise((go) => setTimeout(go, askEvery));
    if (slips !== kiosk.session.slips) return;
    const found = await fetch(`/api/v1/content/slips/${answer.body.slip}`, { signal: AbortSignal.timeout(5000) }).then((got) => (got.ok ? got.json() : null)).catch(() => null);
    if (found && found.state !== "printing") { move(found); return; }
  }
  move({ state: "failed", reason: "no_reply" });
}
