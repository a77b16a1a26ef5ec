// The wires below the floor: every line with its bytes, both ways, as they pass.
import { make } from "./elements.js";
import { onLanguage, pick, say } from "./words.js";

const BUSY_MS = 260;

export function wires(place) {
  const cards = new Map();
  return {
    show(now) {
      const id = now.line ?? now.id;
      let card = cards.get(id);
      if (!card) {
        if (now.port.startsWith("gpio:")) return;
        card = wire(id, now);
        cards.set(id, card);
        place.append(card.element);
      }
      card.show(now);
    },
  };
}

function wire(id, first) {
  const name = make("strong"), port = make("small");
  const rows = { heard: row("heard"), said: row("said") };
  const element = make("div", { class: "wire" }, make("div", { class: "wire-head" }, name, port), rows.heard.element, rows.said.element);
  const label = () => (name.textContent = first.line ? `${say(`bus_${first.driver}`)} ${id}` : pick(first.name_zh, first.name_en) || `${say(`card_${first.driver}`)} ${id}`);
  onLanguage(label);
  const devices = new Map();
  return {
    element,
    show(now) {
      port.textContent = now.port.startsWith("socket:") ? now.port.replace("socket://127.0.0.1", "TCP ") : "";
      element.title = now.port;
      devices.set(now.id, now);
      for (const way of ["heard", "said"]) {
        const all = [...devices.values()];
        // on a bus every device hears the same bytes, but each says its own
        const count = way === "heard" ? Math.max(...all.map((one) => one.bytes.heard)) : all.reduce((sum, one) => sum + one.bytes.said, 0);
        const burst = now.recent.filter((one) => one.way === way).at(-1);
        rows[way].show(count, burst);
      }
    },
  };
}

function row(way) {
  const count = make("span"), hex = make("bdi"), lamp = make("i");
  const element = make("div", { class: `wire-row ${way}` }, lamp, make("b", {}, way === "heard" ? "RX" : "TX"), make("code", {}, hex), count);
  const label = () => (element.title = say(way === "heard" ? "wire_heard" : "wire_said"));
  onLanguage(label);
  let last = 0, calm;
  return {
    element,
    show(total, burst) {
      if (total === last) return;
      last = total;
      count.textContent = total.toLocaleString("en");
      if (burst) hex.textContent = tail(burst);
      element.classList.add("busy");
      clearTimeout(calm);
      calm = setTimeout(() => element.classList.remove("busy"), BUSY_MS);
    },
  };
}

function tail(burst) {
  const bytes = burst.tail_hex.split(" ");
  return burst.length > bytes.length || bytes.length > 8 ? `… ${bytes.slice(-8).join(" ")}` : bytes.join(" ");
}
