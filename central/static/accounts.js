// Accounts: who may come in, as what and where; one-time codes told once; sessions ended; accounts removed.

import { chip, el, page, words } from "./base.js";
import { Refused, Units, act, call, dayTime, everything, fill, loudly, manage, pair, said, sure, tellOnce, wire } from "./manage.js";

const me = document.getElementById("accounts").dataset.me;
const units = new Units();
const find = document.getElementById("find");
const role = document.getElementById("role");
const detail = document.getElementById("detail");
const PLACES = { NO_SUCH_UNIT: "unit", UNIT_CLOSED: "unit" };
const add = wire(document.getElementById("add"), { places: PLACES });
const change = wire(document.getElementById("change"), { places: PLACES });
const lock = wire(document.getElementById("lock"));
const explainNew = units.explain(document.getElementById("unit"));
const explainChanged = units.explain(document.getElementById("c-unit"));
let accounts = [];
let chosen = null;

for (const place of document.querySelectorAll("[data-roles]")) {
  place.append(...Object.keys(words.role).map((one) => el("label", {},
    el("input", { type: "checkbox", name: "roles", value: one }), words.role[one])));
}
role.append(...Object.keys(words.role).map((one) => el("option", { value: one }, words.role[one])));

async function load() {
  accounts = await everything("/api/v1/accounts");
  draw();
}

function stateOf(one) {
  if (one.locked) return chip("fault", manage.account_locked);
  if (one.locked_out_until) return chip("due", manage.account_locked_out);
  if (one.active) return chip("good", manage.account_active);
  if (one.code_until && Date.parse(one.code_until) > Date.now()) return chip("due", manage.account_waits);
  return chip("none", manage.account_code_over);
}

function row(one) {
  const button = el("button", { type: "button", class: "row", data: { name: one.name }, "aria-pressed": String(chosen === one.name) }, one.name);
  const made = el("tr", { class: chosen === one.name ? "chosen" : null }, el("td", {}, button, one.name === me ? el("span", { class: "note" }, ` ${manage.you}`) : null),
    el("td", {}, el("div", { class: "tags" }, ...one.roles.map((each) => el("span", { class: "tag" }, words.role[each] ?? each)))),
    el("td", {}, units.name(one.unit)), el("td", {}, stateOf(one)));
  made.addEventListener("click", () => choose(one.name));
  return made;
}

function draw() {
  const wanted = find.value.trim().toLowerCase();
  const found = accounts.filter((one) => (!role.value || one.roles.includes(role.value))
    && [one.name, one.unit, units.trail(one.unit)].some((text) => text.toLowerCase().includes(wanted)));
  document.getElementById("rows").replaceChildren(...found.map(row));
  document.getElementById("empty").hidden = found.length > 0;
  document.getElementById("count").textContent = fill(manage.accounts_count, { count: found.length });
}

function choose(name) {
  chosen = name;
  draw();
  document.querySelector(`.row[data-name="${CSS.escape(name)}"]`)?.focus();
  loudly(show);
}

async function show() {
  const one = accounts.find((each) => each.name === chosen);
  if (!one) {
    detail.replaceChildren(el("p", { class: "choose" }, manage.choose_account));
    return;
  }
  const sessions = (await call("GET", `/api/v1/accounts/${one.name}/sessions`)).items;
  if (chosen !== one.name) return;
  const own = one.name === me;
  detail.replaceChildren(
    el("h2", {}, one.name), el("p", { class: "trail" }, units.trail(one.unit)),
    el("dl", { class: "facts" }, ...pair(page.state, stateOf(one)),
      ...locks(one),
      ...pair(manage.roles, el("div", { class: "tags" }, ...one.roles.map((each) => el("span", { class: "tag" }, words.role[each] ?? each)))),
      ...(one.code_until ? pair(manage.open_code, fill(manage.good_till, { time: dayTime(one.code_until) })) : []),
      ...pair(manage.second_factor, manage[`factor_${one.second_factor}`]),
      ...pair(manage.made_at, dayTime(one.made_at)), ...pair(manage.used_at, one.used_at ? dayTime(one.used_at) : manage.never)),
    el("h3", {}, manage.sessions),
    sessions.length ? el("table", {}, el("tbody", {}, ...sessions.map((each) => session(one, each)))) : el("p", { class: "note" }, manage.no_sessions),
    own ? el("p", { class: "note" }, manage.own_account) : el("div", { class: "acts" }, ...acts(one)));
}

