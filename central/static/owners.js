// Whose calendar or catalogue: the units one may see, the halls beneath them, one of them chosen.

import { el, hallName, words } from "./base.js";
import { Units, everything, fill, manage, unitName } from "./manage.js";

const FEW = 80;

export class Owners {
  constructor({ halls }, onChoose) {
    this.withHalls = halls;
    this.onChoose = onChoose;
    this.units = new Units();
    this.all = [];
    this.chosen = null;
    this.find = document.getElementById("find");
    this.find.addEventListener("input", () => this.draw());
  }

  async load() {
    await this.units.load();
    const halls = await everything("/api/v1/plans");
    const open = [...this.units.byId.values()].filter((one) => !one.closed_at);
    const top = open.length ? Math.min(...open.map((one) => one.path.split("/").length)) : 0;
    this.halls = halls.map((one) => ({ kind: "hall", id: one.hall, name: hallName({ ...one, id: one.hall }), unit: one.unit, path: this.units.byId.get(one.unit)?.path ?? "" }));
    this.all = open.flatMap((unit) => {
      const depth = unit.path.split("/").length - top;
      const own = { kind: "unit", id: unit.id, name: unitName(unit), path: unit.path, depth };
      const here = this.withHalls ? this.halls.filter((one) => one.unit === unit.id) : [];
      return [own, ...here.map((one) => ({ ...one, depth: depth + 1 }))];
    });
    if (!this.chosen && this.all.length) this.choose(this.all[0]);
    this.draw();
  }

  choose(one) {
    this.chosen = one;
    this.draw();
    this.onChoose(one);
  }

  reach(one = this.chosen) {
    // in words: which units and halls this holds for
    if (one.kind === "hall") return fill(words.calendars.reach_hall, { hall: one.name });
    const below = (other) => other.path.startsWith(one.path);
    return fill(words.calendars.reach, { unit: one.name, units: this.all.filter((other) => other.kind === "unit" && below(other)).length - 1, halls: this.halls.filter(below).length });
  }

  trail(one = this.chosen) {
    return one.kind === "hall" ? this.units.trail(one.unit) : this.units.trail(one.id);
  }

  draw() {
    const wanted = this.find.value.trim().toLowerCase();
    const found = this.all.filter((one) => [one.id, one.name].some((text) => text.toLowerCase().includes(wanted)));
    document.getElementById("count").textContent = found.length > FEW ? fill(manage.first_of, { shown: FEW, count: found.length }) : fill(manage.found, { count: found.length });
    document.getElementById("owners").replaceChildren(...found.slice(0, FEW).map((one) => {
      const isChosen = this.chosen?.kind === one.kind && this.chosen.id === one.id;
      const button = el("button", { type: "button", class: "owner", data: { owner: `${one.kind}:${one.id}` }, "aria-pressed": String(isChosen) }, el("b", {}, one.name), one.kind === "hall" ? el("span", { class: "tag" }, words.calendars.hall) : null);
      button.style.paddingLeft = `${12 + (wanted ? 0 : one.depth * 18)}px`;
      button.addEventListener("click", () => {
        this.choose(one);
        document.querySelector(`[data-owner="${one.kind}:${one.id}"]`).focus();
      });
      return el("li", {}, button);
    }));
  }
}
