// Who is on duty today, by the names that the content pack makes public; asked again when the hall's rota changes.
import { lang } from "./hall.js";

let duties = [];
let seen = "";

export const onDutyNow = () => duties.filter((one) => one.here);
const nameOf = (duty) => (lang() === "zh" ? duty.name_zh : duty.name_en);
/** A person's public name; whoever has none is called as in the rota. */
export function personName(person) {
  const found = duties.find((one) => one.person === person);
  return found ? nameOf(found) : person;
}
/** Each person once, however many half-days. */
export const namesOnDuty = () => [...new Set(onDutyNow().map(nameOf))];

/** With each new state; `changed` when there is something new to draw. */
export async function followRota(hall, changed) {
  const now = JSON.stringify([hall.day, hall.services.map((one) => one.on_duty)]);
  if (now === seen) return;
  seen = now;
  const found = await fetch("/api/v1/content/rota", { signal: AbortSignal.timeout(5000) }).then((got) => (got.ok ? got.json() : null)).catch(() => null);
  if (found === null) { if (seen === now) seen = ""; return; }
  duties = found.duties;
  changed();
}
