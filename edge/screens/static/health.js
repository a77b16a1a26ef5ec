// The health page for IT: each part of the controller, the worst first; asked for again and again, also through a cut.
import { all, byId, keep, lang, make, onLanguage, say, speak } from "./hall.js";

const everyMs = 10_000;
const signs = { good: "●", watch: "▲", fault: "■" }; // colour, shape and word, never colour alone
let told = null;
let heardAt = null;
let lost = false;

function row(part) {
  const line = make("tr", {}, make("td", {}, make("span", { class: "state" })), make("th", { scope: "row" }), make("td", { class: "what" }));
  line.dataset.part = part.name;
  return line;
}

function fill(line, part) {
  const state = line.querySelector(".state");
  state.dataset.grade = part.grade;
  state.textContent = say(`health.grade_${part.grade}`);
  line.querySelector("th").textContent = part[`name_${lang()}`];
  line.querySelector(".what").textContent = part[`what_${lang()}`];
}

function draw() {
  byId("cut").hidden = !lost;
  byId("cut").textContent = lost ? say("health.no_line") : "";
  if (!told) return;
  keep(byId("parts"), told.parts, (part) => part.name, row);
  const lines = new Map(all("#parts tr").map((line) => [line.dataset.part, line]));
  for (const part of told.parts) fill(lines.get(part.name), part);
  const count = (grade) => told.parts.filter((part) => part.grade === grade).length;
  const words = ["fault", "watch"].filter((grade) => count(grade)).map((grade) => `${signs[grade]} ${say(`health.${grade}`, { count: count(grade) })}`);
  byId("sum").textContent = words.length ? words.join("　") : `${signs.good} ${say("health.all_well")}`;
  byId("sum").dataset.grade = count("fault") ? "fault" : count("watch") ? "watch" : "good";
  byId("version").textContent = say("health.version", { version: told.version });
  const clock = heardAt.toLocaleTimeString(lang() === "zh" ? "zh-CN" : "en-GB", { timeZone: "Asia/Shanghai", hourCycle: "h23" });
  byId("as-of").textContent = say("health.as_of", { time: clock });
}

async function look() {
  try {
    const answer = await fetch("/api/v1/health", { cache: "no-store", signal: AbortSignal.timeout(everyMs / 2) });
    if (!answer.ok) throw new Error(String(answer.status));
    told = await answer.json();
    heardAt = new Date();
    lost = false;
  } catch { // cut off, too slow, or answered by something else: all are told alike, and asked again
    lost = true;
  }
  draw();
  setTimeout(look, everyMs);
}

onLanguage(draw);
speak(lang(), { keep: false });
look();
