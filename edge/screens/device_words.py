"""Whether a device waits for somebody's hands, and what people call it and its trouble, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from edge.hall_door import DeviceHealth
from hall_config.wording import Language, catalogue, say

_BROKEN: Final = ("absent", "degraded", "lost", "quarantined")
# The device refused one order of ours and works on: nobody can mend that at the device.
_REFUSED_ORDERS: Final = (
    "no_such_order", "no-such-zone", "no-such-relay", "no-lamp", "text_too_long", "not_supported",
    "bad-sound",
)  # fmt: skip


class DeviceInTrouble(BaseModel):
    """A device that somebody shall look at; the words are never empty."""

    id: str
    name_zh: str
    name_en: str
    reason_zh: str
    reason_en: str


def needs_hands(state: str, reason: str) -> bool:
    """Whether somebody must go and look: it is away, or it is there and says that it cannot do its work (no paper)."""
    return state in _BROKEN and not (state == "degraded" and reason in _REFUSED_ORDERS)


def in_trouble(device: DeviceHealth, names: Mapping[str, tuple[str, str]]) -> DeviceInTrouble:
    """The device by its name, with its trouble."""
    zh, en = named(device, names)
    return DeviceInTrouble(
        id=device.id,
        name_zh=zh,
        name_en=en,
        reason_zh=_reason(device, "zh"),
        reason_en=_reason(device, "en"),
    )


def named(device: DeviceHealth, names: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The device by its name in the hall file, or else by its kind and window."""
    zh, en = names.get(device.id, ("", ""))
    return zh or _kind(device, "zh"), en or _kind(device, "en")


def _kind(device: DeviceHealth, language: Language) -> str:
    """``2号窗口 窗口屏``; a kind that the catalogue does not know is called by its id."""
    key = f"pages.device.kind.{device.driver}"
    kind = say(key, language) if key in catalogue() else device.id
    if device.window is None:
        return kind
    return f"{say('pages.common.window_number', language, window=device.window)} {kind}"


def _reason(device: DeviceHealth, language: Language) -> str:
    key = f"pages.device.reason.{device.reason}"
    known = device.state in ("degraded", "lost") and key in catalogue()
    return say(key if known else f"pages.device.state.{device.state}", language)
