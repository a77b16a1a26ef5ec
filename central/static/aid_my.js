// One's own case behind the code from the receipt. The code leaves the address at once, the token lives in this page's
// memory alone, and both are gone when the page is left or nobody touches it for a quarter of an hour.

import { byId, el, fill } from "./visitor.js";
import { dayInWords, words } from "./base.js";
import { codes } from "./aid_codes.js";
import { NotTaken, Papers, saveAs, send } from "./aid_files.js";

const say = words.aid_my;
const english = document.documentElement.lang === "en";
const own = "/api/v1/public/aid/my";
const place = byId("case");
let token = null;
let idleMs = 900_000;
let idle = null;

const headers = () => ({ Authorization: `Bearer ${token}` });

function leave(text = "") {
  clearTimeout(idle);
  token = null;
  place.replaceChildren();
  place.hidden = true;
  byId("enter").hidden = false;
  byId("code").value = "";
  byId("problem").textContent = text;
}

function touched() {
  clearTimeout(idle);
  if (token) idle = setTimeout(() => leave(words.error.AID_CODE_NEEDED), idleMs);
}

for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, touched, { passive: true });
window.addEventListener("pagehide", () => { if (token) fetch(`${own}/session`, { method: "DELETE", headers: headers(), keepalive: true }).catch(() => {}); leave(); });

/** What is refused is told; where the code is needed again the page is wiped first. */
async function loudly(work, problem) {
  problem.textContent = "";
  try {
    await work();
    return true;
  } catch (refused) {
    if (!(refused instanceof NotTaken)) throw refused;
    if (refused.code === "AID_CODE_NEEDED") leave(refused.message);
    else problem.textContent = refused.message;
    return false;
  }
}

async function enter(code) {
  if (!/^[0-9A-Za-z]{16}$/.test(code.replace(/[-\s]/g, ""))) {
    byId("problem").textContent = say.code_shape;
    byId("code").focus();
    return;
  }
  await loudly(async () => {
    const given = await send("POST", `${own}/session`, { body: { code } });
    token = given.token;
    idleMs = given.idle_s * 1000;
    byId("code").value = "";
    touched();
    await load();
    byId("enter").hidden = true;
    byId("title").focus();
  }, byId("problem"));
}

async function load() {
  show(await send("GET", own, { headers: headers() }));
}

const row = (word, text) => (text ? [el("dt", {}, word), el("dd", {}, text)] : []);
const card = (title, ...children) => el("section", { class: "card" }, el("h2", {}, title), ...children);

const onScreen = (made) => { made.classList.add("for-screen"); return made; }; // nothing of use on paper

function show(one) {
  const away = el("button", { type: "button", class: "plain" }, say.leave);
  away.addEventListener("click", async () => { await send("DELETE", `${own}/session`, { headers: headers() }).catch(() => {}); leave(say.left); byId("code").focus(); });
  const waits = one.gaps.some((gap) => !gap.filled); // whoever has to hand something in finds the button right below
  place.replaceChildren(standing(one), ...missing(one), ...(waits ? [papers(one), letters(one)] : [letters(one), papers(one)]), acts(one), el("div", { class: "gap" }, away));
  place.hidden = false;
}

function standing(one) {
  return el("section", { class: "card" }, el("p", { class: "wait" }, say[`state.${one.state}`]), el("p", {}, say[`then.${one.state}`]),
    one.identified ? null : el("p", { class: "notice" }, say.identity), ...dates(one),
    el("dl", { class: "told" }, ...row(say.number, one.number), ...row(say.receipt, one.receipt), ...row(say.applicant, one.name), ...row(say.matter, codes[`matter.${one.matter}`] ?? words.aid_notice[one.matter]),
      ...row(say.received, dayInWords(one.received_at)), ...row(say.centre, centreOf(one.centre))));
}

/** Its name as it stands over its door, and its telephone to be called with one touch. */
function centreOf(centre) {
  const name = [english ? centre.name_en : "", centre.name_zh].filter(Boolean).join(" · ");
  return el("span", {}, name, centre.phone ? el("a", { class: "call", href: `tel:${centre.phone.replace(/[^0-9+]/g, "")}` }, fill(say.call, { phone: centre.phone })) : null);
}

