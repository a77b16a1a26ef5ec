// The desk of legal aid: buckets at the left, the list by limit, looking a case up. What it shows comes by the API.

import { clockTime, el, fill } from "./base.js";
import { Refused, call } from "./manage.js";
import { desk, severalUnits, table } from "./aiddesk_rows.js";
import { limitCounts, limitsTable, notices } from "./aiddesk_notices.js";
import "./aiddesk_search.js";

const byId = (id) => document.getElementById(id);
const form = byId("filter");
const problem = byId("problem");
const buttons = [...document.querySelectorAll("[data-bucket]")];
const FILTERS = ["state", "owner", "channel", "unit"];
const AGAIN_MS = 60000;
let bucket = "all";
let shown = [];
let next = null;
let turn = 0;

function query(cursor) {
  const asked = new URLSearchParams({ limit: "50" });
  const over = bucket === "over";
  for (const name of FILTERS) {
    const value = form.elements[name].value;
    if (value && !(over && ["owner", "channel"].includes(name))) asked.set(name, value);
  }
  const [kind, what] = [bucket.split("_")[0], bucket.slice(bucket.indexOf("_") + 1)];
  if (kind === "light" || kind === "waiting") asked.set(kind, what);
  if (bucket === "mine") asked.set("owner", "me");
  if (bucket === "first") asked.set("first", "true");
  if (over) asked.set("over", "true");
  if (cursor) asked.set("cursor", cursor);
  return asked;
}

function remember() {
  const kept = new URLSearchParams();
  if (bucket !== "all") kept.set("bucket", bucket);
  for (const name of FILTERS) if (form.elements[name].value) kept.set(name, form.elements[name].value);
  history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
}

function recall() {
  const kept = new URLSearchParams(location.search);
  const wanted = kept.get("bucket");
  if (buttons.some((one) => one.dataset.bucket === wanted)) bucket = wanted;
  for (const name of FILTERS) form.elements[name].value = kept.get(name) ?? "";
  for (const name of FILTERS) if (form.elements[name].selectedIndex < 0) form.elements[name].value = "";
}

const limits = () => bucket.startsWith("limits_");

function address(cursor) {
  if (!limits()) return `/api/v1/aid/cases?${query(cursor)}`;
  const asked = new URLSearchParams({ light: bucket.slice(7), limit: "50" });
  if (form.elements.unit.value) asked.set("unit", form.elements.unit.value);
  if (cursor) asked.set("cursor", cursor);
  return `/api/v1/aid/limits?${asked}`;
}

function drawBucket() {
  const over = bucket === "over";
  for (const one of buttons) {
    const chosen = one.dataset.bucket === bucket;
    one.setAttribute("aria-pressed", String(chosen));
    if (chosen) byId("list-title").textContent = one.firstChild.textContent;
  }
  for (const one of form.querySelectorAll("label[data-live]")) one.hidden = over || limits();
  form.elements.state.closest("label").hidden = limits();
  form.elements.owner.disabled = bucket === "mine";
  for (const option of form.elements.state.options) option.hidden = over ? "live" in option.dataset : "over" in option.dataset;
  if (form.elements.state.selectedOptions[0]?.hidden) form.elements.state.value = "";
}

function drawCounts(told, lights) {
  for (const one of buttons) {
    const name = one.dataset.bucket;
    const found = name.startsWith("limits_") ? { count: lights[name.slice(7)], more: false } : told.buckets[name];
    if (!found) continue;
    one.querySelector("b").textContent = found.more ? fill(desk.more, { count: found.count }) : String(found.count);
    one.classList.toggle("is-some", found.count > 0);
  }
  const select = form.elements.unit;
  const had = select.value || new URLSearchParams(location.search).get("unit") || "";
  const english = document.documentElement.lang === "en";
  select.replaceChildren(select.options[0], ...told.units.map((one) => el("option", { value: one.id }, (english ? one.name_en : one.name_zh) || one.id)));
  select.value = told.units.some((one) => one.id === had) ? had : "";
  byId("unit-filter").hidden = told.units.length < 2;
}

function drawRows() {
  const focused = document.activeElement?.closest?.("tr[data-case]")?.dataset.case;
  const over = bucket === "over";
  byId("rows").replaceChildren(...(limits() ? limitsTable(shown) : table(shown, { none: over ? desk.none_over : desk.none, units: severalUnits(shown) })));
  if (focused) byId("rows").querySelector(`tr[data-case="${focused}"] a`)?.focus();
  byId("more-place").hidden = !next && shown.length <= 50;
  byId("more").hidden = !next;
  byId("shown").textContent = fill(desk.shown, { count: shown.length });
}

async function quietly(work) {
  try {
    const told = await work();
    problem.textContent = "";
    return told;
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    problem.textContent = refused.message;
    return null;
  }
}

async function renew() {
  const mine = ++turn;
  const unit = form.elements.unit.value || new URLSearchParams(location.search).get("unit");
  const counts = call("GET", `/api/v1/aid/desk/buckets${unit ? `?unit=${encodeURIComponent(unit)}` : ""}`);
  const told = await quietly(() => Promise.all([call("GET", address(null)), counts, limitCounts(unit), notices()]));
  if (mine !== turn || told === null) return;
  const [list, counted, lights] = told;
  [shown, next] = [list.items, list.next];
  drawCounts(counted, lights);
  drawRows();
  byId("fresh").textContent = fill(desk.fresh, { time: clockTime(counted.now) });
}

async function more() {
  const mine = turn;
  const told = await quietly(() => call("GET", address(next)));
  if (mine !== turn || told === null) return;
  const first = shown.length;
  [shown, next] = [[...shown, ...told.items], told.next];
  drawRows();
  byId("rows").querySelectorAll("tbody a.aiddesk-number")[first]?.focus();
}

function choose(wanted) {
  bucket = wanted;
  drawBucket();
  remember();
  return renew();
}

for (const one of buttons) one.addEventListener("click", () => choose(one.dataset.bucket));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => { remember(); renew(); });
byId("more").addEventListener("click", more);
setInterval(() => { if (!document.hidden && shown.length <= 50 && !document.querySelector("dialog[open]")) renew(); }, AGAIN_MS);

recall();
drawBucket();
renew();
