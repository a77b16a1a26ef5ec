// What can go wrong with a device: a menu on each of them, and a badge that says which faults are in force.
import { act, make, word, zoom } from "./elements.js";
import { say } from "./words.js";

const APART = 6; // pixels between a menu and the room's edge
const LINE_FAULTS = [
  ["fault_unplug", "unplug", {}],
  ["fault_replug", "replug", {}],
  ["fault_replug_tty", "replug", { another_tty: true }],
  ["fault_silent", "silent", {}],
  ["fault_garble", "garble", { rate: 0.05, seed: 1 }],
  ["fault_slow", "slow", { baud: 300 }],
  ["fault_echo", "echo", {}],
];

/** The menu; `own` are entries `[word, action, arguments]` of this kind of device; `wires`: true, false or "plug". */
export function faultMenu(deviceId, { own = [], wires = true, place = "" } = {}) {
  const menu = make("details", { class: `menu ${place}` });
  const entry = ([key, action, given]) =>
    word("button", key, {
      type: "button",
      onclick: () => {
        menu.open = false;
        act(deviceId, action, given);
      },
    });
  const list = make("div", { class: "menu-list" }, make("p", {}, deviceId));
  if (own.length) list.append(...own.map(entry), make("hr"));
  const faults = wires === "plug" ? LINE_FAULTS.filter(([, action]) => action.endsWith("plug")) : wires ? LINE_FAULTS : [];
  if (faults.length) list.append(...faults.map(entry), make("hr"));
  list.append(
    entry(["fault_clear", "clear_faults", {}]),
    word("a", "details", { href: `/sim/devices/${encodeURIComponent(deviceId)}`, target: "_blank", rel: "noopener" }),
  );
  menu.append(make("summary", { "aria-label": deviceId, title: deviceId }, "⋯"), list);
  keepInside(menu, list);
  return menu;
}

/** One menu at a time; it opens upwards where the room's floor would cut it. */
export function keepInside(menu, list) {
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    for (const other of document.querySelectorAll("details.menu[open]")) if (other !== menu) other.open = false;
    menu.classList.remove("upwards");
    list.style.maxHeight = "";
    const room = menu.closest(".hall, .back-room").getBoundingClientRect();
    const { top, bottom } = menu.getBoundingClientRect();
    const [above, below] = [top - room.top, Math.min(room.bottom, window.innerHeight) - bottom];
    const tall = list.getBoundingClientRect().height + APART;
    menu.classList.toggle("upwards", tall > below && above > below);
    if (tall > Math.max(above, below)) list.style.maxHeight = `${(Math.max(above, below) - APART) / zoom()}px`;
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

/** A badge in colour, shape and words while something is wrong. */
export function badge() {
  const element = make("span", { class: "trouble", hidden: true });
  return {
    element,
    show(faults, more = []) {
      const names = [...Object.keys(faults).map((name) => say(`in_force_${name}`)), ...more];
      element.hidden = names.length === 0;
      if (names.length) element.textContent = names.join(" · ");
    },
  };
}
