// Today's rota: who is here for which classes; a supervisor adds people and marks who is absent.
import { byId, facts, make, say, serviceName } from "./hall.js";

const halves = ["DAY", "MORNING", "AFTERNOON"];

export function drawRota(view, act) {
  const said = byId("rota-said");
  const rows = view.rota.map((duty) => {
    const acts = [];
    if (facts.manager) {
      const away = make("button", { class: "quiet", "aria-label": `${say(duty.absent ? "guide.is_here" : "guide.is_absent")} ${duty.person}` }, say(duty.absent ? "guide.is_here" : "guide.is_absent"));
      away.addEventListener("click", () => (duty.absent
        ? act("DELETE", `/api/v1/rota/absences/${encodeURIComponent(duty.person)}`, null, said)
        : act("POST", "/api/v1/rota/absences", { person: duty.person }, said, () => say("guide.handed_over", { person: duty.person }))));
      const drop = make("button", { class: "quiet", "aria-label": `${say("guide.rota_drop")} ${duty.person}` }, say("guide.rota_drop"));
      drop.addEventListener("click", () => put(view, view.rota.filter((one) => one !== duty), act));
      acts.push(away, drop);
    }
    return make("li", { class: duty.absent ? "absent" : null, "data-person": duty.person }, make("b", {}, duty.person),
      make("span", { class: "about" }, `${say(`half.${duty.half}`)} · ${duty.services.map(serviceName).join(" · ")}`, duty.absent ? make("span", { class: "mark warning" }, say("guide.absent")) : ""),
      make("span", { class: "acts" }, ...acts));
  });
  byId("rota-list").replaceChildren(...(rows.length ? rows : [make("li", { class: "empty" }, say("guide.no_rota"))]));
  const half = byId("rota-form")?.elements.half;
  if (half) {
    const value = half.value || "DAY";
    half.replaceChildren(...halves.map((one) => make("option", { value: one }, say(`half.${one}`))));
    half.value = value;
  }
}

function put(view, duties, act) {
  const body = { duties: duties.map(({ person, services, half }) => ({ person, services, half })) };
  return act("PUT", `/api/v1/rota/${view.day}`, body, byId("rota-said"), () => say("guide.rota_set"));
}

export function listenToRota(act, seen) {
  byId("rota-form")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { person, services, half } = event.target.elements;
    const letters = [...new Set(services.value.toUpperCase().match(/[A-Z]/g) ?? [])];
    if (!person.value.trim() || !letters.length) { byId("rota-said").textContent = say("guide.rota_two"); return; }
    const mine = { person: person.value.trim(), services: letters, half: half.value };
    const answer = await put(seen(), [...seen().rota, mine], act);
    if (answer?.ok) event.target.reset();
  });
}
