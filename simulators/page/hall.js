// The virtual hall: builds the room from the hall's own list of devices and keeps it as the stream tells.
import { card } from "./cards.js";
import { make, tell, word, zoom } from "./elements.js";
import { door, helpButton } from "./entrance.js";
import { machine, reader } from "./machine.js";
import { printer } from "./printer.js";
import { sign } from "./sign.js";
import { relayBoard, speaker } from "./speaker.js";
import { tablet } from "./tablet.js";
import { terminal } from "./terminal.js";
import { learn, onLanguage, pick, say, switchLanguage } from "./words.js";
import { wires } from "./wires.js";

const place = (id) => document.getElementById(id);
const HEAD = '<path d="M43 57l9 12 9-12-9-4z" fill="#fff"/><ellipse cx="52" cy="32" rx="18" ry="21" fill="#f0d3b8"/>';
const CLERKS = [
  `<path d="M8 92c2-27 18-37 44-37s42 10 44 37z" fill="#3f5f73"/>${HEAD}<path d="M52 66l5 26H47z" fill="#b3453a"/><path d="M33 30c-2-18 8-27 19-27s22 8 19 27c-3-9-6-12-9-14-8 4-19 4-24 2-2 2-4 6-5 12z" fill="#37302b"/>`,
  `<path d="M30 22c-4 22-6 38-2 46h48c4-8 2-24-2-46z" fill="#4a342a"/><path d="M10 92c2-25 18-36 42-36s40 11 42 36z" fill="#35685c"/>${HEAD}<path d="M32 34c-3-20 8-30 20-30s23 10 20 30c-2-10-6-15-12-18-7 6-17 8-24 8-2 3-3 6-4 10z" fill="#4a342a"/>`,
];

async function start() {
  const hall = await (await fetch("/sim/hall")).json();
  const room = buildRoom(hall);
  learn(hall.words);
  const shown = new Map();
  const below = wires(place("wires"));
  const stream = new EventSource("/sim/stream");
  const live = place("live");
  let connected = true;
  const label = () => {
    live.textContent = say(connected ? "live" : "lost");
    live.classList.toggle("lost", !connected);
  };
  onLanguage(label);
  stream.onopen = () => ((connected = true), label());
  stream.onerror = () => ((connected = false), label());
  stream.addEventListener("device", (event) => {
    const device = JSON.parse(event.data);
    if (!shown.has(device.id)) shown.set(device.id, room.add(device));
    shown.get(device.id)?.show(device);
    below.show(device);
  });
  stream.addEventListener("tablet", (event) => {
    const tablet = JSON.parse(event.data);
    room.tablets.get(tablet.window)?.show(tablet);
  });
  label();
}

function buildRoom(hall) {
  const title = () => {
    place("hall-name").textContent = pick(hall.name.zh, hall.name.en);
    document.title = `${say("title")} · ${pick(hall.name.zh, hall.name.en)}`;
    place("language").textContent = say("other_language");
  };
  onLanguage(title);
  place("language").addEventListener("click", switchLanguage);
  for (const [path, key] of [["/machine", "link_machine"], ["/display", "link_display"], ["/window", "link_window"]])
    place("links").append(word("a", key, { href: hall.edge_url + path, target: "_blank", rel: "noopener" }));
  const booths = new Map(hall.windows.map((one) => [one.number, booth(hall, one)]));
  place("windows").append(...[...booths.values()].map((one) => one.element));
  let kiosk = null, sound = null;
  const relaysWaiting = [];
  const kioskOf = () => (kiosk ??= machine(place("machine"), hall));
  const makers = {
    "ff68-terminal": (device) => add(booths.get(device.window)?.desk, terminal(device)),
    "sam-id-card": (device) => reader(device, kioskOf()),
    "escpos-printer": (device) => printer(device, kioskOf()),
    speaker: (device) => {
      sound = speaker(device, place("ceiling"));
      sound.relays.append(...relaysWaiting);
      return sound;
    },
    "waveshare-relay": (device) => {
      const lamps = make("span", { class: "relays" });
      if (sound) sound.relays.append(lamps);
      else relaysWaiting.push(lamps);
      return relayBoard(device, lamps);
    },
    "gpio-contact": (device) => door(device, place("entrance")),
    "gpio-button": (device) => helpButton(device, place("entrance")),
  };
  const tablets = new Map([...booths].map(([number, one]) => [number, one.tablet]));
  const makerOf = (device) => {
    if (Array.isArray(device.shows.rows) && booths.has(device.window)) return (one) => add(booths.get(one.window).above, sign(one));
    return makers[device.driver] ?? ((one) => card(one, place("back-room")));
  };
  return { add: (device) => makerOf(device)(device), tablets };
}

function add(where, device) {
  where?.append(device.element);
  return device;
}

function booth(hall, { number, services }) {
  const above = make("div"), desk = make("div", { class: "terminal-desk" }), names = make("span"), title = make("b");
  const glass = make("div", { class: "glass" }, make("div", { class: "clerk" }));
  glass.firstChild.innerHTML = `<svg viewBox="0 0 104 92" aria-hidden="true">${CLERKS[number % 2]}</svg>`;
  onLanguage(() => {
    const known = services.map((letter) => hall.services.find((one) => one.letter === letter)).filter(Boolean);
    title.textContent = say("window_number", { number });
    names.textContent = known.map((one) => pick(one.zh, one.en)).join(" · ");
  });
  const pad = tablet(number, `${hall.edge_url}${hall.pads[number] ?? `/pad/${number}`}`);
  const element = make(
    "article", { class: "window" },
    above,
    make(
      "div", { class: "booth" },
      make("div", { class: "plate" }, title, names), glass, pad.element,
    ),
    make(
      "div", { class: "counter" }, desk,
      word("a", "link_desk", { class: "desk-link", href: `${hall.edge_url}/window/${number}`, target: "_blank", rel: "noopener" }),
    ),
  );
  return { element, above, desk, tablet: pad };
}

const step = () => document.documentElement.style.setProperty("--zoom", String(zoom()));
window.addEventListener("resize", step);
step();
start().catch(() => tell(say("unreachable")));
