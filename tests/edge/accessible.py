"""What every page of a hall must be: free of WCAG faults, large enough to touch and to read, whole, and never growing.

``violations(page)`` runs axe-core in the page; ``faults(page, ...)`` adds sizes and what is cut off, and is what a test
of a page wants: ``assert faults(page) == []``. ``counts(page)``, ``grown(early, late)`` and ``eight_hours(page, stir)``
are for soak tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
GOOD: Final = ("landmark-unique", "heading-order")  # not WCAG, yet what a page is found through by ear
MAIN_CONTROLS: Final = "main button, main a[href], button.main-act"
TOUCH_MAIN, TOUCH_OTHER, TYPE = 60, 44, 18  # px
_LOOKS: Final = 3
_AXE: Final = (Path(__file__).parent.parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
_REACH_AND_TYPE: Final = Path(__file__).with_name("reach_and_type.js").read_text(encoding="utf-8")
_RUN: Final = """async ([tags, more]) => {
  const rules = Object.fromEntries(more.map((name) => [name, { enabled: true }]));
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] });
  const mend = (node) => node.failureSummary.split("\\n").slice(1).map((line) => line.trim()).join("; ");
  return found.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${mend(node)}`));
}"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a page holds, after its rubbish was collected."""

    nodes: int
    heap_bytes: int
    listeners: int


def violations(page: Any, *, more: Sequence[str] = ()) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and the rules of ``more``, a line each: rule, element, what to mend."""
    if not page.evaluate("() => 'axe' in window"):  # half a megabyte to send and to read
        # told by the browser itself: a script element would be stopped by the page's content security policy
        page.evaluate(f"() => {{ {_AXE}\n }}")
    found: list[str] = page.evaluate(_RUN, [list(TAGS), list(more)])
    return found


def faults(
    page: Any, *, main: str = MAIN_CONTROLS, touch: bool = True, scrolls: bool = False, least_type: int = TYPE,
    more: Sequence[str] = (),
) -> list[str]:  # fmt: skip
    """All that is wrong with the page as it stands.

    ``main``: selector of its main controls (60 px; all others 44). ``touch`` False: a page with mouse and keyboard,
    whose main controls may be 44 px too. ``scrolls``: the page may be higher than its screen. ``more``: rules of axe
    beside those of WCAG.
    """
    wish = {
        "main": main, "leastMain": TOUCH_MAIN if touch else TOUCH_OTHER, "leastOther": TOUCH_OTHER,
        "leastType": least_type, "scrolls": scrolls,
    }  # fmt: skip
    sizes: list[str] = page.evaluate(_REACH_AND_TYPE, wish)
    return violations(page, more=more) + sizes


def counts(page: Any) -> Counts:
    """DOM nodes, bytes of the heap and listeners that a page holds.

    The least of several looks: what a page has drawn anew between a collection and the count is thrown away, not held.
    """
    session = page.context.new_cdp_session(page)
    try:
        session.send("Performance.enable")
        session.send("HeapProfiler.enable")
        looks = [_collect_and_count(session) for _ in range(_LOOKS)]
    finally:
        session.detach()
    return _least(looks)


def _collect_and_count(session: Any) -> Counts:
    session.send("HeapProfiler.collectGarbage")
    told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return Counts(int(told["Nodes"]), int(told["JSHeapUsedSize"]), int(told["JSEventListeners"]))


def _least(looks: Sequence[Counts]) -> Counts:
    return Counts(
        min(one.nodes for one in looks), min(one.heap_bytes for one in looks), min(one.listeners for one in looks)
    )


def grown(early: Sequence[Counts], late: Sequence[Counts]) -> list[str]:
    """What a page holds more of than it did: the least of some early looks against the least of some late ones.

    A page may show more at one moment than at another; what it keeps is still there at the next.
    """
    before, after = _least(early), _least(late)
    found = []
    if after.nodes > before.nodes * 1.1 + 20:
        found.append(f"DOM nodes: {before.nodes} -> {after.nodes}")
    if after.heap_bytes > before.heap_bytes * 1.25 + 500_000:
        found.append(f"heap: {before.heap_bytes} -> {after.heap_bytes} bytes")
    if after.listeners > before.listeners * 1.1 + 10:
        found.append(f"listeners: {before.listeners} -> {after.listeners}")
    return found


def _back_on_line(page: Any) -> None:
    """Ten minutes in a moment look like a dead line to a page; it waits on its own clock before it asks again."""
    for _ in range(100):
        if page.locator("#line").is_hidden():
            return
        page.clock.run_for(1000)
        page.wait_for_timeout(100)


class _Writes:
    """What a page has asked to be written and has no answer for yet."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._open: set[Any] = set()
        # functions of our own: Playwright takes no built-in method
        page.on("request", lambda request: self._open.add(request) if request.method != "GET" else None)
        page.on("requestfinished", lambda request: self._open.discard(request))
        page.on("requestfailed", lambda request: self._open.discard(request))

    def settle(self) -> None:
        """Wait for every answer: hours in a moment would be taken for a line on which none came."""
        for _ in range(400):
            if not self._open:
                return
            self._page.wait_for_timeout(50)
        raise AssertionError(f"no answer in twenty seconds: {[request.url for request in self._open]}")


def eight_hours(page: Any, stir: Callable[[int], None], *, turns: int = 48, turn_ms: int = 600_000) -> list[str]:
    """Eight hours on the page's own clock (opened with ``clock=True``); ``stir(turn)`` moves the hall in each turn.

    The first quarter warms the page up; what it holds after it must not have grown at the end. Gives what grew.
    """
    early: list[Counts] = []
    writes = _Writes(page)
    for turn in range(turns):
        _back_on_line(page)
        stir(turn)
        writes.settle()
        page.clock.run_for(turn_ms)
        if turn == turns // 4:
            early.append(counts(page))
    return grown(early, [counts(page)])