function acts(one) {
  return [
    act(manage.change_account, () => startChange(one)),
    ...(one.locked || one.locked_out_until ? [act(manage.unlock_account, () => unlock(one))] : []),
    ...(one.locked ? [] : [act(manage.lock_account, () => startLock(one), { danger: true })]),
    act(manage.new_code, () => newCode(one), { danger: one.active }),
    ...(one.second_factor === "set_up" ? [act(manage.reset_factor, () => resetFactor(one), { danger: true })] : []),
    act(manage.remove_account, () => remove(one), { danger: true }),
  ];
}

function session(one, each) {
  const end = act(manage.end_session, async () => {
    await loudly(async () => {
      await call("DELETE", `/api/v1/accounts/${one.name}/sessions/${each.id}`);
      said(manage.session_ended);
    });
    await loudly(show);
  });
  return el("tr", {}, el("td", {}, each.source || page.none, each.this_one ? el("span", { class: "note" }, ` ${manage.this_session}`) : null),
    el("td", { class: "note" }, fill(manage.seen_at, { time: dayTime(each.seen_at) })), el("td", { class: "n" }, each.this_one ? null : end));
}

function rolesOf(form) {
  return [...form.querySelectorAll("[name=roles]:checked")].map((one) => one.value);
}

function startAdd() {
  add(async (form, key) => {
    const body = { name: form.elements.name.value.trim(), roles: rolesOf(form), unit: form.elements.unit.value.trim() };
    if (!body.roles.length) throw noRole();
    const told = await call("POST", "/api/v1/accounts", body, key);
    await loudly(load);
    choose(told.name);
    tellCode(told.name, told.code);
  });
  explainNew();
}

function noRole() {
  return new Refused("NO_ROLE", null, words.error.NO_ROLE);
}

function tellCode(name, code) {
  tellOnce({ title: fill(manage.account_code_title, { name }), text: manage.account_code_text, code,
    note: fill(manage.account_code_note, { place: `${location.origin}/activate` }) });
}

function startChange(one) {
  const form = change(async (_, key) => {
    const body = { roles: rolesOf(form), unit: form.elements.unit.value.trim() };
    if (!body.roles.length) throw noRole();
    await call("PATCH", `/api/v1/accounts/${one.name}`, body, key);
    await loudly(load);
    await loudly(show);
    said(manage.saved);
  });
  form.elements.unit.value = one.unit;
  explainChanged();
  for (const box of form.querySelectorAll("[name=roles]")) box.checked = one.roles.includes(box.value);
}

function newCode(one) {
  sure({ title: fill(manage.new_code_title, { name: one.name }), text: manage.new_code_text, send: manage.new_code }, async (key) => {
    const told = await call("POST", `/api/v1/accounts/${one.name}/code`, undefined, key);
    await loudly(load);
    await loudly(show);
    tellCode(one.name, told.code);
  });
}

function locks(one) {
  return [
    ...(one.locked ? pair(manage.lock_state, fill(manage.locked_told, { ...one.locked, time: dayTime(one.locked.at) })) : []),
    ...(one.locked_out_until ? pair(manage.account_locked_out, fill(manage.locked_out_told, { time: dayTime(one.locked_out_until) })) : []),
  ];
}

function startLock(one) {
  document.getElementById("lock-title").textContent = fill(manage.lock_title, { name: one.name });
  lock(async (form, key) => {
    await call("PUT", `/api/v1/accounts/${one.name}/lock`, { reason: form.elements.reason.value.trim() }, key);
    await loudly(load);
    await loudly(show);
    said(fill(manage.account_locked_now, { name: one.name }));
  });
}

function unlock(one) {
  sure({ title: fill(manage.unlock_title, { name: one.name }), text: manage.unlock_text, send: manage.unlock_account }, async (key) => {
    await call("DELETE", `/api/v1/accounts/${one.name}/lock`, undefined, key);
    await loudly(load);
    await loudly(show);
    said(fill(manage.account_unlocked, { name: one.name }));
  });
}

function resetFactor(one) {
  sure({ title: fill(manage.reset_factor_title, { name: one.name }), text: manage.reset_factor_text, send: manage.reset_factor }, async (key) => {
    await call("DELETE", `/api/v1/accounts/${one.name}/second-factor`, undefined, key);
    await loudly(load);
    await loudly(show);
    said(manage.saved);
  });
}

function remove(one) {
  sure({ title: fill(manage.remove_title, { name: one.name }), text: manage.remove_text, send: manage.remove_account, typed: one.name }, async (key) => {
    await call("DELETE", `/api/v1/accounts/${one.name}`, undefined, key);
    chosen = null;
    await loudly(load);
    await loudly(show);
    said(fill(manage.account_removed, { name: one.name }));
  });
}

find.addEventListener("input", draw);
role.addEventListener("change", draw);
document.getElementById("add-account").addEventListener("click", startAdd);
loudly(async () => {
  await units.load();
  units.offer(document.getElementById("unit-ids"));
  await load();
});
