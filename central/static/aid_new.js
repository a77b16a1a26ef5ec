// An application taken in by staff, at a window or at a street's station: the whole form, the signature, first views.

import { words } from "./base.js";
import { Refused, call, newKey } from "./manage.js";
import { AidForm } from "./aid_form.js";
import { form as formWords } from "./aid_fields.js";
import { NotTaken, send } from "./aid_files.js";
import { Pad } from "./aid_pad.js";
import { received, wayIn } from "./aid_received.js";

const say = words.aid_new;
const byId = (id) => document.getElementById(id);
const sheet = byId("new");
const station = sheet.dataset.station === "1";
const form = new AidForm(byId("form"), { desk: true });
const pad = new Pad(byId("pad"));
const how = () => sheet.elements.how.value;
let wish = { words: "", key: "" };

form.onfollow = (matter, presumed) => {
  const key = matter === "" ? null : matter.startsWith("M32") ? "free" : matter === "M24" ? "criminal" : presumed ? "presumed" : "needs";
  byId("form").querySelector(".first-view").textContent = key ? words.aid_apply[`hint_${key}`] : "";
};
form.follow();

for (const one of sheet.querySelectorAll("[name=how]")) one.addEventListener("change", () => {
  byId("pad").hidden = how() !== "SIGNATURE";
  byId("scan").hidden = how() !== "SCAN";
});

async function signature() {
  byId("sign-fault").textContent = "";
  const drawn = how() === "SIGNATURE" ? await pad.read() : "";
  if (how() === "SIGNATURE" ? drawn : byId("scan-file").files.length) return { signature: drawn, signed_how: how() };
  byId("sign-fault").textContent = formWords.fault_signature;
  sheet.querySelector("[name=how]:checked").focus();
  return null;
}

function firstView() {
  if (!station) return {};
  const text = byId("first").value.trim();
  byId("first-fault").textContent = text.length < 2 ? formWords.fault_needed : "";
  if (text.length >= 2) return { first_check: text };
  byId("first").focus();
  return null;
}

/** The signed paper, once its case is there; what is told when it does not arrive. */
async function sendScan(way) {
  const [file] = byId("scan-file").files;
  if (how() !== "SCAN" || !file) return "";
  try {
    await send("POST", `${way.address}?kind=SIGNATURE`, { file, headers: way.headers() });
    return "";
  } catch (refused) {
    if (!(refused instanceof NotTaken)) throw refused;
    return `${say.signature_missing} ${refused.message}`;
  }
}

sheet.addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("problem").textContent = "";
  if (!form.check()) return;
  const signed = await signature();
  const first = signed && firstView();
  if (!signed || !first) return;
  const body = { application: { ...form.read(), ...signed }, channel: station ? "STATION" : "WINDOW", identified: byId("identified").checked, urgent: byId("urgent").checked, ...first };
  if (wish.words !== JSON.stringify(body)) wish = { words: JSON.stringify(body), key: newKey() };
  const button = sheet.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const one = await call("POST", "/api/v1/aid/cases", body, wish.key);
    const way = await wayIn(one, station);
    received(one, { form: sheet, place: byId("done"), kinds: ["PAPER", "EVIDENCE", "SIGNATURE"], way, station, warning: await sendScan(way) });
  } catch (refused) {
    if (!(refused instanceof Refused || refused instanceof NotTaken)) throw refused;
    if (form.tellFault(refused.field, refused.message) === null) byId("problem").textContent = refused.message;
  } finally {
    button.disabled = false;
  }
});
