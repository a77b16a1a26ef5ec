// All halls, live.

import { age, chip, el, fill, hallName, live, page, secondsSince, show, words } from "./base.js";

const halls = new Map();
const find = document.getElementById("find");
const sort = document.getElementById("sort");
const ORDER = { offline: 0, open: 1, closed: 2 };

for (const state of ["SERVING", "CALLING", "IDLE", "PAUSED", "LUNCH", "CLOSED"]) {
  document.getElementById("legend").append(el("li", {}, chip(state, words.window[state])));
}

function windowChip(window) {
  const word = window.ticket ? window.ticket : words.window[window.state];
  const spoken = `${window.number} ${words.window[window.state]} ${window.ticket ?? ""}`;
  return el("span", { class: `chip is-${window.state}`, title: spoken },
    el("span", { class: "sign", "aria-hidden": "true" }), el("b", {}, String(window.number)),
    window.ticket ? `${words.window[window.state]} ${window.ticket}` : word);
}

function measure(name, ...value) {
  return el("div", { class: "measure" }, el("span", {}, name), el("b", {}, ...value));
}

function devices(hall) {
  if (hall.devices_in_trouble) return chip("fault", `${page.devices} ${fill(page.devices_bad, { count: hall.devices_in_trouble })}`);
  if (!hall.devices) return chip("quiet", `${page.devices} ${page.no_devices}`);
  return chip("ready", `${page.devices} ${page.devices_good}`);
}

function row(hall) {
  const counts = ["issued", "done", "no_show"].map((name) => el("div", {}, el("span", {}, page[name]), el("br"), el("b", {}, String(hall.today[name]))));
  return el("article", { class: `hall-row ${hall.state}`, role: "listitem", data: { id: hall.id } },
    el("div", { class: "name" },
      el("h3", {}, el("a", { href: `/halls/${hall.id}` }, hallName(hall))),
      el("div", { class: "line" }, chip(hall.state, words.hall[hall.state]), devices(hall),
        ...hall.help.map((place) => chip("fault", fill(page.help_asked, { place }))), el("span", { class: "note" }, age(hall.heard_at, { ago: true })))),
    measure(page.waiting, String(hall.waiting)),
    measure(page.longest_wait, age(hall.waiting_since, { big: true })),
    el("div", { class: "chips" }, ...(hall.windows.length ? hall.windows.map(windowChip) : [el("span", { class: "note" }, page.no_windows)])),
    el("div", { class: "side today" }, ...counts));
}

function ordered() {
  const wanted = find.value.trim().toLowerCase();
  const found = [...halls.values()].filter((hall) => [hall.id, hall.name_zh, hall.name_en].some((text) => text.toLowerCase().includes(wanted)));
  const byName = (a, b) => hallName(a).localeCompare(hallName(b), "zh-CN");
  const wait = (hall) => (hall.waiting_since ? secondsSince(hall.waiting_since) : -1);
  if (sort.value === "wait") return found.sort((a, b) => wait(b) - wait(a) || byName(a, b));
  if (sort.value === "state") {
    const weight = (hall) => ORDER[hall.state] * 2 - (hall.devices_in_trouble || hall.help.length ? 1 : 0);
    return found.sort((a, b) => weight(a) - weight(b) || byName(a, b));
  }
  return found.sort(byName);
}

function draw(changed) {
  const place = document.getElementById("halls");
  const focused = document.activeElement?.closest("[data-id]")?.dataset.id;
  const rows = new Map([...place.children].map((child) => [child.dataset.id, child]));
  const wanted = ordered().map((hall) => (changed && rows.has(hall.id) && !changed.has(hall.id) ? rows.get(hall.id) : row(hall)));
  place.replaceChildren(...wanted);
  if (focused) place.querySelector(`[data-id="${CSS.escape(focused)}"] a`)?.focus();
  document.getElementById("empty").hidden = halls.size > 0;
}

function drawTotals(totals) {
  show("total-open", String(totals.open));
  show("total-halls", fill(page.of_halls, { count: totals.halls }));
  show("total-waiting", String(totals.waiting));
  show("total-longest", age(totals.waiting_since, { big: true }));
  show("total-offline", String(totals.offline));
  document.getElementById("note-offline").hidden = totals.offline === 0;
  document.getElementById("tile-offline").classList.toggle("fault", totals.offline > 0);
}

live("/api/v1/stream", (data) => {
  if (data.halls) {
    halls.clear();
    for (const hall of data.halls) halls.set(hall.id, hall);
    draw(null);
  }
  if (data.changes) {
    for (const change of data.changes) halls.set(change.id, { ...halls.get(change.id), ...change });
    if (data.changes.length) draw(new Set(data.changes.map((change) => change.id)));
  }
  if (data.totals) drawTotals(data.totals);
});
find.addEventListener("input", () => draw(null));
sort.addEventListener("change", () => draw(null));
