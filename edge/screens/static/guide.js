// The guide desk: tickets for somebody, the queue, and the hall as its supervisor sees it.
import { all, byId, colon, facts, keep, lang, live, make, onLanguage, refusalWords, say, send, sendOnce, serviceName, spanWords, speak, stopWords, waitWords, windowName } from "./hall.js";
import { signIn } from "./sign_in.js";
import { drawRota, listenToRota } from "./guide_rota.js";
import { deafToScanners } from "./scanner.js";

deafToScanners();

let view = null;
let heard = 0;
let list = "waiting";
let moving = null; // the window whose classes are chosen
const chosen = { service: null };
const doing = new Set();
const timers = new Map();
const sinceHeard = () => (performance.now() - heard) / 1000;

function tell(place, words, kind) {
  clearTimeout(timers.get(place));
  place.textContent = words;
  place.className = words ? kind : "";
  if (words) timers.set(place, setTimeout(() => tell(place, "", ""), kind === "good" ? 12_000 : 30_000));
}

/** One press, one act; what came of it is said at `place`. Gives the answer, or null when the same is under way. */
export async function act(method, url, body, place, words = () => "", sending = send) {
  const wish = JSON.stringify([method, url, body]);
  if (doing.has(wish)) return null;
  doing.add(wish);
  const answer = await sending(method, url, body);
  doing.delete(wish);
  if (answer.status === 401) { location.reload(); return null; }
  tell(place, answer.ok ? words(answer.body) : refusalWords(answer, say("guide.no_line")), answer.ok ? "good" : answer.status ? "warning" : "fault");
  return answer;
}

function choiceButtons(container, letters, isOn, choose) {
  keep(container, letters, (letter) => `${lang()} ${letter}`, (letter) => {
    const button = make("button", { type: "button", "data-letter": letter }, make("b", {}, letter), ` ${serviceName(letter)}`);
    button.addEventListener("click", () => { choose(letter); draw(); });
    return button;
  });
  for (const button of container.children) button.setAttribute("aria-pressed", String(isOn(button.dataset.letter)));
}

function fillSelect(select, options, first) {
  const key = JSON.stringify([lang(), options]);
  if (select.dataset.kept === key) return;
  const value = select.value;
  select.dataset.kept = key;
  select.replaceChildren(make("option", { value: "" }, first), ...options.map(([option, words]) => make("option", { value: option }, words)));
  select.value = options.some(([option]) => option === value) ? value : "";
}

function drawIssue() {
  choiceButtons(byId("issue-classes"), Object.keys(facts.services), (letter) => letter === chosen.service, (letter) => { chosen.service = letter; });
  const form = byId("ticket-form").elements;
  fillSelect(form.priority, facts.priorities.map((code) => [code, say(`priority.${code}`)]), say("guide.no_priority"));
  const people = view?.rota.filter((duty) => !duty.absent && duty.services.includes(chosen.service)).map((duty) => [duty.person, duty.person]) ?? [];
  byId("person-field").hidden = !people.length;
  fillSelect(form.person, people, say("guide.anybody"));
  byId("give").disabled = chosen.service === null;
}

async function give(form) {
  const { priority, persons, person, private: isPrivate } = form.elements;
  const body = { service: chosen.service, priority: priority.value || null, persons: Number(persons.value) || 1, person: person.value || null, private: isPrivate.checked };
  const answer = await act("POST", "/api/v1/desk/tickets", body, byId("issued"), (done) => say(view?.prints === false ? "guide.given_no_slip" : "guide.given", { number: done.number, ahead: done.ahead, wait: waitWords(done.estimated_wait_s) }), sendOnce);
  if (!answer?.ok) return;
  form.reset();
  chosen.service = null;
  draw();
}

