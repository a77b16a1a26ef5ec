// The story of one ticket.

import { ask, chip, clockTime, el, fill, hallName, inWords, page, serviceName, show, took, words } from "./base.js";

const { hall, day, number } = document.getElementById("story").dataset;
const KINDS = { WAITING: "quiet", CALLED: "CALLING", SERVING: "SERVING", HELD: "PAUSED", DONE: "ready", NO_SHOW: "PAUSED", CANCELLED: "quiet", EXPIRED: "quiet" };

function detail(event) {
  const data = event.data;
  if (data.waited_s !== undefined && event.type.startsWith("ticket.called")) return `${page.waited} ${took(data.waited_s)}`;
  if (data.served_s !== undefined) return `${page.served} ${took(data.served_s)}`;
  if (data.grade !== undefined) return words.grade[data.grade];
  if (event.type.startsWith("ticket.issued") && data.channel) return words.channel[data.channel] ?? data.channel;
  return "";
}

function facts(told, info) {
  const service = info.services.find((one) => one.letter === told.service);
  const rows = [
    [page.service, service ? serviceName(service) : told.service], [page.channel, words.channel[told.channel] ?? page.none],
    [page.priority, told.priority ? words.priority[told.priority] : page.none], [page.window, told.window ?? page.none],
    [page.waited, took(told.waited_s)], [page.served, took(told.served_s)],
    [page.rating, told.grade ? words.grade[told.grade] : page.not_rated],
  ];
  return rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]);
}

async function start() {
  const base = `/api/v1/halls/${encodeURIComponent(hall)}`;
  const [told, info] = await Promise.all([ask(`${base}/tickets/${day}/${number}`), ask(base)]);
  show("hall-link", hallName(info));
  show("standing", chip(KINDS[told.state] ?? "quiet", words.ticket[told.state] ?? told.state));
  show("facts", ...facts(told, info));
  show("events", ...told.events.map((event) => el("li", {},
    el("time", { datetime: new Date(event.ts).toISOString() }, clockTime(event.ts)),
    el("span", {}, inWords({ ...event.data, type: event.type })), el("small", {}, detail(event)))));
}

start().catch((error) => { document.getElementById("problem").textContent = error.message; });
