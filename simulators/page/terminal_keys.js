// What a call terminal's keys ask of the controller. The terminal only says which key was pressed after which digits;
// these tables are the controller's (drivers/call_terminal/keys.py), told here to people. A test holds them together.
import { make } from "./elements.js";
import { keepInside } from "./faults.js";
import { onLanguage, say } from "./words.js";

export const MODELS = {
  jackqchen: {
    "**+confirm": "login", call: "call_next", "*+call": "call_number", recall: "recall", start: "start", evaluate: "finish",
    "6+confirm": "no_show", "0+confirm": "hold", "3+confirm": "resume", transfer: "transfer", "*+transfer": "transfer",
    wait: "pause", "4+confirm": "logout", "8+confirm": "beep_address",
  },
  slz: {
    "**+confirm": "login", call: "call_next", "*+call": "call_number", recall: "recall", evaluate: "finish",
    "5+confirm": "no_show", start: "transfer", "*+start": "transfer", "0+confirm": "pause", "4+confirm": "logout",
    "6+confirm": "security", "7+confirm": "manager", "9+confirm": "adviser", "8+confirm": "beep_address",
  },
};
const NUMBERED = { login: "typed_code", call_number: "typed_ticket", transfer: "typed_window" };
const OWN = { cancel: "key_cancel", up: "key_page", down: "key_page" };

/** Rows `{ digits, key, action }` of a terminal, with the hall file's own changes to its model's table. */
export function meanings({ model = "jackqchen", changes = {} }) {
  return Object.entries({ ...MODELS[model], ...changes })
    .map(([pattern, action]) => ({ digits: pattern.includes("+") ? pattern.split("+")[0] : "", key: pattern.split("+").at(-1), action }))
    // a transfer without a window to go to means nothing at a keypad
    .filter(({ digits, action }) => action !== "none" && !(action === "transfer" && !digits));
}

const typed = ({ digits, action }) => (digits.includes("*") ? say(NUMBERED[action] ?? "typed_any") : digits);

/** Titles for the keys of one terminal: what the key asks for, after which digits. */
export function titleOf(key, rows) {
  if (/^\d$/.test(key)) return say("key_digit");
  if (OWN[key]) return say(OWN[key]);
  const mine = rows.filter((row) => row.key === key);
  const line = (row) => `${row.digits ? `${typed(row)} + ${say(`key_${key}`)}` : say(`key_${key}`)}${say("means")}${say(`asks_${row.action}`)}`;
  return mine.length ? mine.map(line).join("\n") : say("key_unused", { key: say(`key_${key}`) });
}

/** The small "?" at a terminal: every combination of keys in words, the way to open the window first. */
export function legend(rows, labels) {
  const list = make("div", { class: "menu-list legend" });
  const summary = make("summary", {}, "?");
  const menu = make("details", { class: "menu help-keys" }, summary, list);
  const combination = (row) => [
    ...(row.digits ? [make("kbd", {}, typed(row)), "+"] : []),
    make("kbd", { class: row.key }, labels[row.key] ?? row.key),
  ];
  onLanguage(() => {
    summary.title = say("legend");
    summary.setAttribute("aria-label", say("legend"));
    list.replaceChildren(
      make("strong", {}, say("legend")),
      make("p", {}, say("legend_digits")),
      make(
        "dl", {},
        ...rows.flatMap((row) => [
          make("dt", { "data-keys": row.digits ? `${row.digits}+${row.key}` : row.key }, ...combination(row)),
          make("dd", {}, say(`asks_${row.action}`)),
        ]),
      ),
      make("p", {}, say("legend_beep")),
    );
  });
  keepInside(menu, list);
  return menu;
}
