// Appointments: choose, take, find again, change, give back.

import { ask, byId, chinaDay, dayWords, el, everyHall, fill, freshKey, named, post, say } from "./visitor.js";

const PHONE = /^1[3-9][0-9]{9}$/;
const wanted = new URLSearchParams(location.search);
const hall = byId("hall");
const service = byId("service");
let halls = [];
let wish = { words: "", key: "" }; // the same wish keeps its key, however often it is sent

const today = chinaDay();
const nameOf = (id) => named(halls.find((one) => one.id === id) ?? { id });
const serviceOf = (id, letter) => named(halls.find((one) => one.id === id)?.services.find((one) => one.letter === letter) ?? { letter });

function options(select, first, rows) {
  select.replaceChildren(el("option", { value: "" }, first), ...rows.map(([value, name]) => el("option", { value }, name)));
}

function drawHalls() {
  options(hall, say.choose_hall, halls.filter((one) => one.services.some((each) => each.appointments)).map((one) => [one.id, named(one)]));
  hall.value = wanted.get("hall") ?? "";
  if (!hall.value) hall.value = "";
  drawServices();
}

function drawServices() {
  const offered = halls.find((one) => one.id === hall.value)?.services.filter((one) => one.appointments) ?? [];
  options(service, say.choose_service, offered.map((one) => [one.letter, named(one)]));
  service.value = offered.some((one) => one.letter === wanted.get("service")) ? wanted.get("service") : offered.length === 1 ? offered[0].letter : "";
  picker.load(hall.value, service.value);
}

class SlotPicker {
  // days, then the times of the chosen one
  constructor(place) {
    this.place = place;
    this.days = [];
    this.day = this.time = null;
    this.asked = 0;
  }

  async load(hallId, letter) {
    const turn = ++this.asked;
    this.days = [];
    this.day = this.time = null;
    this.place.replaceChildren();
    if (!hallId || !letter) return;
    try {
      const told = await ask(`/api/v1/public/slots?hall=${encodeURIComponent(hallId)}&service=${encodeURIComponent(letter)}`);
      if (turn !== this.asked) return;
      this.days = told.items.filter((one) => one.slots.length);
      this.day = this.days.find((one) => one.slots.some((slot) => slot.free))?.day ?? this.days[0]?.day ?? null;
      this.draw();
    } catch (error) {
      this.place.replaceChildren(el("p", { class: "problem", role: "alert" }, error.message));
    }
  }

  draw() {
    if (!this.days.length) { this.place.replaceChildren(el("p", { class: "note" }, say.no_slots)); return; }
    const days = this.days.map((one) => this.button(dayWords(one.day, today), one.day === this.day, () => { this.day = one.day; this.time = null; }));
    const slots = this.days.find((one) => one.day === this.day).slots;
    const times = slots.map((slot) => this.button([slot.time, slot.free ? fill(say.free, { count: slot.free }) : say.full], slot.time === this.time, () => { this.time = slot.time; }, !slot.free));
    this.place.replaceChildren(el("fieldset", {}, el("legend", {}, say.day), el("div", { class: "days" }, ...days)),
      el("fieldset", {}, el("legend", {}, say.time), el("div", { class: "times" }, ...times)));
  }

  button([big, small], pressed, choose, off = false) {
    const made = el("button", { type: "button", class: "choice", "aria-pressed": String(pressed), disabled: off }, el("span", {}, big), el("small", {}, small));
    made.addEventListener("click", () => {
      choose();
      const words = made.textContent;
      this.draw();
      [...this.place.querySelectorAll("button")].find((one) => one.textContent === words)?.focus();
    });
    return made;
  }
}

function told(one) {
  const row = (word, value) => [el("dt", {}, word), el("dd", {}, value)];
  return el("dl", { class: "told" }, ...row(say.hall, nameOf(one.hall)), ...row(say.service, serviceOf(one.hall, one.service)),
    ...row(say.day, `${one.day} ${dayWords(one.day, today)[0]}`), ...row(say.time, one.time), ...row(say.persons, String(one.persons)), ...row(say.phone, one.phone));
}

