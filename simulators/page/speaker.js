// The loudspeakers in the ceiling: what was said last, as a wave and to be heard; and which zones are open.
import { make, word } from "./elements.js";
import { badge, faultMenu } from "./faults.js";
import { onLanguage, say } from "./words.js";

export function speaker(device, ceiling) {
  const wave = make("canvas", { width: 420, height: 80 });
  const title = make("b"), relays = make("span", { class: "relays" });
  const always = make("input", { type: "checkbox" });
  const sound = new Audio();
  const play = make("button", { type: "button", class: "play", disabled: true, onclick: () => sound.play() }, "▶");
  const trouble = badge();
  const words = make("div", { class: "sound-words" }, title, make("label", {}, always, word("span", "play_always")));
  const card = make("div", { class: "device sound-card" }, play, wave, words, relays, faultMenu(device.id, { place: "" }), trouble.element);
  const element = make("div", { class: "sound" }, make("div", { class: "cone" }), card, make("div", { class: "cone" }));
  card.querySelector(".menu").style.cssText = "bottom:-12px;right:-10px";
  trouble.element.style.bottom = "-14px";
  ceiling.append(element);
  let drawn = "", last = device.shows;
  function label() {
    play.setAttribute("aria-label", say("play"));
    title.textContent = last.playing ? say("speaking") : last.count ? say("spoke", { seconds: (last.last_duration_s ?? 0).toFixed(1) }) : say("never_spoke");
  }
  onLanguage(label);
  return {
    relays,
    show(now) {
      last = now.shows;
      trouble.show(now.faults);
      element.classList.toggle("playing", Boolean(last.playing));
      label();
      const mark = `${last.count}/${last.last_duration_s}`;
      if (!last.count || last.playing || mark === drawn) return;
      drawn = mark;
      load(device.id, sound, wave).then((good) => {
        play.disabled = !good;
        if (good && always.checked) sound.play().catch(() => {});
      });
    },
  };
}

async function load(deviceId, sound, wave) {
  const answer = await fetch(`/sim/devices/${encodeURIComponent(deviceId)}/audio.wav`);
  if (!answer.ok) return false;
  const bytes = await answer.arrayBuffer();
  if (sound.src) URL.revokeObjectURL(sound.src);
  sound.src = URL.createObjectURL(new Blob([bytes], { type: "audio/wav" }));
  drawWave(wave, bytes);
  return true;
}

/** 16-bit samples after the 44 bytes of the head, as the simulator writes them. */
function drawWave(canvas, bytes) {
  const samples = new Int16Array(bytes.slice(44, bytes.byteLength - (bytes.byteLength % 2)));
  const pen = canvas.getContext("2d");
  const { width, height } = canvas;
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = "#0e6f54";
  const bars = 105, step = Math.max(1, Math.floor(samples.length / bars));
  let highest = 1;
  const peaks = Array.from({ length: bars }, (_, bar) => {
    let peak = 0;
    for (let at = bar * step; at < Math.min(samples.length, (bar + 1) * step); at += 7) peak = Math.max(peak, Math.abs(samples[at]));
    highest = Math.max(highest, peak);
    return peak;
  });
  peaks.forEach((peak, bar) => {
    const tall = Math.max(2, (peak / highest) * (height - 4));
    pen.fillRect(bar * 4, (height - tall) / 2, 2.6, tall);
  });
}

/** The relay board that opens the loudspeaker zones. */
export function relayBoard(device, place) {
  const lamps = device.shows.relays.map((_, number) => make("i", { title: `${number + 1}` }, String(number + 1)));
  place.append(word("span", "zones"), ...lamps);
  return {
    show(now) {
      now.shows.relays.forEach((on, number) => lamps[number]?.classList.toggle("on", on));
    },
  };
}
