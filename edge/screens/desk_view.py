"""What the service desk's page may see: gates, help, notices and screens; never who went through a gate.

A duty manager sees notices and screens too; to anybody else they are None, as the interface would refuse them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from pydantic import BaseModel

from edge.displays import Screen
from edge.screens.device_words import DeviceInTrouble, in_trouble, needs_hands
from edge.screens.public_view import Sight
from edge.screens.staff_view import ALARMS, HelpAsked
from hall.devices.rules import FORGOTTEN_MS
from hall.devices.state import NoticeKept
from hall.gate.lock import possible
from hall.gate.state import GateResult, Leaf, Result
from hall.gate.words import GateUnlocked
from hall_config.wording import Language, catalogue, say

_OLDEST_RESULT_MS: Final = 12 * 3_600_000  # yesterday's would only mislead


class ResultSeen(BaseModel):
    """One of the last things at a gate; the words are empty where the result says all."""

    result: Result
    ago_s: int
    reason_zh: str
    reason_en: str


class GateSeen(BaseModel):
    """``alarm``: somebody shall go there now."""

    gate: str
    state: Leaf
    since_s: int
    alarm: bool
    can_open: bool
    results: list[ResultSeen]


class Fate(StrEnum):
    """What became of a notice."""

    WAITING = "WAITING"
    SAID = "SAID"
    NOT_SAID = "NOT_SAID"


class NoticeSeen(BaseModel):
    notice: str
    text_zh: str
    text_en: str
    urgent: bool
    fate: Fate
    ago_s: int


class VoiceSeen(BaseModel):
    """Whether this hall can say a notice; ``state`` is None where it has no speaker."""

    state: str | None


class ScreenSeen(BaseModel):
    id: str
    switchable: bool
    power: str
    wanted: bool | None


class DeskView(BaseModel):
    """``event: desk`` of ``/api/v1/desk/stream``"""

    manager: bool
    gates: list[GateSeen]
    help: list[HelpAsked]
    notices: list[NoticeSeen] | None
    voice: VoiceSeen | None
    screens: list[ScreenSeen] | None
    central: str
    devices_in_trouble: list[DeviceInTrouble]
    assets: str


def desk_view(
    sight: Sight, screens: Sequence[Screen], names: Mapping[str, tuple[str, str]], *, manager: bool, speaker: bool
) -> DeskView:
    """Everything that the page shows to this person."""
    devices = sight.state.devices
    voice = sight.health.voice
    return DeskView(
        manager=manager,
        gates=[_gate(sight, gate.id) for gate in sight.plan.gates],
        help=[
            HelpAsked(place=place, since_s=_seconds(sight, ms)) for place, ms in sight.state.gate.help_since_ms.items()
        ],
        notices=[_notice(sight, kept) for kept in devices.last_notices] if manager else None,
        voice=VoiceSeen(state=(voice.state if voice else "ready") if speaker else None) if manager else None,
        screens=[_screen(screen) for screen in screens] if manager else None,
        central=sight.health.central,
        devices_in_trouble=[
            in_trouble(device, names) for device in sight.health.devices if needs_hands(device.state, device.reason)
        ],
        assets=sight.assets,
    )


def _gate(sight: Sight, name: str) -> GateSeen:
    gate = sight.state.gate.gate(name)
    lately = [one for one in sight.state.gate.lately.get(name, ()) if sight.steady_ms - one.at_ms < _OLDEST_RESULT_MS]
    return GateSeen(
        gate=name,
        state=gate.leaf,
        since_s=_seconds(sight, gate.since_ms) if gate.since_ms else 0,
        alarm=gate.leaf in ALARMS,
        can_open=possible(gate.leaf, GateUnlocked),
        results=[_result(sight, one) for one in lately],
    )


def _result(sight: Sight, one: GateResult) -> ResultSeen:
    return ResultSeen(
        result=one.result,
        ago_s=_seconds(sight, one.at_ms),
        reason_zh=_reason(one, "zh"),
        reason_en=_reason(one, "en"),
    )


def _reason(one: GateResult, language: Language) -> str:
    """A code that the catalogue does not know is not shown: the result itself says what to do."""
    keys = (f"gate_reason.{one.reason}", f"pages.device.reason.{one.reason}")
    return next((say(key, language) for key in keys if key in catalogue()), "")


def _notice(sight: Sight, kept: NoticeKept) -> NoticeSeen:
    waits = not kept.lost and sight.steady_ms - kept.asked_ms < FORGOTTEN_MS
    return NoticeSeen(
        notice=kept.notice,
        text_zh=kept.text_zh,
        text_en=kept.text_en,
        urgent=kept.urgent,
        fate=Fate.SAID if kept.said else Fate.WAITING if waits else Fate.NOT_SAID,
        ago_s=_seconds(sight, kept.asked_ms),
    )


def _screen(screen: Screen) -> ScreenSeen:
    return ScreenSeen(id=screen.id, switchable=screen.switchable, power=screen.power, wanted=screen.wanted)


def _seconds(sight: Sight, since_ms: int) -> int:
    return max(0, (sight.steady_ms - since_ms) // 1000)
