// The sections of a case: its people, documents, short records, and everything that happened.

import { chip, el } from "./base.js";
import { act, call, loudly, newKey, pair, read, said } from "./manage.js";
import { line, open, select, value } from "./aiddesk_form.js";
import { atWords, byId, choices, codeWords, codes, dayWords, english, fill, root, say, shortDay, words, yuan } from "./aiddesk_words.js";
import { NotTaken, saveAs, send } from "./aid_files.js";
import { fullOf } from "./aiddesk_full.js";

const desk = "desk" in root.dataset;
const supervises = "supervises" in root.dataset;

// --- people

function card(title, one, ...more) {
  const facts = [one.id_number && `${codes.id_kind[one.id_kind] ?? ""} ${one.id_number}`, one.phone, one.birth_year && fill(say.birth_year, { year: one.birth_year }), ...more].filter(Boolean);
  return el("li", {}, el("span", {}, title), el("b", {}, one.name), ...facts.map((fact) => el("span", {}, fact)));
}

function askWhy(title, note, doing) {
  open(title, [el("p", { class: "note" }, note), line("reason", say.full_reason, { maxlength: "200", minlength: "4" })], (key) => doing(value("reason"), key));
}

export function drawPeople(told) {
  const { applicant, agent, opposing, notice } = told.people;
  const cards = [card(notice ? say.accused : say.applicant, applicant, told.groups.map((one) => codes.group[one]).join("、")),
    ...(agent ? [card(say.agent, agent, codeWords("relation", agent.relation))] : []), ...opposing.map((one) => card(say.opposing, one))];
  if (notice) cards.push(el("li", {}, el("span", {}, say.organ), el("b", {}, notice.organ), el("span", {}, notice.letter)));
  const place = el("div", {});
  const show = act(say.show_full, () => askWhy(say.full_title, say.full_note, async (reason) => {
    const whole = await call("POST", `/api/v1/aid/cases/${told.id}/disclose`, { reason });
    const hide = act(say.hide_full, () => { place.replaceChildren(); show.focus(); });
    place.replaceChildren(await fullOf(whole), el("p", { class: "acts" }, hide));
    setTimeout(() => hide.focus());
  }));
  const renew = act(say.new_code, () => askWhy(say.new_code, say.new_code_note, async (reason, key) => {
    const given = await call("POST", `/api/v1/aid/cases/${told.id}/code`, { reason }, key);
    place.replaceChildren(el("p", { class: "aiddesk-code" }, el("output", { translate: "no" }, given.code), el("span", {}, say.new_code_once)));
  }));
  const lawyers = told.assignments.map((one) => pair(say.assignment, `${[one.name, one.firm ?? one.firm_code].filter(Boolean).join(" · ")} · ${fill(say.assigned_since, { day: shortDay(one.since_at) })}`,
    one.provisional ? ` · ${say.assignment_provisional}` : "", one.until_at ? ` – ${shortDay(one.until_at)}` : one.accepted_at ? "" : ` · ${say.not_accepted}`)).flat();
  byId("people-body").replaceChildren(el("ul", { class: "aiddesk-people" }, ...cards), el("p", { class: "acts" }, show, ...(desk && !notice ? [renew] : [])), place,
    ...(lawyers.length ? [el("dl", { class: "facts" }, ...lawyers)] : []));
}

// --- documents

const titleOf = (one) => (english ? one.title_en : one.title_zh);

async function fetched(path, name, options) {
  try {
    saveAs(await send(options.method, path, options), name);
  } catch (refused) {
    if (!(refused instanceof NotTaken)) throw refused;
    said(refused.message, true);
  }
}

function openPaper(one) {
  const kind = select("format", words.aid_given.how, [["pdf", say.download_pdf], ["docx", say.download_docx]], { value: "pdf" });
  open(fill(say.download_title, { title: titleOf(one) }), [el("p", { class: "note" }, say.full_note), line("reason", say.full_reason, { maxlength: "200", minlength: "4" }), kind],
    async () => {
      const format = value("format");
      const answer = await fetch(`/api/v1/aid/papers/${one.id}/open`, { method: "POST", headers: { "Content-Type": "application/json", Accept: "*/*" }, body: JSON.stringify({ format, reason: value("reason") }) });
      if (!answer.ok) await read(answer);
      saveAs(await answer.blob(), `${one.form}-${one.id}.${format}`);
      const lacks = answer.headers.get("Paper-Lacks");
      if (lacks) said(fill(say.lacking, { characters: lacks }), true);
    });
}

