// The fleet: which controller runs which version and could be reached how well, and how its devices are.

import { ask, chip, clockTime, duration, el, fill, hallName, kindName, page, reasonName, setClock, show, words } from "./base.js";

const say = words.fleet;
const byId = (id) => document.getElementById(id);
const SOUND = new Set(["ready", "opening", "handshake", "stopping", "disabled"]);
const EVERY_MS = 30000;
const moment = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const at = (time) => (time ? moment.format(new Date(time)) : page.none);
const percent = (part) => (part === null ? page.none : `${(part * 100).toFixed(2)}%`);
let halls = [];

const isBroken = (device) => !SOUND.has(device.state);
const CLOCKS = { ntp: say.ntp, rtc: say.rtc, none: say.unset };

function counters(hall, name) {
  return hall.devices.map((device) => device.counters[name]).filter((value) => value !== undefined);
}

function paper(hall) {
  const told = counters(hall, "paper_low");
  if (!told.length) return el("small", {}, say.unknown);
  return told.some(Boolean) ? chip("PAUSED", say.paper_low) : chip("ready", say.paper_good);
}

function disk(hall) {
  const used = Math.max(-1, ...counters(hall, "disk_used")), worn = Math.max(-1, ...counters(hall, "disk_worn"));
  if (used < 0 && worn < 0) return [el("small", {}, say.unknown)];
  return [used < 0 ? null : fill(say.disk_used, { value: used }), worn < 0 ? null : el("small", {}, fill(say.disk_worn, { value: worn }))];
}

function column(name, ...value) {
  return el("span", {}, el("small", {}, name), ...value);
}

function deviceRow(device) {
  const sound = !isBroken(device);
  const kind = device.state === "degraded" ? "degraded" : sound ? "ready" : "fault";
  const faults = device.faults_30d ? fill(say.times, { count: device.faults_30d, age: duration(device.broken_30d_s) }) : say.no_faults;
  return el("tr", {}, el("td", {}, device.device, el("small", {}, kindName(device.kind))),
    el("td", {}, chip(kind, words.device[device.state] ?? device.state), device.reason ? el("small", {}, reasonName(device.reason)) : null),
    el("td", {}, device.since ? fill(say.since, { time: at(device.since) }) : page.none), el("td", {}, faults));
}

function hallCard(hall, wasOpen) {
  const broken = hall.devices.filter(isBroken).length;
  const made = el("details", { class: `fleet-hall${hall.online ? "" : " offline"}${broken ? " broken" : ""}`, data: { id: hall.id }, open: wasOpen },
    el("summary", {}, el("span", {}, el("b", {}, hallName(hall)), " ", hall.online ? chip("open", say.online) : chip("offline", words.hall.offline)),
      column(say.version, hall.version ?? say.version_unknown), column(say.devices, broken ? chip("fault", fill(say.broken, { count: broken })) : `${hall.devices.length} ${say.well}`),
      column(say.reached, `${percent(hall.reached_7d)} / ${percent(hall.reached_30d)}`), column(say.clock, CLOCKS[hall.clock] ?? hall.clock),
      el("span", {}, el("small", {}, `${say.paper} · ${say.disk}`), paper(hall), " ", ...disk(hall))));
  const inside = el("div", { class: "inside" });
  const table = el("div", { class: "scroll" }, el("table", { class: "rows" },
    el("thead", {}, el("tr", {}, ...[say.device, say.state, say.began, say.faults].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...hall.devices.map(deviceRow))));
  const history = el("button", { type: "button", class: "plain", "aria-label": fill(say.history_of, { name: hallName(hall) }) }, say.history);
  history.addEventListener("click", () => openHistory(hall));
  inside.append(...(hall.devices.length ? [table] : []), el("small", {}, fill(say.outages, { count: hall.outages_30d })), history);
  made.append(inside);
  return made;
}

function draw() {
  const open = new Set([...document.querySelectorAll("details[open]")].map((one) => one.dataset.id));
  const wanted = byId("find").value.trim().toLowerCase();
  const fits = (hall) => [hall.id, hall.name_zh, hall.name_en, hall.version ?? ""].some((text) => text.toLowerCase().includes(wanted));
  const bad = (hall) => !hall.online || hall.devices.some(isBroken) || hall.clock === "none" || counters(hall, "paper_low").some(Boolean);
  const found = halls.filter((hall) => fits(hall) && (!byId("broken").checked || bad(hall)));
  show("halls", ...found.map((hall) => hallCard(hall, open.has(hall.id))));
  byId("empty").hidden = found.length > 0;
  byId("empty").textContent = halls.length ? say.none_found : say.nothing;
}

function bar(name, parts, whole, told) {
  const width = (count) => `${Math.round((100 * count) / Math.max(1, whole))}%`;
  const made = el("span", { class: "bar", "aria-hidden": "true" }, ...parts.map(([kind, count]) => {
    const one = el("i", { class: kind });
    one.style.width = width(count); // set by script: no inline style stands in the page
    return one;
  }));
  return el("li", {}, el("span", {}, name), made, el("span", {}, told));
}

function drawTop(told) {
  const online = halls.filter((hall) => hall.online).length;
  show("count", String(halls.length));
  byId("count-note").textContent = `${say.online} ${online} · ${words.hall.offline} ${halls.length - online}`;
  show("versions", ...told.versions.map((one) => bar(one.version ?? say.version_unknown, [["", one.halls]], halls.length, String(one.halls))));
  const most = Math.max(1, ...told.kinds.map((one) => one.devices));
  show("kinds", ...told.kinds.map((one) => {
    const broken = Object.entries(one.states).reduce((sum, [state, count]) => sum + (SOUND.has(state) ? 0 : count), 0);
    return bar(kindName(one.kind), [["", one.devices - broken], ["bad", broken]], most, broken ? `${one.devices} · ${fill(say.broken, { count: broken })}` : `${one.devices} ${say.well}`);
  }));
}

async function openHistory(hall) {
  byId("history-title").textContent = fill(say.history_of, { name: hallName(hall) });
  const { items } = await ask(`/api/v1/halls/${hall.id}/faults?limit=100`);
  const head = el("thead", {}, el("tr", {}, ...[say.device, say.state, say.began, say.lasted, say.reason].map((title) => el("th", { scope: "col" }, title))));
  const rows = items.map((one) => el("tr", {}, el("td", {}, one.device, el("small", {}, kindName(one.kind))), el("td", {}, words.device[one.state] ?? one.state), el("td", {}, at(one.begun_at)),
    el("td", {}, one.ended_at ? duration((Date.parse(one.ended_at) - Date.parse(one.begun_at)) / 1000) : say.still), el("td", {}, one.reason ? reasonName(one.reason) : page.none)));
  show("faults", ...(items.length ? [head, el("tbody", {}, ...rows)] : []));
  byId("no-faults").hidden = items.length > 0;
  byId("history").showModal();
}

async function load() {
  const found = [];
  let told = null, cursor = "";
  do {
    told = await ask(`/api/v1/fleet?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    found.push(...told.items);
    cursor = told.next;
  } while (cursor);
  setClock(told.now);
  halls = found;
  byId("problem").textContent = "";
  drawTop(told);
  draw();
}

byId("find").addEventListener("input", draw);
byId("broken").addEventListener("change", draw);
byId("history").querySelector("button").addEventListener("click", () => byId("history").close());
const renew = () => load().catch((error) => { byId("problem").textContent = `${error.message} (${clockTime(new Date())})`; });
renew();
setInterval(renew, EVERY_MS);
