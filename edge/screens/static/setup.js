// Setup: every device with its state, one big button that tests it, the engineer's own word, free ports, the sheet to sign.
import { all, byId, facts, keep, lang, make, onLanguage, refusalWords, say, send, speak } from "./hall.js";
import { deafToScanners } from "./scanner.js";

deafToScanners();

const LOOK_MS = 700;
let state = null;
let problem = null; // gives the words of what went wrong
let chosen = null; // the device whose dialog is open
let queue = []; // devices that "test all" has still to begin
const going = (test) => test !== null && (test.verdict === "waiting" || test.verdict === "running");
const path = (device) => `/api/v1/setup/devices/${device.id}`;

async function act(method, url, body = null) {
  const answer = await send(method, url, body);
  problem = answer.ok ? null : () => refusalWords(answer, say("setup.no_line"));
  if (answer.status === 401) location.reload();
  await look();
  return answer.ok;
}

async function look() {
  try {
    const answer = await fetch("/api/v1/setup", { signal: AbortSignal.timeout(5000) });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    state = await answer.json();
    byId("line").hidden = true;
    if (state.assets !== facts.assets) { location.reload(); return; }
  } catch { byId("line").hidden = false; return; }
  draw();
  nextInQueue();
}

/** One look after another: on a slow line none overtakes the one before. */
async function lookOn() {
  await look();
  setTimeout(lookOn, LOOK_MS);
}

function nextInQueue() {
  if (!queue.length || state.devices.some((device) => going(device.test))) return;
  const device = state.devices.find((item) => item.id === queue[0]);
  queue = queue.slice(1);
  if (device) act("POST", `${path(device)}/test`, { allow: false });
}

function row(device) {
  const button = (name, words, press) => {
    const made = make("button", { class: name, type: "button" }, words);
    made.addEventListener("click", () => press(current(device.id)));
    return made;
  };
  return make("li", {},
    make("span", { class: "state" }),
    make("div", { class: "who" }, make("b"), make("small")),
    make("p", { class: "says" }),
    button("try", "", tryIt), button("yes", "", (item) => judge(item, true)), button("no", "", (item) => judge(item, false)),
    button("note-it", "✎", openRemark));
}

/** The end of a long name tells one socket from another; the whole stands in the title. */
function shortPort(port) {
  const name = port.startsWith("/") ? port.split("/").at(-1) : port;
  return name.length > 26 ? `…${name.slice(-25)}` : name;
}

const current = (id) => state.devices.find((device) => device.id === id);

function fill(line, device) {
  const part = (name) => line.querySelector(`.${name}`);
  const running = going(device.test);
  line.dataset.works = device.works === null ? "" : device.works ? "yes" : "no";
  part("state").dataset.device = device.state;
  part("state").textContent = device.state_words[lang()];
  part("who").firstElementChild.textContent = device.name[lang()];
  const place = (port) => [device.id, device.window && say("common.window_number", { window: device.window }),
    device.address !== null && say("setup.address", { address: device.address }), port].filter(Boolean).join(" · ");
  part("who").lastElementChild.textContent = place(shortPort(device.port));
  part("who").lastElementChild.title = place(device.port);
  const last = running ? device.test.lines.at(-1)?.[lang()] ?? say("setup.waiting") : device.verdict_line[lang()];
  const left = running && device.test.left_s > 0 ? ` ${say("setup.left", { seconds: Math.ceil(device.test.left_s) })}` : "";
  const trouble = !running && device.look_at[lang()];
  part("says").dataset.verdict = running ? device.test.verdict : trouble ? "not_answered" : device.verdict;
  part("says").textContent = trouble || (last ? last + left : say("setup.not_tested"));
  part("try").textContent = running ? say("setup.stop") : say(`setup.try.${device.kind || "other"}`);
  part("try").toggleAttribute("data-running", running);
  part("try").disabled = !device.kind;
  part("yes").textContent = `✔ ${say("setup.works")}`;
  part("no").textContent = `✘ ${say("setup.works_not")}`;
  part("yes").setAttribute("aria-pressed", String(device.works === true));
  part("no").setAttribute("aria-pressed", String(device.works === false));
  part("note-it").setAttribute("aria-label", `${say("setup.remark")} ${device.id}`);
  part("note-it").title = device.remark;
  part("note-it").toggleAttribute("data-has", device.remark !== "");
}

