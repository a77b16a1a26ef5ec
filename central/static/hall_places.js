// Where small places are told as numbers: how many there are in all, and those whose name somebody looks for.

import { ask, el, fill, hallName, words } from "./base.js";

const say = words.live;
const MOST = 20;

function result(place) {
  return el("li", {}, el("a", { href: `/halls/${place.id}` }, hallName(place)), el("span", { class: "note" }, fill(say.group_waiting, { count: place.waiting })));
}

export function followPlaces(find, unit) {
  // gives a function that draws: the numbers by unit, and whether they are to be told in a line
  const [line, found] = [document.getElementById("together"), document.getElementById("found")];
  let many = false, typed = null;

  async function look() {
    const wanted = find.value.trim();
    found.hidden = !(many && wanted);
    if (found.hidden) return;
    const told = await ask(`/api/v1/places?limit=${MOST}&find=${encodeURIComponent(wanted)}${unit ? `&unit=${encodeURIComponent(unit)}` : ""}`).catch(() => null);
    if (told === null || wanted !== find.value.trim()) return; // the banner says so; or somebody has typed on
    const rest = told.next ? [el("li", { class: "note" }, say.found_more)] : [];
    found.querySelector("ul").replaceChildren(...(told.items.length ? told.items.map(result) : [el("li", { class: "note" }, say.found_none)]), ...rest);
  }

  find.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(look, 250);
  });
  return (below, inALine) => {
    const all = Object.values(below);
    many = all.length > 0;
    const sum = (name) => all.reduce((total, one) => total + one[name], 0);
    line.hidden = !(many && inALine);
    line.textContent = fill(say.together, { places: sum("places"), open: sum("open"), waiting: sum("waiting") });
    if (!many || !find.value.trim()) found.hidden = true;
  };
}
