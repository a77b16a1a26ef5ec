// One hall as a row of the list.

import { age, chip, el, fill, hallName, page, words } from "./base.js";

function windowChip(window) {
  const word = window.ticket ? `${words.window[window.state]} ${window.ticket}` : words.window[window.state];
  return el("span", { class: `chip is-${window.state}`, title: `${window.number} ${word}` },
    el("span", { class: "sign", "aria-hidden": "true" }), el("b", {}, String(window.number)), word);
}

function measure(name, ...value) {
  return el("div", { class: "measure" }, el("span", {}, name), el("b", {}, ...value));
}

function devices(hall) {
  if (hall.devices_in_trouble) return chip("fault", `${page.devices} ${fill(page.devices_bad, { count: hall.devices_in_trouble })}`);
  if (!hall.devices) return null;
  return chip("ready", `${page.devices} ${page.devices_good}`);
}

export function hallRow(hall) {
  const counts = ["issued", "done", "no_show"].map((name) => el("div", {}, el("span", {}, page[name]), el("br"), el("b", {}, String(hall.today[name]))));
  return el("article", { class: `hall-row ${hall.state}` },
    el("div", { class: "name" },
      el("h3", {}, el("a", { href: `/halls/${hall.id}`, data: { link: hall.id } }, hallName(hall))),
      el("div", { class: "line" }, chip(hall.state, words.hall[hall.state]), devices(hall),
        hall.alarms ? el("a", { class: "chip is-fault", href: `/alarms?hall=${hall.id}` }, el("span", { class: "sign", "aria-hidden": "true" }), fill(words.live.alarms_count, { count: hall.alarms })) : null,
        ...hall.help.map((place) => chip("fault", fill(page.help_asked, { place }))), el("span", { class: "note" }, hall.heard_at ? age(hall.heard_at, { ago: true }) : words.live.not_yet))),
    measure(page.waiting, String(hall.waiting)),
    measure(page.longest_wait, age(hall.waiting_since, { big: true })),
    el("div", { class: "chips" }, ...(hall.windows.length ? hall.windows.map(windowChip) : [el("span", { class: "note" }, page.no_windows)])),
    el("div", { class: "side today" }, ...counts));
}
