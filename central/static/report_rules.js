// How the city's months are cut: what each rule would mean in days, and one of them set from a period on.

import { el, fill, show, words } from "./base.js";
import { call, dayTime, loudly, said, wire } from "./manage.js";

const say = words.report_pages;
const place = document.getElementById("rules");
const { first: since, root } = place.dataset;
const open = wire(document.getElementById("set"), { places: {} });

document.getElementById("since").addEventListener("change", (event) => location.assign(`/report/rules?since=${event.target.value}`));

for (const button of place.querySelectorAll("[data-rule]")) {
  button.addEventListener("click", () => {
    document.getElementById("set-text").textContent = button.dataset.sure;
    open(async (form, key) => {
      await call("PUT", `/api/v1/report/units/${root}/periods/${since}/rule`, { since, rule: button.dataset.rule }, key);
      sessionStorage.setItem("report-rule-set", "1");
      location.reload();
    });
  });
}

loudly(async () => {
  const { items } = await call("GET", "/api/v1/report/rules");
  show("history", ...(items.length ? [...items].reverse().map((one) => el("li", {}, el("b", {}, `${one.since} · ${words.report_period_rule[one.rule]}`), " ",
    el("small", { class: "note" }, fill(say.rules_by, { actor: one.set_by, time: dayTime(one.set_at) })))) : [el("li", { class: "note" }, say.rules_history_none)]));
});
if (sessionStorage.getItem("report-rule-set")) {
  sessionStorage.removeItem("report-rule-set");
  said(say.rules_set);
}
