// What all pages of a hall share: words in two languages, the live line, and commands that act once.

export const facts = JSON.parse(document.getElementById("facts").textContent);
const languageKey = "hall-language";
const languageListeners = [];
let language = new URLSearchParams(location.search).get("lang") ?? recall() ?? facts.language;

function recall() {
  try { return ["machine", "pad"].includes(facts.page) ? null : localStorage.getItem(languageKey); } catch { return null; }
}

export const lang = () => language;
export const byId = (id) => document.getElementById(id);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** The words for a key, filled from the parameters. */
export function say(key, filling = {}) {
  const words = facts.words[language][key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)\}/g, (whole, name) => filling[name] ?? whole);
}

export const colon = () => (lang() === "zh" ? "：" : ": ");
export const serviceName = (letter) => facts.services[letter]?.[language] ?? letter;
export function windowName(number) {
  const found = facts.windows.find((item) => item.number === number);
  const plain = say("common.window_number", { window: number });
  return found?.[language] ? `${plain} · ${found[language]}` : plain;
}

/** Turn the whole page into a language, at once. */
export function speak(wanted, { keep = true } = {}) {
  language = wanted === "en" ? "en" : "zh";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of all("[data-w]")) element.textContent = say(element.dataset.w);
  for (const element of all("[data-hall]")) element.textContent = facts.hall[language];
  document.title = `${say(`${facts.page}.title`)} · ${facts.hall[language]}`;
  if (keep) try { localStorage.setItem(languageKey, language); } catch { /* a locked-down browser keeps nothing */ }
  for (const listener of languageListeners) listener();
}

export const onLanguage = (listener) => languageListeners.push(listener);

for (const button of all("[data-language]")) {
  button.addEventListener("click", () => speak(language === "zh" ? "en" : "zh"));
}

/** Make an element; text is always text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Bring a list up to date and leave what did not change in its place: a row that is rebuilt under a finger loses the tap. */
export function keep(container, items, keyOf, build) {
  const wanted = new Map(items.map((item) => [keyOf(item), item]));
  for (const child of [...container.children]) if (!wanted.has(child.dataset.kept)) child.remove();
  const kept = new Map([...container.children].map((child) => [child.dataset.kept, child]));
  let place = container.firstElementChild;
  for (const [key, item] of wanted) {
    if (place && place.dataset.kept === key) { place = place.nextElementSibling; continue; }
    const child = kept.get(key) ?? build(item);
    child.dataset.kept = key;
    container.insertBefore(child, place);
  }
}

const silentFor = 15_000; // ms; the controller beats every 5 s
const doubts = []; // what each live line does when something else on the page got no answer

/** Listen to the controller for as long as the page lives; `show` gets the whole present state each time. */
export function live(url, name, show, { onLine = () => {}, onSignedOut = null } = {}) {
  let source = null;
  let heard = 0;
  let tries = 0;
  let timer = null;
  const connected = (yes) => { byId("line").hidden = yes; document.body.classList.toggle("offline", !yes); onLine(yes); };
  const again = () => {
    source?.close();
    source = null;
    connected(false);
    if (timer === null) {
      const wait = Math.min(500 * 2 ** tries++, 5000) * (0.5 + Math.random() / 2);
      timer = setTimeout(() => { timer = null; open(); }, wait);
    }
  };
  const alive = () => { heard = performance.now(); tries = 0; connected(true); };
  function open() {
    heard = performance.now();
    source = new EventSource(url);
    source.addEventListener(name, (event) => {
      const state = JSON.parse(event.data);
      if (state.assets !== facts.assets) { location.reload(); return; }
      alive();
      show(state);
    });
    source.addEventListener("beat", (event) => { alive(); tellTime(JSON.parse(event.data)); });
    source.addEventListener("signed_out", () => { source.close(); onSignedOut?.(); });
    source.onerror = again;
  }
  setInterval(() => { if (source && performance.now() - heard > silentFor) again(); }, 5000);
  doubts.push(() => { if (source?.readyState === EventSource.OPEN) again(); });
  addEventListener("pageshow", (event) => { if (event.persisted) again(); });
  open();
}
addEventListener("offline", () => doubts.forEach((doubt) => doubt()));

let clockAhead = 0;
/** The controller's clock counts, not the tablet's. */
export function tellTime(rfc3339) { clockAhead = Date.parse(rfc3339) - Date.now(); }
const local = (options) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeZone: "Asia/Shanghai", ...options })
  .format(new Date(Date.now() + clockAhead));
export const clockWords = (seconds = false) => local({ hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined, hourCycle: "h23" });
export const dateWords = () => local({ year: "numeric", month: "long", day: "numeric", weekday: "long" });

