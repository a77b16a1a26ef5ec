// The lawyers' gate and the technical room: every device that has no place of its own in the hall, as a card with its
// picture, what a hand can do with it, and what can go wrong.
import { act, make, word } from "./elements.js";
import { badge, faultMenu } from "./faults.js";
import { onLanguage, pick, say } from "./words.js";

const SCANS = [
  ["card_pass_good", "scan", { pass: "good" }],
  ["card_pass_old", "scan", { pass: "old" }],
  ["card_pass_revoked", "scan", { pass: "revoked" }],
  ["card_code_junk", "scan", { text: "' OR 1=1; --" }],
];
const READER = { hands: SCANS, own: [["card_reader_key", "press", {}]] };
const CARDS = {
  "plain-code-reader": READER,
  "gm65-code-reader": READER,
  "newland-code-reader": READER,
  "pjlink-display": {
    hands: [["card_power", "press", { key: "power" }], ["card_input", "press", { key: "input" }], ["card_mute", "press", { key: "mute" }]],
    own: [["card_lamp_fault", "fault", { part: "lamp", level: 2 }], ["card_hot", "fault", { part: "temperature", level: 1 }]],
  },
  "hdmi-display": {
    hands: [["card_pull_cable", "pull_cable", {}], ["card_plug_cable", "plug_cable", {}], ["card_blank", "blank", {}]],
  },
  "v4l2-camera": {
    hands: [["card_lay_paper", "lay_paper", { text: "测试 · 法律援助申请表" }], ["card_take_paper", "take_away", {}]],
    own: [["card_cut_picture", "cut_picture", {}], ["card_huge_picture", "huge_file", {}], ["card_no_picture", "not_a_picture", {}]],
  },
  "modbus-inputs": { hands: (shows) => shows.inputs.map((on, input) => [String(input), "set", { input, on: !on }, on]) },
  "modbus-keypad": { hands: (shows) => shows.inputs.map((on, input) => [shows.keys?.[input] ? `card_key_${shows.keys[input]}` : String(input), "press", { input }, on]) },
  "gpio-output": { hands: [] },
  "waveshare-relay": { hands: [] },
};

export function card(device, room) {
  const { hands = [], own = [] } = CARDS[device.driver] ?? {};
  const picture = make("img", { alt: "", class: "unit-picture" });
  const name = make("strong"), trouble = badge();
  const keys = make("div", { class: "unit-keys" });
  const form = String(device.port).split(":")[0];
  const wires = form === "file" ? "plug" : form !== "gpio"; // a camera's or a screen's cable carries no line of bytes
  const element = make(
    "article", { class: "device unit" },
    make("header", {}, name, make("small", {}, device.id)), picture, keys, trouble.element, faultMenu(device.id, { own, wires }),
  );
  room.append(element);
  room.hidden = false;
  onLanguage(() => {
    name.textContent = pick(device.name_zh, device.name_en) || say(`card_${device.driver}`);
    picture.alt = name.textContent;
  });
  let drawn = "", laid = "";
  return {
    element,
    show(now) {
      trouble.show(now.faults);
      const shows = JSON.stringify({ ...now.shows, counters: 0, frames: 0, answers: 0 });
      if (shows === drawn) return;
      drawn = shows;
      picture.src = `/sim/devices/${encodeURIComponent(device.id)}/picture.png?${Date.now()}`;
      const rows = typeof hands === "function" ? hands(now.shows) : hands;
      const wanted = JSON.stringify(rows);
      if (wanted === laid) return;
      laid = wanted;
      keys.replaceChildren(...rows.map((row) => key(device.id, row)));
    },
  };
}

/** One key; a word of the catalogue, or a label as it is printed on the device. */
function key(id, [name, action, given, down]) {
  const properties = { type: "button", onclick: () => act(id, action, given), "aria-pressed": down === undefined ? null : String(down) };
  return name.startsWith("card_") ? word("button", name, properties) : make("button", properties, name);
}
