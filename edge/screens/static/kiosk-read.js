// What the kiosk lets people read: guides, legal knowledge, places on an outline map, people and today's rota.
// All words come from the content pack. Text is set as text; only Markdown that the controller drew comes as HTML.
import { lang, make as build, say } from "./hall.js";
import { drawMap } from "./kiosk-map.js";
import { printing } from "./kiosk-print.js";

/** As in hall.js; what does not apply (`condition && …`) is left out. */
export const make = (tag, attributes, ...children) => build(tag, attributes, ...children.filter(Boolean));

/** Words in the page's language, or in Chinese and marked as such where there is no English. */
export function words(both, tag = "span", attributes = {}) {
  const zh = lang() === "zh" || !both.en;
  return make(tag, { ...attributes, lang: zh ? "zh-CN" : "en" }, zh ? both.zh : both.en);
}
const plain = (both) => (lang() === "zh" || !both.en ? both.zh : both.en);
const list = (items, tag = "ul") => make(tag, {}, ...items.map((item) => words(item, "li")));
const wrong = () => [make("p", { class: "warning" }, `▲ ${say("kiosk.content_wrong")}`)];

export function choice(key, chosen, press, label = say(key)) {
  const button = make("button", { class: "chip", "aria-pressed": String(chosen) }, label);
  button.addEventListener("click", press);
  return button;
}

function row(title, text, press, mark = "") {
  const button = make("button", { class: "row" }, make("b", {}, ...[title].flat()), text, mark && make("span", { class: "tag" }, mark), make("span", { class: "go", "aria-hidden": "true" }, "›"));
  button.addEventListener("click", press);
  return button;
}

const laws = (items) => make("ul", { class: "laws" }, ...items.map((law) =>
  make("li", {}, words(law.name), " ", make("span", { class: "note" }, say("kiosk.in_force", { article: law.article, date: law.in_force })))));
const overdueNote = (overdue, date) => overdue && make("p", { class: "warning" }, `▲ ${say("kiosk.overdue", { date })}`);

export function guides(kiosk) {
  const found = kiosk.content?.guides ?? [];
  const body = found.map(({ guide }) => row(words(guide.name), words(guide.summary), () => kiosk.go("guide", { code: guide.code, tab: "papers" })));
  return { title: say("kiosk.guides"), body: found.length ? make("div", { class: "rows" }, ...body) : wrong() };
}

export function guide(kiosk, at) {
  const found = kiosk.content?.guides.find((item) => item.guide.code === at.code);
  if (!found) return { title: say("kiosk.guides"), body: wrong() };
  const one = found.guide;
  const tabs = make("div", { class: "chips" }, ...["papers", "steps", "more"].map((tab) =>
    choice(`kiosk.tab_${tab}`, at.tab === tab, () => { at.tab = tab; kiosk.draw(); })));
  const body = [overdueNote(found.overdue, one.review_by), words(one.summary, "p", { class: "lead" }), tabs, parts[at.tab](one)];
  const service = kiosk.hall?.services.find((item) => item.letter === one.service);
  if (service?.open) {
    const button = make("button", { class: "main-act" }, say("kiosk.take_for_this"));
    button.addEventListener("click", () => kiosk.go("take", { service: one.service }));
    body.push(button);
  }
  body.push(printing(kiosk, one.code));
  if (one.service === "B") body.push(make("p", { class: "note" }, say("kiosk.apply_at_window")));
  return { title: plain(one.name), body };
}

const part = (key, ...inside) => make("section", { class: "part" }, make("h3", {}, say(`kiosk.${key}`)), ...inside);

const parts = {
  papers: (one) => make("div", { class: "parts" },
    part("g_who", list(one.who)), part("g_conditions", list(one.conditions)),
    one.paper.length > 0 && part("g_papers", make("ol", { class: "papers" }, ...one.paper.map(paper)))),
  steps: (one) => make("div", { class: "parts" },
    part("g_steps", list(one.steps, "ol")),
    part("g_limit", make("p", {}, make("b", {}, say("kiosk.g_statutory")), " ", words(one.limit.statutory)),
      one.limit.promised && make("p", {}, make("b", {}, say("kiosk.g_promised")), " ", words(one.limit.promised))),
    part("g_fee", words(one.fee, "p")), part("g_window", words(one.window, "p")), part("g_hours", words(one.hours, "p")),
    part("g_phone", make("p", { class: "phone" }, one.phone))),
  more: (one) => make("div", { class: "parts" },
    part("g_basis", laws(one.basis)), part("g_result", words(one.result, "p")), part("g_remedy", words(one.remedy, "p")),
    one.download.length > 0 && part("g_download", make("ul", {}, ...one.download.map((item) => make("li", {}, words(item.name), " · ", words(item.where))))),
    part("g_code", make("p", {}, one.code)),
    part("g_version", make("p", {}, say("kiosk.g_version_line", { version: one.version, from: one.valid_from, by: one.review_by, reviewer: one.reviewer })))),
};

function paper(item) {
  const counts = [item.original > 0 && say("kiosk.g_original", { count: item.original }), item.copies > 0 && say("kiosk.g_copies", { count: item.copies }), !item.must && say("kiosk.g_if_needed")].filter(Boolean);
  return make("li", {}, words(item.name, "b"), make("span", { class: "counts" }, counts.join(" · ")), words(item.source, "span", { class: "note" }));
}

/** What a question is found by: its words in both languages, its key words, its answer. */
const haystack = (item) => [item.head.question.zh, item.head.question.en, ...item.head.words, item.html_zh, item.html_en].join(" ").replace(/<[^>]*>/g, " ").toLowerCase();

