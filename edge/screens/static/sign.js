// A pad to sign on with finger, pen or mouse, and pictures of signatures: black on white, as a PNG of 6 KiB at most.
import { make } from "./hall.js";

const mostBytes = 6 * 1024;
const width = 520, height = 170;
const dark = 150; // of 255: what is darker is ink

const bytesIn = (address) => Math.floor((address.length - address.indexOf(",") - 1) * 3 / 4);

/** The picture as an address that fits; smaller and smaller until it does. */
function fitting(source) {
  for (const scale of [1, 0.8, 0.65, 0.5, 0.38]) {
    const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const fit = Math.min(canvas.width / source.width, canvas.height / source.height);
    const [wide, high] = [source.width * fit, source.height * fit];
    pen.drawImage(source, (canvas.width - wide) / 2, (canvas.height - high) / 2, wide, high);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    for (let place = 0; place < picture.data.length; place += 4) {
      const ink = picture.data[place] * 0.3 + picture.data[place + 1] * 0.59 + picture.data[place + 2] * 0.11 < dark ? 0 : 255;
      picture.data[place] = picture.data[place + 1] = picture.data[place + 2] = ink;
      picture.data[place + 3] = 255;
    }
    pen.putImageData(picture, 0, 0);
    const address = canvas.toDataURL("image/png");
    if (bytesIn(address) <= mostBytes) return address;
  }
  return null;
}

/** A picture file as a signature; null when it is none or too rich to be one. */
export async function signatureIn(file) {
  const address = await new Promise((done) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.addEventListener("error", () => done(null));
    reader.readAsDataURL(file);
  });
  const image = new Image();
  const loaded = new Promise((done) => { image.addEventListener("load", () => done(true)); image.addEventListener("error", () => done(false)); });
  image.src = address ?? "data:,";
  return (await loaded) && image.width ? fitting(image) : null;
}

/** The pad. `kept` holds the strokes and outlives a page that is drawn anew; `changed` gets the PNG, or null. */
export function signaturePad(kept, label, changed) {
  kept.strokes ??= [];
  const canvas = make("canvas", { width, height, class: "sign-pad", role: "img", "aria-label": label });
  const pen = canvas.getContext("2d");
  let stroke = null;
  const draw = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
    for (const points of kept.strokes) {
      pen.beginPath();
      points.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      if (points.length === 1) pen.lineTo(points[0][0] + 0.1, points[0][1]);
      pen.stroke();
    }
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [at(event)];
    kept.strokes.push(stroke);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => { if (stroke) { stroke.push(at(event)); draw(); } });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => { if (stroke) { stroke = null; changed(fitting(canvas)); } });
  }
  draw();
  return { canvas, clear: () => { kept.strokes.length = 0; draw(); changed(null); } };
}
