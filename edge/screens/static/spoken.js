// Spoken help: in elder mode each step has one sentence, in words and, where it was recorded, aloud. It ends with its step.
// A browser that refuses to play, a controller that is away, a sentence that is not there: the words stay.
import { byId, facts, lang, say } from "./hall.js";

const sound = new Audio();
let step = null; // {name, number, language} of what is shown

const same = (one, other) => one?.name === other?.name && one?.number === other?.number && one?.language === other?.language;
const mark = (sounding) => byId("spoken").classList.toggle("sounding", sounding);

/** Silence at once; the words stay. */
export function hush() {
  mark(false);
  if (!sound.hasAttribute("src")) return;
  sound.pause();
  sound.removeAttribute("src");
  sound.load(); // lets go of what was fetched
}

function speak() {
  hush();
  const number = step.number ? `&number=${step.number}` : "";
  sound.src = `/api/v1/spoken/${step.name}.wav?lang=${step.language}${number}`;
  mark(true);
  sound.play().catch(() => mark(!sound.paused)); // refused, or stopped before it began
}

/** Called whenever a page draws; a step that is still the same is not said again. Without a name nothing is. */
export function help(name, number = "") {
  const now = name !== null && document.body.matches(".large") ? { name, number, language: lang() } : null;
  if (same(step, now)) return;
  hush();
  step = now;
  byId("spoken").hidden = now === null;
  if (now === null) return;
  const recorded = facts.spoken.names[now.language].includes(name);
  byId("spoken-words").textContent = say(`help.${name}`, { number });
  byId("spoken-again").hidden = !recorded;
  byId("spoken-stop").hidden = !recorded;
  if (recorded) speak();
}

/** A ticket that was just taken: its number is said, but not where its matter is private. */
export const helpWithTicket = (number) => (facts.spoken.quiet.includes(number[0]) ? help("ticket_quiet") : help("ticket", number));

for (const ending of ["ended", "error"]) sound.addEventListener(ending, () => mark(false));
byId("spoken-again").addEventListener("click", speak);
byId("spoken-stop").addEventListener("click", hush);
