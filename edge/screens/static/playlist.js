// Pictures and films one after another on a stage, for days: the next one is loaded whole before the last one goes, a
// film that stalls is passed over, and without the controller it goes on with what it has. Never blank, never frozen.

const LOAD_MS = 20_000;  // for one file to be ready
const STALL_MS = 10_000;  // without a step forward a film has stopped
const FADE_MS = 700;
const AGAIN_MS = 5_000;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** What `work` gives; an error after `ms`. No timer is left behind. */
function within(ms, work) {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error("too slow")), ms); });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const heard = (element, good, bad = "error") => new Promise((done, fail) => {
  element.addEventListener(good, done, { once: true });
  element.addEventListener(bad, () => fail(new Error(bad)), { once: true });
});

/** Play on `stage` for as long as the page lives. `greeting` stands there when nothing can be shown, null: nothing does.
 *  `mayShow()` false holds everything: no file is loaded, a film stands still. `changed(any)` tells what there is. */
export function playlist(stage, greeting, { mayShow = () => true, changed = () => {} } = {}) {
  let known = { seconds: 12, items: [] };
  let last = null;

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

  const forget = (element) => {
    if (element === greeting) { element.classList.remove("on"); return; }
    if (element.tagName === "VIDEO") { element.removeAttribute("src"); element.load(); }  // gives its memory back at once
    element.remove();
  };

  /** The fresh one fades in over the old ones, which go when it is all there. */
  function swap(fresh) {
    const old = [...stage.children].filter((one) => one !== fresh);
    if (fresh && fresh === greeting && old.length > 0) stage.append(greeting);
    if (fresh) {
      fresh.getBoundingClientRect();  // so that it fades in
      fresh.classList.add("on");
    }
    setTimeout(() => old.filter((one) => one.parentNode === stage).forEach(forget), FADE_MS);
  }

  /** Time that counts only while it may be seen. */
  async function stay(seconds) {
    for (let left = seconds * 4; left > 0; left -= mayShow() ? 1 : 0) await wait(250);
  }

  async function showPicture(url) {
    const image = new Image();
    image.alt = "";
    image.src = url;
    try {
      await within(LOAD_MS, image.decode());
    } catch (problem) {
      image.src = "data:,";  // a picture whose decode() waits is never given back, nor without a source
      throw problem;
    }
    stage.append(image);
    swap(image);
    changed(true);
    await stay(known.seconds);
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
      changed(true);
      await untilItEnds(film);
    } catch (problem) {
      if (!film.classList.contains("on")) forget(film);
      throw problem;
    }
  }

  /** Its end, its error, or standing still though it may move. */
  async function untilItEnds(film) {
    let place = -1, moved = performance.now(), broken = false;
    film.addEventListener("error", () => (broken = true), { once: true });
    while (!film.ended && !broken) {
      await wait(250);
      if (!mayShow()) { if (!film.paused) film.pause(); moved = performance.now(); continue; }
      if (film.paused && !film.ended) film.play().catch(() => {});
      if (film.currentTime !== place) [place, moved] = [film.currentTime, performance.now()];
      if (performance.now() - moved > STALL_MS) return;
    }
  }

  async function nothing() {
    swap(greeting);
    changed(false);
    await wait(AGAIN_MS);
  }

  async function run() {
    for (;;) {
      while (!mayShow()) await wait(500);
      await ask();
      if (known.items.length === 0) { await nothing(); continue; }
      const item = after(last);
      last = item.url;
      stage.dataset.item = item.url;
      try {
        await (item.kind === "film" ? showFilm(item.url) : showPicture(item.url));
        stage.dataset.bad = "0";
      } catch {
        const bad = Number(stage.dataset.bad ?? 0) + 1;
        stage.dataset.bad = String(bad);
        if (bad >= known.items.length) await nothing();  // none of them can be shown
      }
    }
  }

  run();
}

/** New code of ours comes with a reload, and only when the controller answers: a reload into nothing would be blank. */
export async function reloadWhenThere(wanted = () => true) {
  try {
    const answer = await within(LOAD_MS, fetch(location.href, { cache: "no-store" }));
    if (answer.ok && wanted(await answer.text())) location.reload();
  } catch { /* later */ }
}
