// The service desk: gates, help, notices and screens. What needs somebody now is said in the title too.
import { all, byId, colon, facts, keep, lang, live, make, onLanguage, refusalWords, say, send, sendOnce, spanWords, speak } from "./hall.js";
import { signIn } from "./sign_in.js";
import { deafToScanners } from "./scanner.js";

deafToScanners();

const waiting = { MANUAL: "warning", LOCK_FAILED: "fault" }; // results after which somebody stands at the gate
const waitsAtMost = 180;
const marks = { PASS: "✓", STAFF: "✓", DENY: "✕", MANUAL: "▲", RELOCKED: "○", LOCK_FAILED: "✕", HELD_OPEN: "▲", FORCED: "◆", CONTACT_LOST: "?" };
const fates = { WAITING: "◐", SAID: "✓", NOT_SAID: "✕" };

let view = null;
let heard = 0;
const doing = new Set(); // what is under way: pressed again it does not count
const timers = new Map();

const sinceHeard = () => (performance.now() - heard) / 1000;
const nameOf = (key, plain) => facts.names[key]?.[lang()] || facts.names[key]?.zh || plain;
const gateName = (gate) => nameOf(`gate:${gate}`, gate);

/** Words that stay for a while; `words` is asked again when the language changes. */
function tell(place, words, kind) {
  clearTimeout(timers.get(place));
  place.textContent = words;
  place.className = words ? kind : "";
  if (words) timers.set(place, setTimeout(() => tell(place, "", ""), kind === "good" ? 8000 : 30_000));
}

function agoWords(seconds) {
  if (seconds < 60) return say("desk.just_now");
  return seconds < 3600 ? say("desk.minutes_ago", { count: Math.floor(seconds / 60) }) : say("desk.hours_ago", { count: Math.floor(seconds / 3600) });
}

/** One press, one act. Gives the answer, or null when the same is under way. */
async function act(url, body, sending = send) {
  const wish = JSON.stringify([url, body]);
  if (doing.has(wish)) return null;
  doing.add(wish);
  const answer = await sending("POST", url, body);
  doing.delete(wish);
  if (answer.status === 401) { location.reload(); return null; }
  return answer;
}

const told = (place, answer, words) => tell(place, answer.ok ? words : refusalWords(answer, say("desk.no_line")), answer.ok ? "good" : answer.status ? "warning" : "fault");

async function openGate(gate, card) {
  const answer = await act(`/api/v1/gates/${gate}/commands`, { command: "open" });
  if (answer) told(card.querySelector(".done"), answer, say("desk.opened"));
}

function buildGate({ gate }) {
  const card = make("li", { class: "gate", id: `gate-${gate}`, "data-gate": gate },
    make("div", { class: "gate-head" }, make("h3", {}), make("span", { class: "since" }), make("span", { class: "state", role: "status" })),
    make("p", { class: "do", role: "alert" }), make("p", { class: "waits", role: "alert" }),
    make("button", { class: "open main-act" }), make("p", { class: "done", role: "alert" }),
    make("p", { class: "check note" }), make("h3", { class: "lately" }), make("ol", { class: "results" }));
  card.querySelector(".open").addEventListener("click", () => openGate(gate, card));
  return card;
}

const put = (element, words, kind) => {
  if (element.textContent !== words) element.textContent = words; // said once by a screen reader
  if (kind !== undefined) element.className = kind;
  element.hidden = !words;
};

function fillGate(card, gate) {
  const part = (name) => card.querySelector(name);
  card.dataset.state = gate.state;
  put(part(".gate-head h3"), gateName(gate.gate));
  part(".state").dataset.state = gate.state;
  put(part(".state"), say(`gate_state.${gate.state}`));
  put(part(".do"), facts.words[lang()][`gate_state.${gate.state}_do`] ?? "", gate.alarm ? "do fault" : gate.state === "UNKNOWN" ? "do warning" : "do note");
  const newest = gate.results[0];
  const waits = newest && newest.ago_s < waitsAtMost ? waiting[newest.result] : null;
  put(part(".waits"), waits ? `▲ ${say("desk.look_now")}${colon()}${resultWords(newest)}` : "", `waits ${waits ?? ""}`);
  const open = part(".open");
  put(open, say("desk.open"));
  open.setAttribute("aria-label", `${say("desk.open")}${colon()}${gateName(gate.gate)}`);
  open.disabled = !gate.can_open;
  put(part(".check"), gate.can_open ? say("desk.open_check") : "");
  put(part(".lately"), say(gate.results.length ? "desk.results" : "desk.no_results"));
  part(".results").replaceChildren(...gate.results.map((result) => make("li", { "data-result": result.result },
    make("b", { class: "mark", "aria-hidden": "true" }, marks[result.result]), make("span", { class: "about" }, resultWords(result)),
    make("span", { class: "since", "data-ago": result.ago_s }))));
}