function marksOf(ticket) {
  const marks = [];
  if (ticket.priority) marks.push(make("span", { class: "mark priority" }, `★ ${say(`priority.${ticket.priority}`)}`));
  if (ticket.private) marks.push(make("span", { class: "mark private" }, `◈ ${say("guide.is_private")}`));
  if (ticket.appointed) marks.push(make("span", { class: "mark" }, `◷ ${say("guide.appointed")}`));
  if (ticket.person) marks.push(make("span", { class: "mark" }, say("guide.asks_for", { person: ticket.person })));
  if (ticket.persons > 1) marks.push(make("span", { class: "mark" }, say("guide.persons_count", { count: ticket.persons })));
  if (ticket.restored) marks.push(make("span", { class: "mark" }, `↺ ${say("guide.restored")}`));
  return marks;
}

function row(ticket) {
  const number = ticket.number;
  const said = byId("queue-said");
  const button = (words, press, dead = false) => {
    const made = make("button", { class: "quiet", disabled: dead, "aria-label": `${say(words)} ${number}` }, say(words));
    made.addEventListener("click", press);
    return made;
  };
  const acts = list === "missed"
    ? [button("guide.restore", () => act("POST", `/api/v1/tickets/${number}/restore`, {}, said, () => say("guide.restored_said", { number })), ticket.restored)]
    : [button("guide.mark", () => openMark(ticket)), button("guide.reprint", () => act("POST", `/api/v1/tickets/${number}/reprint`, {}, said, () => say("guide.reprinted", { number })))];
  return make("li", { "data-ticket": number }, make("b", { class: "number" }, number),
    make("span", { class: "about" }, make("span", {}, serviceName(ticket.service)), ...marksOf(ticket)),
    make("span", { class: "since", "data-since": heard - 1000 * ticket.waited_s, "data-runs": list === "waiting" }, spanWords(ticket.waited_s)),
    make("span", { class: "acts" }, ...acts));
}

function drawList() {
  const rows = view[list];
  if (rows.length) keep(byId("list"), rows, ({ for_s, waited_s, ...seen }) => JSON.stringify([list, lang(), seen]), row);
  else byId("list").replaceChildren(make("li", { class: "empty" }, say(list === "waiting" ? "guide.nobody_waiting" : "guide.nobody_missed")));
  for (const tab of all("[data-list]")) {
    tab.querySelector("b").textContent = view[tab.dataset.list].length;
    tab.setAttribute("aria-selected", String(tab.dataset.list === list));
  }
  byId("panel").setAttribute("aria-labelledby", `tab-${list}`);
}

function openMark(ticket) {
  const { number } = ticket;
  const said = byId("queue-said");
  byId("mark-title").textContent = say("guide.mark_title", { number });
  const option = (words, press, pressed) => {
    const button = make("button", { "aria-pressed": String(pressed) }, words);
    button.addEventListener("click", () => { byId("mark-dialog").close(); press(); });
    return button;
  };
  const mark = (priority) => act("POST", `/api/v1/tickets/${number}/priority`, { priority }, said, () => say("guide.marked", { number }));
  byId("mark-options").replaceChildren(
    ...facts.priorities.map((code) => option(`★ ${say(`priority.${code}`)}`, () => mark(code), ticket.priority === code)),
    ...(ticket.priority ? [option(say("guide.mark_none"), () => mark(null), false)] : []),
    ...(ticket.private ? [] : [option(`◈ ${say("guide.make_private")}`, () => act("POST", `/api/v1/tickets/${number}/private`, {}, said, () => say("guide.marked", { number })), false)]));
  byId("mark-dialog").showModal();
}

function windowRow({ number }) {
  const item = make("li", { "data-window": number }, make("div", { class: "head" }, make("b", {}), make("span", { class: "state" })),
    make("p", { class: "doing" }), make("p", { class: "note serves" }), make("div", { class: "acts" }));
  if (facts.manager) {
    const move = make("button", { class: "quiet" });
    move.addEventListener("click", () => openMove(number));
    const back = make("button", { class: "quiet back" });
    back.addEventListener("click", () => act("DELETE", `/api/v1/windows/${number}/assignment`, null, byId("windows-said"), () => say("guide.moved_back", { window: windowName(number) })));
    item.querySelector(".acts").append(move, back);
  }
  return item;
}