function deliver(one, files, renew) {
  const now = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 16); // China's clock, whatever this machine's is
  const proofs = files.map((file) => [file.id, file.title || words.aid_file[file.kind]]);
  open(fill(say.deliver_title, { title: titleOf(one) }), [
    select("method", say.deliver_method, choices.methods.map((code) => [code, codes.delivery[code]])),
    line("at", say.deliver_at, { type: "datetime-local", value: now, max: now }), line("receiver", say.deliver_receiver, { maxlength: "60" }),
    select("proof", say.deliver_proof, proofs, { required: false })],
  async (key) => {
    const proof = value("proof");
    await call("POST", `/api/v1/aid/papers/${one.id}/deliveries`, { method: value("method"), at: `${value("at")}:00+08:00`, receiver: value("receiver"), ...(proof ? { proof } : {}) }, key);
    await renew();
  });
}

function voidIt(one, renew) {
  open(fill(say.void_title, { title: titleOf(one) }), [el("p", { class: "note" }, say.void_note), line("reason", say.full_reason, { maxlength: "200", minlength: "4" })],
    async (key) => { await call("POST", `/api/v1/aid/papers/${one.id}/void`, { reason: value("reason") }, key); await renew(); }, { danger: true });
}

function undeliver(one, done, renew) {
  open(fill(say.undeliver_title, { title: titleOf(one) }), [el("p", { class: "note" }, say.undeliver_note), line("reason", say.full_reason, { maxlength: "200", minlength: "4" })],
    async (key) => { await call("POST", `/api/v1/aid/papers/${one.id}/deliveries/${done.id}/void`, { reason: value("reason") }, key); await renew(); }, { danger: true });
}

function named(button, one) {
  button.setAttribute("aria-label", `${button.textContent} ${titleOf(one)} ${one.number ?? ""}`);
  return button;
}

function paper(one, files, renew) {
  const delivered = (done) => fill(say.delivered, { method: codes.delivery[done.method], receiver: done.receiver, day: shortDay(done.at) });
  const hold = one.deliveries.filter((done) => !done.voided_at);
  const deliveries = hold.map((done) => el("small", {}, delivered(done)));
  const gone = one.deliveries.filter((done) => done.voided_at).map((done) => el("small", { class: "note" }, fill(say.undelivered_again, { told: delivered(done) })));
  const waits = one.served && !deliveries.length && !one.voided_at;
  const served = one.voided_at ? [el("span", { class: "note" }, fill(say.voided, { reason: one.void_reason ?? "" }))]
    : waits ? [chip("warning", say.undelivered)] : deliveries.length ? deliveries : [el("span", { class: "note" }, one.served ? "" : say.not_served)];
  served.push(...gone);
  const buttons = [named(act(say.download, () => openPaper(one)), one)];
  if (desk && one.served && !one.voided_at) buttons.push(named(act(say.deliver, () => deliver(one, files, renew)), one), named(act(say.sheet, () => fetched(`/api/v1/aid/papers/${one.id}/delivery-sheet`, `F22-${one.id}.pdf`, { method: "GET" })), one));
  if (supervises && !one.voided_at && hold.length) buttons.push(named(act(say.undeliver, () => undeliver(one, hold.at(-1), renew)), one));
  if (supervises && !one.voided_at) buttons.push(named(act(say.void, () => voidIt(one, renew), { danger: true }), one));
  return el("tr", { class: one.voided_at ? "voided" : "" }, el("td", {}, `${one.form} ${titleOf(one)}`, el("small", {}, one.number ?? "")),
    el("td", {}, shortDay(one.at), el("small", {}, one.by)), el("td", {}, ...served), el("td", {}, el("div", { class: "acts" }, ...buttons)));
}