function resultWords(result) {
  const reason = lang() === "zh" ? result.reason_zh : result.reason_en;
  const whole = say(`gate_result.${result.result}`);
  if (!reason) return whole;
  return result.result === "MANUAL" ? reason[0].toUpperCase() + reason.slice(1) : whole + colon() + reason; // the reason ends with what to do
}

function buildHelp({ place }) {
  const button = make("button", {});
  button.addEventListener("click", () => answerHelp(place));
  return make("li", { "data-help": place }, make("b", {}), make("span", { class: "since" }), button);
}

async function answerHelp(place) {
  const answer = await act(`/api/v1/help/${place}/answer`, {});
  if (answer) told(byId("help-said"), answer, "");
}

function drawHelp() {
  keep(byId("help-list"), view.help, (help) => help.place, buildHelp);
  byId("no-help").hidden = view.help.length > 0;
  view.help.forEach((help, place) => {
    const row = byId("help-list").children[place];
    row.querySelector("b").textContent = `✋ ${say("desk.help_at", { place: nameOf(help.place, say("desk.help_button")) })}`;
    row.querySelector(".since").dataset.runs = help.since_s;
    put(row.querySelector("button"), say("desk.help_answer"));
  });
}

function drawNotices() {
  const { state } = view.voice;
  byId("say").hidden = state === null;
  put(byId("voice"), state === null ? say("desk.no_speaker") : state === "failed" ? say("desk.voice_failed") : "");
  byId("no-notices").hidden = view.notices.length > 0;
  byId("notice-list").replaceChildren(...view.notices.map((notice) => make("li", { "data-notice": notice.notice, "data-fate": notice.fate },
    make("span", { class: "words" }, notice.urgent ? make("b", {}, `▲ ${say("desk.is_urgent")} · `) : "", [notice.text_zh, notice.text_en].filter(Boolean).join(" / ")),
    make("span", { class: "fate" }, `${fates[notice.fate]} ${say(`notice_fate.${notice.fate}`)}`),
    make("span", { class: "more" }, make("span", { "data-ago": notice.ago_s }), notice.fate === "NOT_SAID" ? ` · ${say("notice_fate.NOT_SAID_do")}` : ""))));
}

async function sayNotice(form) {
  const fields = form.elements;
  const line = (field) => field.value.replace(/\s+/g, " ").trim();
  for (const field of [fields.text_zh, fields.text_en]) field.removeAttribute("aria-invalid");
  if (!line(fields.text_zh)) {
    fields.text_zh.setAttribute("aria-invalid", "true");
    tell(byId("notice-said"), say("desk.needs_zh"), "warning");
    fields.text_zh.focus();
    return;
  }
  const urgent = fields.urgent.checked;
  const answer = await act("/api/v1/announcements", { text_zh: line(fields.text_zh), text_en: line(fields.text_en), urgent }, sendOnce);
  if (!answer) return;
  told(byId("notice-said"), answer, say(urgent ? "desk.notice_taken_urgent" : "desk.notice_taken"));
  if (answer.ok) { form.reset(); return; }
  const wrong = fields[answer.body?.error?.field];
  if (wrong) { wrong.setAttribute("aria-invalid", "true"); wrong.focus(); }
}

function buildScreen({ id }) {
  const button = (command) => {
    const made = make("button", { "data-command": command });
    made.addEventListener("click", async () => {
      const answer = await act(`/api/v1/displays/${id}/commands`, { command });
      if (answer) told(byId("screen-said"), answer, say("desk.switched"));
    });
    return made;
  };
  return make("li", { "data-screen": id }, make("b", {}), make("span", { class: "state" }), make("span", { class: "how note" }), button("on"), button("off"));
}

