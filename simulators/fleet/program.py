"""``hall simulate fleet``: N halls on real connections, a bounded while, then central's store compared with what went.

In three parts: all come on line (with what waited in their journals), a day goes by, everything is drained. Then every
hall's journal is read back from central, event by event.
"""

from __future__ import annotations

import contextlib
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx2
import structlog

from hall_config.logs import log_json_lines
from hall_config.outcome import Exit, Stop, tell, tell_json
from hall_config.wording import CHINA, LANGUAGES, say
from simulators.clock import wall_now_ms
from simulators.fleet.central import Central, CentralRefused, Comparison
from simulators.fleet.day import HallDay
from simulators.fleet.fleet import Fleet
from simulators.fleet.hall import FleetHall
from simulators.fleet.line import BrokerAddress, KeyFiles, Line
from simulators.fleet.stage import Stage, cpu_s

_LONGEST_PAUSE_S: Final = 15.0  # between attempts to connect
_FILES_A_HALL: Final = 2
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FleetWishes:
    """What the command line says."""

    halls: int
    rate: float
    speed: float
    for_s: float
    backlog: int = 0
    drain_s: float = 120.0
    broker: str | None = None
    central: str | None = None
    user: str | None = None
    secret: str = ""
    ca: Path | None = None
    certificates: Path | None = None
    unit: str = "city"
    prefix: str = "fleet"
    database: str | None = None
    plain: bool = False
    seed: int = 1
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. ``cpu``: seconds by part, for parts on this machine."""

    halls: int
    connections: int
    seconds: float
    drained: bool
    comparison: Comparison | None
    conflicts: int
    gaps: int
    silences: int
    live_p50_ms: float | None
    live_p99_ms: float | None
    cpu: dict[str, float]
    sent: int
    acknowledged: int

    @property
    def good(self) -> bool:
        return self.drained and not self.conflicts and (self.comparison is None or self.comparison.good)

    def as_json(self) -> dict[str, Any]:
        told = self.comparison
        compared = {"stored": told.stored, "missing": told.missing, "different": told.different,
                    "out_of_place": told.out_of_place} if told else None  # fmt: skip
        return {
            "good": self.good, "halls": self.halls, "connections": self.connections, "seconds": round(self.seconds, 1),
            "sent": self.sent, "acknowledged": self.acknowledged, "drained": self.drained, "compared": compared,
            "conflicts": self.conflicts, "gaps": self.gaps, "silences": self.silences,
            "live_p50_ms": self.live_p50_ms, "live_p99_ms": self.live_p99_ms,
            "cpu_s": {part: round(used, 2) for part, used in self.cpu.items()},
            "events_per_cpu_s": {part: round(self.sent / used) for part, used in self.cpu.items() if used > 0},
        }  # fmt: skip


def run_fleet(wishes: FleetWishes) -> int:
    """The whole of it; the exit code."""
    log_json_lines(sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(Exit.FAILED))  # whatever was started is ended on the way out
    with contextlib.ExitStack() as undo:
        report = _run(wishes, undo)
    if wishes.as_json:
        tell_json(report.as_json())
    else:
        tell(*(_words(report, language) for language in LANGUAGES))
    return Exit.DONE if report.good else Exit.FAILED


def _run(wishes: FleetWishes, undo: contextlib.ExitStack) -> Report:
    _allow_files(wishes.halls)
    folder = Path(tempfile.mkdtemp(prefix="legal-hall-fleet-"))
    undo.callback(shutil.rmtree, folder, ignore_errors=True)
    stage = None
    if wishes.broker is None:
        stage = Stage(folder, plain=wishes.plain, database=wishes.database)
        undo.callback(stage.end)
        stage.start()
        wishes = replace(
            wishes, broker=stage.broker_url, central=stage.central_url, user=stage.user, secret=stage.secret
        )
    try:
        central = _sign_in(wishes)
        if central is not None:
            undo.enter_context(central)
        lines = _lines(wishes, central, wishes.certificates or folder / "certificates")
        if stage is not None:
            stage.reload_broker()
        fleet = Fleet(lines)
        undo.callback(fleet.close)
        return _drive(fleet, wishes, stage, central)
    except (CentralRefused, httpx2.HTTPError) as problem:
        raise Stop(Exit.MISSING, "fleet.CENTRAL", central=wishes.central, reason=str(problem)) from None


def _sign_in(wishes: FleetWishes) -> Central | None:
    if wishes.central is None or wishes.user is None:
        return None
    return Central(wishes.central, wishes.user, wishes.secret, wishes.ca)


def _lines(wishes: FleetWishes, central: Central | None, certificates: Path) -> list[Line]:
    assert wishes.broker is not None
    try:
        address = BrokerAddress.read(wishes.broker)
    except ValueError:
        raise Stop(Exit.WRONG_USE, "fleet.BROKER_ADDRESS", value=wishes.broker) from None
    now_ms = wall_now_ms()
    day = datetime.fromtimestamp(now_ms / 1000, CHINA).date().isoformat()
    lines = []
    for number in range(1, wishes.halls + 1):
        seed = wishes.seed * 100_000 + number
        name = f"{wishes.prefix}-{number:04d}"
        hall = FleetHall(name, HallDay(day, seed, wishes.rate), now_ms, wishes.speed, seed ^ os.getpid() << 32)
        hall.fill(wishes.backlog)
        files = _files(name, address, central, certificates, wishes) if address.tls else None
        lines.append(Line(hall, address, files, seed, _LONGEST_PAUSE_S))
    return lines


def _files(
    name: str, address: BrokerAddress, central: Central | None, certificates: Path, wishes: FleetWishes
) -> KeyFiles:
    if central is not None:
        files = central.enrol(name, certificates, wishes.unit)
    else:
        files = KeyFiles(*(certificates / name / part for part in ("key.pem", "certificate.pem", "ca.pem")))
        if not files.certificate.exists():
            raise Stop(Exit.MISSING, "fleet.NO_CERTIFICATE", hall=name, folder=certificates)
    return replace(files, authority=wishes.ca) if wishes.ca is not None and address.tls else files


def _drive(fleet: Fleet, wishes: FleetWishes, stage: Stage | None, central: Central | None) -> Report:
    parts = {part: stage.process(part).pid for part in ("central", "broker")} if stage is not None else {}
    before = {part: cpu_s(pid) for part, pid in parts.items()}
    own_s, began_s = time.process_time(), time.monotonic()
    with _stopped_by_signals(fleet):
        fleet.run(lambda: time.monotonic() - began_s > wishes.for_s)
        log.info("fleet.resting", up=fleet.up, halls=len(fleet.lines), events=fleet.events, acked=fleet.acked)
        fleet.resting = True
        fleet.run(lambda: fleet.drained or time.monotonic() - began_s > wishes.for_s + wishes.drain_s)
        seconds = time.monotonic() - began_s
        cpu = {part: cpu_s(pid) - before[part] for part, pid in parts.items()}
        cpu["fleet"] = time.process_time() - own_s
        comparison = _compare(fleet, central)
    return _report(fleet, seconds, cpu, comparison)


def _compare(fleet: Fleet, central: Central | None) -> Comparison | None:
    if central is None:
        return None
    whole = Comparison()
    for line in fleet.lines:
        if fleet.stopping:
            return None
        whole += central.compare(line.hall)
    return whole


def _report(fleet: Fleet, seconds: float, cpu: dict[str, float], comparison: Comparison | None) -> Report:
    tallies = [line.hall.tally for line in fleet.lines]
    live = sorted(one * 1000 for tally in tallies for one in tally.latencies_s)
    return Report(
        len(fleet.lines), sum(tally.connections for tally in tallies), seconds, fleet.drained, comparison,
        sum(tally.conflicts for tally in tallies), sum(tally.gaps for tally in tallies),
        sum(tally.silences for tally in tallies), _at(live, 0.5), _at(live, 0.99), cpu, fleet.events, fleet.acked,
    )  # fmt: skip


def _at(ordered: Sequence[float], part: float) -> float | None:
    return round(ordered[math.ceil(len(ordered) * part) - 1], 1) if ordered else None


@contextlib.contextmanager
def _stopped_by_signals(fleet: Fleet) -> Iterator[None]:
    earlier = {number: signal.signal(number, lambda *_: fleet.stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _allow_files(halls: int) -> None:
    """A socket for each hall, and some more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = halls * _FILES_A_HALL + 200
    if soft < wanted <= hard or hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    elif hard < wanted:
        raise Stop(Exit.MISSING, "fleet.TOO_MANY", halls=halls, files=hard)


def _words(report: Report, language: Any) -> str:
    told = report.as_json()
    compared = told.pop("compared") or {}
    result = say("fleet.GOOD" if report.good else "fleet.NOT_GOOD", language)
    cost = ", ".join(f"{part} {events}" for part, events in told["events_per_cpu_s"].items())
    return say(
        "fleet.report", language, result=result, cost=cost, **{name: _shown(value) for name, value in told.items()},
        **{name: compared.get(name, "-") for name in ("stored", "missing", "different", "out_of_place")},
    )  # fmt: skip


def _shown(value: Any) -> Any:
    return "-" if value is None else value
