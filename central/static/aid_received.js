// What a clerk has in hand when something was taken in: its number, its last day, the applicant's code, the way on.

import { dayInWords, el, fill, words } from "./base.js";
import { Papers, send } from "./aid_files.js";

const say = words.aid_new;
const apply = words.aid_apply;

const own = "/api/v1/public/aid/my";

/** Where a clerk hands papers in: at the case; at a station, whose people do not reach the centre's case, by the code. */
export async function wayIn(one, station) {
  if (!station) return { address: `/api/v1/aid/cases/${one.id}/files`, headers: () => ({}) };
  const { token } = await send("POST", `${own}/session`, { body: { code: one.code } });
  return { address: `${own}/files`, headers: () => ({ Authorization: `Bearer ${token}` }) };
}

/** Show it in the place of the form; ``warning`` is told where a scan did not arrive. */
export function received(one, { form, place, kinds, way, station = false, warning = "" }) {
  const day = dayInWords(one.due_at, { weekday: true });
  const row = (word, text) => (text ? [el("dt", {}, word), el("dd", {}, text)] : []);
  const print = el("button", { type: "button", class: "plain" }, apply.print);
  print.addEventListener("click", () => window.print());
  const papers = el("div", { class: "papers-here" });
  place.replaceChildren(el("h2", {}, say.done), el("dl", { class: "told" }, ...row(apply.number, one.number), ...row(apply.receipt, one.receipt),
    ...row(apply.due, day && (one.due_sure ? day : fill(apply.provisional, { day })))),
  ...(one.code ? [el("p", { class: "note" }, say.done_code), el("p", { class: "told-once" }, el("output", { translate: "no" }, one.code)), el("p", { class: "for-paper" }, fill(say.done_where, { address: `${location.origin}/aid/my` }))] : []),
  el("div", { class: "ends" }, station ? null : el("a", { class: "button", href: `/aid/cases/${one.id}` }, say.open_case), print, el("a", { class: "plain", href: location.pathname }, say.another)),
  el("h2", { class: "for-screen" }, say.upload_now), el("p", { class: "problem", role: "alert" }, warning), papers);
  const list = new Papers(papers, way.address, { kinds, headers: way.headers, opens: !station, then: () => load() });
  const load = async () => list.show(station ? (await send("GET", own, { headers: way.headers() })).files : (await send("GET", way.address)).items);
  load();
  form.hidden = true;
  place.hidden = false;
  place.focus();
  window.scrollTo(0, 0);
}
