// Papers of a case: sent as they are, listed, called something, looked at. A file is never shown as a page: a picture's
// points are drawn on a canvas, everything else is saved (docs/decisions/0025).

import { el, fill, words } from "./base.js";

const say = words.aid_files;
const english = document.documentElement.lang === "en";

export const freshKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

export class NotTaken extends Error {
  constructor(error) {
    super((english ? error?.message : error?.message_zh) ?? words.error.INTERNAL);
    this.code = error?.code ?? "INTERNAL";
    this.field = error?.field ?? null;
  }
}

/** Ask central; raises `NotTaken` with its words. ``headers`` carries the token of a page without an account. */
export async function send(method, path, { body = null, file = null, headers = {}, key = freshKey() } = {}) {
  const all = { Accept: "application/json", ...headers, ...(method === "GET" ? {} : { "Idempotency-Key": key }) };
  if (body !== null) all["Content-Type"] = "application/json";
  if (file !== null) all["Content-Type"] = "application/octet-stream";
  let answer;
  try {
    answer = await fetch(path, { method, headers: all, body: body === null ? file ?? undefined : JSON.stringify(body) });
  } catch {
    throw new NotTaken({ code: "NO_LINE", message: say.failed, message_zh: say.failed });
  }
  if (!answer.ok) throw new NotTaken((await answer.json().catch(() => null))?.error);
  if (answer.status === 204) return null;
  const type = answer.headers.get("Content-Type") ?? "";
  return type.startsWith("application/json") ? answer.json() : answer.blob();
}

/** Let the browser save what came, under a name of our own; its kind is kept from it, so that it opens nothing. */
export function saveAs(blob, name) {
  const address = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const endings = { "image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf" };

/** A picture's points on a canvas; nothing of the file itself gets into the page. */
export async function draw(blob, label) {
  const picture = await createImageBitmap(blob);
  const canvas = el("canvas", { width: picture.width, height: picture.height, role: "img", "aria-label": label, class: "seen" });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  return canvas;
}

/** The list of a case's files and the way to add to it. ``place``: an element; ``address``: where they are. */
export class Papers {
  constructor(place, address, { headers = () => ({}), add = true, opens = true, kinds = null, then = null } = {}) {
    Object.assign(this, { place, address, headers, opens, then });
    this.list = el("ul", { class: "papers" });
    this.said = el("p", { class: "note", role: "status" });
    this.problem = el("p", { class: "problem", role: "alert" });
    place.replaceChildren(this.list, ...(add ? [this.adder(kinds)] : []), this.said, this.problem);
  }

  adder(kinds) {
    const chooser = el("input", { type: "file", multiple: true, accept: "image/jpeg,image/png,application/pdf", class: "unseen-file", id: "aid-files", "aria-describedby": "aid-files-note" });
    chooser.addEventListener("change", () => this.take([...chooser.files]).finally(() => { chooser.value = ""; }));
    this.kind = kinds ? el("select", {}, ...kinds.map((one) => el("option", { value: one }, words.aid_file[one]))) : null;
    return el("div", { class: "adder" }, this.kind ? el("label", { class: "kind" }, say.kind, this.kind) : null,
      el("label", { class: "main take", for: "aid-files" }, say.take), chooser, el("p", { class: "note", id: "aid-files-note" }, say.limits));
  }

  async load() {
    this.show((await send("GET", this.address, { headers: this.headers() })).items);
  }

  async take(files) {
    this.problem.textContent = "";
    let count = 0;
    for (const file of files) {
      this.said.textContent = fill(say.sending, { name: file.name });
      try {
        const made = await send("POST", `${this.address}?kind=${this.kind?.value ?? "PAPER"}`, { file, headers: this.headers() });
        const title = file.name.replace(/\.[^.]*$/, "").replace(/[\u0000-\u001f\u007f]/g, "").slice(0, 60);
        if (title) await send("PATCH", `${this.address}/${made.id}`, { body: { title }, headers: this.headers() });
        count += 1;
      } catch (refused) {
        if (!(refused instanceof NotTaken)) throw refused;
        this.problem.textContent += `${file.name}：${refused.message} `;
      }
    }
    this.said.textContent = count ? fill(say.sent, { count }) : "";
    if (count) await (this.then ?? (() => this.load()))();
  }

  show(items) {
    this.list.replaceChildren(...(items.length ? items.map((one) => this.line(one)) : [el("li", { class: "note" }, say.none)]));
  }

  line(one) {
    const title = el("input", { value: one.title, maxlength: "60", "aria-label": `${say.what} ${one.title}`, placeholder: say.untitled, autocomplete: "off" });
    const name = el("button", { type: "button", class: "plain small", disabled: true }, say.name_it);
    title.addEventListener("input", () => { name.disabled = title.value.trim() === "" || title.value.trim() === one.title; });
    name.addEventListener("click", () => this.loudly(async () => {
      one.title = title.value.trim();
      await send("PATCH", `${this.address}/${one.id}`, { body: { title: one.title }, headers: this.headers() });
      name.disabled = true;
      this.said.textContent = say.named;
    }));
    const facts = el("small", {}, `${words.aid_file[one.kind]} · ${endings[one.type].toUpperCase()} · ${Math.max(1, Math.round(one.size / 1024))} KB · ${fill(say.pages, { pages: one.pages })}`);
    const look = this.opens ? el("button", { type: "button", class: "plain small" }, say.show) : null;
    look?.addEventListener("click", () => this.ask(one));
    return el("li", { data: { file: one.id } }, el("div", { class: "titled" }, title, name), facts, look);
  }

  async loudly(work) {
    this.problem.textContent = "";
    try {
      await work();
    } catch (refused) {
      if (!(refused instanceof NotTaken)) throw refused;
      this.problem.textContent = refused.message;
    }
  }

  /** Staff say why they look; then the picture, or the file to save. */
  ask(one) {
    const why = el("input", { id: "aid-why", minlength: "4", maxlength: "200", required: true, autocomplete: "off", "aria-describedby": "aid-why-hint" });
    const shown = el("div", { class: "shown" });
    const problem = el("p", { class: "problem", role: "alert" });
    const close = el("button", { type: "button", class: "plain" }, say.close);
    const form = el("form", { method: "dialog", novalidate: true }, el("h2", { id: "aid-look-title" }, one.title || say.untitled),
      el("div", { class: "field" }, el("label", { for: "aid-why" }, say.why), why, el("small", { class: "hint", id: "aid-why-hint" }, say.why_hint)),
      problem, shown, el("div", { class: "ends" }, close, el("button", { type: "submit", class: "button" }, say.show)));
    const dialog = el("dialog", { class: "look", "aria-labelledby": "aid-look-title" }, form);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.textContent = "";
      try {
        const blob = await send("POST", `${this.address}/${one.id}/open`, { body: { reason: why.value.trim() }, headers: this.headers() });
        const save = el("button", { type: "button", class: "plain" }, say.save);
        save.addEventListener("click", () => saveAs(blob, `${one.id}.${endings[one.type]}`));
        shown.replaceChildren(one.type.startsWith("image/") ? await draw(blob, one.title || say.untitled) : el("p", { class: "note" }, say.not_drawn), save);
        save.focus();
      } catch (refused) {
        if (!(refused instanceof NotTaken)) throw refused;
        problem.textContent = refused.message;
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  }
}
