// All halls, live: the numbers on top, the day's trend, what needs somebody, and every hall on the map or in the list.

import { bigDuration, chip, duration, el, fill, hallName, live, page, secondsSince, show, took, words } from "./base.js";
import { alarmLine } from "./alarm.js";
import { followPlaces } from "./hall_places.js";
import { groupCard, renewCard, sameShape } from "./hall_map.js";
import { hallRow } from "./hall_row.js";
import { followTrend } from "./trend.js";

const say = words.live;
const frame = document.getElementById("frame");
const { unit, at } = frame.dataset;
const halls = new Map();
const byId = (id) => document.getElementById(id);
const find = byId("find"), only = byId("only"), sort = byId("sort");
const ROWS = 60;
const ORDER = { offline: 0, open: 1, closed: 2 };
const SHOWN = 4;
let below = {}; // of small places that are told together: their numbers, by the path of the unit below
let units = new Map(), totals = null, alarms = [], rows = ROWS, view = "";

// --- the four numbers ---

function drawTotals(trend) {
  byId("total-open").textContent = totals.open;
  byId("total-halls").textContent = fill(page.of_halls, { count: totals.halls });
  byId("total-offline").textContent = totals.offline;
  byId("tile-offline").classList.toggle("fault", totals.offline > 0);
  byId("total-visitors").textContent = totals.visitors;
  byId("total-waiting").textContent = totals.halls && totals.offline === totals.halls ? page.none : totals.waiting; // nobody knows
  byId("total-mean_wait").replaceChildren(...bigDuration(totals.mean_wait_s, took));
  byId("total-satisfaction").textContent = totals.satisfaction === null ? page.none : `${(totals.satisfaction * 100).toFixed(1)}%`;
  byId("note-mean_wait").textContent = say.called_only;
  byId("note-satisfaction").textContent = totals.rated ? fill(say.of_ratings, { count: totals.rated }) : say.no_ratings;
  if (trend) byId("note-visitors").textContent = compared(totals.visitors, trend.so_far.before);
  drawAges();
}

function compared(now, then) {
  const percent = then ? Math.round((100 * (now - then)) / then) : 0;
  const how = !then ? "" : percent === 0 ? say.same : fill(percent > 0 ? say.more : say.less, { percent: Math.abs(percent) });
  return [fill(say.against, { count: then }), how].filter(Boolean).join(" · ");
}

function drawAges() {
  if (totals === null) return;
  const age = totals.heard_at === null ? say.not_yet : fill(say.updated, { age: duration(secondsSince(totals.heard_at)) });
  for (const name of ["visitors", "waiting", "mean_wait", "satisfaction"]) {
    const missing = name === "waiting" ? say.without : say.last_known;
    const reach = totals.offline ? fill(missing, { count: totals.offline }) : say.all_reached;
    byId(`fresh-${name}`).textContent = totals.halls ? `${age} · ${reach}` : age;
  }
  const nobody = totals.offline ? say.nobody_known : say.nobody_waits;
  const longest = totals.waiting_since === null ? nobody : fill(say.longest, { age: duration(secondsSince(totals.waiting_since)) });
  byId("note-waiting").textContent = longest;
}

function drawAlarms() {
  const shown = alarms.slice(0, SHOWN).map((alarm) => el("li", {}, alarmLine(alarm)));
  if (alarms.length > SHOWN) shown.push(el("li", {}, el("a", { href: "/alarms" }, fill(say.all_alarms, { count: alarms.length }))));
  show("alarms", ...(shown.length ? shown : [el("li", { class: "calm" }, chip("open", say.no_alarms))]));
}

// --- the halls ---

function chosen() {
  const wanted = find.value.trim().toLowerCase();
  const fits = (hall) => [hall.id, hall.name_zh, hall.name_en].some((text) => text.toLowerCase().includes(wanted));
  const stands = (hall) => !only.value || (only.value === "alarms" ? hall.alarms > 0 : hall.state === only.value);
  return [...halls.values()].filter((hall) => fits(hall) && stands(hall));
}

const names = new Intl.Collator("zh-CN", { numeric: true });
const byName = (a, b) => names.compare(hallName(a), hallName(b));
const waited = (hall) => (hall.waiting_since ? secondsSince(hall.waiting_since) : -1);
const weight = (hall) => ORDER[hall.state] * 2 - (hall.alarms || hall.devices_in_trouble || hall.help.length ? 1 : 0);
const BY = { name: byName, wait: (a, b) => waited(b) - waited(a) || byName(a, b), state: (a, b) => weight(a) - weight(b) || byName(a, b) };

function listed() {
  const found = chosen().sort(BY[sort.value]);
  return found.slice(0, rows).map((hall) => [hall.id, [hall.id], () => hallRow(hall), () => false]).concat(found.length > rows ? [[null, found.length - rows]] : []);
}

