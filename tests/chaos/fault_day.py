"""One hall, its people, and faults all day long; afterwards journal and devices are compared, thing by thing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.chaos.watcher import Watcher
from tests.journeys.house import PIN, Hall, House, journal_lines, run_hall
from tests.parts import wait_for

_DEAF: Final = ("silent", "garble", "reset", "slow")  # what is on its way to a speaker then is lost without a word


@dataclass(frozen=True)
class Wish:
    """``hours`` of the hall's people, who are ``speed`` times as fast as people; faults come by the wall's clock."""

    hours: float = 24.0
    speed: float = 48.0
    visitors: float = 15.0  # an hour of the people's time
    seed: int = 1
    fault_every_s: float = 6.0
    fault_lasts_s: float = 4.0

    @property
    def lasts_s(self) -> float:
        return self.hours * 3600 / self.speed


@dataclass
class Outcome:
    """What was compared; ``wrong`` is empty when devices and journal agree."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def live(house: House, wish: Wish) -> Outcome:
    """The whole day. Raises when something does not come to rest afterwards."""
    hall = house.add_hall(rules={"call_interval_s": 1, "double_press_s": 0.2, "tickets_per_card": 20})
    watcher = Watcher(hall.devices)
    watcher.start()
    pid = hall.edge.pid
    people = _people(hall, wish)
    body = {"seed": wish.seed, "every_s": wish.fault_every_s, "lasts_s": wish.fault_lasts_s}
    assert hall.devices.post("/sim/bad-day", body)[0] == 200
    try:
        time.sleep(wish.lasts_s)  # a day is as long as it is: this is no wait for something to happen
    finally:
        people.terminate()
        people.wait(30)
        hall.devices._http.delete("/sim/bad-day")
    faults = hall.devices.get("/sim/bad-day")["day"]
    wait_for(hall.all_ready, "every device to work again", 60)
    _wait_until_quiet(hall)
    watcher.stop()
    assert hall.edge.pid == pid
    assert hall.edge.process is not None
    assert hall.edge.process.poll() is None
    deaf = sum(faults["counts"].get("speaker", {}).get(name, 0) for name in _DEAF)
    outcome = compare(journal_lines(hall), watcher, deaf=deaf)
    outcome.counts["faults"] = faults["done"]
    outcome.wrong += _what_is_shown(hall, watcher.look())
    run_hall(["journal", "verify", str(hall.journal)])
    return outcome


def _people(hall: Hall, wish: Wish) -> subprocess.Popen[bytes]:
    staff = [{"name": f"staff{number}", "secret": PIN, "window": number} for number in range(1, 5)]
    file = hall.folder / "staff.json"
    file.write_text(json.dumps(staff), encoding="utf-8")
    arguments = ["--edge", hall.pages.url, "--simulator", hall.devices.url, "--staff", str(file)]
    arguments += ["--visitors", str(wish.visitors), "--speed", str(wish.speed), "--seed", str(wish.seed)]
    with (hall.folder / "people.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", "simulators.day", *arguments], stdout=log, stderr=log)


def _wait_until_quiet(hall: Hall) -> None:
    """No sound, no paper on its way, no new event for a while."""
    seen: list[tuple[int, float]] = []

    def quiet() -> bool:
        playing = hall.device("speaker")["playing"] or hall.device("printer")["status"]["printing"]
        lines = len(journal_lines(hall))
        now = time.monotonic()
        if playing or not seen or seen[-1][0] != lines:
            seen.append((lines, now))
        return now - seen[-1][1] > 3

    wait_for(quiet, "the hall to come to rest", 90)


