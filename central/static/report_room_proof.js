// Evidence of a figure: a photo by the camera of the telephone, made small enough for a bad line, or a file, or a note.

import { words } from "./base.js";
import { Refused, newKey, read } from "./manage.js";

const say = words.report_room;
const LONGEST = 2000;
const SMALL = 900 * 1024;

async function smaller(file) {
  if (file.size <= SMALL || !file.type.startsWith("image/")) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file; // what it is central says, in words
  }
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
  return made && made.size < file.size ? made : file;
}

export function wireProof(place, address, keep) {
  // keep(id): a file has arrived, or none is left
  const told = place.querySelector(".sent");
  const fault = place.querySelector("[data-fault=evidence]");
  const show = (text) => { told.textContent = text; };
  for (const chooser of place.querySelectorAll("[type=file]")) {
    chooser.addEventListener("change", async () => {
      const file = chooser.files[0];
      chooser.value = "";
      if (!file) return;
      fault.textContent = "";
      show(say.sending_file);
      try {
        const headers = { Accept: "application/json", "Content-Type": "application/octet-stream", "Idempotency-Key": newKey() };
        const answer = await fetch(address, { method: "POST", headers, body: await smaller(file) }).catch(() => { throw new Refused("NO_LINE", null, say.file_failed); });
        const made = await read(answer);
        keep(made.id);
        show(say.file_sent);
      } catch (problem) {
        if (!(problem instanceof Refused)) throw problem;
        show("");
        fault.textContent = problem.message;
      }
    });
  }
  return { clear: () => { show(""); fault.textContent = ""; }, has: () => show(say.file_sent) };
}
