// Waits on the screen's own computer until the controller answers, then goes to the hall's page that is named after "#".
// It knows nothing of the hall: what is shown afterwards is the controller's.
"use strict";

const askEvery = 1000; // ms
const answerWithin = 5000;
const longAfter = 60; // tries without an answer, before staff are told what to look at

const byId = (id) => document.getElementById(id);
const show = (id) => { for (const one of ["waiting", "long", "no-page"]) byId(one).hidden = one !== id; };

/** The page to open: an address of the web and nothing else. */
function wanted() {
  try {
    const address = new URL(location.hash.slice(1));
    return ["http:", "https:"].includes(address.protocol) ? address : null;
  } catch { return null; }
}

/** Whether anything answers there; what it answers stays unread, the page itself says the rest. */
async function answers(address) {
  try {
    await fetch(new URL("/healthz", address), { mode: "no-cors", cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(answerWithin) });
    return true;
  } catch { return false; }
}

async function wait(address) {
  for (let tries = 1; !(await answers(address)); tries += 1) {
    if (tries >= longAfter) show("long");
    await new Promise((go) => setTimeout(go, askEvery));
  }
  location.replace(address);
}

const address = wanted();
if (address === null) show("no-page");
else {
  byId("address").textContent = address.host;
  wait(address);
}
