// The application for legal aid at a window: what the kiosk has, what the card says, what the clerk types, its papers and a
// signature; then one submission, its receipt, and the pages. All of it lives in this page and goes with its ticket.
import { fieldOf, toApplication, toFields } from "./aid-shape.js";
import { drawPages, listenToPages, pageCount, sendPages, wipePages } from "./application-pages.js";
import { all, byId, facts, lang, live, make, onLanguage, refusalWords, say, send, sendOnce, speak } from "./hall.js";
import { signatureIn, signaturePad } from "./sign.js";

const form = byId("form");
const kept = {}; // the signature's strokes
const lists = { opposing: ["name", "phone"], papers: ["name", "copies", "original"] };
const most = { opposing: 20, papers: 40 };
const address = `/api/v1/windows/${facts.window}/aid-application`;
let state = null; // what the controller says of this ticket
let number = null;
let signature = null;
let pad = null;
let lacks = [];
let busy = false;
let slip = null;
const criminal = ["M24", "M29", "M33"]; // matters in which somebody may be in custody
let told = null; // the last words, to be said again in another language

function tell(key, kind = "note", filling = {}) {
  told = key && [key, kind, filling];
  byId("told").replaceChildren(...(key ? [make("p", { class: kind }, say(`application.${key}`, filling))] : []));
}

// --- fields -------------------------------------------------------------------------------------------------------------

function fields() {
  const found = { groups: all("[name=groups]:checked", form).map((box) => box.value), signature };
  for (const element of form.elements) {
    if (!element.name || element.name === "groups" || element.dataset.row) continue;
    found[element.name] = element.type === "checkbox" ? element.checked : element.value;
  }
  for (const name of ["id_number", "agent_id_number"]) found[name] = found[name].trim().toUpperCase();
  for (const list of Object.keys(lists)) found[list] = all(`#${list} .item`).map(rowValue);
  if (!needsHardship().statement) for (const name of ["basis", "household", "income_yuan", "property", "debts"]) found[name] = "";
  if (!needsHardship().statement) found.promise = false;
  if (!needsHardship().presumed) found.presumed = "";
  if (byId("custody").hidden) Object.assign(found, { detained: false, custody: "" });
  return found;
}

const rowValue = (row) => Object.fromEntries(all("input", row).map((input) => [input.dataset.row, input.type === "checkbox" ? input.checked : input.value]));

function fill(values) {
  for (const [name, value] of Object.entries(values)) {
    const element = form.elements[name];
    if (name === "groups") for (const box of all("[name=groups]", form)) box.checked = value.includes(box.value);
    else if (lists[name]) for (const one of value) addRow(name, one);
    else if (element instanceof HTMLElement && element.type === "checkbox") element.checked = Boolean(value);
    else if (element instanceof HTMLElement && element.type !== "file") element.value = String(value);
  }
  follow();
}

function addRow(list, values = {}) {
  const place = byId(list);
  if (place.children.length >= most[list]) return null;
  const row = make("div", { class: "item" }, ...lists[list].map((name) => {
    const words = { name: list === "papers" ? "aid.field.paper_name" : "aid.field.opposing", phone: "aid.field.phone", copies: "aid.field.copies", original: "aid.field.original" }[name];
    const box = name === "original";
    const input = make("input", { "data-row": name, type: box ? "checkbox" : name === "copies" ? "number" : "text", min: name === "copies" ? 1 : null, max: name === "copies" ? 99 : null, maxlength: name === "name" ? 60 : name === "phone" ? 24 : null, autocomplete: "off", spellcheck: "false" });
    if (box) input.checked = Boolean(values[name]); else input.value = values[name] ?? (name === "copies" ? 1 : "");
    return make("label", { class: box ? "check" : name }, ...(box ? [input, make("span", { "data-w": words }, say(words))] : [make("span", { "data-w": words }, say(words)), input]));
  }));
  const remove = make("button", { type: "button", class: "quiet", "data-w": "application.remove" }, say("application.remove"));
  remove.addEventListener("click", () => { row.remove(); byId(list === "papers" ? "add-paper" : "add-opposing").focus(); });
  row.append(remove);
  place.append(row);
  return row;
}

