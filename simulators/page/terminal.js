// One call terminal: its LCD as the host wrote it, and keys that send their bytes when pressed.
import { act, make, word } from "./elements.js";
import { badge, faultMenu } from "./faults.js";
import { onLanguage, say } from "./words.js";

export function terminal(device) {
  const waiting = make("b"), ticket = make("b"), typed = make("span"), fate = make("span");
  const keys = make("div", { class: "keys" });
  const trouble = badge();
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
    faultMenu(device.id),
    trouble.element,
  );
  for (const { key, label } of device.shows.keys) {
    const button = make(
      "button",
      { type: "button", class: key === "down" ? "down-key" : key, title: say(`key_${key}`), onclick: () => act(device.id, "press", { key }) },
      label,
    );
    button.dataset.key = key;
    keys.append(button);
  }
  onLanguage(() => {
    for (const button of keys.children) button.title = /^\d$/.test(button.dataset.key) ? "" : say(`key_${button.dataset.key}`);
  });
  return {
    element,
    show(now) {
      const shows = now.shows;
      trouble.show(now.faults);
      waiting.textContent = shows.waiting || "—";
      ticket.textContent = shows.ticket || "—";
      typed.textContent = shows.typed ? `${shows.typed}_` : `#${shows.address}`;
      fate.textContent = shows.answer ? say(`fate_${shows.answer}`) : "";
    },
  };
}