function dates(one) {
  return [...one.dates].sort((early, late) => (early.day === null) - (late.day === null)).map((date) => {
    const day = dayInWords(date.day, { weekday: true });
    const told = date.day === null ? el("span", {}, say.paused) : date.past ? el("span", {}, fill(say.past, { day })) : el("b", {}, fill(say.by, { day }));
    return el("p", { class: "date" }, el("span", {}, say[`due.${date.rule}`]), told, date.provisional && date.day ? el("small", {}, say.provisional) : null);
  });
}

function missing(one) {
  if (!one.gaps.some((gap) => !gap.filled)) return [];
  return [card(say.missing, el("ul", { class: "gaps" }, ...one.gaps.map((gap) => el("li", {}, el("span", {}, [say[`gap.${gap.kind}`], gap.text].filter(Boolean).join("：")),
    el("span", { class: `chip is-${gap.filled ? "open" : "unknown"}` }, el("span", { class: "sign", "aria-hidden": "true" }), gap.filled ? say.missing_done : say.missing_open)))))];
}

function letters(one) {
  const problem = el("p", { class: "problem", role: "alert" });
  const list = one.letters.map((letter) => {
    const open = el("button", { type: "button", class: "plain" }, say.open_letter);
    open.addEventListener("click", () => loudly(async () => {
      saveAs(await send("POST", `${own}/letters/${letter.id}/open`, { headers: headers(), body: {} }), `${letter.form}.pdf`);
      await load();
    }, problem));
    return el("li", {}, el("span", {}, say[`letter.${letter.form}`], el("small", {}, [letter.number, dayInWords(letter.at), letter.opened ? say.opened : ""].filter(Boolean).join(" · "))), open);
  });
  return card(say.letters, el("p", { class: "note" }, list.length ? say.letters_note : say.no_letters), el("ul", { class: "letters" }, ...list), problem);
}

function papers(one) {
  const inside = el("div", {});
  const list = new Papers(inside, `${own}/files`, { headers, add: one.takes_files, opens: false, then: load });
  list.show(one.files);
  return onScreen(card(say.files, el("p", { class: "note" }, say.files_note), inside));
}

function acts(one) {
  const inside = el("div", { class: "gap" });
  const list = () => inside.replaceChildren(...(one.moves.length ? one.moves.map((move) => {
    const button = el("button", { type: "button", class: "plain", data: { move } }, say[move]);
    button.addEventListener("click", () => inside.replaceChildren(act(one, move, list)));
    return button;
  }) : [el("p", { class: "note" }, say.nothing_can)]));
  list();
  return onScreen(card(say.what_can, inside));
}

function act(one, move, back) {
  const text = el("textarea", { id: "act-text", rows: "5", maxlength: "2000", "aria-describedby": "act-note" });
  const problem = el("p", { class: "problem", role: "alert" });
  const no = el("button", { type: "button", class: "plain" }, say.cancel);
  const form = el("form", { class: "form", novalidate: true }, el("h3", {}, say[move]), el("p", { class: "note", id: "act-note" }, say[`${move}_note`]),
    el("label", { for: "act-text" }, say.reason), text, problem, el("div", { class: "two" }, no, el("button", { type: "submit", class: "main" }, say.sure)));
  no.addEventListener("click", back);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (text.value.trim().length < 2) { problem.textContent = say.too_short; text.focus(); return; }
    await loudly(async () => {
      await send("POST", `${own}/moves`, { headers: headers(), body: { move, text: text.value.trim(), version: one.version } });
      await load();
      byId("title").focus();
      window.scrollTo(0, 0);
    }, problem);
  });
  setTimeout(() => text.focus());
  return form;
}

byId("enter").addEventListener("submit", (event) => { event.preventDefault(); enter(byId("code").value.trim()); });

function fromAddress() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!code) return;
  history.replaceState(null, "", location.pathname + location.search); // the address keeps no code
  enter(code);
}
window.addEventListener("hashchange", fromAddress);
fromAddress();
