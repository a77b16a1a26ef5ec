// What was done with a form: its steps, its versions and how two of them differ, correction slips, files to take away.

import { el, fill, show, words } from "./base.js";
import { act, call, dayTime, loudly } from "./manage.js";
import { ask } from "./report_ask.js";
import { apiOf, english, facts, fieldName, grouped, may, nameOf, say, signed } from "./report_words.js";

const WHO = { "(central)": say.line_central };

function step(one, form) {
  const { text, reason, fields } = one.said;
  const told = [
    reason ? el("p", {}, fill(say.step_reason, { reason: words.report_return_reason[reason] })) : null,
    text ? el("p", { class: "said-text" }, text) : null,
    fields?.length ? el("p", {}, ...fill(say.step_fields, { fields: " " }).split(" "), ...fields.flatMap((code) => [" ", el("a", { href: `#${code}`, "data-code": code }, code)])) : null,
    one.said.slip ? el("p", {}, `${one.said.code}: ${grouped(one.said.old)} → ${grouped(one.said.new)}`) : null,
  ].filter(Boolean);
  return el("li", {}, el("b", {}, words.report_move[one.move]), " ", el("span", { class: "report-who" }, `${WHO[one.actor] ?? one.actor} · ${words.report_part[one.part]}`),
    el("time", { datetime: one.at }, dayTime(one.at)), el("small", {}, `${words.report_state[one.from_state]} → ${words.report_state[one.to_state]} · ${fill(say.step_version, { n: one.version })}`), ...told);
}

export function history(form, table) {
  show("steps", ...(form.steps.length ? [...form.steps].reverse().map((one) => step(one, form)) : [el("li", { class: "note" }, say.history_none)]));
  versions(form, table);
  downloads(form);
}

function versions(form, table) {
  show("versions", ...(form.versions.length ? [...form.versions].reverse().map((one) => el("li", {},
    fill(say.version_by, { n: one.version, why: words.report_move[one.why], actor: one.made_by, time: dayTime(one.made_at) }))) : [el("li", { class: "note" }, say.versions_none)]));
  if (form.versions.length < 2) { show("compare"); return; }
  const choice = (id, label, value) => {
    const list = el("select", { id }, ...form.versions.map((one) => el("option", { value: one.version }, fill(say.version, { n: one.version }))));
    list.value = String(value);
    return el("label", {}, label, list);
  };
  const last = form.versions.at(-1).version;
  const place = el("div", { role: "status" });
  const run = act(say.compare, () => loudly(async () => {
    const [old, fresh] = ["compare-old", "compare-new"].map((id) => document.getElementById(id).value);
    const found = await call("GET", `${apiOf(facts.unit.id, form.period.name)}/compare?old=${old}&new=${fresh}`);
    place.replaceChildren(...compared(found, table));
  }));
  show("compare", el("div", { class: "tools" }, choice("compare-old", say.compare_old, last - 1), choice("compare-new", say.compare_new, last), run), place);
}

function compared({ old, new: fresh, items }, table) {
  if (!items.length) return [el("p", {}, say.compare_same)];
  const rows = items.map((one) => el("tr", { class: one.unit ? "of-unit" : "" },
    el("th", { scope: "row" }, el("a", { href: `#${one.code}`, "data-code": one.code }, one.code), ` ${fieldName(table.get(one.code))}`),
    el("td", {}, one.unit ? nameOf(one.unit) : say.compare_whole), el("td", { class: "n" }, grouped(one.old)), el("td", { class: "n" }, grouped(one.new)),
    el("td", { class: "n" }, signed(one.by)), el("td", {}, english ? one.because : one.because_zh)));
  const heads = [[say.name, ""], [say.compare_unit, ""], [fill(say.version, { n: old }), "n"], [fill(say.version, { n: fresh }), "n"], [say.change, "n"], [say.compare_because, ""]];
  return [el("p", {}, fill(say.compare_sum, { n: new Set(items.map((one) => one.code)).size })), el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": say.compare },
    el("table", {}, el("thead", {}, el("tr", {}, ...heads.map(([text, kind]) => el("th", { class: kind, scope: "col" }, text)))), el("tbody", {}, ...rows)))];
}

function downloads(form) {
  const version = form.version ? `?version=${form.version}` : "";
  show("downloads", ...["xlsx", "pdf", "json"].map((kind) => el("a", { class: "link plain", href: `${apiOf(facts.unit.id, form.period.name)}/report.${kind}${version}`, download: true }, kind.toUpperCase())));
}

// --- correction slips ---

export async function slips(form, table, reload) {
  const part = document.getElementById("slips-part");
  part.hidden = form.state !== "ACCEPTED";
  if (part.hidden) return;
  const path = `${apiOf(facts.unit.id, form.period.name)}/slips`;
  const { items } = await call("GET", path);
  const decides = may("report_sign") && facts.person.unit === facts.root;
  show("slips", ...(items.length ? [...items].reverse().map((one) => slip(one, table, path, decides, reload)) : [el("li", { class: "note" }, say.slips_none)]));
}

function slip(one, table, path, decides, reload) {
  const what = fill(say.slip_from, { code: `${one.code} ${fieldName(table.get(one.code))}`, old: grouped(one.old), new: grouped(one.new) });
  const state = one.approved === null ? say.slip_open : one.approved ? say.slip_approved : say.slip_refused;
  const decide = (approved) => act(approved ? say.approve : say.refuse, () => ask({
    title: say.slips, text: fill(approved ? say.approve_sure : say.refuse_sure, { unit: nameOf(facts.unit), what }), send: approved ? say.approve : say.refuse, danger: !approved,
  }, async (elements, key) => {
    await call("POST", `${path}/${one.id}/decide`, { approved }, key);
    await reload(approved ? say.slip_done_yes : say.slip_done_no);
  }), { danger: !approved });
  return el("li", {}, el("b", {}, what), " ", el("span", { class: "tag" }, state), el("p", {}, one.reason), el("small", {}, fill(say.slip_who, { actor: one.proposer, time: dayTime(one.at) }),
    one.decided_at ? ` · ${fill(say.slip_decided, { actor: one.decided_by, time: dayTime(one.decided_at) })}` : ""),
  decides && one.approved === null ? el("div", { class: "acts" }, decide(true), decide(false)) : null);
}
