// What an administrator says of a centre of legal aid, and the unit's own templates of its documents.

import { el, fill, page, words } from "./base.js";
import { showPromises } from "./aid_promises.js";
import { Refused, call, everything, manage, newKey, read, unitName } from "./manage.js";

const say = words.aid_papers;
const english = document.documentElement.lang === "en";
const byId = (id) => document.getElementById(id);
const FACTS = ["name_zh", "short_name", "phone", "address", "bureau", "bureau_phone", "bureau_address", "seal"];
const problem = byId("problem");
const done = byId("done");
let items = [];
let chosen = null;
let turn = 0;

const unit = () => byId("unit").value;
const at = (form) => `/api/v1/aid/units/${encodeURIComponent(unit())}/templates/${form}`;
const nameOf = (one) => (english ? one.en : one.zh);

async function telling(work, place = problem) {
  for (const one of [problem, byId("promise-problem"), done]) one.textContent = "";
  try {
    return await work();
  } catch (refused) {
    place.textContent = refused instanceof Refused ? refused.message : manage.no_line;
    if (!(refused instanceof Refused)) throw refused;
    return null;
  }
}

// --- the centre ---

function drawCentre(told) {
  const form = byId("centre").elements;
  for (const name of FACTS) form[name].value = told[name];
  form.short_name.readOnly = told.short_name_fixed;
  byId("unset").hidden = told.set;
}

byId("centre").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (!form.reportValidity()) return;
  telling(async () => {
    const body = Object.fromEntries(FACTS.map((name) => [name, form.elements[name].value.trim()]));
    await call("PUT", `/api/v1/aid/centres/${encodeURIComponent(unit())}`, body);
    byId("unset").hidden = true;
    done.textContent = fill(say.saved, { number: `（${body.short_name}）援申字〔${new Date().getFullYear()}〕第0001号` });
  });
});

// --- templates ---

function button(word, one, run, more = {}) {
  const made = el("button", { type: "button", class: "plain", "aria-label": `${word}: ${nameOf(one)}`, ...more }, word);
  made.addEventListener("click", run);
  return made;
}

function row(one) {
  const acts = el("div", { class: "aidpapers-acts" });
  const usual = () => [
    el("a", { class: "plain", href: at(one.form), download: "", "aria-label": `${say.download}: ${nameOf(one)}` }, say.download),
    button(say.upload, one, () => { chosen = one; byId("file").click(); }),
    button(say.fields, one, () => showFields(one)),
    one.version ? button(say.back, one, () => askBack(one, acts, usual)) : null,
  ].filter(Boolean);
  acts.replaceChildren(...usual());
  return el("tr", {},
    el("td", {}, one.form),
    el("th", { scope: "row" }, nameOf(one)),
    el("td", {}, words.aid_maker[one.about.maker]),
    el("td", {}, one.about.word ?? (one.about.fields.some((field) => field.name === "case_number") ? say.own_number : page.none)),
    el("td", {}, one.about.served ? say.yes : say.no),
    el("td", {}, one.version ? fill(say.own, { version: one.version }) : say.shipped),
    el("td", {}, acts));
}

function askBack(one, place, usual) {
  // what others use is asked for a second time, and can be left
  const yes = button(say.back_yes, one, () => telling(async () => {
    await call("DELETE", at(one.form));
    await renew();
    done.textContent = fill(say.gone_back, { name: nameOf(one) });
  }));
  const no = button(say.leave, one, () => place.replaceChildren(...usual()));
  place.replaceChildren(el("span", {}, fill(say.back_sure, { name: nameOf(one) })), yes, no);
  no.focus();
}

function draw() {
  const wanted = byId("search").value.trim().toLowerCase();
  const found = items.filter((one) => `${one.form} ${one.zh} ${one.en} ${one.about.word ?? ""}`.toLowerCase().includes(wanted));
  const head = [say.code, say.name, say.maker, say.word, say.served, say.in_use, say.acts];
  byId("rows").replaceChildren(
    el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...found.map(row)));
}

function showFields(one) {
  byId("fields-title").textContent = fill(say.fields_of, { name: nameOf(one) });
  byId("field-rows").replaceChildren(el("tbody", {}, ...one.about.fields.map((field) => el("tr", {},
    el("td", {}, el("code", {}, field.columns.length ? `{%tr for one in ${field.name} %} ${["no", ...field.columns].map((name) => `{{ one.${name} }}`).join(" ")} {%tr endfor %}` : `{{ ${field.name} }}`)),
    el("td", {}, english ? field.en : field.zh),
    el("td", {}, field.needed ? say.needed : "")))));
  byId("fields").showModal();
}
byId("fields-close").addEventListener("click", () => byId("fields").close());

byId("file").addEventListener("change", () => {
  const [file] = byId("file").files;
  const one = chosen;
  byId("file").value = "";
  if (!file || !one) return;
  telling(async () => {
    done.textContent = fill(say.checking, { name: nameOf(one) });
    let answer;
    try {
      const headers = { Accept: "application/json", "Content-Type": "application/octet-stream", "Idempotency-Key": newKey() };
      answer = await fetch(at(one.form), { method: "POST", headers, body: await file.arrayBuffer() });
    } catch {
      done.textContent = "";
      throw new Refused("NO_LINE", null, manage.no_line);
    }
    try {
      const told = await read(answer);
      await renew();
      done.textContent = fill(say.uploaded, { name: nameOf(one), version: told.version });
    } catch (refused) {
      done.textContent = "";
      throw refused;
    }
  });
});
byId("search").addEventListener("input", draw);

async function renew() {
  const mine = ++turn;
  const told = await call("GET", `/api/v1/aid/units/${encodeURIComponent(unit())}/templates`);
  if (mine !== turn) return;
  items = told.items;
  const note = english ? told.source.note_en : told.source.note_zh;
  byId("not-compared").textContent = note ?? "";
  byId("not-compared").hidden = !note;
  draw();
}

async function open() {
  const centre = await call("GET", `/api/v1/aid/centres/${encodeURIComponent(unit())}`);
  drawCentre(centre);
  await showPromises(unit(), (work) => telling(work, byId("promise-problem")));
  await renew();
}

telling(async () => {
  const units = await everything("/api/v1/units");
  const own = byId("unit").dataset.own;
  byId("unit").replaceChildren(...units.map((one) => el("option", { value: one.id }, unitName(one))));
  byId("unit").value = own;
  await open();
});
byId("unit").addEventListener("change", () => telling(open));