function draw() {
  byId("problem").hidden = problem === null;
  byId("problem").textContent = problem?.() ?? "";
  if (state === null) return;
  keep(byId("devices"), state.devices, (device) => device.id, row);
  for (const line of byId("devices").children) fill(line, current(line.dataset.kept));
  byId("none").hidden = state.devices.length > 0;
  const good = state.devices.filter((device) => device.works === true).length;
  byId("score").textContent = say("setup.score", { good, all: state.devices.length });
  byId("test-all").textContent = queue.length ? say("setup.stop") : say("setup.test_all");
  drawPorts(state.search);
}

function drawPorts(search) {
  byId("asking").textContent = search.listening ? say("setup.press_now") : search.running ? say("setup.asking", { port: search.asking?.[lang()] ?? "…" })
    : search.ports === null ? "" : search.ports.length ? say("setup.looked", { count: search.ports.length }) : say("setup.no_ports");
  byId("asking").className = search.listening ? "warning" : "note";
  for (const name of ["search-again", "listen"]) byId(name).disabled = search.running;
  byId("found").replaceChildren(...(search.ports ?? []).map((port) => make("li", {},
    make("b", {}, port.port), make("p", { class: "note" }, port.note[lang()]),
    ...port.answers.flatMap((one) => [make("p", { class: "answer" }, `✔ ${one.kind[lang()]} · ${one.driver} · ${one.baud}`
      + (one.address === null ? "" : ` · ${say("setup.address", { address: one.address })}`) + (one.words.zh ? ` · ${one.words[lang()]}` : "")),
    ...one.may_be.map((other) => make("p", { class: "note" }, other[lang()]))]))));
}

function tryIt(device) {
  if (going(device.test)) { act("DELETE", `${path(device)}/test`); return; }
  if (!device.needs_permission) { act("POST", `${path(device)}/test`, { allow: false }); return; }
  chosen = device.id;
  byId("allow-device").textContent = `${device.name[lang()]} · ${device.id}`;
  byId("allow").showModal();
}

const judge = (device, works) =>
  act("PUT", `${path(device)}/judgement`, { works: device.works === works ? null : works, remark: device.remark });

function openRemark(device) {
  chosen = device.id;
  byId("remark-title").textContent = `${device.name[lang()]} · ${device.id}`;
  byId("remark-said").textContent = "";
  byId("remark-text").value = device.remark;
  byId("remark").showModal();
}

/** What was typed stays until it is kept. */
async function keepRemark(device) {
  const kept = await act("PUT", `${path(device)}/judgement`, { works: device.works, remark: byId("remark-text").value.trim() });
  if (kept) byId("remark").close();
  else byId("remark-said").textContent = problem?.() ?? "";
}

async function signIn(form) {
  const answer = await send("POST", "/api/v1/session", { name: form.elements.name.value, secret: form.elements.secret.value });
  form.elements.secret.value = "";
  if (answer.ok && answer.body.role === "supervisor") { location.reload(); return; }
  if (answer.ok) await send("DELETE", "/api/v1/session");
  problem = answer.ok ? () => say("setup.not_manager") : () => refusalWords(answer, say("setup.no_line"));
  draw();
  form.elements.secret.focus();
}

function begin() {
  for (const close of all("[data-close]")) close.addEventListener("click", () => close.closest("dialog").close());
  byId("allow-yes").addEventListener("click", () => {
    byId("allow").close();
    act("POST", `${path(current(chosen))}/test`, { allow: true, relay: Math.min(64, Math.max(1, Number(byId("relay").value) || 1)) });
  });
  byId("remark-keep").addEventListener("click", () => {
    keepRemark(current(chosen));
  });
  byId("test-all").addEventListener("click", () => {
    queue = queue.length ? [] : state.devices.filter((device) => device.kind && !device.needs_permission).map((device) => device.id);
    draw();
    nextInQueue();
  });
  const search = (listen_s) => act("POST", "/api/v1/setup/search", { listen_s });
  byId("search").addEventListener("click", () => { byId("ports").showModal(); if (!state?.search.running && state?.search.ports === null) search(0); });
  byId("search-again").addEventListener("click", () => search(0));
  byId("listen").addEventListener("click", () => search(20));
  byId("sheet").addEventListener("click", () => byId("paper").showModal());
  byId("engineer").addEventListener("input", () => {
    byId("paper-link").href = `/api/v1/setup/sheet.pdf?engineer=${encodeURIComponent(byId("engineer").value.trim())}`;
  });
  byId("paper-link").addEventListener("click", () => byId("paper").close());
  byId("sign-out").addEventListener("click", async () => { await send("DELETE", "/api/v1/session"); location.reload(); });
  lookOn();
}

byId("sign-in")?.addEventListener("submit", (event) => { event.preventDefault(); signIn(event.target); });
onLanguage(draw);
speak(lang(), { keep: false });
if (facts.manager) begin();