export function knowledge(kiosk) {
  const { session } = kiosk;
  const all = kiosk.content?.knowledge ?? [];
  const field = make("input", { id: "search", type: "text", maxlength: 40, autocomplete: "off", spellcheck: "false", placeholder: say("kiosk.search_hint"), "aria-label": say("kiosk.search") });
  field.value = session.search;
  const rows = make("div", { class: "rows" });
  const fill = () => {
    const asked = session.search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = all.filter((item) => (session.topic === "ALL" || item.head.topic === session.topic) && asked.every((word) => haystack(item).includes(word)));
    rows.replaceChildren(...found.map((item) => row(words(item.head.question), make("span", { class: "note" }, say(`kiosk.topic_${item.head.topic}`)), () => kiosk.go("answer", { id: item.head.id }))),
      ...(found.length ? [] : [make("p", { class: "warning" }, say("kiosk.nothing_found"))]));
  };
  field.addEventListener("input", () => { session.search = field.value; fill(); });
  const topics = ["ALL", ...new Set(all.map((item) => item.head.topic))];
  const chips = make("div", { class: "chips" }, ...topics.map((topic) => choice(`kiosk.topic_${topic}`, session.topic === topic, () => { session.topic = topic; kiosk.draw(); })));
  fill();
  return { title: say("kiosk.knowledge"), body: all.length ? [chips, field, rows] : wrong() };
}

export function answer(kiosk, at) {
  const found = kiosk.content?.knowledge.find((item) => item.head.id === at.id);
  if (!found) return { title: say("kiosk.knowledge"), body: wrong() };
  const english = lang() === "en" && found.html_en;
  const text = make("div", { class: "answer", lang: english ? "en" : "zh-CN" });
  text.innerHTML = english ? found.html_en : found.html_zh; // drawn by the controller with HTML, links and pictures off
  return { title: plain(found.head.question), body: [
    overdueNote(found.overdue, found.head.review_by),
    lang() === "en" && !english && make("p", { class: "note" }, say("kiosk.only_zh")),
    text, part("g_basis", laws(found.head.source)), make("p", { class: "note" }, say("kiosk.no_promise")),
  ] };
}

export function places(kiosk, at) {
  const found = kiosk.content?.places;
  if (!found) return { title: say("kiosk.places"), body: wrong() };
  const chosen = at.place ?? found.place.find((item) => item.here)?.id ?? found.place[0]?.id;
  const pick = (id) => { at.place = id; kiosk.draw(); };
  const rows = found.place.map((item, place) => {
    const button = choice("", item.id === chosen, () => pick(item.id), "");
    button.className = "place";
    button.append(make("span", { class: "pin", "aria-hidden": "true" }, String(place + 1)), words(item.name, "b"), ...(item.here ? [make("span", { class: "tag" }, say("kiosk.here"))] : []));
    return button;
  });
  const one = found.place.find((item) => item.id === chosen);
  const line = (key, value) => make("div", {}, make("dt", {}, say(`kiosk.${key}`)), make("dd", {}, value));
  const card = one && make("dl", { class: "card" }, line("address", words(one.address)), line("g_phone", one.phone), line("g_hours", words(one.hours)),
    line("services", one.services.map(plain).join(lang() === "zh" ? "、" : ", ")), one.barrier_free && line("barrier_free", words(one.barrier_free)));
  return { title: say("kiosk.places"), body: [drawMap(found, chosen, pick, plain), make("p", { class: "note" }, say("kiosk.map_note")), make("div", { class: "choose" }, ...rows), card] };
}

export function people(kiosk) {
  const found = kiosk.content?.people ?? [];
  const duties = kiosk.rota?.duties ?? [];
  const known = (id) => found.find((item) => item.person.id === id);
  const today = duties.filter((duty) => known(duty.person));
  const on = new Set(today.map((duty) => duty.person));
  const rest = found.filter((item) => !on.has(item.person.id));
  return { title: say("kiosk.people"), body: [
    make("h3", {}, say("kiosk.today")),
    today.length ? make("div", { class: "people" }, ...today.map((duty) => person(known(duty.person), duty, kiosk))) : make("p", { class: "note" }, say("kiosk.nobody_today")),
    rest.length > 0 && make("h3", {}, say("kiosk.all_people")),
    make("div", { class: "people" }, ...rest.map((item) => person(item, null, kiosk))),
  ] };
}

function person({ person: one, photo }, duty, kiosk) {
  const face = photo ? make("img", { class: "face", src: photo, alt: "" }) : make("span", { class: "face", "aria-hidden": "true" }, plain(one.name).slice(0, 1));
  const state = duty && (duty.absent ? ["NO_SHOW", say("kiosk.absent")] : duty.here ? ["SERVING", say("kiosk.on_now")] : ["IDLE", say(`kiosk.${duty.half}`)]);
  const services = duty && duty.services.map((letter) => kiosk.hall?.services.find((item) => item.letter === letter)).filter(Boolean);
  const line = (text) => text && make("p", {}, text);
  return make("article", {}, face, make("div", {},
    make("h4", {}, words(one.name), " ", make("span", { class: "kind" }, say(`kiosk.kind_${one.kind}`)), state && make("span", { class: "state", "data-state": state[0] }, state[1])),
    words(one.office, "p"),
    line(`${say("kiosk.speciality")}${lang() === "zh" ? "：" : ": "}${one.speciality.map(plain).join(lang() === "zh" ? "、" : ", ")}`),
    duty && line(`${say(`kiosk.${duty.half}`)} · ${services.map((item) => (lang() === "zh" ? item.name_zh : item.name_en)).join(lang() === "zh" ? "、" : ", ")}`),
    make("p", { class: "note" }, [one.since && say("kiosk.since", { year: one.since }), one.licence && `${say("kiosk.licence")} ${one.licence}`].filter(Boolean).join(" · "))));
}
