// The ticket machine: a reader with a tray of sample cards, and a printer whose slips come out as paper.
import { act, make, word, zoom } from "./elements.js";
import { badge, faultMenu } from "./faults.js";
import { onLanguage, pick, say } from "./words.js";

export function machine(room, hall) {
  const row = make("div", { class: "kiosk-row" });
  const services = make("span", { class: "screen-services" });
  onLanguage(() =>
    services.replaceChildren(
      ...hall.services.slice(0, 6).map((one) => make("span", {}, make("b", {}, one.letter), pick(one.zh, one.en))),
    ),
  );
  const kiosk = make(
    "div", { class: "kiosk" },
    make("h2", {}, word("span", "machine")),
    make(
      "a", { class: "screen", href: `${hall.edge_url}/machine`, target: "_blank", rel: "noopener" },
      word("span", "machine_screen"), services,
    ),
    row,
  );
  room.append(kiosk);
  return { kiosk, row, room };
}

export function reader(device, place) {
  const field = make("div", { class: "reader-field" });
  const state = make("span");
  const trouble = badge();
  const element = make(
    "div", { class: "device reader" },
    word("p", "reader"), field, make("p", {}, make("i", { class: "reader-lamp" }), state),
    faultMenu(device.id, { place: "to-right" }), trouble.element,
  );
  place.row.prepend(element);
  const cards = make("div", { class: "cards" });
  place.room.append(
    make("div", { class: "tray" }, make("h3", {}, word("span", "tray"), word("small", "tray_note")), cards),
  );
  let tray = device.shows.tray;
  const label = (one) => pick(one.label_zh, one.label_en).replaceAll("/", "/\u200b"); // may break there
  const fill = () =>
    cards.replaceChildren(
      ...tray.map((one) =>
        make("button", { type: "button", class: `card ${look(one)}`, title: label(one), onclick: (event) => tap(event.currentTarget, one) }, label(one)),
      ),
    );
  async function tap(button, one) {
    fly(button, field);
    await act(device.id, "tap_card", { person: one.person });
  }
  onLanguage(fill);
  return {
    show(now) {
      tray = now.shows.tray;
      trouble.show(now.faults);
      const lying = now.shows.card && tray.find((one) => one.person === now.shows.card.person);
      element.classList.toggle("with-card", Boolean(now.shows.card));
      field.replaceChildren(
        now.shows.card ? make("span", { class: `card lying ${lying ? look(lying) : ""}` }, lying ? label(lying) : say("a_card")) : say("reader_place"),
      );
      state.textContent = say(`reader_${now.shows.state}`);
    },
  };
}

function look(one) {
  if (one.kind === "-" || /^(torn|wrong|bus)/.test(one.person)) return "bad";
  return one.person.startsWith("elder") ? "elder" : "";
}

function fly(from, to) {
  const [start, end] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
  const copy = from.cloneNode(true);
  copy.classList.add("flying");
  const scale = zoom();
  copy.style.cssText = `left:${start.left / scale}px;top:${start.top / scale}px;width:${from.offsetWidth}px;height:${from.offsetHeight}px`;
  document.body.append(copy);
  requestAnimationFrame(() => {
    copy.style.transform = `translate(${(end.left - start.left) / scale}px, ${(end.top - start.top) / scale}px)`;
    copy.style.opacity = "0.2";
  });
  setTimeout(() => copy.remove(), 480);
}
