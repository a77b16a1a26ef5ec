// Building blocks: elements, actions on the control channel, and one line of news.
import { say } from "./words.js";

/** `make("p", { class: "x" }, "text", child)`; an `on…` property is a listener. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text in the language in force, also after it changes. */
export function word(tag, key, properties = {}) {
  return make(tag, { ...properties, "data-word": key }, say(key));
}

let hide;
export function tell(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(hide);
  hide = setTimeout(() => (toast.hidden = true), 5000);
}

/** Act on a device as a person or as fate would. */
export async function act(deviceId, action, given = {}) {
  let answer;
  try {
    answer = await fetch(`/sim/devices/${encodeURIComponent(deviceId)}/do`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ action, ...given }),
    });
  } catch {
    tell(say("unreachable"));
    return null;
  }
  const told = await answer.json().catch(() => null);
  if (!answer.ok) {
    const error = told?.error;
    tell(error ? (document.documentElement.lang === "en" ? error.message : error.message_zh) : say("unreachable"));
    return null;
  }
  return told;
}

const ROOM_WIDTH = 1520, ROOM_HEIGHT = 940, NARROW = 900;

/** How far away the room is seen from, so that all of it fits the screen; a phone shows it in parts instead. */
export function zoom() {
  if (window.innerWidth < NARROW) return 1;
  return Math.max(0.6, Math.min(1, window.innerWidth / ROOM_WIDTH, window.innerHeight / ROOM_HEIGHT));
}
