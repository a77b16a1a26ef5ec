// The duty lawyers' ledgers (F29): made of a post's day or month, listed, opened and voided.

import { el, fill, words } from "./base.js";
import { call, loudly, said } from "./manage.js";
import { ask, drawPapers, field } from "./papers.js";

const say = words.matters;
const byId = (id) => document.getElementById(id);
const part = byId("ledgers-part");
const POSTS = ["DETENTION_HOUSE", "PROCURATORATE", "COURT", "OTHER"];

async function look() {
  const told = await loudly(() => call("GET", "/api/v1/matters/ledgers"));
  if (told) drawPapers(byId("ledgers"), told.items, { voids: "supervises" in part.dataset, renew: look });
}

function make(lawyers) {
  const post = el("select", {}, ...POSTS.map((one) => el("option", { value: one }, words.matter_option[`place.${one}`])));
  const kind = el("select", {}, el("option", { value: "month" }, say.ledger_month), el("option", { value: "date" }, say.ledger_day));
  const today = part.dataset.today;
  const period = el("input", { type: "month", value: today.slice(0, 7), max: today.slice(0, 7) });
  const who = el("select", {}, el("option", { value: "" }, say.ledger_all), ...lawyers.map(([mark, name]) => el("option", { value: mark }, name)));
  kind.addEventListener("change", () => {
    const length = kind.value === "month" ? 7 : 10;
    period.type = kind.value;
    period.max = today.slice(0, length);
    period.value = today.slice(0, length);
  });
  ask(say.ledgers, say.ledger_note, say.ledger_make.replace("…", ""),
    [field("place", words.matter_fact.place, post), field("length", say.ledger_period, kind), field("period", say.ledger_which, period), field("lawyer", words.matter_fact.lawyer, who, false)],
    async (_, key) => {
      const wish = { place: post.value, period: period.value, ...(who.value ? { lawyer: who.value } : {}) };
      const made = await call("POST", "/api/v1/matters/ledgers", wish, key);
      await look();
      said(fill(say.ledger_made, made));
    });
}

export function showLedgers(wanted, lawyers) {
  part.hidden = !wanted;
  byId("ledger-make").onclick = () => make(lawyers);
  if (wanted) look();
}
