// The limits that a unit promises in place of longer ones of the law: what holds today, a new one, and its end.

import { el, fill, page, words } from "./base.js";
import { call } from "./manage.js";

const say = words.aid_promise;
const english = document.documentElement.lang === "en";
const byId = (id) => document.getElementById(id);
const form = byId("promise");
const days = (one) => fill(say[`days_${one.day_kind}`], one);
const limitName = (rule) => words.limit[rule] ?? rule;
let at = "";
let telling = null;
let told = null;

function button(word, about, run) {
  const made = el("button", { type: "button", class: "plain", "aria-label": `${word}: ${about}` }, word);
  made.addEventListener("click", run);
  return made;
}

function say_done(text) {
  byId("promise-done").textContent = text;
}

function ending(one, name, again) {
  // what whole offices go by is asked for a second time, and can be left
  const place = el("div", { class: "aidpapers-acts" });
  const usual = () => [button(say.end, `${name} ${days(one)}`, ask)];
  function ask() {
    const yes = button(say.end_yes, name, () => telling(async () => {
      await call("POST", `${at}/${one.id}/end`, {});
      await again();
      say_done(fill(say.ended, { limit: name }));
      byId("promises-title").focus();
    }));
    const no = button(say.leave, name, () => { place.replaceChildren(...usual()); place.firstChild.focus(); });
    place.replaceChildren(el("span", {}, fill(say.end_sure, { limit: name })), yes, no);
    no.focus();
  }
  place.append(...usual());
  return place;
}

function whose(one) {
  const own = at.includes(`/${one.unit}/`);
  if (!own) return fill(say.above, { unit: (english ? one.unit_en : one.unit_zh) || one.unit, from: one.valid_from });
  return fill(one.valid_to ? say.own_until : say.own, { from: one.valid_from, to: one.valid_to });
}

function row(limit) {
  const name = limitName(limit.rule);
  const now = limit.promise;
  const own = told.history.filter((one) => one.rule === limit.rule && (!one.valid_to || one.valid_to >= told.today));
  const coming = own.filter((one) => one.valid_from > told.today);
  return el("tr", {}, el("th", { scope: "row" }, name),
    el("td", {}, days(limit), el("small", {}, limit.article)),
    el("td", {}, now ? days(now) : say.none, now ? el("small", {}, whose(now)) : null,
      ...coming.map((one) => el("small", {}, fill(say.coming, { from: one.valid_from, days: days(one) })))),
    el("td", {}, ...own.map((one) => ending(one, name, renew))));
}

function past(one) {
  const limit = limitName(one.rule);
  const facts = { limit, days: days(one), from: one.valid_from, to: one.valid_to, by: one.set_by };
  return el("li", {}, fill(one.valid_to < one.valid_from ? say.was_never : say.was, facts));
}

function draw() {
  const head = [say.limit, say.law, say.promised, say.acts];
  byId("promise-rows").replaceChildren(el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...told.items.map(row)));
  const chosen = form.elements.rule.value;
  form.elements.rule.replaceChildren(...told.items.map((one) => el("option", { value: one.rule }, limitName(one.rule))));
  if (chosen) form.elements.rule.value = chosen;
  form.elements.valid_from.min = told.today;
  form.elements.valid_from.value ||= told.today;
  const over = told.history.filter((one) => one.valid_to && one.valid_to < told.today);
  byId("promise-history").hidden = over.length === 0;
  byId("promise-history").querySelector("summary").textContent = fill(say.history, { count: over.length });
  byId("promise-past").replaceChildren(...over.map(past));
}

async function renew() {
  const asked = at;
  const found = await call("GET", at);
  if (asked !== at) return; // another unit was chosen meanwhile
  told = found;
  draw();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!form.reportValidity()) return;
  say_done("");
  telling(async () => {
    const { rule, value, day_kind, valid_from } = form.elements;
    const made = await call("POST", at, { rule: rule.value, value: Number(value.value), day_kind: day_kind.value, valid_from: valid_from.value });
    value.value = "";
    await renew();
    say_done(fill(say.saved, { limit: limitName(made.rule), days: days(made), from: made.valid_from }));
  });
});

/** Shows the promises of a unit; ``told_by`` runs what may be refused and says so in its place. */
export async function showPromises(unit, told_by) {
  [at, telling] = [`/api/v1/aid/units/${encodeURIComponent(unit)}/promises`, told_by];
  say_done("");
  await renew();
}
