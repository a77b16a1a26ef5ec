// The formal application at the kiosk: what is still missing, the signature, the submission, and the receipt. The code for
// the applicant's own page is shown only where no paper carries it.
import { fieldOf } from "./aid-shape.js";
import { refusalWords, say, send, sendOnce } from "./hall.js";
import { sent } from "./kiosk-aid.js";
import { make } from "./kiosk-read.js";
import { signaturePad } from "./sign.js";

const askEvery = 1000; // ms
const askTimes = 40;
const stepOf = {
  matter: "matter", stage: "stage", basis: "hardship", promise: "hardship", household: "numbers", income_yuan: "numbers", name: "person", id_number: "person",
  phone: "person", agent_name: "agent", agent_id_number: "agent", agent_phone: "agent", agent_authority: "agent", address: "facts", opposing: "facts", facts: "facts",
};
const waits = ["SIGNATURE_MISSING"]; // asked for on the last screen

const wordsOf = (lack) => (document.documentElement.lang.startsWith("zh") ? lack.message_zh : lack.message);

/** What is missing, each with a key that goes there. */
export function lacksList(kiosk, now) {
  if (!now.lacks?.length) return null;
  const mend = (lack) => {
    if (lack.code === "MINOR_WITHOUT_AGENT") now.form.has_agent = true;
    now.field = fieldOf(lack.field);
    kiosk.go("aid", { step: stepOf[now.field] });
  };
  return make("div", { class: "warning lacks", role: "alert" }, make("p", {}, `▲ ${say("kiosk.aid_lacks")}`), ...now.lacks.map((lack) => {
    const key = stepOf[fieldOf(lack.field)] && make("button", { "data-lack": lack.code }, say("kiosk.aid_mend"));
    key?.addEventListener("click", () => mend(lack));
    return make("p", {}, make("span", {}, wordsOf(lack)), key);
  }));
}

/** Ask what is missing; the signature comes last, when nothing else is. */
export async function formal(kiosk, now) {
  if (now.busy) return;
  Object.assign(now, { busy: true, lacks: null, problem: null });
  kiosk.draw();
  const answer = await send("POST", "/api/v1/aid-checks", { form: sent(now.form) });
  if (now !== kiosk.session.aid) return;
  now.busy = false;
  if (!answer.ok) now.problem = refusalWords(answer, say("kiosk.no_answer"));
  else now.lacks = answer.body.items.filter((lack) => !waits.includes(lack.code));
  if (now.problem || now.lacks.length) kiosk.draw(); else kiosk.go("aid", { step: "sign" });
}

export function sign(kiosk, now) {
  now.sign ??= {};
  const button = make("button", { class: "main-act", id: "aid-submit" }, say("kiosk.aid_submit"));
  const ready = () => { button.disabled = Boolean(now.busy) || !now.form.signature; };
  const pad = signaturePad(now.sign, say("kiosk.aid_sign_here"), (png) => { now.form.signature = png; ready(); });
  const again = make("button", { class: "quiet", id: "aid-sign-clear" }, say("kiosk.aid_sign_clear"));
  again.addEventListener("click", pad.clear);
  button.addEventListener("click", () => submit(kiosk, now));
  ready();
  return [make("p", { class: "lead" }, say("kiosk.aid_statement")), make("h3", {}, say("kiosk.aid_sign_here")), pad.canvas, again, button];
}

async function submit(kiosk, now) {
  if (now.busy) return;
  now.busy = true;
  kiosk.draw();
  const answer = await sendOnce("POST", "/api/v1/aid-applications", { form: sent(now.form) });
  if (now !== kiosk.session.aid) return;
  now.busy = false;
  if (!answer.ok) { now.problem = refusalWords(answer, say("kiosk.no_answer")); kiosk.draw(); return; }
  kiosk.session.trail = [{ name: "home" }];
  kiosk.session.aid = {};
  kiosk.go("aid_done", { done: answer.body, slip: { state: "printing" } });
  follow(kiosk, kiosk.session, kiosk.session.trail.at(-1));
}

/** Until the printer has proved the receipt, or it is certain that none comes. */
async function follow(kiosk, session, at) {
  for (let asked = 0; asked < askTimes && at.slip.state === "printing"; asked += 1) {
    const found = await fetch(`/api/v1/aid-slips/${at.done.slip}`, { signal: AbortSignal.timeout(5000) }).then((got) => (got.ok ? got.json() : null)).catch(() => null);
    if (session !== kiosk.session) return;
    if (found) at.slip = found;
    if (session.trail.at(-1) === at) kiosk.draw();
    if (at.slip.state === "printing") await new Promise((go) => setTimeout(go, askEvery));
  }
}

export function aidDone(kiosk, at) {
  const { done, slip } = at;
  const code = slip.code && make("p", { class: "code" }, `${say("kiosk.aid_code")} `, make("b", {}, slip.code));
  return { title: say("kiosk.aid_submitted"), body: make("div", { class: "ticket applied" }, make("output", { class: "number" }, done.ticket.number),
    make("p", { class: "lead" }, say("kiosk.aid_receipt")), make("p", { class: "receipt" }, done.receipt), code,
    make("p", { class: slip.state === "failed" ? "warning" : "only", role: "status" }, `${slip.state === "failed" ? "▲ " : ""}${say(`kiosk.aid_slip_${slip.state}`)}`),
    make("p", { class: "note" }, say("kiosk.aid_after"))) };
}
