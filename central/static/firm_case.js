// A case as the firm at work in it sees it: what to do next, documents, papers, who the recipient is once accepted.

import { el, page, words } from "./base.js";
import { NotTaken, saveAs, send } from "./aid_files.js";
import { codes, dayOf, dueChip, fill, lawyerName, matterName, say, stateChip } from "./firm_parts.js";
import { act, call, dayTime, loudly, newKey, pair, Refused, said, wire } from "./manage.js";

const byId = (id) => document.getElementById(id);
const english = document.documentElement.lang === "en";
const id = byId("number").dataset.case;
const ENDINGS = { "image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf" };
const openers = Object.fromEntries(["decline", "wait", "came", "engage", "report", "close", "look", "fetch"].map((name) => [name, wire(byId(name), {
  places: { REASON_MISSING: { look: "look_reason", fetch: "fetch_reason" }[name] },
})]));
let told = null;
let files = [];

// --- moves ---

const TEXT_OF = { CLOSE: "close_text", WAIT_FOR_CLIENT: "wait_text", CLIENT_CAME: "came_text" };
const waiting = () => told.limits.some((one) => one.rule === "LA_SIGN" && one.paused_at && !one.ended_at);
const optional = (input) => (input.value.trim() ? { text: input.value.trim() } : {});

async function move(name, given, key = newKey()) {
  try {
    await call("POST", `/api/v1/aid/cases/${id}/moves`, { move: name, version: told.version, given }, key);
  } catch (refused) {
    if (refused instanceof Refused && refused.field) refused.field = { text: TEXT_OF[name] ?? "report_text" }[refused.field] ?? refused.field;
    throw refused;
  }
  if (name === "DECLINE") { location.assign("/firm"); return; }
  said(fill(say.done, { move: words.aid_move[name] }));
  await load();
  byId("next-title").focus();
}

const chosen = (place) => [...byId(place).querySelectorAll("input:checked")].map((one) => one.value);

function offer(place, kind, none) {
  const fitting = files.filter((one) => one.kind === kind);
  byId(place).replaceChildren(...(fitting.length
    ? fitting.map((one) => el("label", {}, el("input", { type: "checkbox", value: one.id, checked: true }), `${one.title || words.aid_file[one.kind]} · ${dayTime(one.at)}`))
    : [el("p", { class: "note" }, none)]));
}

function fen(text) {
  if (!/^[0-9]{1,11}([.][0-9]{1,2})?$/.test(text)) throw new Refused("WRONG_FIELD", "recovered", "");
  const [yuan, cents = ""] = text.split(".");
  return Number(yuan) * 100 + Number(cents.padEnd(2, "0"));
}

const ACTS = {
  ACCEPT: () => loudly(() => move("ACCEPT", {})),
  DECLINE: () => openers.decline((form, key) => move("DECLINE", { reason: form.elements.reason.value.trim() }, key)),
  WAIT_FOR_CLIENT: () => openers.wait((form, key) => move("WAIT_FOR_CLIENT", { cause: form.elements.cause.value, ...optional(form.elements.wait_text) }, key)),
  CLIENT_CAME: () => openers.came((form, key) => move("CLIENT_CAME", optional(form.elements.came_text), key)),
  ENGAGE: () => {
    offer("engage-files", "AGREEMENT", say.engage_none);
    openers.engage((form, key) => move("ENGAGE", { files: chosen("engage-files"), signed_on: form.elements.signed_on.value, one_scan: form.elements.one_scan.checked }, key), { keep: true });
  },
  REPORT: () => openers.report((form, key) => {
    const ended = form.elements.ended_on.value;
    return move("REPORT", { text: form.elements.report_text.value.trim(), ...(ended ? { ended_on: ended } : {}) }, key);
  }),
  CLOSE: () => {
    openers.close((form, key) => move("CLOSE", {
      outcome: form.elements.outcome.value, text: form.elements.close_text.value.trim(), recovered_fen: fen(form.elements.recovered.value.trim()), files: chosen("close-files"),
    }, key));
    offer("close-files", "JUDGMENT", say.close_none);
  },
};

const ORDER = ["ACCEPT", "ENGAGE", "CLIENT_CAME", "WAIT_FOR_CLIENT", "CLOSE", "REPORT", "DECLINE"];

function movesNow() {
  const accepted = Boolean(told.accepted_at);
  return ORDER.filter((name) => told.moves.includes(name))
    .filter((name) => ({ ACCEPT: !accepted, ENGAGE: accepted, WAIT_FOR_CLIENT: accepted && !waiting(), CLIENT_CAME: waiting() })[name] ?? true);
}

function drawNext() {
  const now = movesNow();
  const first = now.find((name) => ["ACCEPT", "ENGAGE", "CLOSE"].includes(name));
  byId("next-note").textContent = told.conflict ? say.conflict : waiting() ? say.say_WAITING : first ? say[`say_${first}`] : say[`say_${told.state}`] ?? say.nothing;
  byId("acts").replaceChildren(...now.map((name) => {
    const button = act(words.aid_move[name], ACTS[name], { danger: name === "DECLINE" });
    if (name === first) button.className = "button";
    button.dataset.move = name;
    return button;
  }));
}

// --- the case ---

function drawFacts() {
  byId("number").textContent = told.number ?? say.facts;
  document.title = `${told.number ?? say.facts} · ${page.product}`;
  byId("state").replaceChildren(stateChip(told));
  byId("due").replaceChildren(...[dueChip(told)].filter(Boolean));
  const marks = [told.provisional ? say.provisional : null, told.detained ? say.detained : null].filter(Boolean);
  byId("facts").replaceChildren(...pair(say.matter, matterName(told)), ...pair(say.stage, codes.stage[told.stage] ?? page.none),
    ...pair(say.lawyer, lawyerName(told)), ...pair(say.since, dayOf(told.since_at)), ...(marks.length ? pair("", marks.join(" · ")) : []));
}