def compare(events: Sequence[Mapping[str, Any]], watcher: Watcher, *, deaf: int = 0) -> Outcome:
    """Journal against devices. A speaker says nothing back: each time it was ``deaf`` one call may go unheard."""
    outcome = Outcome()
    found: dict[str, list[Mapping[str, Any]]] = {}
    for event in events:
        found.setdefault(event["type"].partition("/")[0], []).append(event["data"])
    issued = {data["number"]: data["token"] for data in found.get("ticket.issued", ())}
    printed = Counter(data["number"] for data in found.get("slip.printed", ()))
    failed = {data["number"] for data in found.get("slip.failed", ())}
    on_paper = Counter(number for number, _ in watcher.slips.values())
    tokens = {token for _, token in watcher.slips.values() if token is not None}
    cards = [data for data in found.get("ticket.issued", ()) if data["channel"] == "CARD"]
    spoken = len(found.get("announcement.spoken", ()))

    def wrong(what: str, items: Sequence[object]) -> None:
        if items:
            outcome.wrong.append(f"{what}: {', '.join(map(str, items[:10]))}")

    wrong(
        "a number was given twice",
        [n for n, count in Counter(d["number"] for d in found["ticket.issued"]).items() if count > 1],
    )
    wrong("the journal says printed, no whole slip came out", [n for n in printed if on_paper[n] < printed[n]])
    wrong("a slip came out that the journal does not know", sorted(set(on_paper) - set(issued)))
    wrong("a slip has a code that is no ticket's", sorted(tokens - set(issued.values())))
    wrong("a ticket's slip was neither printed nor failed", sorted(set(issued) - set(printed) - failed))
    wrong(
        "the journal tells of more calls than sounds began",
        [] if spoken <= watcher.sounds + deaf else [spoken, watcher.sounds, deaf],
    )
    wrong(
        "more tickets by card than cards were laid on", [] if len(cards) <= watcher.taps else [len(cards), watcher.taps]
    )
    wrong("a device is failing for good", sorted(_failing(events)))
    outcome.counts = {
        "tickets": len(issued), "by card": len(cards), "cards laid on": watcher.taps,
        "slips the journal says printed": sum(printed.values()), "whole slips on paper": sum(on_paper.values()),
        "slips the journal says failed": len(failed),
        "printed though the journal says failed": sum(1 for n in failed if on_paper[n] > printed[n]),
        "calls spoken": spoken, "sounds begun": watcher.sounds, "times the speaker was deaf": deaf,
        "calls": len(found.get("ticket.called", ())), "finished": len(found.get("ticket.finished", ())),
        "device faults told": len(found.get("device.failed", ())), "recoveries": len(found.get("device.recovered", ())),
        "events": len(events),
    }  # fmt: skip
    return outcome


def _failing(events: Sequence[Mapping[str, Any]]) -> set[str]:
    failing: set[str] = set()
    for event in events:
        if event["type"].startswith("device.failed"):
            failing.add(event["data"]["device"])
        elif event["type"].startswith("device.recovered"):
            failing.discard(event["data"]["device"])
    return failing


def _what_is_shown(hall: Hall, shown: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Signs show the ticket that the hall says is at the window; no zone of the speakers is left open."""
    wrong = []
    for window in hall.state()["windows"]:
        text = str(shown[f"sign-{window['number']}"]["pages"])
        if window["state"] in ("CALLING", "SERVING") and window["ticket"] not in text:
            wrong.append(f"sign {window['number']} shows {text}, the hall says {window['ticket']}")
        if window["state"] in ("IDLE", "CLOSED") and any(letter.isdigit() for letter in text):
            wrong.append(f"sign {window['number']} shows {text}, the hall says {window['state']}")
    relays = next(shows for name, shows in shown.items() if "relays" in shows and "pulsing" in shows)
    if relays["on"]:
        wrong.append(f"relays left on: {relays['on']}")
    return wrong


def say(outcome: Outcome, folder: Path) -> str:
    lines = [f"{name:<45} {count:>8}" for name, count in outcome.counts.items()]
    return "\n".join([*lines, "", *(outcome.wrong or ["devices and journal agree"]), f"logs: {folder}"])
