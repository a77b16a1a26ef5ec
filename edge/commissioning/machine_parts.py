"""What else this machine has that a hall can use: pins, sound cards, cameras, screens. Only looked at.

Knows where Linux lists them. Each comes with what is written as ``port =`` in hall.toml, where it can be.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Sort = Literal["pins", "sound", "camera", "screen"]
_CHIP_INFO: Final = 0x8044B401  # GPIO_GET_CHIPINFO_IOCTL: name and label of 32 bytes each, then the number of lines
_CARD: Final = re.compile(r"^\s*(\d+)\s+\[(\S+)\s*\]:\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MachinePart:
    """One thing that was found; ``port`` is empty where hall.toml names it otherwise."""

    sort: Sort
    name: str
    port: str
    state: str = ""


def machine_parts(root: Path = Path("/")) -> tuple[MachinePart, ...]:
    """Everything found below ``root``, which is not / in tests only."""
    return (*_pins(root / "dev"), *_sound(root / "proc"), *_cameras(root / "dev"), *_screens(root / "sys"))


def _pins(folder: Path) -> list[MachinePart]:
    found = []
    for chip in sorted(folder.glob("gpiochip*")):
        try:
            number = os.open(chip, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as problem:
            found.append(MachinePart("pins", chip.name, "", problem.strerror or ""))
            continue
        try:
            _, label, lines = struct.unpack("32s32sI", fcntl.ioctl(number, _CHIP_INFO, bytes(68)))
        except OSError:
            continue
        finally:
            os.close(number)
        found.append(MachinePart("pins", f"{chip.name} {_text(label)}", "gpio:0", f"{lines}"))
    return found


def _sound(folder: Path) -> list[MachinePart]:
    try:
        cards = (folder / "asound" / "cards").read_text(errors="replace")
    except OSError:
        return []
    plays = {path.parent.name for path in (folder / "asound").glob("card*/pcm*p")}
    return [
        MachinePart("sound", words.strip(), f"alsa:plughw:CARD={name}", "" if f"card{number}" in plays else "no output")
        for number, name, words in _CARD.findall(cards)
    ]


def _cameras(folder: Path) -> list[MachinePart]:
    links = sorted((folder / "v4l" / "by-id").glob("*-index0"))
    return [MachinePart("camera", link.name, f"video:{link}") for link in links]


def _screens(folder: Path) -> list[MachinePart]:
    found = []
    for status in sorted((folder / "class" / "drm").glob("card*-*/status")):
        name = status.parent.name.partition("-")[2]
        try:
            state = status.read_text(errors="replace").strip()
        except OSError:
            continue
        found.append(MachinePart("screen", name, f"drm:{name}", state))
    return found


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("ascii", "replace")
