// One call terminal: its LCD as the host wrote it, and keys that send their bytes when pressed.
import { act, make, word } from "./elements.js";
import { badge, faultMenu } from "./faults.js";
import { legend, meanings, titleOf } from "./terminal_keys.js";
import { onLanguage, say } from "./words.js";

const ANSWERED_WITHIN_MS = 2500, HINT_MS = 7000;

export function terminal(device) {
  const waiting = make("b"), ticket = make("b"), typed = make("span"), fate = make("span");
  const keys = make("div", { class: "keys" });
  const trouble = badge();
  const hint = word("p", "beeped", { class: "beeped", role: "status", hidden: true, onclick: () => (hint.hidden = true) });
  const rows = meanings(device.shows);
  const labels = Object.fromEntries(device.shows.keys.map(({ key, label }) => [key, label]));
  const element = make(
    "div", { class: "device terminal-place" },
    make(
      "div", { class: "terminal" },
      make(
        "div", { class: "lcd" },
        word("small", "lcd_waiting"), waiting, word("small", "lcd_ticket"), ticket, make("em", {}, typed, fate),
      ),
      keys,
    ),
    legend(rows, labels), faultMenu(device.id), trouble.element, hint,
  );
  let shows = device.shows, pressedMs = -Infinity, hide;

  function press(key) {
    pressedMs = performance.now();
    hint.hidden = true;
    act(device.id, "press", { key });
  }
  for (const { key, label } of shows.keys) {
    const look = /^\d$/.test(key) ? "digit" : key === "down" ? "down-key" : key;
    const button = make("button", { type: "button", class: look, onclick: () => press(key) }, label);
    button.dataset.key = key;
    keys.append(button);
  }

  /** A beep that follows a key pressed here is the controller's no; why not, only its rules know. */
  function beeped() {
    if (performance.now() - pressedMs > ANSWERED_WITHIN_MS) return;
    hint.hidden = false;
    clearTimeout(hide);
    hide = setTimeout(() => (hint.hidden = true), HINT_MS);
  }
  function draw() {
    waiting.textContent = shows.waiting || "—";
    ticket.textContent = shows.ticket || "—";
    typed.textContent = shows.typed ? `${shows.typed}_` : `#${shows.address}`;
    fate.textContent = shows.answer ? say(`fate_${shows.answer}`) : "";
  }
  onLanguage(() => {
    for (const button of keys.children) button.title = titleOf(button.dataset.key, rows);
    draw();
  });
  return {
    element,
    show(now) {
      trouble.show(now.faults);
      if (now.shows.beeps > shows.beeps) beeped();
      shows = now.shows;
      draw();
    },
  };
}