function mapped() {
  const groups = new Map();
  for (const hall of chosen()) {
    const below = hall.path.slice(at.length).split("/")[0];
    const key = below ? `${at}${below}/` : at;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(hall);
  }
  const together = find.value.trim() || only.value ? {} : below;
  for (const path of Object.keys(together)) if (!groups.has(path)) groups.set(path, []);
  const order = (a, b) => (a[0] === at) - (b[0] === at) || names.compare(hallName(units.get(a[0]) ?? { id: a[0] }), hallName(units.get(b[0]) ?? { id: b[0] }));
  return [...groups].sort(order).map(([path, inside]) => {
    const title = path === at ? null : units.get(path) ?? { id: path.split("/").at(-2), name_zh: "", name_en: "" };
    inside.sort((a, b) => weight(a) - weight(b) || byName(a, b)); // not by who waits: a wall on which tiles jump is not read
    const sums = together[path];
    const renew = (card, changed) => sameShape(card, inside, groups.size) && (renewCard(card, title, inside, groups.size, changed, sums), true);
    const ids = inside.map((hall) => hall.id);
    return [path, sums ? [...ids, path] : ids, () => groupCard(title, inside, groups.size, sums), renew];
  });
}

function draw(changed) {
  const place = byId("halls");
  const focused = document.activeElement?.closest("#halls [data-link]")?.dataset.link;
  const known = new Map([...place.children].map((child) => [child.dataset.key, child]));
  const wanted = view === "map" ? mapped() : listed();
  const rest = wanted.at(-1)?.[0] === null ? wanted.pop()[1] : 0;
  const made = wanted.map(([key, inside, make, renew]) => {
    const old = known.get(key);
    const mark = inside.join(" ");
    if (changed && old && old.dataset.inside === mark && (!inside.some((id) => changed.has(id)) || renew(old, changed))) return old;
    const fresh = make();
    Object.assign(fresh.dataset, { key, inside: mark });
    return fresh;
  });
  const same = made.length === place.children.length && made.every((one, at) => one === place.children[at]);
  if (!same) place.replaceChildren(...made);
  if (focused) place.querySelector(`[data-link="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  byId("more").hidden = rest === 0;
  byId("more").firstChild.textContent = fill(say.more_rows, { count: Math.min(rest, ROWS) });
  drawPlaces(below, view === "list" || Boolean(only.value));
  const empty = byId("empty");
  empty.hidden = made.length > 0 || Object.keys(below).length > 0;
  empty.textContent = totals?.halls ? say.nothing_found : page.no_halls;
}

function choose(name, keep) {
  view = name;
  if (keep) localStorage.setItem("central-view", name);
  byId("as-map").setAttribute("aria-pressed", String(name === "map"));
  byId("as-list").setAttribute("aria-pressed", String(name === "list"));
  byId("halls").className = name === "map" ? "map" : "halls";
  byId("sort-label").hidden = name === "map";
  const legend = name === "map" ? ["open", "closed", "offline"].map((state) => chip(state, words.hall[state]))
    : ["SERVING", "CALLING", "IDLE", "PAUSED", "LUNCH", "CLOSED"].map((state) => chip(state, words.window[state]));
  show("legend", ...legend.map((one) => el("li", {}, one)));
}

byId("as-map").addEventListener("click", () => { choose("map", true); draw(null); });
byId("as-list").addEventListener("click", () => { choose("list", true); draw(null); });
for (const [place, kind] of [[find, "input"], [only, "change"], [sort, "change"]]) {
  place.addEventListener(kind, () => { rows = ROWS; draw(null); });
}
byId("more").addEventListener("click", () => { rows += ROWS; draw(null); });
byId("total-waiting").addEventListener("click", (event) => {
  event.preventDefault();
  sort.value = "wait";
  choose("list", true);
  draw(null);
  byId("halls").scrollIntoView();
});

const drawPlaces = followPlaces(find, unit);
const trend = followTrend(byId("trend"), unit, () => { if (totals) drawTotals(trend.told); });

live(`/api/v1/stream${unit ? `?unit=${encodeURIComponent(unit)}` : ""}`, (data) => {
  if (data.units) units = new Map(data.units.map((one) => [one.path, one]));
  const before = below;
  if (data.totals) totals = data.totals;
  if (data.halls) {
    below = data.below ?? {};
    halls.clear();
    for (const hall of data.halls) halls.set(hall.id, hall);
    if (!view) choose(localStorage.getItem("central-view") ?? (totals.halls > 8 ? "map" : "list"), false);
    draw(null);
  }
  if (data.changes) {
    below = data.below ?? below;
    for (const change of data.changes) {
      if (change.gone) halls.delete(change.id);
      else halls.set(change.id, { ...halls.get(change.id), ...change });
    }
    const moved = Object.keys(below).filter((path) => JSON.stringify(below[path]) !== JSON.stringify(before[path]));
    if (data.changes.length || moved.length) draw(new Set([...data.changes.map((change) => change.id), ...moved]));
  }
  if (data.alarms) { alarms = data.alarms; drawAlarms(); }
  if (data.totals) drawTotals(trend.told);
});
setInterval(drawAges, 1000);
