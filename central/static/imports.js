// Lists from files: a dry run as soon as a file is chosen, what it would do, and the import of the very same file.

import { el, words } from "./base.js";
import { Refused, fill, manage, newKey, read, said, sure } from "./manage.js";

const say = words.imports;
const english = document.documentElement.lang === "en";
const drop = document.getElementById("drop");
const input = document.getElementById("file");
const problem = document.getElementById("problem");
const result = document.getElementById("result");
let file = null;
let turn = 0;

const kind = () => document.querySelector("[name=kind]:checked").value;

async function send(query, key = null) {
  const headers = { Accept: "application/json", "Content-Type": "application/octet-stream" };
  if (key) headers["Idempotency-Key"] = key;
  let answer;
  try {
    answer = await fetch(`/api/v1/imports/${kind()}${query}`, { method: "POST", headers, body: file });
  } catch {
    throw new Refused("NO_LINE", null, manage.no_line);
  }
  return read(answer);
}

async function tryOut(chosen) {
  file = chosen;
  turn += 1;
  const mine = turn;
  result.hidden = true;
  document.getElementById("codes").hidden = true;
  problem.textContent = "";
  said(fill(say.reading, { name: file.name }));
  try {
    // held in memory, so that what is brought in is what was tried, whatever becomes of the file meanwhile
    file = new File([await chosen.arrayBuffer()], chosen.name);
    const told = await send("?dry_run=true");
    if (mine === turn) show(told);
  } catch (refused) {
    if (mine === turn) problem.textContent = refused instanceof Refused ? `${chosen.name}：${refused.message}` : manage.no_line;
    if (!(refused instanceof Refused) && refused.name !== "NotReadableError") throw refused;
  } finally {
    document.getElementById("said").hidden = true;
    input.value = "";
  }
}

function count(value, word, bad = false) {
  return el("div", { class: bad && value ? "bad" : null }, el("b", {}, String(value)), el("span", {}, word));
}

function show(told) {
  const bad = told.faults_total > 0;
  const something = told.added + told.changed > 0;
  document.getElementById("which").textContent = fill(say.told_of, { name: file.name, written_as: told.written_as });
  document.getElementById("counts").replaceChildren(count(told.rows, say.rows), count(told.added, say.added), count(told.changed, say.changed),
    count(told.same, say.same), count(told.faults_total, say.faults, true));
  document.getElementById("verdict").textContent = bad ? say.mend : something ? say.ready : say.nothing;
  const button = el("button", { type: "button", class: "button" }, say.apply);
  button.addEventListener("click", () => bringIn(told));
  document.getElementById("acts").replaceChildren(...(bad || !something ? [] : [button]));
  document.getElementById("faults").replaceChildren(...(bad ? [faults(told)] : []));
  result.hidden = false;
  result.scrollIntoView({ block: "nearest" });
}

function faults(told) {
  const rows = told.faults.map((one) => el("tr", {}, el("td", { class: "n" }, String(one.row)),
    el("td", {}, (english ? one.column : one.column_zh) ?? ""), el("td", {}, english ? one.message : one.message_zh)));
  const note = told.faults_total > told.faults.length ? el("caption", {}, fill(say.first_faults, { count: told.faults.length })) : null;
  return el("table", {}, note, el("thead", {}, el("tr", {}, el("th", { class: "n", scope: "col" }, say.row),
    el("th", { scope: "col" }, say.column), el("th", { scope: "col" }, say.problem))), el("tbody", {}, ...rows));
}

function bringIn(told) {
  const key = newKey(); // the same wish, however often the button is pressed
  sure({ title: fill(say.sure_title, told), text: say.sure_text, send: say.apply }, async () => {
    const done = await send("", key);
    document.getElementById("verdict").textContent = fill(say.done, done);
    document.getElementById("acts").replaceChildren();
    if (done.codes) {
      document.getElementById("code-rows").replaceChildren(...done.codes.map((one) => el("tr", {}, el("td", {}, one.name), el("td", {}, el("code", {}, one.code)))));
      document.getElementById("codes").hidden = false;
    }
    said(fill(say.done, done));
  });
}

document.querySelectorAll("[name=kind]").forEach((radio) => radio.addEventListener("change", () => {
  for (const about of document.querySelectorAll("[data-about]")) about.hidden = about.dataset.about !== kind();
  turn += 1;
  result.hidden = true;
  document.getElementById("codes").hidden = true;
  problem.textContent = "";
}));
document.getElementById("choose").addEventListener("click", () => input.click());
input.addEventListener("change", () => { if (input.files.length) tryOut(input.files[0]); });
drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length) tryOut(event.dataTransfer.files[0]);
});
document.getElementById("print").addEventListener("click", () => window.print());
