// The tablets of one place: a new link with its picture, told once; who made it, when it was used; taking it back.

import { chip, el, fill, show, words } from "./base.js";
import { act, call, dayTime, loudly, said, sure, wire } from "./manage.js";

const say = words.place;
const byId = (id) => document.getElementById(id);
const address = `/api/v1/places/${byId("frame").dataset.place}/tablets`;
const openAdd = wire(byId("add"));

function row(tablet) {
  const over = tablet.withdrawn_at !== null;
  const state = over ? chip("none", fill(say.tablet_over, { by: tablet.withdrawn_by, time: dayTime(tablet.withdrawn_at) })) : chip("good", say.tablet_good);
  return el("tr", { data: { tablet: tablet.id } },
    el("td", {}, fill(say.window_title, { window: tablet.window })), el("td", {}, state),
    el("td", {}, tablet.used_at ? dayTime(tablet.used_at) : say.tablet_never),
    el("td", {}, `${dayTime(tablet.made_at)} ${tablet.made_by}`),
    el("td", {}, over ? null : act(say.tablet_withdraw, () => withdraw(tablet), { danger: true })));
}

function withdraw(tablet) {
  const window = tablet.window;
  sure({ title: fill(say.tablet_withdraw_title, { window }), text: say.tablet_withdraw_text, send: say.tablet_withdraw }, async (key) => {
    await call("DELETE", `${address}/${tablet.id}`, undefined, key);
    await load();
    said(say.tablet_withdrawn);
  });
}

async function load() {
  const { items } = await call("GET", address);
  show("rows", ...items.map(row));
  byId("empty").hidden = items.length > 0;
}

byId("new").addEventListener("click", () => openAdd(async (form, key) => {
  const window = Number(form.elements.window.value);
  const told = await call("POST", address, { window }, key);
  byId("made-title").textContent = fill(say.tablet_ready, { window });
  byId("made-link").textContent = told.link ?? words.manage.told_already;
  if (told.link) byId("made-link").href = told.link;
  else byId("made-link").removeAttribute("href");
  const picture = told.qr_svg ? [document.importNode(new DOMParser().parseFromString(told.qr_svg, "image/svg+xml").documentElement, true)] : [];
  byId("made-qr").replaceChildren(...picture);
  await load();
  byId("made").showModal();
}));

byId("made").addEventListener("close", () => {
  byId("made-qr").replaceChildren(); // the key leaves the page with the dialog
  byId("made-link").textContent = "";
  byId("made-link").removeAttribute("href");
});

loudly(load);
setInterval(() => { if (!document.hidden && !document.querySelector("dialog[open]")) loudly(load); }, 30_000);
