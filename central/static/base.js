// What every page needs: words, elements, ages that go on counting, the live stream.

export const words = JSON.parse(document.getElementById("words").textContent);
export const page = words.page;
const english = document.documentElement.lang === "en";

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => (values[name] ?? ""));
}

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name === "data") Object.assign(made.dataset, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function show(id, ...children) {
  document.getElementById(id).replaceChildren(...children);
}

// --- time ---

let ahead = 0; // how far the server's clock is ahead of this one

export function setClock(now) {
  ahead = Date.parse(now) - Date.now();
}

export function secondsSince(time) {
  return time === null ? null : Math.max(0, Math.floor((Date.now() + ahead - Date.parse(time)) / 1000));
}

export function duration(s) {
  if (s === null || s === undefined) return page.none;
  s = Math.round(s);
  if (s < 60) return fill(page.seconds, { s });
  if (s < 3600) return fill(page.minutes, { m: Math.floor(s / 60) });
  if (s < 172800) return fill(page.hours, { h: Math.floor(s / 3600), m: Math.floor((s % 3600) / 60) });
  return fill(page.days, { d: Math.floor(s / 86400) });
}

export function took(s) {
  // a span that is over, or a mean: short ones to the second, since it no longer counts on
  if (s === null || s === undefined || s < 60 || Math.round(s) >= 600) return duration(s);
  const whole = Math.round(s);
  return fill(page.minutes_seconds, { m: Math.floor(whole / 60), s: whole % 60 });
}

export function bigDuration(s, words_of = duration) {
  // the digits large, the units small
  return words_of(s).split(/(\d+)/).filter((part) => part.trim() !== "")
    .map((part) => (/^\d/.test(part) || part === page.none ? part : el("span", { class: "unit" }, part.trim())));
}

const clock = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

export function clockTime(time) {
  return time ? clock.format(new Date(time)) : page.none;
}

const spoken = { timeZone: "Asia/Shanghai", year: "numeric", month: "long", day: "numeric" };
const days = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", spoken);
const daysOfWeek = new Intl.DateTimeFormat(english ? "en-GB" : "zh-CN", { ...spoken, weekday: "long" });

export function dayInWords(time, { weekday = false } = {}) {
  // a moment or a day as people say it: 2026年11月30日, and with its weekday where somebody has to keep it
  if (!time) return "";
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(time) ? `${time}T12:00:00+08:00` : time);
  return (weekday ? daysOfWeek : days).format(moment).replace("日星期", "日 星期");
}

export function age(time, { ago = false, big = false } = {}) {
  // an element that goes on counting by itself
  const made = el("span", { data: { since: time ?? "", ago: ago ? "1" : "", big: big ? "1" : "" } });
  renew(made);
  return made;
}

function renew(made) {
  const since = made.dataset.since;
  if (!since) {
    made.textContent = made.dataset.ago ? page.never : page.none;
  } else if (made.dataset.big) {
    made.replaceChildren(...bigDuration(secondsSince(since)));
  } else {
    const told = duration(secondsSince(since));
    made.textContent = made.dataset.ago ? fill(page.ago, { age: told }) : told;
  }
}

setInterval(() => document.querySelectorAll("[data-since]").forEach(renew), 1000);

// --- states ---

export function chip(kind, word, ...more) {
  return el("span", { class: `chip is-${kind}` }, el("span", { class: "sign", "aria-hidden": "true" }), word, ...more);
}

export function serviceName(service) {
  return (english ? service.name_en : service.name_zh) || service.service || service.letter || "";
}

export function hallName(hall) {
  return (english ? hall.name_en : hall.name_zh) || hall.id;
}

export function inWords(event) {
  const key = event.type.replace(/\/\d+$/, "").replace(".", "_");
  return fill(words.event[key] ?? words.event.other, event);
}

export function kindName(kind) {
  return words.kind[kind] ?? kind;
}

export function reasonName(reason) {
  return words.device_reason[reason] ?? reason;
}

// --- talking to central ---

export async function ask(path, options = {}) {
  const answer = await fetch(path, { headers: { Accept: "application/json", ...options.headers }, ...options });
  if (answer.status === 401 && !options.stay) {
    toSignIn();
    return new Promise(() => {});
  }
  const body = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    const { code, field, message, message_zh } = body.error;
    throw Object.assign(new Error(english ? message : message_zh), { code, field });
  }
  return body;
}

export function toSignIn() {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

export function live(path, onData) {
  // EventSource comes back by itself; the first thing it then hears is the present
  const banner = document.getElementById("banner");
  const source = new EventSource(path);
  let heard = Date.now();
  const say = (text, fault) => {
    banner.textContent = text ?? "";
    banner.hidden = !text;
    banner.classList.toggle("fault", Boolean(fault));
  };
  const take = (event) => {
    heard = Date.now();
    const data = JSON.parse(event.data);
    setClock(data.now);
    say(data.link ? null : page.link_down, true);
    onData(data, event.type);
  };
  source.addEventListener("state", take);
  source.addEventListener("change", take);
  source.addEventListener("signed_out", () => { source.close(); toSignIn(); });
  source.addEventListener("error", async () => {
    say(page.stream_down, true);
    if (source.readyState === EventSource.CLOSED) {
      await ask("/api/v1/session").catch(() => {});
      setTimeout(() => location.reload(), 3000);
    }
  });
  setInterval(() => { if (Date.now() - heard > 40000) say(page.stream_down, true); }, 5000);
  window.addEventListener("pagehide", () => source.close());
}

// The other language is of the same district, day and state, also of those chosen since the page came.
const otherLanguage = document.querySelector("header a[lang]");
otherLanguage?.addEventListener("click", () => {
  const kept = location.search.slice(1).split("&").filter((one) => one && !one.startsWith("lang="));
  if (kept.some((one) => one.startsWith("next="))) return; // what comes after signing in is central's to judge
  otherLanguage.search = `?${[...kept, `lang=${english ? "zh" : "en"}`].join("&")}`;
});

// The rest of the menu shuts itself when it is left, and by Escape.
const more = document.querySelector(".head-more");
more?.addEventListener("focusout", (event) => { if (event.relatedTarget && !more.contains(event.relatedTarget)) more.open = false; });
if (more) window.addEventListener("pointerdown", (event) => { if (!more.contains(event.target)) more.open = false; });
more?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !more.open) return;
  more.open = false;
  more.querySelector("summary").focus();
});

// A person at work keeps the session; an open page alone does not.
let told = Date.now();
for (const kind of ["pointerdown", "keydown"]) {
  window.addEventListener(kind, () => {
    if (Date.now() - told > 60000 && document.getElementById("sign-out")) {
      told = Date.now();
      fetch("/api/v1/session").catch(() => {});
    }
  }, { passive: true });
}

document.getElementById("sign-out")?.addEventListener("click", async () => {
  await fetch("/api/v1/session", { method: "DELETE" });
  location.assign("/sign-in");
});
