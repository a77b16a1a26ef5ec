// Halls nearby: which is quickest, honestly; a number from the phone.

import { byId, el, english, everyHall, fill, freshKey, keep, minutes, named, post, say, secondsOrMinutes, stateChip, waitWords } from "./visitor.js";

let halls = [];
let here = null; // this phone's position: never sent
let ahead = 0;
let asked = 0;
const service = byId("service");
const problem = byId("problem");

function distanceKm(hall) {
  if (here === null || hall.latitude === null || hall.longitude === null) return null;
  const turn = Math.PI / 180;
  const x = (hall.longitude - here.longitude) * turn * Math.cos((hall.latitude + here.latitude) / 2 * turn);
  const y = (hall.latitude - here.latitude) * turn;
  return 6371 * Math.hypot(x, y);
}

const chosen = (hall) => hall.services.find((one) => one.letter === service.value);

function rank(hall) {
  if (here !== null) return [distanceKm(hall) ?? 1e9, 0];
  const offered = service.value ? [chosen(hall)] : hall.services;
  const open = offered.filter((one) => one.state === "open");
  const waits = open.map((one) => one.wait_s).filter((wait) => wait !== null);
  if (waits.length) return [0, Math.min(...waits)];
  return [open.length ? 1 : offered.some((one) => one.state === "stopped") ? 2 : 3, 0];
}

function facts(hall) {
  const lines = [];
  const km = distanceKm(hall);
  const address = english ? hall.address_en || hall.address_zh : hall.address_zh;
  if (address) lines.push(el("span", {}, address, km === null ? "" : ` · ${fill(say.away_km, { km: km.toFixed(1) })}`));
  if (hall.hours_today !== null) lines.push(el("span", {}, hall.hours_today.length ? fill(say.hours, { hours: hall.hours_today.join(english ? ", " : "、") }) : say.rest));
  if (hall.told_at) lines.push(el("span", {}, fill(say.fresh, { age: secondsOrMinutes(Math.max(0, (Date.now() + ahead - Date.parse(hall.told_at)) / 1000)) })));
  if (hall.phone) lines.push(el("a", { href: `tel:${hall.phone.replace(/[^0-9+]/g, "")}` }, fill(say.call, { phone: hall.phone })));
  return el("div", { class: "facts" }, ...lines);
}

function acts(hall, one) {
  const made = [];
  if (one.from_phones) {
    const button = el("button", { type: "button", class: "main", "aria-label": `${say.take}: ${named(hall)}, ${named(one)}` }, say.take);
    button.addEventListener("click", () => sure(hall, one));
    made.push(button);
  }
  if (hall.page && one.state === "open") made.push(el("a", { class: "main", href: hall.page, "aria-label": `${say.take}: ${named(hall)}, ${named(one)}` }, say.take));
  if (one.appointments) made.push(el("a", { class: "plain", href: `/book?hall=${hall.id}&service=${one.letter}`, "aria-label": `${say.book_here}: ${named(hall)}, ${named(one)}` }, say.book_here));
  return made;
}

function single(hall, one) {
  const lines = [el("p", { class: "wait" }, waitWords(one))];
  if (one.state === "open" && one.wait_s >= 60 && one.bound_s !== null) lines.push(el("p", { class: "note" }, fill(say.bound, { age: minutes(one.bound_s) })));
  if (one.waiting !== null) lines.push(el("p", { class: "note" }, fill(say.waiting, { count: one.waiting })));
  const buttons = acts(hall, one);
  return [...lines, facts(hall), buttons.length ? el("div", { class: "acts" }, ...buttons) : null];
}

function several(hall) {
  const rows = hall.services.map((one) => el("li", {}, el("b", {}, named(one)), el("span", { class: "soft" }, one.waiting === null ? "" : fill(say.waiting, { count: one.waiting })),
    el("span", { class: "when" }, waitWords(one)), el("span", { class: "acts" }, ...acts(hall, one))));
  return [facts(hall), el("ul", { class: "classes" }, ...rows)];
}

function card(hall, first) {
  const one = service.value ? chosen(hall) : null;
  const state = one ? one.state : hall.state;
  const body = state === "unknown" ? [el("p", { class: "wait" }, say.wait_unknown), el("p", { class: "note" }, say.unknown_note), facts(hall),
    ...(one?.appointments ? [el("div", { class: "acts" }, ...acts(hall, one))] : [])] : one ? single(hall, one) : several(hall);
  return el("li", { class: first && state === "open" ? "first" : "", data: { hall: hall.id } }, el("div", { class: "top" }, el("h2", {}, named(hall)), stateChip(state)), ...body);
}

function draw() {
  const shown = halls.filter((hall) => !service.value || chosen(hall));
  shown.sort((a, b) => { const [x, y] = [rank(a), rank(b)]; return x[0] - y[0] || x[1] - y[1] || a.id.localeCompare(b.id); });
  byId("halls").replaceChildren(...(shown.length ? shown.map((hall, at) => card(hall, at === 0)) : [el("li", { class: "note" }, say.no_halls)]));
}

function drawServices() {
  if (service.options.length > 1 && service.value) return; // then the answer names one class only
  const names = new Map(halls.flatMap((hall) => hall.services.map((one) => [one.letter, named(one)])));
  const had = service.value;
  service.replaceChildren(service.options[0], ...[...names].sort().map(([letter, name]) => el("option", { value: letter }, name)));
  service.value = names.has(had) ? had : "";
}

async function renew() {
  const mine = ++asked;
  const told = await everyHall(service.value ? { service: service.value } : {});
  if (mine !== asked) return; // another choice was made meanwhile
  ahead = Date.parse(told.now) - Date.now();
  halls = told.items;
  byId("loading").hidden = true;
  problem.textContent = "";
  drawServices();
  draw();
}

function sure(hall, one) {
  const dialog = byId("sure");
  byId("sure-words").textContent = fill(say.take_sure, { hall: named(hall), service: named(one) });
  const key = freshKey(); // of this wish, however often it is sent
  byId("sure-yes").onclick = () => { dialog.close(); take(hall, one, key); };
  byId("sure-no").onclick = () => dialog.close();
  dialog.showModal();
}

async function take(hall, one, key) {
  try {
    const told = await post("/api/v1/public/tickets", { hall: hall.id, service: one.letter }, key);
    keep.set("number", told.code);
    location.assign(`/number#${told.code}`);
  } catch (error) {
    problem.textContent = error.message;
    problem.scrollIntoView({ block: "center" });
  }
}

function press(wait) {
  byId("by-wait").setAttribute("aria-pressed", String(wait));
  byId("by-distance").setAttribute("aria-pressed", String(!wait));
  draw();
}

byId("by-wait").addEventListener("click", () => { here = null; press(true); });
byId("by-distance").addEventListener("click", () => {
  const lost = () => { problem.textContent = say.no_position; };
  if (!navigator.geolocation) { lost(); return; }
  navigator.geolocation.getCurrentPosition((found) => { here = found.coords; problem.textContent = ""; press(false); }, lost, { maximumAge: 60000, timeout: 10000 });
});
const again = () => renew().catch((error) => { byId("loading").hidden = true; problem.textContent = error.message; });
again();
service.addEventListener("change", again);
setInterval(() => { if (!document.hidden && !byId("sure").open) again(); }, 20000);
