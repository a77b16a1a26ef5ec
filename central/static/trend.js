// Visitors by half hours: today as a line, the same weekday a week before as an area behind it.

import { ask, fill, page, words } from "./base.js";

const say = words.live;
const EVERY_MS = 60000;
const LEAST = 8; // half hours for which there is always room
const WIDTH = 900, HEIGHT = 225, LEFT = 46, BOTTOM = 30, TOP = 12, RIGHT = 26;

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function steps(most) {
  const size = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000].find((one) => most / one <= 4) ?? 50000;
  const count = Math.max(1, Math.ceil(most / size));
  return Array.from({ length: count + 1 }, (_, place) => place * size);
}

function picture(told) {
  const points = told.points;
  const lines = steps(Math.max(1, ...points.map((one) => Math.max(one.day ?? 0, one.before))));
  const top = lines.at(-1);
  const room = Math.max(LEAST, points.length - 1); // a young day starts at the left and does not fill the paper
  const x = (place) => LEFT + ((WIDTH - LEFT - RIGHT) * place) / room;
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const path = (values) => values.map((value, place) => `${place ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const today = points.filter((one) => one.day !== null).map((one) => one.day);
  const before = points.map((one) => one.before);
  const made = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": summary(told) });
  for (const value of lines) {
    made.append(svg("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }), svg("text", { x: LEFT - 8, y: y(value) + 5, "text-anchor": "end" }, String(value)));
  }
  points.forEach((one, place) => {
    if ((points.length <= LEAST || one.at.endsWith(":00")) && (points.length < 26 || Number(one.at.slice(0, 2)) % 2 === 0)) made.append(svg("text", { x: x(place), y: HEIGHT - 8, "text-anchor": "middle" }, one.at));
  });
  if (before.length > 1) made.append(svg("path", { class: "then", d: `${path(before)}L${x(before.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z` }));
  if (today.length) {
    const last = today.length - 1; // the half hour that still runs: no fall in visitors, only not over yet
    const lastStep = [last - 1, last].map((place) => `${x(place).toFixed(1)} ${y(today[place] ?? 0).toFixed(1)}`);
    if (last > 0) made.append(svg("path", { class: "now running", d: `M${lastStep.join("L")}` }));
    made.append(svg("path", { class: "now", d: path(today.slice(0, Math.max(1, last))) }), svg("circle", { class: "here", cx: x(today.length - 1), cy: y(today.at(-1)), r: 5 }));
  }
  points.forEach((one, place) => {
    const half = (WIDTH - LEFT - RIGHT) / room;
    made.append(svg("rect", { class: "touch", x: x(place) - half / 2, y: TOP, width: half, height: HEIGHT - TOP - BOTTOM },
      svg("title", {}, fill(say.half_hour, { time: one.at, count: one.day ?? page.none, before: one.before }))));
  });
  return made;
}

const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function summary(told) {
  return fill(say.trend_told, { time: clock.format(new Date(told.now)), count: told.so_far.day, before: told.so_far.before });
}

export function followTrend(place, unit, onTold) {
  const kept = { told: null };
  const renew = async () => {
    try {
      kept.told = await ask(`/api/v1/trend${unit ? `?unit=${encodeURIComponent(unit)}` : ""}`);
    } catch {
      return; // the banner of the live stream says that central cannot be reached; the last picture stays
    }
    place.replaceChildren(picture(kept.told));
    onTold();
  };
  renew();
  setInterval(renew, EVERY_MS);
  return kept;
}