function waiting(one, renew) {
  const title = english ? one.en : one.zh;
  const make = act(say.make, async () => {
    const made = await loudly(() => call("POST", `/api/v1/aid/cases/${root.dataset.case}/papers`, { form: one.code }, newKey()));
    if (made === null) return;
    await renew();
    said(fill(say.made, { title }));
  });
  make.setAttribute("aria-label", `${say.make} ${title}`);
  return el("tr", {}, el("td", {}, `${one.code} ${title}`), el("td", { colspan: 2, class: "note" }, say.to_make), el("td", {}, el("div", { class: "acts" }, ...(desk ? [make] : []))));
}

export function drawDocuments(papers, files, renew, toMake = []) {
  const rows = [...toMake.map((one) => waiting(one, renew)), ...papers.map((one) => paper(one, files, renew))];
  byId("documents-body").replaceChildren(el("tbody", {}, ...(rows.length ? rows : [el("tr", {}, el("td", { class: "note" }, say.no_documents))])));
}

// --- short records, history

export function drawLinked(linked) {
  byId("linked").hidden = linked.length === 0;
  byId("linked-body").replaceChildren(...linked.map((one) => el("li", {}, el("a", { href: `/matters/${one.id}` }, `${words.matter_kind[one.kind] ?? one.kind} ${one.year}-${one.number}`), ` · ${words.matter_state[one.state] ?? one.state} · ${dayWords(one.opened_at)}`)));
}

const QUIET = new Set(["documents", "step", "kinds", "lawyer", "result"]); // who was chosen stands by name among the people
// The same name means another thing in another step.
const LABELS = { CALL_BACK: { how: "call_back_how", answer: "call_back_answer" }, OBJECT: { text: "objection" }, UPHOLD: { text: "findings" }, ORDER_CORRECTION: { text: "findings" } };

function labelOf(move, name) {
  const label = words.aid_given[LABELS[move]?.[name]] ?? words.aid_given[name.replace(/_fen$/, "")] ?? words.aid_given[name] ?? name;
  return label.replace(/\s*[（(][^（()）]*(不填|须|如：|empty|such as|all of it)[^（()）]*[）)]$/, ""); // that was for whoever filled it in
}

function told(name, one) {
  if (name === "files") return fill(say.files_count, { count: one.length }); // they stand under "papers"
  if (name === "grade") return words.grade[one] ?? String(one);
  if (Array.isArray(one)) return one.map((part) => (typeof part === "object" ? [codeWords("kinds", part.kind ?? ""), part.text, part.name].filter(Boolean).join("：") : codeWords(name, part))).join("、");
  if (typeof one === "object" && one !== null) return "";
  if (name.endsWith("_fen")) return yuan(one);
  return codeWords(name, one);
}

export function stepLine(step) {
  const actor = fill(say.step_as, { who: step.actor, capacity: words.aid_capacity[step.capacity] ?? step.capacity });
  const changed = step.from_state === step.to_state ? words.aid_state[step.to_state] : fill(say.from_to, { from: words.aid_state[step.from_state], to: words.aid_state[step.to_state] });
  const facts = Object.entries({ ...step.facts, ...step.texts }).filter(([name]) => !QUIET.has(name)).map(([name, one]) => [labelOf(step.move, name), told(name, one)]).filter(([, one]) => one !== "");
  return el("li", {}, el("b", {}, `${step.n}. ${words.aid_move[step.move] ?? step.move}`), ` ${step.forms.join(" ")}`,
    el("span", { class: "note" }, `${atWords(step.at)} · ${actor} · ${changed}`), facts.length ? el("dl", {}, ...facts.flatMap(([name, one]) => pair(name, one))) : null);
}

export function drawHistory(steps, chain) {
  byId("steps").replaceChildren(...[...steps].reverse().map(stepLine));
  const place = byId("chain");
  place.textContent = chain.broken_at === null ? fill(say.chain_whole, { count: chain.steps }) : fill(say.chain_broken, { n: chain.broken_at });
  place.className = chain.broken_at === null ? "note" : "broken";
}

/** Why a limit was missed; said once, and it stays. */
export function explainLate(clock, renew) {
  open(`${say.why_late}：${words.limit[clock.rule] ?? clock.rule}`, [select("reason", words.aid_given.reason, choices.late.map((code) => [code, words.limit_late[code]])),
    line("note", words.aid_given.text_optional, { required: false, maxlength: "400" })],
  async (key) => { await call("POST", `/api/v1/aid/limits/${clock.id}/reason`, { reason: value("reason"), note: value("note") }, key); await renew(); });
}
