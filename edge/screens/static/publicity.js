// The publicity screen: shows pictures and films in turn, for days. The next one is loaded whole before the last one
// goes, a film that stalls is passed over, and without the controller it goes on with what it has: never blank, never frozen.
import { byId, facts } from "./hall.js";

const stage = byId("stage");
const greeting = byId("greeting");
const LOAD_MS = 20_000;  // for one file to be ready
const STALL_MS = 10_000;  // without a step forward a film has stopped
const FADE_MS = 700;
const AGAIN_MS = 5_000;
let known = { seconds: 12, items: [] };
let last = null;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const within = (ms, work) => Promise.race([work, wait(ms).then(() => { throw new Error("too slow"); })]);
const heard = (element, good, bad = "error") => new Promise((done, fail) => {
  element.addEventListener(good, done, { once: true });
  element.addEventListener(bad, () => fail(new Error(bad)), { once: true });
});

/** What there is to show now; an unreachable controller changes nothing. */
async function ask() {
  try {
    const answer = await within(LOAD_MS, fetch("/api/v1/publicity"));
    if (answer.ok) known = await answer.json();
  } catch { /* go on with what is known */ }
}

function after(url) {
  const places = known.items.map((item) => item.url);
  return known.items[(places.indexOf(url) + 1) % known.items.length];
}

/** The fresh one fades in over the old ones, which go when it is all there. */
function swap(fresh) {
  const old = [...stage.children].filter((one) => one !== fresh);
  if (fresh === greeting && old.length > 0) stage.append(greeting);
  fresh.getBoundingClientRect();  // so that it fades in
  fresh.classList.add("on");
  setTimeout(() => {
    for (const one of old) one === greeting ? one.classList.remove("on") : one.remove();
  }, FADE_MS);
}

async function showPicture(url) {
  const image = new Image();
  image.src = url;
  await within(LOAD_MS, image.decode());
  stage.append(image);
  swap(image);
  await wait(known.seconds * 1000);
}

async function showFilm(url) {
  const film = document.createElement("video");
  film.muted = film.playsInline = true;
  film.preload = "auto";
  film.src = url;
  stage.append(film);
  try {
    await within(LOAD_MS, heard(film, "canplay"));
    await within(LOAD_MS, film.play());
    swap(film);
    await untilItEnds(film);
  } catch (problem) {
    if (!film.classList.contains("on")) film.remove();
    throw problem;
  }
}

/** Its end, its error, or standing still. */
async function untilItEnds(film) {
  let place = -1, moved = performance.now(), broken = false;
  film.addEventListener("error", () => (broken = true), { once: true });
  while (!film.ended && !broken) {
    await wait(250);
    if (film.currentTime !== place) [place, moved] = [film.currentTime, performance.now()];
    if (performance.now() - moved > STALL_MS) return;
  }
}

async function run() {
  for (;;) {
    await ask();
    if (known.items.length === 0) {
      swap(greeting);
      await wait(AGAIN_MS);
      continue;
    }
    const item = after(last);
    last = item.url;
    stage.dataset.item = item.url;
    try {
      await (item.kind === "film" ? showFilm(item.url) : showPicture(item.url));
      stage.dataset.bad = "0";
    } catch {
      const bad = Number(stage.dataset.bad ?? 0) + 1;
      stage.dataset.bad = String(bad);
      if (bad >= known.items.length) {  // none of them can be shown
        swap(greeting);
        await wait(AGAIN_MS);
      }
    }
  }
}

/** New code of ours comes with a reload, between two items and only when the controller answers. */
async function refresh() {
  try {
    const page = await (await fetch(location.href)).text();
    if (!page.includes(`/static/${facts.assets}/`)) location.reload();
  } catch { /* later */ }
}

setInterval(refresh, 300_000);
run();
