// On the staff's pages a code scanner is a keyboard too. What it types in one burst presses no key and sends no form:
// people type more slowly than that, and a code that was scanned into the wrong page must not finish a service.
const burst = 50; // ms between two keys of a scanner, with room to spare
const longest = 150; // ms behind a burst in which its Enter, Tab or control characters still belong to it
const inField = 4; // so many characters at a scanner's pace before an Enter in a field is not a person's

const field = (event) => event.target.matches?.("input, textarea, select");

/** Watch all keys of the page before anybody else hears them. */
export function deafToScanners() {
  let run = 0; // characters of the burst so far
  let last = -Infinity;
  const quiet = (event) => { event.preventDefault(); event.stopPropagation(); };
  addEventListener("keydown", (event) => {
    const now = performance.now();
    const plain = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (plain && !event.repeat) {
      run = now - last < burst ? run + 1 : 1;
      last = now;
      if (run > 1 && !field(event)) quiet(event);
      return;
    }
    if (["Shift", "Alt", "Control", "CapsLock"].includes(event.key)) return; // a scanner holds Shift for capitals
    if (now - last > longest || run < (field(event) ? inField : 2)) return;
    last = now;
    quiet(event);
  }, { capture: true });
  addEventListener("keyup", (event) => { if (event.key === " " && run > 1 && performance.now() - last < longest && !field(event)) quiet(event); }, { capture: true });
}

/** Does what a single character asks for, unless more of them follow at a scanner's pace. */
export function whenAlone(act) {
  let waiting = null;
  addEventListener("keydown", () => { clearTimeout(waiting); }, { capture: true });
  return (value) => { waiting = setTimeout(() => act(value), burst); };
}
