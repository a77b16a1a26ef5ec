"""What every simulated device offers to its line and to the control channel.

A simulator is behaviour + language + door, apart: the behaviour (what the device is and does), the language (its
bytes, written from the protocol document and from nothing of ours), the door (``line.py``: pty or TCP, with faults).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Send = Callable[[bytes], None]


class ActionRefused(ValueError):
    """The control channel asked for something that this device cannot do; the words say what it can."""


class WrongArgument(ActionRefused):
    """An argument of an action is missing, unknown or out of its range; ``field`` names it."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def no_others(arguments: Mapping[str, Any], *known: str) -> None:
    """Raises `WrongArgument` for the first argument that is none of ``known``."""
    for name in arguments:
        if name not in known:
            raise WrongArgument(name, f"takes {', '.join(known) or 'nothing'}, not {name!r}")


class Device(Protocol):
    """One simulated device. The line's thread and the control channel's threads call it under the line's lock."""

    id: str
    kind: str

    def attach(self, send: Send) -> None:
        """``send`` puts bytes on the line towards the host; kept until the next attach."""

    def hear(self, data: bytes) -> None:
        """Bytes that arrived from the host, split in any way; on a shared bus also those meant for others."""

    def do(self, action: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Act as a person or as fate would (``tap_card``, ``press``, ``paper_out``); raises `ActionRefused`."""

    def show(self) -> dict[str, Any]:
        """What the device shows, printed, said or holds, as JSON values. Never personal data."""

    def picture(self) -> bytes | None:
        """PNG of the device as a person would see it, or None."""

    def audio(self) -> bytes | None:
        """WAV of what was played last, or None."""

    def tick(self, steady_s: float) -> None:
        """Time passes; called about ten times a second with a steady count in seconds."""