function drawScreens() {
  byId("screens").hidden = !view.screens.length;
  keep(byId("screen-list"), view.screens, (screen) => screen.id, buildScreen);
  view.screens.forEach((screen, place) => {
    const row = byId("screen-list").children[place];
    const name = nameOf(screen.id, screen.id);
    const power = facts.words[lang()][`screen_power.${screen.power}`] ? screen.power : "unknown";
    row.querySelector("b").textContent = name;
    row.querySelector(".state").dataset.power = power;
    row.querySelector(".state").textContent = say(`screen_power.${power}`);
    put(row.querySelector(".how"), screen.switchable ? "" : say("desk.not_switchable"));
    for (const button of all("button", row)) {
      const { command } = button.dataset;
      button.hidden = !screen.switchable;
      button.textContent = say(`desk.${command}`);
      button.setAttribute("aria-label", say(`desk.${command}_named`, { name }));
      button.setAttribute("aria-pressed", String(screen.wanted === (command === "on")));
    }
  });
}

function drawNotes() {
  const notes = view.gates.filter((gate) => gate.alarm).map((gate) => make("a", { class: "fault", href: `#gate-${gate.gate}` },
    `▲ ${gateName(gate.gate)}${colon()}${say(`gate_state.${gate.state}`)}`));
  if (view.central !== "online" && view.central !== "none") notes.push(make("p", { class: "calm" }, `○ ${say("desk.central_away")}`));
  const devices = view.devices_in_trouble.map((device) => say("desk.device_trouble", lang() === "zh"
    ? { name: device.name_zh, reason: device.reason_zh } : { name: device.name_en, reason: device.reason_en }));
  if (devices.length) notes.push(make("p", { class: "warning" }, `▲ ${say("desk.trouble", { devices: devices.join(" · ") })}`));
  byId("notes").replaceChildren(...notes);
}

/** Seen also when the page lies behind another. */
function drawTitle() {
  const now = view.gates.filter((gate) => gate.alarm || (waiting[gate.results[0]?.result] && gate.results[0].ago_s < waitsAtMost)).length + view.help.length;
  document.title = `${now ? `▲${now} ` : ""}${say("desk.title")} · ${facts.hall[lang()]}`;
}

function drawTimes() {
  for (const element of all("[data-ago]")) element.textContent = agoWords(Number(element.dataset.ago) + sinceHeard());
  for (const element of all("[data-runs]")) element.textContent = spanWords(Number(element.dataset.runs) + sinceHeard());
}

function draw() {
  if (!view) return;
  drawNotes();
  byId("gates").hidden = !view.gates.length;
  keep(byId("gate-list"), view.gates, (gate) => gate.gate, buildGate);
  view.gates.forEach((gate, place) => {
    const card = byId("gate-list").children[place];
    fillGate(card, gate);
    const since = card.querySelector(".gate-head .since");
    if (gate.state === "CLOSED" || gate.state === "UNKNOWN") { delete since.dataset.runs; since.textContent = ""; }
    else since.dataset.runs = gate.since_s;
  });
  drawHelp();
  if (facts.manager && view.manager) { drawNotices(); drawScreens(); }
  drawTitle();
  drawTimes();
}

function work() {
  // No single key unlocks: the clerks' fingers know F2 as "next" from the window's page.
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.id === "say") {
      event.preventDefault();
      if (!event.repeat) event.target.form.requestSubmit();
    }
  });
  byId("say")?.addEventListener("submit", (event) => { event.preventDefault(); sayNotice(event.target); });
  byId("sign-out").addEventListener("click", async () => { await send("DELETE", "/api/v1/session"); location.reload(); });
  setInterval(drawTimes, 1000);
  live("/api/v1/desk/stream", "desk", (state) => { view = state; heard = performance.now(); draw(); }, { onSignedOut: () => location.reload() });
}

onLanguage(draw);
speak(lang(), { keep: false });
if (facts.signed_in) work(); else signIn(byId("sign-in"), () => say("desk.no_line"));
