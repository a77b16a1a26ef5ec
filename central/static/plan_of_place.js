// What is other where the plan is a small place's: central itself goes by it, so it is kept and not handed down, follows no
// catalogue, and holds as soon as nobody is there.

import { chip, words } from "./base.js";
import { fill, pair } from "./manage.js";
import { say } from "./plan_fields.js";

Object.assign(say, words.place_plan); // in place of the words for halls

export function asTold(found) {
  // as the plan of a hall is told
  return { ...found, above: found.usual, from_catalogue: [], valid_from: null };
}

export function tellPlace(told) {
  const state = told.waits ? chip("waiting", say.waits) : chip("in_force", say.holds);
  document.getElementById("standing").replaceChildren(...pair(say.in_force, fill(say.revision_of, told)), ...pair(words.page.state, state));
  document.getElementById("version").textContent = told.waits ? say.shown_waiting : say.shown_in_force;
}

export function tellReach(seen) {
  document.getElementById("against").textContent = fill(say.against, seen);
  document.getElementById("reach").textContent = seen.at_once ? say.at_once : say.later;
}
