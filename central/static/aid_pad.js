// A pad to sign on, and a picture of a signature from a file: black on white, as a PNG of at most six kibibytes.

import { el } from "./base.js";
import { form } from "./aid_fields.js";

const MOST = 6 * 1024;
const [WIDE, TALL] = [600, 200];

export class Pad {
  constructor(place) {
    this.canvas = el("canvas", { width: WIDE, height: TALL, class: "pad", role: "img", tabindex: "-1", "aria-label": form.pad });
    this.state = el("output", { class: "soft" }, form.pad_empty);
    const again = el("button", { type: "button", class: "plain small" }, form.pad_clear);
    again.addEventListener("click", () => this.clear());
    place.replaceChildren(this.canvas, el("p", { class: "note" }, form.pad_hint), el("div", { class: "pad-ends" }, this.state, again));
    this.pen = this.canvas.getContext("2d");
    this.clear();
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => { this.at = null; });
  }

  clear() {
    Object.assign(this.pen, { fillStyle: "#fff", strokeStyle: "#000", lineWidth: 5, lineCap: "round", lineJoin: "round" });
    this.pen.fillRect(0, 0, WIDE, TALL);
    this.at = null;
    this.signed = false;
    this.state.textContent = form.pad_empty;
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * WIDE / box.width, (event.clientY - box.top) * TALL / box.height];
  }

  begin(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.at = this.point(event);
  }

  go(event) {
    if (!this.at) return;
    const next = this.point(event);
    this.pen.beginPath();
    this.pen.moveTo(...this.at);
    this.pen.lineTo(...next);
    this.pen.stroke();
    this.at = next;
    this.signed = true;
    this.state.textContent = form.pad_signed;
  }

  /** The signature in base64; empty before anything is drawn. Made smaller until it fits. */
  async read() {
    if (!this.signed) return "";
    for (let scale = 1; scale > 0.2; scale *= 0.8) {
      const small = el("canvas", { width: Math.round(WIDE * scale), height: Math.round(TALL * scale) });
      small.getContext("2d").drawImage(this.canvas, 0, 0, small.width, small.height);
      const blob = await new Promise((done) => { small.toBlob(done, "image/png"); });
      if (blob.size <= MOST) return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    }
    return "";
  }
}
