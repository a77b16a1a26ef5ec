// The rating tablet on a counter: asleep until a service is finished, then five keys.
import { make, tell, word } from "./elements.js";
import { onLanguage, say } from "./words.js";

const MOUTHS = {
  5: "M27 56 Q50 90 73 56 Z", 4: "M29 60 Q50 80 71 60", 3: "M31 66 L69 66", 2: "M30 72 Q50 56 70 72",
  1: "M28 76 Q50 46 72 76 M26 28 L43 35 M74 28 L57 35",
};

export function tablet(number, link) {
  const words = make("p"), keys = make("div", { class: "grades" });
  const element = make("div", { class: "tablet asleep", "data-window": number }, words, keys);
  for (const grade of [5, 4, 3, 2, 1]) {
    const button = make("button", { type: "button", disabled: true, onclick: () => press(number, grade) });
    button.innerHTML = `<svg viewBox="0 0 100 100" aria-hidden="true"><circle cx="50" cy="50" r="44"/><circle class="eye" cx="35" cy="40" r="5.5"/><circle class="eye" cx="65" cy="40" r="5.5"/><path d="${MOUTHS[grade]}"/></svg>`;
    button.dataset.grade = grade;
    keys.append(button);
  }
  element.append(word("a", "link_pad", { href: link, target: "_blank", rel: "noopener" }));
  let shown = { face: "unpaired" };
  const draw = () => {
    element.className = `tablet ${shown.face}`;
    words.textContent = say(`tablet_${shown.face}`, { number: shown.number });
    for (const button of keys.children) {
      button.title = say(`grade_${button.dataset.grade}`);
      button.setAttribute("aria-label", button.title);
      button.disabled = shown.face !== "asks";
      button.classList.toggle("given", shown.grade === Number(button.dataset.grade));
    }
  };
  onLanguage(draw);
  return {
    element,
    show(now) {
      shown = now;
      draw();
    },
  };
}

async function press(number, grade) {
  const answer = await fetch(`/sim/tablets/${number}/press`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ grade }),
  }).catch(() => null);
  if (answer?.ok) return;
  const error = (await answer?.json().catch(() => null))?.error;
  tell(error ? (document.documentElement.lang === "en" ? error.message : error.message_zh) : say("unreachable"));
}
