// The slip printer: paper comes out as it is printed; a click tears it off.
import { act, make, zoom } from "./elements.js";
import { badge, faultMenu } from "./faults.js";
import { onLanguage, say } from "./words.js";

const OWN = [
  ["fault_paper_low", "paper_low", {}],
  ["fault_paper_out", "paper_out", {}],
  ["fault_cover_open", "cover_open", {}],
];

const LONG_ENOUGH_MS = 2600;

export function printer(device, place) {
  const path = make("div", { class: "paper-path" });
  const hint = make("p", { class: "paper-hint" });
  onLanguage(() => (hint.textContent = say("paper_hint"))); // while a slip hangs out it is not in the page
  const trouble = badge();
  const element = make(
    "div", { class: "device printer" },
    make("div", { class: "slot" }), path, faultMenu(device.id, { own: OWN }), trouble.element,
  );
  path.append(hint);
  place.row.append(element);
  let paper = null, shown = "", since = 0, newest = device.shows.slips.at(-1)?.number ?? 0;
  if (device.shows.slips.at(-1)?.taken === false) newest -= 1;

  function bring(number) {
    const picture = make("img", { alt: say("slip") });
    paper = make("button", { type: "button", class: "paper", title: say("tear"), onclick: () => act(device.id, "tear") }, picture);
    paper.dataset.number = number;
    for (const come of ["mouseenter", "focus"]) paper.addEventListener(come, () => enlarge(paper, picture));
    for (const go of ["mouseleave", "blur", "click"]) paper.addEventListener(go, shrink);
    path.replaceChildren(paper);
    since = performance.now();
  }

  /** Torn off; but whoever looks shall have seen the paper come out first. */
  function takeAway() {
    const old = paper;
    paper = null;
    shown = "";
    setTimeout(() => {
      old.classList.add("torn");
      shrink();
      setTimeout(() => {
        old.remove();
        if (!paper) path.replaceChildren(hint);
      }, 450);
    }, Math.max(0, LONG_ENOUGH_MS - (performance.now() - since)));
  }

  return {
    show(now) {
      const { status, slips } = now.shows;
      trouble.show(now.faults, ["paper_out", "paper_low", "cover_open"].filter((name) => status[name]).map((name) => say(`fault_${name}`)));
      const last = slips.at(-1);
      if (paper && (!last || last.taken || String(last.number) !== paper.dataset.number)) takeAway();
      if (!last || (last.taken && last.number <= newest)) return;
      if (!paper) bring(last.number);
      newest = last.number;
      const mark = `${last.number}/${last.lines.length}/${last.qr.length}/${last.cut}`;
      if (mark === shown) return;
      shown = mark;
      paper.firstChild.src = `/sim/devices/${encodeURIComponent(device.id)}/picture.png?${encodeURIComponent(mark)}`;
      paper.setAttribute("aria-label", last.lines.join(" "));
    },
  };
}

let big = null;

/** Held close to the eyes. */
function enlarge(paper, picture) {
  shrink();
  const edge = paper.getBoundingClientRect();
  big = make("div", { class: "slip-big", "aria-hidden": "true" }, picture.cloneNode());
  big.style.left = `${edge.right / zoom() + 22}px`;
  big.style.top = `${Math.max(10, edge.top / zoom() - 260)}px`;
  document.body.append(big);
}

function shrink() {
  big?.remove();
  big = null;
}
