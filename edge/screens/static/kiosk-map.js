// The outline map: drawn from the content pack's own points, no picture from anywhere else. Pins are keys.
import { say } from "./hall.js";

const space = "http://www.w3.org/2000/svg";
const width = 1000;
const margin = 40;

function shape(tag, attributes, text) {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Longitude and latitude to the drawing's own units; at a district's size the earth is flat. */
function projection(places) {
  const points = [...places.map.outline, ...places.place.map((item) => [item.lon, item.lat])];
  const [west, east] = [Math.min(...points.map(([lon]) => lon)), Math.max(...points.map(([lon]) => lon))];
  const [south, north] = [Math.min(...points.map(([, lat]) => lat)), Math.max(...points.map(([, lat]) => lat))];
  const narrow = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = (width - 2 * margin) / Math.max((east - west) * narrow, (north - south) / 0.62, 1e-6);
  const height = (north - south) * scale + 2 * margin;
  const left = (width - (east - west) * narrow * scale) / 2;
  return { height, at: ([lon, lat]) => [left + (lon - west) * narrow * scale, margin + (north - lat) * scale] };
}

export function drawMap(places, chosen, pick, plain) {
  const { height, at } = projection(places);
  const line = (points) => points.map((point) => at(point).map((value) => value.toFixed(1)).join(",")).join(" ");
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height.toFixed(0)}`, class: "map", role: "group", "aria-label": say("kiosk.places") });
  svg.append(shape("polygon", { points: line(places.map.outline), class: "land" }));
  for (const path of places.map.path) {
    svg.append(shape("polyline", { points: line(path.points), class: path.kind }));
    if (path.name) {
      const place = Math.min(Math.floor(path.points.length * 0.6), path.points.length - 2); // past the middle, where roads cross
      const [[a, b], [c, d]] = [at(path.points[place]), at(path.points[place + 1])];
      const [x, y] = [(a + c) / 2, (b + d) / 2];
      svg.append(shape("text", { x, y: y - 14, class: `name ${path.kind}` }, plain(path.name)));
    }
  }
  places.place.forEach((item, place) => {
    const [x, y] = at([item.lon, item.lat]);
    const pin = shape("g", { class: item.id === chosen ? "pin chosen" : "pin", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "data-place": item.id });
    pin.append(shape("circle", { r: 36, class: "touch" }), shape("circle", { r: item.id === chosen ? 30 : 24, class: "dot" }), shape("text", { y: 10, class: "number" }, String(place + 1)));
    pin.addEventListener("click", () => pick(item.id));
    svg.append(pin);
  });
  return svg;
}
