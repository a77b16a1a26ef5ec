"""A hall's door over the real rules, in memory: what the pages need and nothing of devices, disk or network."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from edge.hall_door import Answer, Command, DeviceHealth, Health
from hall.moment import Moment
from hall.plan import Plan, QueueRules, ServicePlan, WindowPlan
from hall.state import HallState
from hall.step import step

START_WALL_MS = 1_795_226_400_000  # 2026-11-21, 10:00 in China

PLAN = Plan(
    hall="test-hall",
    name_zh="测试区公共法律服务中心",
    name_en="Test District Public Legal Service Centre",
    services=(
        ServicePlan("A", "法律咨询", "Legal Consultation", 300),
        ServicePlan("B", "法律援助", "Legal Aid", 900),
        ServicePlan("C", "人民调解", "People's Mediation", 1200),
        ServicePlan("D", "公证", "Notarization", 600, hours=((0, 1),)),
        ServicePlan("H", "安置帮教", "Resettlement and Support", 600, speak=False),
    ),
    windows=(
        WindowPlan(1, ("A", "B"), "法律咨询一", "Consultation 1"),
        WindowPlan(2, ("A",)),
        WindowPlan(3, ("B", "C")),
        WindowPlan(4, ("D", "H")),
    ),
    queue=QueueRules(double_press_s=0.0, call_interval_s=0),
)


class PlainDoor:
    """Time moves by hand, or with `ticking` by itself."""

    def __init__(self, plan: Plan = PLAN, *, ticking: bool = False) -> None:
        self._plan = plan
        self._lock = threading.Lock()
        self._state = HallState()
        self._seq = 0
        self._answers: dict[str, Answer] = {}
        self._listeners: list[Callable[[], None]] = []
        self._meta: dict[str, Any] = {}
        self._ticking = ticking
        self.steady_ms = 1_000_000
        self.devices: tuple[DeviceHealth, ...] = (
            DeviceHealth("printer-1", "escpos-printer", "ready", "", START_WALL_MS, None, {}),
            DeviceHealth("reader-1", "sam-id-card", "ready", "", START_WALL_MS, None, {}),
        )
        self.journal_ok = True
        self.central = "online"

    @property
    def plan(self) -> Plan:
        return self._plan

    def ask(self, command: Command, key: str | None = None) -> Answer:
        with self._lock:
            if key is not None and key in self._answers:
                return replace(self._answers[key], state=self._state, seq=self._seq, repeated=True)
            steady_ms, wall_ms = self.now_ms()
            made = step(self._state, self._plan, command, Moment(steady_ms, wall_ms))
            self._state, self._seq = made.state, self._seq + len(made.events)
            answer = Answer(made.events, made.state, self._seq)
            if key is not None:
                self._answers[key] = answer
        self.ring()
        return answer

    def look(self) -> tuple[HallState, int]:
        return self._state, self._seq

    def watch(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def ring(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def health(self) -> Health:
        return Health(self.devices, self.journal_ok, self._seq, self._seq, self.central, "ntp", "boot-1", "0.1.0")

    def now_ms(self) -> tuple[int, int]:
        if self._ticking:
            self.steady_ms += 1
        return self.steady_ms, START_WALL_MS + self.steady_ms - 1_000_000

    def meta(self, name: str, make: Callable[[], Any]) -> Any:
        return self._meta.setdefault(name, make())

    def keep_meta(self, name: str, value: Any) -> None:
        self._meta[name] = value