function drawWindows() {
  keep(byId("window-list"), view.windows, (window) => String(window.number), windowRow);
  view.windows.forEach((window, place) => {
    const item = byId("window-list").children[place];
    item.classList.toggle("idle", window.idle_while_waited_for);
    item.querySelector("b").textContent = window.room ? `${windowName(window.number)} · ${say("guide.room", { room: window.room })}` : windowName(window.number);
    const state = item.querySelector(".state");
    state.dataset.state = window.state;
    state.textContent = window.pause && window.state === "PAUSED" ? `${say("window_state.PAUSED")} · ${say(`pause.${window.pause}`)}` : say(`window_state.${window.state}`);
    const doing = item.querySelector(".doing");
    doing.replaceChildren([window.staff, window.ticket].filter(Boolean).join(" · "), window.state === "CLOSED" ? "" : make("span", { class: "since", "data-since": heard - 1000 * window.since_s, "data-runs": true }),
      window.idle_while_waited_for ? make("span", { class: "mark warning" }, `▲ ${say("guide.idle")}`) : "");
    const left = window.assigned_left_s === null ? "" : ` · ${say("guide.assigned_left", { minutes: Math.ceil(window.assigned_left_s / 60) })}`;
    item.querySelector(".serves").textContent = window.services.map(serviceName).join(" · ") + left;
    const [move, back] = all(".acts button", item);
    if (!move) return;
    move.textContent = say("guide.move");
    move.setAttribute("aria-label", `${say("guide.move")}${colon()}${windowName(window.number)}`);
    back.textContent = say("guide.move_back");
    back.hidden = window.assigned_left_s === null;
  });
}

function openMove(number) {
  moving = { number, services: new Set(view.windows.find((one) => one.number === number).services) };
  byId("move-title").textContent = say("guide.move_title", { window: windowName(number) });
  draw();
  byId("move-dialog").showModal();
}

function drawMove() {
  if (!moving) return;
  choiceButtons(byId("move-classes"), Object.keys(facts.services), (letter) => moving.services.has(letter), (letter) => {
    if (!moving.services.delete(letter)) moving.services.add(letter);
  });
  byId("move-now").disabled = !moving.services.size;
}

function drawClasses() {
  byId("class-list").replaceChildren(...view.classes.map((one) => make("li", { "data-class": one.letter },
    make("div", { class: "head" }, make("b", {}, `${one.letter} ${serviceName(one.letter)}`), make("span", { class: "count" }, say("guide.waiting_count", { count: one.waiting }))),
    make("p", { class: "note" }, [
      one.longest_wait_s === null ? "" : say("guide.longest", { time: spanWords(one.longest_wait_s) }),
      one.waiting ? say("guide.next_waits", { wait: waitWords(one.estimated_wait_s) }) : "",
      say("guide.average", { minutes: Math.max(1, Math.round(one.average_s / 60)) }), say("guide.issued_today", { count: one.issued }),
    ].filter(Boolean).join(" · ")),
    one.stopped ? make("p", { class: "warning" }, `■ ${stopWords(one)}`) : "",
    one.on_duty?.length ? make("p", { class: "note" }, say("guide.on_duty", { people: one.on_duty.join(" · ") })) : "")));
}