/** A key for one press: the controller acts once however often it arrives. */
export function pressKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send a command; a lost answer is asked for again under the same key. Gives {ok, status, body}; status 0 is no line. */
export async function send(method, url, body = null, key = pressKey()) {
  const headers = { "Idempotency-Key": key };
  if (body !== null) headers["Content-Type"] = "application/json";
  for (const patience of [0, 400, 1200]) {
    if (patience) await new Promise((go) => setTimeout(go, patience));
    try {
      const answer = await fetch(url, {
        method, headers, body: body === null ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(5000),
      });
      const text = await answer.text();
      return { ok: answer.ok, status: answer.status, body: text ? JSON.parse(text) : null };
    } catch { doubts.forEach((doubt) => doubt()); /* no line, or an answer cut short: ask again */ }
  }
  return { ok: false, status: 0, body: null };
}

const samePressFor = 60_000; // ms
const unanswered = new Map(); // what was asked without an answer: {key, at}

/** As `send`, for what must not be done twice: pressed again after no answer came, it is still the same press. */
export async function sendOnce(method, url, body) {
  const wish = JSON.stringify([method, url, body]);
  const before = unanswered.get(wish);
  const key = before && performance.now() - before.at < samePressFor ? before.key : pressKey();
  const answer = await send(method, url, body, key);
  if (answer.status === 0) unanswered.set(wish, { key, at: performance.now() });
  else unanswered.delete(wish);
  return answer;
}

/** Another visitor is here: the same wish is another press now. */
export const forgetPresses = () => unanswered.clear();

/** The words of a refusal in the page's language. */
export function refusalWords(answer, noLine) {
  const error = answer.body?.error;
  if (!error) return noLine;
  return language === "zh" ? error.message_zh : error.message;
}

/** How long a wait is, as honestly as it can be told. */
export function waitWords(seconds) {
  if (seconds === null || seconds === undefined) return say("common.wait_unknown");
  if (seconds < 60) return say("common.wait_soon");
  return say("common.wait_minutes", { minutes: roundly(seconds) });
}
const roundly = (seconds) => { const minutes = Math.ceil(seconds / 60); return minutes > 15 ? Math.ceil(minutes / 5) * 5 : minutes; };
/** The wait, and what most visitors do not exceed, where both are known and differ. */
export function boundWords(seconds, bound) {
  const wait = waitWords(seconds);
  const known = typeof seconds === "number" && typeof bound === "number" && roundly(bound) > roundly(seconds);
  return known ? say("common.wait_bound", { wait, minutes: roundly(bound) }) : wait;
}
/** Whether a window that serves the class is free this moment: only then is "no wait" true. */
export const anyFree = (hall, letter) => hall.windows.some((item) => item.state === "IDLE" && item.services.includes(letter));
/** How many are ahead and how long that takes; one word alone for who need not wait at all. */
export const waitFacts = (ahead, seconds, free, bound = null) => !ahead && free
  ? [say("common.nobody_ahead"), ""]
  : [say("common.people_ahead", { count: ahead }), boundWords(seconds, bound)];

/** The next opening, as people say it: today, tomorrow, this week's day, or a date. */
export function opensWords(opens, { brief = false } = {}) {
  const part = (options) => new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { timeZone: "UTC", ...options }).format(new Date(`${opens.day}T00:00:00Z`));
  const far = opens.in_days >= 7;
  const key = opens.in_days === 0 ? "today" : brief ? (far ? "brief_date" : "week") : opens.in_days === 1 ? "tomorrow" : far ? "date" : "week";
  return say(`common.opens_${key}`, {
    time: hourWords(opens.minute), date: part({ month: "long", day: "numeric" }), weekday: part({ weekday: language === "zh" ? "short" : "long" }),
  });
}
export const hourWords = (minute) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;
const andNext = (closed, opens) => (opens ? say("common.closed_next", { closed, when: opensWords(opens) }) : closed);
/** Why the whole hall is closed, and until when; nothing while it is open. */
export function closedWords(closed) {
  if (!closed) return "";
  const name = language === "zh" ? closed.name_zh : closed.name_en;
  const why = !closed.rest ? say("common.closed_hours") : name ? say("common.closed_rest_why", { name }) : say("common.closed_rest");
  return andNext(why, closed.opens);
}
/** Why one class gives no number, and when it does again; `stop` needs the section of that name. */
export const stopWords = (item) => andNext(say(`stop.${item.stopped}`), item.opens);
export const nextWords = (item) => (item?.opens ? say("common.opens_next", { when: opensWords(item.opens) }) : "");

/** 4:05 or 1:02:09. */
export function spanWords(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
