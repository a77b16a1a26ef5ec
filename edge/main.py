"""The one place that builds the controller: file, journal, loop, lines, announcer, uplink, pages, and their end.

Order matters: the journal is folded before any device is opened, signs are repainted when their device is ready, and
nothing that was announced before a restart is announced again.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from pathlib import Path
from types import FrameType
from typing import Final

import structlog
from fastapi import FastAPI

from drivers.driver import Report
from edge.aid_desk import AidDesk, aid_desk_of
from edge.announcer import Announcer
from edge.central_line import CentralLine, build_line, device_state
from edge.clock import Clock, wall_now_ms
from edge.commissioning.room import Lines, SetupRoom
from edge.devices import DeviceNews, Devices, places_of
from edge.door import Door
from edge.fresh_start import begin_anew
from edge.gate_desk import gate_desk
from edge.hall_voice import announcer_for
from edge.inputs import Inputs
from edge.journal import Journal, JournalDamaged, JournalHeld
from edge.loop import HallLoop
from edge.machine import Choice, Machine
from edge.memory import keep_memory_together
from edge.outputs import Outputs
from edge.plan_in_force import InForce
from edge.running_file import FileFollower, RunningFile, names_of, windows_of
from edge.screens.app import build_app
from edge.screens.server import PageServer
from edge.spoken_help import SpokenHelp
from edge.staff import StaffBook
from edge.surroundings import Surroundings, surroundings_of
from edge.ticket_buttons import TicketButtons
from hall.devices.words import ReportDevice, ReportSlip, ReportStart
from hall.emptiness import is_empty
from hall.plan import Plan
from hall.queue.words import Announce, Phrase
from hall.step import Effect
from hall_config.logs import log_json_lines
from hall_config.models import HallFile
from hall_config.outcome import Exit, Stop
from hall_config.plan import plan_of

log = structlog.get_logger()

_FAILED: Final = 1
_LOOP_TURNS_S: Final = 10.0


@dataclass(slots=True)
class Controller:
    """The running parts, in the order in which they end."""

    pages: PageServer
    line: CentralLine
    devices: Devices
    setup: SetupRoom
    running: RunningFile
    around: Surroundings
    loop: HallLoop
    staff: StaffBook
    journal: Journal

    def start(self) -> None:
        self.loop.start()
        self.devices.start()
        self.running.start()
        self.around.start()
        self.line.start()
        self.pages.start()

    def stop(self) -> None:
        """Let everything end by itself, within five seconds."""
        self.pages.stop()
        self.running.stop()
        self.around.stop()
        self.setup.close()  # tests give their devices back while the lines still run
        self.devices.stop()
        self.line.stop()
        self.loop.stop()
        self.staff.close()
        self.journal.close()


def run(hall: InForce, path: Path) -> int:
    """Run the controller of the hall file at ``path`` until SIGTERM or SIGINT, and follow that file when it changes.

    Returns the exit code; raises `Stop` when it cannot start.
    """
    log_json_lines()
    keep_memory_together()
    file, controller = hall.file, build(hall.file, hall)
    follower = FileFollower(path.absolute(), controller.running)
    ended, asked = threading.Event(), threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    def on_hangup(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    signal.signal(signal.SIGHUP, on_hangup)
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    controller.start()
    log.info("controller.started", hall=file.hall.id, pages=file.pages.listen, journal=str(controller.journal.path))
    _notify("READY=1")
    while not ended.wait(0.5):
        if controller.loop.ended.is_set():
            log.error("controller.loop_ended")
            os._exit(_FAILED)  # the state cannot be trusted; systemd starts us again and the journal is folded anew
        if controller.loop.turns_within_s(_LOOP_TURNS_S):
            _notify("WATCHDOG=1")
        again = asked.is_set()
        asked.clear()
        follower.turn(time.monotonic(), asked=again)
        empty = is_empty(controller.loop.look()[0])
        if controller.line.wants_another_plan(empty=empty) or (controller.running.plan_waits and empty):
            begin_anew(controller.stop)
    _notify("STOPPING=1")
    controller.stop()
    log.info("controller.stopped")
    return 0


def build(file: HallFile, hall: InForce | None = None) -> Controller:
    """All parts of one hall, joined but not started; raises `Stop`. ``hall`` says under which plan the file stands."""
    hall = hall or InForce(file, file)
    folder = Path(file.data.folder)
    boot = uuid.uuid4().hex[:12]
    journal = _open_journal(folder, boot)
    clock = Clock(journal.last_steady_ms)
    plan = plan_of(file, hall.revision)
    relay = _Relay()
    loop = HallLoop(journal, plan, clock, relay.effects)
    devices = Devices(file, relay.heard, lambda: clock.now().wall_ms)
    program = installed_version("legal-hall")
    uplink = (line := build_line(hall, journal, loop, clock, boot, program)).uplink
    door = Door(loop, clock, devices, uplink, boot, program)
    staff = StaffBook(folder / "staff.db")
    names = names_of(file)
    machine = Machine(plan, lambda: touched(), lambda: clock.now().steady_ms)
    lines = Lines(lambda: running.file, devices.submit, devices.health, lambda device: inputs.repaint(device), clock)
    setup = SetupRoom(file, lines, program)
    around = surroundings_of(file, devices.submit, loop.tell, clock.now, loop.on_journal)
    aid = aid_desk_of(file, plan, devices.submit)
    app = _app(file, door, staff, names, machine, setup, around, SpokenHelp(plan, lambda: running.file.speech), aid)
    touched: Callable[[], Choice | None] = app.state.machine_choice
    machine.watch(app.state.ring)

    def make_announcer(part: HallFile) -> Announcer | None:
        made = announcer_for(part, plan, folder / "clips", devices.submit, loop.tell, lambda: clock.now().wall_ms)
        if made is not None and loop.look()[0].safety.evacuating:
            made.announce(Announce(Phrase.EVACUATE, "", None))  # it has not ended because the controller was away
        return made

    announcer = make_announcer(file)
    outputs = _outputs(file, plan, devices, announcer, loop)

    def device_moved(report: DeviceNews) -> None:
        health = devices.moved(report)
        if uplink is not None and health is not None:
            uplink.device_moved(device_state(health, uplink, clock.number()))

    def staff_by_code(code: str) -> str | None:
        found = staff.by_code(code)
        return found.name if found else None

    inputs = Inputs(
        loop, outputs, machine, windows_of(file), staff_by_code, lambda: clock.now().wall_ms, device_moved, announcer
    )
    running = RunningFile(file, program, devices, outputs, inputs, uplink, names, announcer, make_announcer)
    door.file, door.besides, door.voice = lambda: running.health, around.health, running.voice
    relay.to_outputs, relay.hears_first = outputs.carry_out, setup.heard
    relay.to_inputs = _ears(file, loop, devices, clock, outputs, inputs, around, running, aid)
    pages = _pages(app, file.pages.listen)
    _tell_start(loop, ReportStart(boot, program, plan.revision), names)
    return Controller(pages, line, devices, setup, running, around, loop, staff, journal)


def _tell_start(loop: HallLoop, start: ReportStart, names: Collection[str]) -> None:
    """What was taken out of the hall file while no controller ran fails no more."""
    loop.tell(start)
    for device in sorted(set(loop.look()[0].devices.failing) - set(names)):
        loop.tell(ReportDevice(device, True, "disabled"))


def _app(
    file: HallFile, door: Door, staff: StaffBook, names: dict[str, tuple[str, str]], machine: Machine,
    setup: SetupRoom, around: Surroundings, spoken: SpokenHelp, aid: AidDesk,
) -> FastAPI:  # fmt: skip
    url, notice, elders = file.pages.public_url, machine.notice, machine.elders
    return build_app(
        door, staff, public_url=url, place_names=names, card_notice=notice, elders=elders, setup=setup,
        surroundings=around, aid=aid, spoken=spoken,
    )  # fmt: skip


def _outputs(file: HallFile, plan: Plan, devices: Devices, announcer: Announcer | None, loop: HallLoop) -> Outputs:
    return Outputs(
        plan,
        places_of(file),
        devices.submit,
        devices.put_back,
        announcer,
        file.pages.public_url,
        lambda number: loop.tell(ReportSlip(number, printed=False, reason="no_printer")),
    )


def _ears(
    file: HallFile,
    loop: HallLoop,
    devices: Devices,
    clock: Clock,
    outputs: Outputs,
    inputs: Inputs,
    around: Surroundings,
    running: RunningFile,
    aid: AidDesk,
) -> Callable[[Report], None]:
    """Who hears a report first: gates, ticket buttons and the surroundings say whether it was for them alone."""
    gates = gate_desk(file, loop.tell, clock.now, clock.quality)
    buttons = TicketButtons(file, loop.submit, devices.submit, lambda: clock.now().steady_ms)
    outputs.unlock = gates.orders

    def follow(fresh: HallFile) -> None:
        around.follow(fresh)
        aid.follow(fresh)
        buttons.follow(fresh)

    running.also = follow
    first = (gates.heard, buttons.heard, around.heard, aid.heard)
    return lambda report: None if any(hear(report) for hear in first) else inputs.heard(report)


class _Relay:
    """Joins parts that are built before those they speak to; nothing passes before the start."""

    def __init__(self) -> None:
        self.to_outputs: Callable[[Sequence[Effect]], None] | None = None
        self.to_inputs: Callable[[Report], None] | None = None
        self.hears_first: Callable[[Report], bool] = lambda _: False  # a test takes what is its own

    def effects(self, effects: Sequence[Effect]) -> None:
        assert self.to_outputs is not None
        self.to_outputs(effects)

    def heard(self, report: Report) -> None:
        assert self.to_inputs is not None
        if not self.hears_first(report):
            self.to_inputs(report)


def _open_journal(folder: Path, boot: str) -> Journal:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Journal(folder / "journal.db", boot, wall_now_ms())
    except JournalHeld as problem:
        raise Stop(Exit.FAILED, "controller.HELD", holder=str(problem)) from None
    except (JournalDamaged, sqlite3.DatabaseError) as problem:
        raise Stop(Exit.FAILED, "controller.DAMAGED", problem=str(problem)) from None
    except OSError as problem:
        raise Stop(Exit.MISSING, "controller.NO_FOLDER", folder=folder, problem=problem.strerror) from None


def _pages(app: FastAPI, listen: str) -> PageServer:
    host, _, port = listen.rpartition(":")
    try:
        return PageServer(app, host, int(port))
    except OSError:
        raise Stop(Exit.WRONG_USE, "controller.PORT_TAKEN", listen=listen) from None


def _notify(words: str) -> None:
    """Tell systemd, when it started us (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.send(words.encode())
