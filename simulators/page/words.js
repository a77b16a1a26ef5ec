// The catalogue of this page in the language in force; the server sends both, so switching asks nobody.
let words = { zh: {}, en: {} };
let language = localStorage.getItem("hall-language") === "en" ? "en" : "zh";
const listeners = new Set();
let learnt = false;

export function learn(both) {
  words = both;
  learnt = true;
  apply();
}

export function say(key, params = {}) {
  const sentence = words[language][key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/** One of two given texts: for names that come from the hall's file and not from the catalogue. */
export function pick(zh, en) {
  return language === "zh" ? zh || en || "" : en || zh || "";
}

/** Called now, and again whenever the language changes. */
export function onLanguage(listener) {
  listeners.add(listener);
  if (learnt) listener();
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("hall-language", language);
  apply();
}

function apply() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const listener of listeners) listener();
}
