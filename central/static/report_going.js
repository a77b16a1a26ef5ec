// Going to a field of a form: from a finding, a part, an address, a code in some text.

export function jump(id) {
  const place = document.getElementById(id);
  if (!place) return;
  const row = place.closest("tr");
  row.scrollIntoView({ block: "center", inline: "nearest" });
  document.getElementById("scroll").scrollLeft = 0;
  const area = place.querySelector?.("textarea");
  (area ?? place.closest("tr.finding-row")?.previousElementSibling?.querySelector(".figure") ?? row.querySelector(".figure") ?? row).focus({ preventScroll: true });
}

export function sight(code) {
  const row = document.getElementById(code);
  const seen = document.getElementById("scroll").getBoundingClientRect();
  const here = row.getBoundingClientRect();
  if (here.top < seen.top + 90 || here.bottom > Math.min(seen.bottom, innerHeight)) row.scrollIntoView({ block: "center" });
}

export function go(code) {
  // the address names the field, so that it can be sent to somebody
  history.replaceState(null, "", `${location.pathname}${location.search}#${code}`);
}

export function onLinks(open) {
  document.getElementById("form").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-code], a[data-part]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (link.dataset.part) {
      const part = document.getElementById(`part-${link.dataset.part}`);
      part.scrollIntoView({ block: "start" });
      part.querySelector("th").focus({ preventScroll: true });
    } else if (link.dataset.jump) {
      jump(link.dataset.jump);
    } else {
      open(link.dataset.code, link);
    }
  });
}