function drawContact(full = null) {
  const masked = told.people.applicant;
  if (full === null) {
    const see = told.accepted_at ? act(say.contact_see, look) : null;
    byId("contact").replaceChildren(el("dl", { class: "facts" }, ...pair(say.name, masked.name)), el("p", { class: "note" }, say.contact_masked), ...(see ? [see] : []));
    return;
  }
  const one = full.recipient;
  const others = [...(full.agent ? pair(say.agent, `${full.agent.name} ${full.agent.phone}`) : []),
    ...full.opposing.flatMap((who) => pair(say.opposing, [who.name, who.phone].filter(Boolean).join(" "))),
    ...[["organ", full.organ], ["place", full.place], ["what", full.facts]].filter(([, text]) => text).flatMap(([name, text]) => pair(say[name], text))];
  const facts = el("dl", { class: "facts" }, ...["name", "phone", "address", "id_number"].flatMap((name) => pair(say[name], one[name] || page.none)), ...others);
  byId("contact").replaceChildren(facts, act(say.contact_hide, () => { drawContact(); byId("contact-title").focus(); }));
  byId("contact-title").focus();
}

function look() {
  openers.look(async (form) => {
    const reason = form.elements.look_reason.value.trim();
    try {
      drawContact(await call("POST", `/api/v1/firm/cases/${id}/disclose`, { reason }));
    } catch (refused) {
      if (refused instanceof Refused && refused.field === "reason") refused.field = "look_reason";
      throw refused;
    }
  });
}

// --- documents and papers ---

function fetchOne(title, path, name, both) {
  byId("fetch-title").textContent = fill(say.open_title, { title });
  byId("format").closest(".field").hidden = !both;
  openers.fetch(async (form) => {
    const kind = both ? form.elements.format.value : null;
    try {
      const blob = await send("POST", path, { body: { reason: form.elements.fetch_reason.value.trim(), ...(both ? { format: kind } : {}) } });
      saveAs(blob, both ? `${name}.${kind}` : name);
    } catch (refused) {
      if (!(refused instanceof NotTaken)) throw refused;
      throw new Refused(refused.code, refused.field === "reason" ? "fetch_reason" : refused.field, refused.message);
    }
  });
}

function documentLine(one) {
  const title = english ? one.title_en : one.title_zh;
  const button = act(say.open, () => fetchOne(title, `/api/v1/aid/firm/papers/${one.id}/open`, one.form, true));
  button.setAttribute("aria-label", `${say.open} ${title}`);
  return el("li", {}, el("span", {}, title, el("small", {}, [one.number, dayTime(one.at), one.voided_at ? say.void : null].filter(Boolean).join(" · "))), button);
}

function fileLine(one) {
  const title = one.title || words.aid_file[one.kind];
  const button = act(say.open, () => fetchOne(title, `/api/v1/aid/firm/cases/${id}/files/${one.id}/open`, `${one.kind}-${one.id.slice(0, 6)}.${ENDINGS[one.type]}`, false));
  button.setAttribute("aria-label", `${say.open} ${title}`);
  const facts = [words.aid_file[one.kind], dayTime(one.at), fill(words.aid_files.pages, one)].join(" · ");
  return el("li", { data: { kind: one.kind } }, el("span", {}, title, el("small", {}, facts)), button);
}

function reportLine(one) {
  const more = [one.facts.cause ? words.aid_wait[one.facts.cause] : null, one.facts.outcome ? words.aid_outcome[one.facts.outcome] : null, one.facts.ended_on, one.facts.signed_on].filter(Boolean).join(" · ");
  const text = one.texts.text ?? one.texts.reason;
  return el("li", {}, el("span", {}, words.aid_move[one.move], el("small", {}, [dayTime(one.at), more].filter(Boolean).join(" · ")), text ? el("p", {}, text) : null));
}

const orNone = (items, none) => (items.length ? items : [el("li", { class: "note" }, none)]);

byId("upload").addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = byId("chosen").files[0];
  byId("upload-problem").textContent = "";
  if (!file) { byId("chosen").focus(); return; }
  try {
    const made = await send("POST", `/api/v1/aid/cases/${id}/files?kind=${byId("kind").value}`, { file });
    const title = file.name.replace(/\.[^.]*$/, "").replace(/[\u0000-\u001f\u007f]/g, "").slice(0, 60);
    if (title) await send("PATCH", `/api/v1/aid/cases/${id}/files/${made.id}`, { body: { title } });
    byId("chosen").value = "";
    said(fill(words.aid_files.sent, { count: 1 }));
    await load();
  } catch (refused) {
    if (!(refused instanceof NotTaken)) throw refused;
    byId("upload-problem").textContent = refused.message;
  }
});

async function load() {
  await loudly(async () => {
    const [whole, papers, handed] = await Promise.all([call("GET", `/api/v1/firm/cases/${id}`),
      call("GET", `/api/v1/aid/firm/cases/${id}/papers`), call("GET", `/api/v1/aid/firm/cases/${id}/files`)]);
    told = whole;
    files = handed.items;
    drawFacts();
    drawNext();
    drawContact();
    byId("documents").replaceChildren(...orNone(papers.items.map(documentLine), say.no_documents));
    byId("files").replaceChildren(...orNone(files.map(fileLine), words.aid_files.none));
    byId("reports").replaceChildren(...orNone(told.reports.map(reportLine), say.no_reports));
  });
}

load();
