// The door and the help button: pins of the board, with a hand to push them.
import { act, make, word } from "./elements.js";
import { faultMenu } from "./faults.js";
import { onLanguage, pick, say } from "./words.js";

export function door(device, room) {
  const words = make("p", { class: "place-words", role: "status" });
  const key = make("button", { type: "button", class: "door-key", onclick: () => act(device.id, "press") });
  const leaves = make("div", { class: "door" }, make("div", { class: "leaf one" }), make("div", { class: "leaf two" }), key);
  const name = make("strong");
  room.append(
    make("div", { class: "device door-place" }, make("p", { class: "place-words" }, name), leaves, faultMenu(device.id, { wires: false }), words),
  );
  let open = false;
  const label = () => {
    name.textContent = pick(device.name_zh, device.name_en) || say("door");
    words.textContent = say(open ? "door_open" : "door_closed");
    key.setAttribute("aria-label", say("door_push"));
    key.title = say("door_push");
  };
  onLanguage(label);
  return {
    show(now) {
      open = Boolean(now.shows.open ?? now.shows.active);
      leaves.classList.toggle("open", open);
      label();
    },
  };
}

export function helpButton(device, room) {
  const words = make("p", { class: "place-words", role: "status" });
  const key = make("button", { type: "button", class: "help-key", onclick: () => act(device.id, "press") }, word("span", "help"));
  const element = make("div", { class: "device help" }, key, words, faultMenu(device.id, { wires: false, place: "" }));
  room.append(element);
  let lit = false;
  const label = () => (words.textContent = say(lit ? "help_lit" : "help_calm"));
  onLanguage(label);
  return {
    show(now) {
      lit = Boolean(now.shows.lamp);
      element.classList.toggle("lit", lit);
      label();
    },
  };
}