/** Which parts of the statement of hardship this matter asks for (法律援助法 24, 32, 41, 42); never whether aid is given. */
function needsHardship() {
  const matter = form.elements.matter.value;
  const presumed = !matter.startsWith("M32");
  return { presumed, statement: presumed && !form.elements.presumed.value, said: !presumed ? "not_needed_32" : matter === "M24" ? "not_needed_24" : form.elements.presumed.value ? "presumed_42" : "" };
}

function follow() {
  byId("agent").hidden = !form.elements.has_agent.checked;
  byId("custody").hidden = !criminal.includes(form.elements.matter.value);
  const needs = needsHardship();
  byId("hardship").hidden = !needs.presumed;
  byId("statement").hidden = !needs.statement;
  byId("hardship-said").textContent = needs.said ? `${say(`application.${needs.said}`)} ${say("application.only_a_view")}` : "";
  all("[data-field=promise]")[0].hidden = form.elements.basis.value !== "PROMISE";
}

function wipe() {
  form.reset();
  for (const list of Object.keys(lists)) byId(list).replaceChildren();
  form.elements.id_kind.value = "RESIDENT";
  form.elements.nature.value = "CIVIL";
  form.elements.aid_form.value = "FORM_4";
  form.elements.stage.value = "NONE";
  form.elements.signed_how.value = "SIGNATURE";
  signature = null;
  kept.strokes = [];
  byId("sign-picture").hidden = true;
  byId("sign-picture").removeAttribute("src");
  byId("card-said").textContent = "";
  byId("done-code").textContent = "";
  byId("done-code").hidden = true;
  slip = null;
  lacks = [];
  drawLacks();
  drawPad();
  wipePages();
  follow();
}

// --- signature and card -------------------------------------------------------------------------------------------------

function drawPad() {
  pad = signaturePad(kept, say("application.sign_pad"), (png) => { signature = png; byId("sign-picture").hidden = true; if (png) form.elements.signed_how.value = "SIGNATURE"; });
  byId("sign-pad").replaceChildren(pad.canvas);
}

async function signWithFile(event) {
  const file = event.target.files[0];
  const found = file ? await signatureIn(file) : null;
  event.target.value = "";
  pad.clear();
  signature = found;
  byId("sign-picture").hidden = found === null;
  if (found === null) { tell("page_unfit", "warning"); return; }
  byId("sign-picture").src = found;
  byId("sign-picture").alt = say("application.signed");
  form.elements.signed_how.value = "SCAN";
}

async function readCard() {
  byId("read-card").disabled = true;
  byId("card-said").textContent = say("application.card_wait");
  const asked = number;
  const answer = await fetch(`/api/v1/windows/${facts.window}/card-readings`, { method: "POST", cache: "no-store", signal: AbortSignal.timeout(30_000) })
    .then(async (got) => ({ ok: got.ok, body: await got.json() })).catch(() => ({ ok: false, body: null }));
  byId("read-card").disabled = false;
  if (asked !== number) return;
  if (answer.ok) fill(Object.fromEntries(Object.entries(answer.body).filter(([, value]) => value)));
  byId("card-said").textContent = answer.ok ? say("application.card_read") : refusalWords(answer, say("application.no_line"));
}

// --- what is missing, and the submission --------------------------------------------------------------------------------

function drawLacks() {
  for (const place of all(".wrong", form)) { place.hidden = true; place.textContent = ""; }
  for (const element of all("[aria-invalid]", form)) { element.removeAttribute("aria-invalid"); element.removeAttribute("aria-describedby"); }
  for (const lack of lacks) {
    const name = fieldOf(lack.field);
    const [place, element] = [byId(`w-${name}`), byId(`f-${name}`)];
    if (place) { place.textContent = lang() === "zh" ? lack.message_zh : lack.message; place.hidden = false; }
    if (element && place) { element.setAttribute("aria-invalid", "true"); element.setAttribute("aria-describedby", place.id); }
  }
  byId("lacks").replaceChildren(...(lacks.length ? [make("p", { class: "warning" }, `▲ ${say("application.lacks", { count: lacks.length })}`),
    make("ul", {}, ...lacks.map((lack) => {
      const goes = make("button", { type: "button", class: "link" }, lang() === "zh" ? lack.message_zh : lack.message);
      goes.addEventListener("click", () => goTo(fieldOf(lack.field)));
      return make("li", {}, goes);
    }))] : []));
}