function drawNotes() {
  const notes = view.alarms.map((alarm) => make("p", { class: alarm.kind === "IDLE" || alarm.kind === "PAUSE" ? "warning" : "fault" },
    `▲ ${say(`alarm.${alarm.kind}`, { window: alarm.window ?? "", number: alarm.number ?? "", service: alarm.service ? serviceName(alarm.service) : "" })}`));
  for (const call of view.colleagues) {
    const button = make("button", {}, say("guide.i_go"));
    button.addEventListener("click", () => act("POST", `/api/v1/windows/${call.window}/colleague`, {}, byId("queue-said")));
    notes.unshift(make("p", { class: "fault" }, `◆ ${say("guide.colleague_calls", { window: windowName(call.window) })}`, button));
  }
  if (view.evacuating) notes.unshift(make("p", { class: "fault" }, `▲ ${say("guide.evacuating")}`));
  if (view.central !== "online" && view.central !== "none") notes.push(make("p", { class: "calm" }, `○ ${say("guide.central_away")}`));
  const devices = view.devices_in_trouble.map((device) => say("guide.device_trouble", { name: device[`name_${lang()}`], reason: device[`reason_${lang()}`] }));
  if (devices.length) notes.push(make("p", { class: "warning" }, `▲ ${say("guide.trouble", { devices: devices.join(" · ") })}`));
  byId("notes").replaceChildren(...notes);
  const button = byId("evacuate");
  button.textContent = say(view.evacuating ? "guide.end_evacuation" : "guide.evacuate");
  button.hidden = view.evacuating && !facts.manager;
  document.title = `${notes.length ? `▲${notes.length} ` : ""}${say("guide.title")} · ${facts.hall[lang()]}`;
}

function drawTimes() {
  for (const element of all("[data-runs=true]")) element.textContent = spanWords((performance.now() - element.dataset.since) / 1000);
  for (const element of all("[data-runs='']")) element.textContent = spanWords((performance.now() - element.dataset.since) / 1000);
}

function draw() {
  drawIssue();
  if (!view) return;
  drawNotes();
  drawList();
  drawWindows();
  drawClasses();
  drawMove();
  drawRota(view, act);
  byId("appointments").textContent = view.appointments_left > 0 ? say("guide.appointments_left", { count: view.appointments_left }) : "";
  drawTimes();
}

async function askWhy(form) {
  const [first, second] = [form.elements.first.value, form.elements.second.value].map((text) => text.trim().toUpperCase());
  const place = byId("why-answer");
  if (!first || !second) { place.replaceChildren(make("li", { class: "warning" }, say("guide.why_two"))); return; }
  const answer = await send("GET", `/api/v1/why?${new URLSearchParams({ first, second })}`);
  if (answer.ok) place.replaceChildren(...answer.body[`words_${lang()}`].map((words) => make("li", {}, words)));
  else place.replaceChildren(make("li", { class: "warning" }, refusalWords(answer, say("guide.no_line"))));
}

function evacuate() {
  const ends = view?.evacuating;
  if (!confirm(say(ends ? "guide.end_evacuation_sure" : "guide.evacuate_sure"))) return;
  act(ends ? "DELETE" : "POST", "/api/v1/evacuation", ends ? null : {}, byId("queue-said"));
}

function work() {
  byId("ticket-form").addEventListener("submit", (event) => { event.preventDefault(); give(event.target); });
  byId("why-form").addEventListener("submit", (event) => { event.preventDefault(); askWhy(event.target); });
  byId("evacuate").addEventListener("click", evacuate);
  byId("move-now").addEventListener("click", () => {
    byId("move-dialog").close();
    act("POST", `/api/v1/windows/${moving.number}/assignment`, { services: [...moving.services], minutes: Number(byId("move-minutes").value) }, byId("windows-said"),
      () => say("guide.moved", { window: windowName(moving.number) }));
  });
  for (const tab of all("[data-list]")) tab.addEventListener("click", () => { list = tab.dataset.list; draw(); });
  for (const button of all("[data-dismiss]")) button.addEventListener("click", () => button.closest("dialog").close());
  listenToRota(act, () => view);
  byId("sign-out").addEventListener("click", async () => { await send("DELETE", "/api/v1/session"); location.reload(); });
  setInterval(drawTimes, 1000);
  live("/api/v1/guide/stream", "guide", (state) => { view = state; heard = performance.now(); draw(); }, { onSignedOut: () => location.reload() });
}

onLanguage(() => { if (facts.signed_in) draw(); });
speak(lang(), { keep: false });
if (facts.signed_in) work(); else signIn(byId("sign-in"), () => say("guide.no_line"));
