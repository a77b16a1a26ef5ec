// Checking in at the ticket machine: digits by keys or a scanned code. What a scanner types anywhere else does nothing.
import { all, byId, facts, make, refusalWords, say, sendOnce, serviceName } from "./hall.js";

const most = { code: 12, phone: 4 };
const burst = 80; // ms between two characters: nobody types so fast
const code = /^[0-9A-Za-z -]{4,20}$/;

let by = "code";
let entry = "";
let words = null; // gives the words above the keys
let asking = false;
let scanned = "";
let typedAt = -Infinity;

const hint = () => say(by === "code" ? "machine.enter_code" : "machine.enter_phone");

export function drawEntry() {
  for (const button of all("[data-by]")) button.setAttribute("aria-pressed", String(button.dataset.by === by));
  byId("entry").textContent = entry.padEnd(by === "phone" ? most.phone : 6, "·");
  byId("entry-words").textContent = (words ?? hint)();
  byId("enter").disabled = asking || entry.length < 4;
  byId("digits").hidden = !byId("which").hidden;
}

/** Nothing of what was typed stays. */
export function wipeEntry() {
  by = "code";
  entry = "";
  words = null;
  byId("which").hidden = true;
  byId("which").replaceChildren();
  drawEntry();
}

/** `checkedIn(answer)` gets the ticket; `here()` says whether this screen is the one that is shown. */
export function entryKeys(checkedIn, here) {
  const type = (digit) => {
    words = null;
    if (entry.length < most[by]) entry += digit;
    drawEntry();
  };
  const enter = async (asked, service = null) => {
    if (asking) return;
    asking = true;
    drawEntry();
    const body = by === "code" ? { code: asked } : { phone_tail: asked, service };
    const answer = await sendOnce("POST", "/api/v1/appointments/check-in", body);
    asking = false;
    if (!here()) return; // wiped meanwhile: its paper comes, the screen is somebody else's
    const which = by === "phone" && service === null && answer.body?.error?.code === "SEVERAL_APPOINTMENTS";
    byId("which").hidden = !which;
    if (answer.ok) { wipeEntry(); checkedIn(answer.body); return; }
    if (which) {
      byId("which").replaceChildren(...Object.keys(facts.services).map((letter) => {
        const button = make("button", { "data-which": letter }, serviceName(letter));
        button.addEventListener("click", () => enter(asked, letter));
        return button;
      }));
      words = () => say("machine.which_service");
    } else {
      entry = "";
      words = () => (answer.body?.error?.code === "SEVERAL_APPOINTMENTS" ? say("machine.several") : refusalWords(answer, say("machine.no_answer")));
    }
    drawEntry();
  };
  for (const button of all("[data-digit]")) button.addEventListener("click", () => type(button.dataset.digit));
  for (const button of all("[data-by]")) button.addEventListener("click", () => { wipeEntry(); by = button.dataset.by; drawEntry(); });
  byId("wipe").addEventListener("click", () => { words = null; entry = entry.slice(0, -1); drawEntry(); });
  byId("enter").addEventListener("click", () => enter(entry));
  addEventListener("keydown", (event) => {
    const quick = event.timeStamp - typedAt < burst;
    if (event.key.length === 1) {
      typedAt = event.timeStamp;
      scanned = (quick ? scanned : "") + event.key;
      if (scanned.length > 64) scanned = scanned.slice(-64);
      if (scanned.length > 1 || event.key !== " ") event.preventDefault(); // a single space presses a key, as for everybody
      return;
    }
    if (event.key !== "Enter" || !quick || scanned.length < 2) return;
    event.preventDefault(); // a scanner's end of line presses no key
    event.stopPropagation();
    const read = scanned.trim();
    scanned = "";
    if (!here() || asking) return;
    wipeEntry();
    if (code.test(read)) enter(read);
    else { words = () => say("machine.not_a_code"); drawEntry(); }
  }, { capture: true });
  addEventListener("keyup", (event) => {
    if (here() && event.key.length === 1 && /\d/.test(event.key) && scanned.length === 1) type(event.key);
  });
}