function goTo(name) {
  if (name.startsWith("agent") && !form.elements.has_agent.checked) { form.elements.has_agent.checked = true; follow(); }
  const element = byId(`f-${name}`) ?? (name === "signature" ? byId("sign-file") : all(`#${name} input`)[0]);
  all(`[data-field=${name || "name"}]`)[0]?.scrollIntoView({ block: "center" });
  element?.focus();
}

const oneLack = (answer) => [{ field: answer.body?.error?.field ?? "", message: refusalWords(answer, say("application.no_line")), message_zh: refusalWords(answer, say("application.no_line")) }];

async function submit(event) {
  event.preventDefault();
  if (busy) return;
  let made = null;
  busy = true;
  byId("submit").disabled = true;
  const application = toApplication(fields());
  const checked = await send("POST", "/api/v1/aid-checks", { form: application });
  lacks = checked.ok ? checked.body.items : oneLack(checked);
  if (checked.ok && !lacks.length) {
    const answer = await sendOnce("POST", `${address}s`, { number, form: application, pages: pageCount() });
    if (answer.ok) made = answer.body; else lacks = oneLack(answer);
  }
  busy = false;
  byId("submit").disabled = false;
  drawLacks();
  if (made) await submitted(made);
}

async function submitted(receipt) {
  state = { ...state, receipt: receipt.receipt, pages: receipt.pages, taken: 0, draft: false };
  slip = { name: receipt.slip, state: "printing" };
  tell(null);
  drawDone();
  byId("done-title").focus();
  watchSlip(slip);
  if (pageCount()) await upload();
}

// --- after it -----------------------------------------------------------------------------------------------------------

async function upload() {
  if (busy) return;
  busy = true;
  const total = Math.max(state.pages, state.taken + pageCount());
  const words = (key, filling) => { byId("done-pages").textContent = say(`application.${key}`, filling); };
  byId("send-pages").hidden = true;
  const { taken, answer } = await sendPages(state.receipt, state.taken, total, (page) => words("sending", { page, pages: total }));
  state = { ...state, taken, pages: total };
  busy = false;
  drawDone();
  if (answer) words("not_sent", { page: taken + 1 });
}

async function watchSlip(watched) {
  for (let asked = 0; asked < 60 && slip === watched && watched.state === "printing"; asked += 1) {
    const found = await fetch(`/api/v1/aid-slips/${watched.name}`, { signal: AbortSignal.timeout(5000) }).then((got) => (got.ok ? got.json() : null)).catch(() => null);
    if (slip !== watched) return;
    if (found) Object.assign(watched, found);
    drawSlip();
    if (watched.state === "printing") await new Promise((go) => setTimeout(go, 1000));
  }
}

async function printAgain() {
  const answer = await send("POST", `${address}s/${state.receipt}/slip`, {});
  if (!answer.ok) { byId("done-slip").textContent = refusalWords(answer, say("application.no_line")); return; }
  slip = { name: answer.body.slip, state: "printing" };
  drawSlip();
  watchSlip(slip);
}

function drawSlip() {
  byId("done-slip").textContent = slip ? say(`application.slip_${slip.state}`) : "";
  byId("done-slip").className = slip?.state === "failed" ? "warning" : "note";
  byId("done-code").hidden = !slip?.code;
  byId("done-code").textContent = slip?.code ? say("application.code", { code: slip.code }) : "";
}