function calendarFile(one, code) {
  // the phone reminds by itself: central need know no number for it
  const begins = new Date(`${one.day}T${one.time}:00+08:00`);
  const stamp = (time) => time.toISOString().replace(/[-:]|\.\d+/g, "");
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//legal hall//appointment//EN", "BEGIN:VEVENT", `UID:${stamp(begins)}-${code}`, `DTSTAMP:${stamp(new Date())}`,
    `DTSTART:${stamp(begins)}`, `DTEND:${stamp(new Date(begins.getTime() + 1800000))}`, `SUMMARY:${fill(say.reminder, { hall: nameOf(one.hall), service: serviceOf(one.hall, one.service) })}`,
    `DESCRIPTION:${say.code} ${code}`, "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT2H", `DESCRIPTION:${say.code} ${code}`, "END:VALARM", "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
  return URL.createObjectURL(new Blob([text], { type: "text/calendar" }));
}

function showDone(one) {
  const place = byId("done");
  place.replaceChildren(el("h2", {}, say.booked), el("p", { class: "note" }, say.code), el("p", { class: "code" }, one.code), el("p", {}, say.code_note), told(one),
    el("p", { class: "note" }, say.check_in), el("p", { class: "gap" }, el("a", { class: "plain wide", download: "appointment.ics", href: calendarFile(one, one.code) }, say.calendar)));
  place.hidden = false;
  byId("book").hidden = true;
  byId("find-code").value = one.code;
  place.focus();
  place.scrollIntoView();
}

const picker = new SlotPicker(byId("slots"));
hall.addEventListener("change", drawServices);
service.addEventListener("change", () => picker.load(hall.value, service.value));

byId("book").addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = byId("problem");
  const phone = byId("phone").value.trim();
  const persons = Number(byId("persons").value);
  const [wrong, place] = !hall.value ? [say.choose_hall, hall] : !service.value ? [say.choose_service, service] : !picker.time ? [say.choose_time, byId("slots").querySelector(".times button:enabled")]
    : !PHONE.test(phone) ? [say.phone_shape, byId("phone")] : !(persons >= 1 && persons <= 20) ? [fill(say.check, { what: say.persons }), byId("persons")] : ["", null];
  problem.textContent = wrong;
  if (wrong) { place?.focus(); return; }
  const body = { hall: hall.value, service: service.value, day: picker.day, time: picker.time, phone, persons };
  if (wish.words !== JSON.stringify(body)) wish = { words: JSON.stringify(body), key: freshKey() };
  const button = event.target.querySelector("button.main");
  button.disabled = true;
  try {
    showDone(await post("/api/v1/public/appointments", body, wish.key));
  } catch (error) {
    problem.textContent = error.message;
    picker.load(hall.value, service.value);
  } finally {
    button.disabled = false;
  }
});

function showFound(one, holder) {
  const place = byId("found");
  const problem = el("p", { class: "problem", role: "alert" });
  const made = [el("p", { class: "wait" }, fill(say[one.state], { number: one.number })), told(one), problem];
  if (one.state === "BOOKED") {
    const slots = el("div", {});
    const other = new SlotPicker(slots);
    const change = el("button", { type: "button", class: "plain" }, say.change);
    const cancel = el("button", { type: "button", class: "plain" }, say.cancel);
    const act = (path, body) => post(`/api/v1/public/appointments/${path}`, { ...holder, ...body }).then((fresh) => showFound(fresh, holder)).catch((error) => { problem.textContent = error.message; });
    change.addEventListener("click", async () => {
      await other.load(one.hall, one.service);
      const done = el("button", { type: "button", class: "main wide" }, say.change_do);
      done.addEventListener("click", () => { if (other.time) act("change", { day: other.day, time: other.time }); else problem.textContent = say.choose_time; });
      buttons.replaceChildren(slots, done);
    });
    cancel.addEventListener("click", () => {
      const yes = el("button", { type: "button", class: "main" }, say.cancel_yes);
      const no = el("button", { type: "button", class: "plain" }, say.keep);
      yes.addEventListener("click", () => act("cancel", {}));
      no.addEventListener("click", () => showFound(one, holder));
      buttons.replaceChildren(el("p", {}, say.cancel_sure), el("div", { class: "two" }, yes, no));
      no.focus();
    });
    const buttons = el("div", { class: "gap" }, el("div", { class: "two" }, change, cancel));
    made.push(buttons);
  }
  place.replaceChildren(...made);
}

byId("find").addEventListener("submit", async (event) => {
  event.preventDefault();
  const problem = byId("find-problem");
  const holder = { code: byId("find-code").value.trim(), phone: byId("find-phone").value.trim() };
  problem.textContent = "";
  byId("found").replaceChildren();
  try {
    showFound(await post("/api/v1/public/appointments/find", holder), holder);
  } catch (error) {
    problem.textContent = error.message;
  }
});

everyHall().then((answer) => { halls = answer.items; drawHalls(); }).catch((error) => { byId("problem").textContent = error.message; });
