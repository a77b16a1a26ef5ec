// One LED sign: 64 by 16 dots, lit as the bytes on the wire said.
import { make } from "./elements.js";
import { badge, faultMenu } from "./faults.js";

const DOT = 10;

export function sign(device) {
  const canvas = make("canvas", { role: "img" });
  const trouble = badge();
  const element = make(
    "div", { class: "device sign" },
    make("div", { class: "sign-case" }, canvas), faultMenu(device.id, { place: "downwards" }), trouble.element,
  );
  let drawn = "";
  return {
    element,
    show(now) {
      trouble.show(now.faults);
      const shows = now.shows;
      canvas.setAttribute("aria-label", shows.text || "");
      const picture = shows.rows.join("");
      if (picture === drawn) return;
      drawn = picture;
      draw(canvas, shows);
    },
  };
}

function draw(canvas, { rows, width, height, brightness }) {
  canvas.width = width * DOT;
  canvas.height = height * DOT;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#120d0b";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const lit = [];
  pen.fillStyle = "#3a1512";
  pen.beginPath();
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [left, top] = [x * DOT + DOT / 2, y * DOT + DOT / 2];
      if (rows[y][x] === "#") lit.push([left, top]);
      else {
        pen.moveTo(left + 2.6, top);
        pen.arc(left, top, 2.6, 0, 7);
      }
    }
  }
  pen.fill();
  const strength = 0.45 + (0.55 * Math.min(15, brightness ?? 15)) / 15;
  for (const [radius, colour] of [[5.6, `rgba(255,44,26,${0.28 * strength})`], [4.2, `rgba(255,58,38,${strength})`], [2, `rgba(255,150,120,${strength})`]]) {
    pen.fillStyle = colour;
    pen.beginPath();
    for (const [left, top] of lit) {
      pen.moveTo(left + radius, top);
      pen.arc(left, top, radius, 0, 7);
    }
    pen.fill();
  }
}
