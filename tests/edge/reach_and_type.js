// What is too small to touch, too small to read, or cut off on the page as it stands.
// wish: {main: selector of the main controls, leastMain, leastOther, leastType, scrolls}
(wish) => {
  const faults = [];
  const shown = (e) => {
    if (!e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) return false;
    const tiny = (one) => one && (one.getBoundingClientRect().width <= 1 || tiny(one.parentElement));
    if (tiny(e)) return false; // words for screen readers alone are one pixel wide, or left of the page
    const box = e.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0;
  };
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""}${e.className ? `.${e.className}` : ""} "${e.textContent.trim().slice(0, 30)}"`;
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  const all = [...(dialog ?? document.body).querySelectorAll("*")].filter(shown);
  const inSentence = (e) => e.matches("a") && getComputedStyle(e).display === "inline";
  for (const e of all.filter((e) => e.matches("button, a[href], input, select, textarea, summary, [role=button]") && !inSentence(e))) {
    const area = e.closest("label")?.getBoundingClientRect() ?? e.getBoundingClientRect();
    const least = wish.main && e.matches(wish.main) ? wish.leastMain : wish.leastOther;
    if (area.width < least - 0.5 || area.height < least - 0.5) {
      faults.push(`small to touch: ${name(e)} ${area.width.toFixed(0)}x${area.height.toFixed(0)}, least ${least}`);
    }
  }
  for (const e of all) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest("svg")) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    if (size < wish.leastType) faults.push(`small to read: ${name(e)} ${size.toFixed(1)} px`);
    const wide = e.scrollWidth > e.clientWidth + 1 && style.overflowX !== "visible" && style.overflowX !== "auto";
    const high = e.scrollHeight > e.clientHeight + 4 && style.overflowY !== "visible" && style.overflowY !== "auto";
    if (style.display !== "inline" && e.clientWidth && (wide || high)) {
      faults.push(`cut: ${name(e)} ${e.scrollWidth}x${e.scrollHeight} in ${e.clientWidth}x${e.clientHeight}`);
    }
    const range = document.createRange();
    range.selectNodeContents(e);
    for (const line of range.getClientRects()) {
      if (line.width && (line.right > innerWidth + 1 || line.left < -1)) faults.push(`beside the screen: ${name(e)}`);
      if (line.width && !wish.scrolls && (line.bottom > innerHeight + 2 || line.top < -2)) faults.push(`below the screen: ${name(e)}`);
    }
  }
  const page = document.documentElement;
  if (page.scrollWidth > innerWidth + 1) faults.push(`the page is wider than its screen: ${page.scrollWidth}`);
  if (!wish.scrolls && page.scrollHeight > innerHeight + 1) faults.push(`the page is higher than its screen: ${page.scrollHeight}`);
  return [...new Set(faults)];
}
