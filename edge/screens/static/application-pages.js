// Pages of papers: taken by the document camera, made grey and small, looked at, kept in this page alone until they are
// sent part by part. Whoever leaves the page leaves nothing behind.
import { byId, facts, make, refusalWords, say, send } from "./hall.js";

const longest = 60_000; // ms for one picture
const partBytes = 12 * 1024;
const mostBytes = 250 * 1024;
export const mostPages = 40;
const pages = []; // {address, bytes}
let fresh = null;
let changed = () => {};

const read = (blob) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result));
  reader.addEventListener("error", () => fail(reader.error));
  reader.readAsDataURL(blob);
});
const bytesOf = (address) => Uint8Array.from(atob(address.split(",", 2)[1]), (sign) => sign.charCodeAt(0));

/** A grey JPEG that fits, legible as long as it can be; null for what is no picture. */
async function grey(blob) {
  const image = new Image();
  const loaded = new Promise((done) => { image.addEventListener("load", () => done(true)); image.addEventListener("error", () => done(false)); });
  image.src = await read(blob);
  if (!(await loaded) || !image.width) return null;
  for (const [side, quality] of [[2200, 0.7], [2000, 0.55], [1700, 0.5], [1400, 0.45], [1000, 0.4], [700, 0.35]]) {
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const canvas = make("canvas", { width: Math.max(1, Math.round(image.width * scale)), height: Math.max(1, Math.round(image.height * scale)) });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.filter = "grayscale(1)";
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const address = canvas.toDataURL("image/jpeg", quality);
    const bytes = bytesOf(address);
    if (bytes.length <= mostBytes) return { address, bytes };
  }
  return null;
}

function tell(words) { byId("page-said").textContent = words; }

function show(page) {
  fresh = page;
  byId("preview").hidden = page === null;
  if (page === null) byId("preview-picture").removeAttribute("src"); else { byId("preview-picture").src = page.address; byId("preview-picture").alt = say("application.page_preview"); }
  if (page !== null) byId("keep-page").focus();
}

async function look(blob) {
  const page = await grey(blob).catch(() => null);
  tell(page === null ? say("application.page_unfit") : "");
  show(page);
}

async function take() {
  byId("take-page").disabled = true;
  tell(say("application.page_wait"));
  try {
    const answer = await fetch(`/api/v1/windows/${facts.window}/pictures`, { method: "POST", cache: "no-store", signal: AbortSignal.timeout(longest) });
    if (answer.ok) await look(await answer.blob()); else tell(refusalWords({ body: await answer.json() }, say("application.no_line")));
  } catch { tell(say("application.no_line")); }
  byId("take-page").disabled = false;
}

function draw() {
  byId("thumbs").replaceChildren(...pages.map((page, place) => {
    const words = say("application.page_number", { page: place + 1 });
    const button = make("button", { type: "button", class: "quiet", "aria-label": `${say("application.remove")} ${words}` }, say("application.remove"));
    button.addEventListener("click", () => { pages.splice(place, 1); draw(); });
    const picture = make("img", { alt: words });
    picture.src = page.address;
    return make("li", {}, picture, make("span", {}, words), button);
  }));
  changed(pages.length);
}

/** `onChange` gets the count of pages that are kept here. */
export function listenToPages(onChange) {
  changed = onChange;
  byId("take-page").addEventListener("click", take);
  byId("page-file").addEventListener("change", async (event) => {
    for (const file of event.target.files) await look(file);
    event.target.value = "";
  });
  byId("keep-page").addEventListener("click", () => {
    if (pages.length >= mostPages) { tell(say("application.pages_most", { most: mostPages })); return; }
    pages.push(fresh);
    show(null);
    draw();
    byId("take-page").focus();
  });
  byId("drop-page").addEventListener("click", () => { show(null); if (!byId("take-page").hidden) take(); });
}

export const pageCount = () => pages.length;
export function wipePages() { pages.length = 0; show(null); tell(""); draw(); }
export const drawPages = draw;

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** Send what is kept here behind the `taken` pages that the hall has; gives how many it has then, and what went wrong. */
export async function sendPages(receipt, taken, total, told) {
  let there = taken;
  while (pages.length) {
    const { bytes } = pages[0];
    const parts = Math.ceil(bytes.length / partBytes);
    told(there + 1);
    for (let part = 1; part <= parts; part += 1) {
      const data = base64(bytes.subarray((part - 1) * partBytes, part * partBytes));
      const answer = await send("PUT", `/api/v1/windows/${facts.window}/aid-applications/${receipt}/pages/${there + 1}/parts/${part}`, { pages: total, parts, data });
      if (!answer.ok) return { taken: there, answer };
    }
    there += 1;
    pages.shift();
    draw();
  }
  return { taken: there, answer: null };
}
