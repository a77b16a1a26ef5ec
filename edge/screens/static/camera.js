// What lies on this window's desk, as one picture: it lives in this page alone and goes when its dialog closes.
import { byId, facts, refusalWords, say } from "./hall.js";

const LONGEST_MS = 60_000;
const button = byId("camera"), dialog = byId("camera-dialog"), image = byId("camera-picture");

function show(words, picture = null) {
  byId("camera-said").textContent = words;
  byId("camera-said").hidden = !words;
  image.hidden = picture === null;
  if (picture === null) image.removeAttribute("src"); else image.src = picture;
}

const asAddress = (blob) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result));
  reader.addEventListener("error", () => fail(reader.error));
  reader.readAsDataURL(blob);
});

async function take() {
  byId("camera-again").disabled = true;
  show(say("window.camera_wait"));
  try {
    const answer = await fetch(`/api/v1/windows/${facts.window}/pictures`, { method: "POST", cache: "no-store", signal: AbortSignal.timeout(LONGEST_MS) });
    if (answer.ok) show("", await asAddress(await answer.blob()));
    else show(refusalWords({ body: await answer.json() }, say("window.no_line")));
  } catch {
    show(say("window.no_line"));
  }
  if (!dialog.open) show("");  // closed meanwhile: nobody shall find it later
  byId("camera-again").disabled = false;
}

if (button !== null) {
  button.addEventListener("click", () => { dialog.showModal(); take(); });
  byId("camera-again").addEventListener("click", take);
  dialog.addEventListener("close", () => show(""));
}
