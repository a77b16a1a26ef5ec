// Taking back the last act at a window, while its seconds run, and calling a number out of its turn with a reason.
import { all, byId, say } from "./hall.js";

let until = 0; // of performance.now()
let jump = null; // the number that the reasons are asked for

export function listenToUndo(act) {
  byId("undo").addEventListener("click", () => act("undo"));
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.target.closest("input, textarea")) {
      event.preventDefault();
      if (!event.repeat && !byId("undo").hidden) act("undo");
    }
  });
  for (const button of all("[data-jump]")) {
    button.addEventListener("click", () => { byId("jump-dialog").close(); act("call_number", { number: jump, reason: button.dataset.jump }); });
  }
}

/** Ask why this number comes before those who stand ahead of it. */
export function askForJump(number) {
  jump = number;
  byId("jump-title").textContent = say("window.jump_title", { number });
  byId("jump-dialog").showModal();
}

export function heardUndo(view) {
  until = view.undo ? performance.now() + 1000 * view.undo.left_s : 0;
  drawUndo(view);
}

export function drawUndo(view) {
  const left = Math.ceil((until - performance.now()) / 1000);
  const offered = view.undo !== null && left > 0;
  byId("undo").hidden = !offered;
  if (offered) byId("undo-words").textContent = say("window.undo_left", { number: view.undo.number, seconds: left });
}
