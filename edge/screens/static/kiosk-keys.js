// Keys at a kiosk come from a code scanner more often than from people. A code that is read while no field waits for
// words presses no button: characters do nothing, and an Enter right behind them does nothing either.

const burst = 150; // ms between two keys of a scanner, with room to spare
const longest = 300;

/** Watches all keys; `scanned` gets each line that came in one burst outside of a field. */
export function guardKeys(scanned) {
  let line = "";
  let last = 0;
  const quiet = (event) => { event.preventDefault(); event.stopPropagation(); };
  addEventListener("keydown", (event) => {
    const now = performance.now();
    const field = event.target.matches?.("input, textarea");
    if (event.ctrlKey || event.altKey || event.metaKey || /^F\d+$/.test(event.key)) { quiet(event); return; }
    const soon = now - last < burst;
    if (event.key.length === 1) {
      last = now;
      if (field) return;
      line = (soon ? line : "") + event.key;
      if (line.length > longest) line = line.slice(-longest);
      quiet(event);
    } else if (event.key === "Enter") {
      const whole = line;
      line = "";
      if (field && event.target.matches("input")) { quiet(event); return; }
      if (field || !soon) return;
      quiet(event);
      scanned(whole);
    }
  }, { capture: true });
  addEventListener("keyup", (event) => { if (event.key === " " && !event.target.matches?.("input, textarea")) quiet(event); }, { capture: true });
}
