// What is wrong with the page as it stands: cut, over something else, out of its room, too small to read or to touch.
() => {
  const faults = [];
  const shown = (e) => e.checkVisibility({ checkVisibilityCSS: true });
  const name = (e) => `${e.tagName}#${e.id}.${e.className} "${e.textContent.trim().slice(0, 30)}"`;
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const room = (e) => (e.closest("main") ?? e.closest("footer") ?? e.closest("header"))?.getBoundingClientRect() ?? screen;
  const all = [...document.body.querySelectorAll("*")].filter((e) => shown(e) && !e.closest("#line, .unseen"));
  for (const e of [document.documentElement, ...all]) {
    const wide = e.scrollWidth > e.clientWidth + 1, high = e.scrollHeight > e.clientHeight + 1;
    const style = getComputedStyle(e);
    if (style.display !== "inline" && e.clientWidth && (wide || (high && style.overflowY !== "visible"))) {
      faults.push(`cut: ${name(e)} ${e.scrollWidth}x${e.scrollHeight} in ${e.clientWidth}x${e.clientHeight}`);
    }
  }
  const words = all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  // The ink of a line is less high than its box, which leaves room for the marks of all the world's scripts.
  const linesOf = (e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    const air = parseFloat(getComputedStyle(e).fontSize) * 0.2;
    const lines = [...range.getClientRects()].filter((line) => line.width && line.height);
    if (!lines.length) faults.push(`nothing to see: ${name(e)}`);
    return lines.map(({ left, right, top, bottom }) => [e, { left, right, top: top + air, bottom: bottom - air }]);
  };
  const boxes = words.flatMap(linesOf);
  const keys = all.filter((e) => e.matches("button, img"));
  for (const [e, box] of [...boxes, ...keys.map((e) => [e, e.getBoundingClientRect()])]) {
    if (!inside(box, room(e)) || !inside(box, screen)) faults.push(`out of its room: ${name(e)} ${JSON.stringify(box)}`);
    const key = e.closest("button");
    if (key && key !== e && !inside(box, key.getBoundingClientRect())) faults.push(`out of its key: ${name(e)}`);
  }
  for (const e of words) {
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < 18) faults.push(`${size} px: ${name(e)}`);
  }
  for (const e of keys.filter((e) => e.matches("button"))) {
    const least = e.closest("main") ? 60 : 44, box = e.getBoundingClientRect();
    if (box.width < least || box.height < least) faults.push(`a small key: ${name(e)} ${box.width}x${box.height}`);
  }
  const things = [...boxes, ...keys.map((e) => [e, e.getBoundingClientRect()])];
  things.forEach(([a, one], place) => {
    for (const [b, other] of things.slice(place + 1)) {
      if (!a.contains(b) && !b.contains(a) && meet(one, other)) faults.push(`over each other: ${name(a)} and ${name(b)}`);
    }
  });
  return faults;
}
