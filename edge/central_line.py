"""Builds the line to central from the hall file, and words what this controller says about itself on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from drivers.kind import Kind
from edge.appointments import AppointmentBook, KeptByLoop
from edge.certificate_watch import CertificateWatch
from edge.clock import Clock
from edge.devices import inventory
from edge.disk_watch import DEVICE, DiskWatch
from edge.driver_registry import has_kind
from edge.hall_door import DeviceHealth
from edge.journal import Journal
from edge.journal_reader import JournalReader
from edge.line_key import LineKey
from edge.loop import HallLoop
from edge.mqtt_link import Heard, MqttLink, Will
from edge.order_acts import OrderActs
from edge.orders import OrderDesk
from edge.plan_desk import PlanDesk
from edge.plan_in_force import InForce
from edge.plan_shelf import PlanShelf
from edge.queue_figures import QueueFigures
from edge.uplink import Uplink
from hall.wire import DeviceState, Lifecycle, NodeBirth, NodeState, ServiceInventory, WindowInventory
from hall_config.models import HallFile
from hall_config.outcome import Exit, Stop


@dataclass(frozen=True, slots=True)
class CentralLine:
    """All that ties this controller to central: nothing at all for a hall that stands alone."""

    uplink: Uplink | None = None
    certificate: CertificateWatch | None = None
    plans: PlanDesk | None = None
    disk: DiskWatch | None = None

    def start(self) -> None:
        if self.uplink is not None:
            self.uplink.start()
        if self.disk is not None:
            self.disk.start()
        if self.certificate is not None:
            self.certificate.start()

    def stop(self) -> None:
        if self.disk is not None:
            self.disk.stop()
        if self.certificate is not None:
            self.certificate.stop()
        if self.uplink is not None:
            self.uplink.stop()  # says good-bye while the journal can still be asked

    def wants_another_plan(self, *, empty: bool) -> bool:
        """Whether the controller shall begin anew under another plan; ``empty``: nobody is in the hall."""
        if self.plans is None or self.uplink is None:
            return False
        return self.plans.turn(empty=empty, online=self.uplink.central == "online")


def build_line(now: InForce, journal: Journal, loop: HallLoop, clock: Clock, boot: str, program: str) -> CentralLine:
    """The line that the hall file describes."""
    file = now.file
    if file.uplink is None:
        return CentralLine()
    key = LineKey(Path(file.data.folder))
    desk = PlanDesk(now, PlanShelf(Path(file.data.folder)), key, lambda: clock.now().wall_ms, clock.mono_s)
    uplink, orders = _uplink(file, journal, loop, clock, boot, program, key, desk.desired)
    loop.watch(uplink.journal_grew)
    desk.report = uplink.plan_reported
    desk.report(desk.reported())
    watch = None
    if file.uplink.central is not None:
        watch = CertificateWatch(file.uplink.central, file.hall.id, key, orders.central_now_ms)
    began_ms = clock.now().wall_ms

    def disk(counters: Mapping[str, int]) -> None:
        health = DeviceHealth(DEVICE, DEVICE, Lifecycle.READY.value, "", began_ms, None, dict(counters))
        uplink.device_moved(device_state(health, uplink, clock.number()))

    return CentralLine(uplink, watch, desk, DiskWatch(Path(file.data.folder), disk))


def _uplink(
    file: HallFile, journal: Journal, loop: HallLoop, clock: Clock, boot: str, program: str, key: LineKey,
    desired: Callable[[bytes], None],
) -> tuple[Uplink, OrderDesk]:  # fmt: skip
    assert file.uplink is not None
    broker, password = file.uplink.broker, _password(file.uplink.password_file)

    def wall_ms() -> int:
        return clock.now().wall_ms

    def link(topics: tuple[str, ...], will: Callable[[], Will], hear: Callable[[Heard], None]) -> MqttLink:
        return MqttLink(broker, file.hall.id, password, topics, will, hear, lambda: key.files)

    def node(bdseq: int) -> NodeState:
        return NodeState(True, bdseq, journal.epoch, boot, program, loop.plan.revision, clock.quality())

    def speaks() -> bool:
        return has_kind((device.driver for device in made.birth.devices), Kind.SPEAKER)

    acts = OrderActs(loop, AppointmentBook(KeptByLoop(loop.on_journal)), speaks, wall_ms)
    orders = OrderDesk(loop.on_journal, wall_ms, acts.operations())
    made = Uplink(
        file.hall.id,
        link,
        JournalReader(journal.path),
        loop.on_journal,
        orders,
        birth_of(file, program),
        node,
        wall_ms,
        loop.tell,
        desired,
    )
    made.measures = QueueFigures(loop, clock)
    return made, orders


def birth_of(file: HallFile, program: str) -> NodeBirth:
    """What central learns of this hall when it appears, and when its devices change."""
    return NodeBirth(
        hall=file.hall.id,
        name_zh=file.hall.name_zh,
        name_en=file.hall.name_en,
        version=program,
        devices=inventory(file),
        windows=tuple(
            WindowInventory(window.number, window.services, window.name_zh, window.name_en) for window in file.window
        ),
        services=tuple(ServiceInventory(service.letter, service.name_zh, service.name_en) for service in file.service),
    )


def device_state(health: DeviceHealth, uplink: Uplink, number: int) -> DeviceState:
    """A device's lifecycle as it is published; ``number`` grows, also across restarts."""
    return DeviceState(
        device=health.id,
        kind=health.driver,
        state=Lifecycle(health.state),
        since=health.since_wall_ms,
        reason=health.reason,
        epoch=uplink.epoch,
        n=number,
        counters=health.counters,
    )


def _password(file: str | None) -> str | None:
    if file is None:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise Stop(Exit.MISSING, "controller.PASSWORD_FILE", file=file, problem=problem) from None
