// The audit: who did what, when, to what, from where; and whether its chain holds.

import { chip, el, words } from "./base.js";
import { call, dayTime, fill, loudly, manage } from "./manage.js";

const PAGE = 100;
const form = document.getElementById("filter");
const rows = document.getElementById("rows");
const more = document.getElementById("more");
const standing = document.getElementById("standing");
let next = null;

form.elements.act.append(...Object.entries(words.audit_act).filter(([name]) => name.includes(".")).map(([name, word]) => el("option", { value: name }, word)));

function asked() {
  const values = [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
  return new URLSearchParams([["limit", String(PAGE)], ...values]);
}

function inWords(name, value) {
  if (name === "roles") return String(value).split(/[ ,]+/).map((one) => words.role[one] ?? one).join(", ");
  if (name === "level") return words.level[value] ?? value;
  if (name === "reason") return words.pause[value] ?? value;
  if (typeof value === "boolean") return value ? manage.detail_yes : manage.detail_no;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function told(detail) {
  return Object.entries(detail).filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${manage[`detail_${name}`] ?? name}: ${inWords(name, value)}`).join("; ");
}

function row(one) {
  const good = one.result === "done";
  return el("tr", {}, el("td", { class: "n id" }, String(one.id)), el("td", {}, el("time", { datetime: one.at }, dayTime(one.at))),
    el("td", {}, one.actor), el("td", {}, one.unit), el("td", {}, words.audit_act[one.act] ?? one.act), el("td", {}, one.object),
    el("td", {}, chip(good ? "quiet" : "due", manage[`result_${one.result}`] ?? one.result)), el("td", { class: "id" }, one.source),
    el("td", { class: "detail-cell" }, told(one.detail)));
}

async function load({ older = false } = {}) {
  const query = asked();
  if (older && next) query.set("cursor", next);
  const answer = await call("GET", `/api/v1/audit?${query}`);
  const made = answer.items.map(row);
  if (older) rows.append(...made);
  else rows.replaceChildren(...made);
  next = answer.next;
  more.hidden = next === null;
  document.getElementById("empty").hidden = rows.childElementCount > 0;
}

async function verify() {
  const button = document.getElementById("verify");
  button.disabled = true;
  try {
    let place = { after: 0, hash: null };
    for (;;) {
      const query = new URLSearchParams({ after: String(place.after), ...(place.hash ? { before: place.hash } : {}) });
      const answer = await call("GET", `/api/v1/audit/chain?${query}`);
      if (answer.broken_at !== null) {
        standing.replaceChildren(chip("fault", manage.chain_broken), ` ${fill(manage.chain_broken_at, { line: answer.broken_at })}`);
        return;
      }
      place = { after: answer.upto, hash: answer.newest, cut: answer.cut_upto };
      standing.textContent = fill(manage.chain_so_far, { lines: answer.upto });
      if (!answer.more) break;
    }
    const gone = place.cut ? ` ${fill(manage.chain_cut, { upto: place.cut })}` : "";
    standing.replaceChildren(chip("good", manage.chain_holds), `${gone} ${fill(manage.chain_told, { lines: place.after - place.cut })} `, el("code", {}, place.hash));
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  loudly(load);
});
form.addEventListener("reset", () => setTimeout(() => loudly(load)));
more.addEventListener("click", () => loudly(() => load({ older: true })));
document.getElementById("verify").addEventListener("click", () => loudly(verify));
loudly(load);