function drawDone() {
  const is = Boolean(state?.receipt);
  byId("done").hidden = !is;
  form.hidden = is || !state;
  byId("scan").hidden = !state;
  const home = is ? byId("desk") : byId("scan-home");
  if (byId("scan").parentElement !== home) home.append(byId("scan")); // a part that is moved loses the focus
  if (!is) return;
  byId("done-receipt").textContent = say("application.receipt", { receipt: state.receipt });
  const missing = state.pages - state.taken;
  const waiting = pageCount();
  if (!busy) byId("done-pages").textContent = missing > waiting ? say("application.missing_pages", { count: missing }) : state.pages && !missing && !waiting ? say("application.sent", { pages: state.pages }) : say("application.more_pages");
  byId("send-pages").hidden = busy || !waiting;
  byId("send-pages").textContent = say(missing && missing <= waiting ? "application.send_on" : "application.send_pages");
  drawSlip();
}

// --- the ticket at this window ------------------------------------------------------------------------------------------

async function load(wanted) {
  number = wanted;
  wipe();
  state = null;
  byId("ticket").textContent = wanted ? say("application.for_ticket", { number: wanted }) : "";
  drawDone();
  if (!wanted) { tell("nobody"); return; }
  const answer = await send("GET", address);
  if (number !== wanted) return;
  if (!answer.ok) { byId("told").replaceChildren(make("p", { class: "warning" }, refusalWords(answer, say("application.no_line")))); return; }
  state = answer.body;
  all(".card-row")[0].hidden = !state.card_reader;
  byId("take-page").hidden = !state.camera;
  tell(state.receipt ? null : state.sealing ? "empty" : "no_sealing", state.sealing ? "note" : "warning");
  if (state.draft) {
    const draft = await send("GET", `/api/v1/windows/${facts.window}/aid-draft`);
    if (number !== wanted) return;
    if (draft.ok && draft.body.form) fill(toFields(draft.body.form));
    if (state.sealing) tell(draft.ok && !draft.body.lost ? "from_draft" : "lost", draft.ok && !draft.body.lost ? "note" : "warning");
  }
  drawDone();
}

/** Another ticket is another person: nothing of the last one stays. One that is only gone may come back by an undo. */
function heard(view) {
  const here = view.ticket?.number ?? null;
  if (here === null && number !== null) { tell("gone", "warning"); byId("submit").disabled = true; return; }
  if (here !== number) load(here);
  else { byId("submit").disabled = busy; if (told?.[0] === "gone") tell(state?.receipt ? null : "empty"); }
}

function translate() {
  for (const option of all("option[data-code]")) option.textContent = say(option.dataset.code);
  for (const option of all("option[data-choose]")) option.textContent = say("application.choose");
  byId("ticket").textContent = number ? say("application.for_ticket", { number }) : "";
  if (told) tell(...told);
  drawLacks();
  drawPages();
  drawPad();
  drawDone();
  follow();
}

form.addEventListener("submit", submit);
form.addEventListener("change", follow);
form.elements.matter.addEventListener("change", () => {
  const matter = form.elements.matter.value;
  form.elements.nature.value = ["M24", "M29"].includes(matter) ? "CRIMINAL" : form.elements.nature.value === "CRIMINAL" && matter !== "M33" ? "CIVIL" : form.elements.nature.value;
});
byId("add-opposing").addEventListener("click", () => all("input", addRow("opposing"))[0]?.focus());
byId("add-paper").addEventListener("click", () => all("input", addRow("papers"))[0]?.focus());
byId("read-card").addEventListener("click", readCard);
byId("sign-clear").addEventListener("click", () => { pad.clear(); byId("sign-picture").hidden = true; signature = null; });
byId("sign-file").addEventListener("change", signWithFile);
byId("slip-again").addEventListener("click", printAgain);
byId("send-pages").addEventListener("click", upload);
addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
listenToPages(() => { if (state?.receipt) drawDone(); });
onLanguage(translate);
wipe();
speak(lang(), { keep: false });
live(`/api/v1/windows/${facts.window}/stream`, "window", heard, { onSignedOut: () => location.assign(`/window/${facts.window}`) });
