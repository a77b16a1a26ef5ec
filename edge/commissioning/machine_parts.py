"""What else this machine has that a hall can use: pins, sound cards, cameras, screens. Only looked at.

Knows where Linux lists them. Each comes with what is written as ``port =`` in hall.toml, where it can be. Names come
from plugs of strangers: whatever does not look like a name of Linux gets no port.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from drivers.document_camera.v4l2 import Ioctl, V4l2Camera
from drivers.errors import DeviceFault, DriverError

Sort = Literal["pins", "sound", "camera", "screen"]
_CHIP_INFO: Final = 0x8044B401  # GPIO_GET_CHIPINFO_IOCTL: name and label of 32 bytes each, then the number of lines
_CARD: Final = re.compile(r"^\s*(\d+)\s+\[(\S+)\s*\]:\s*(.+)$", re.MULTILINE)
_CARD_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_CAMERA: Final = re.compile(r"video\d{1,3}")
_CAMERA_LINK: Final = re.compile(r"[^\s\0]+-index\d+")
_SECOND_NODE: Final = re.compile(r"-index[1-9]\d*$")
_SCREEN: Final = re.compile(r"card\d+-([A-Za-z0-9-]{1,40})")
_MOST: Final = 64


@dataclass(frozen=True, slots=True)
class MachinePart:
    """One thing that was found; ``port`` is empty where hall.toml names it otherwise. ``fit``: it can do its work."""

    sort: Sort
    name: str
    port: str
    state: str = ""
    fit: bool = False


def machine_parts(root: Path = Path("/"), ioctl: Ioctl = fcntl.ioctl) -> tuple[MachinePart, ...]:
    """Everything found below ``root``, which is not / in tests only."""
    return (*_pins(root / "dev"), *_sound(root / "proc"), *_cameras(root / "dev", ioctl), *_screens(root / "sys"))


def _pins(folder: Path) -> list[MachinePart]:
    found = []
    for chip in sorted(folder.glob("gpiochip*"))[:_MOST]:
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
        cards = (folder / "asound" / "cards").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    plays = {path.parent.name for path in (folder / "asound").glob("card*/pcm*p")}
    found = []
    for number, name, words in _CARD.findall(cards)[:_MOST]:
        fit = f"card{number}" in plays
        port = f"alsa:plughw:CARD={name}" if _CARD_NAME.fullmatch(name) else ""
        found.append(MachinePart("sound", words.strip(), port, "" if fit else "no output", fit and port != ""))
    return found


def _cameras(folder: Path, ioctl: Ioctl) -> list[MachinePart]:
    """Each camera by the name that stays: by its id, or by its socket where two cameras share one id."""
    by_id, by_path = (_links(folder / "v4l" / way) for way in ("by-id", "by-path"))
    nodes = {os.path.realpath(one): one for one in folder.glob("video*") if _CAMERA.fullmatch(one.name)}
    shared = any(node not in by_id for node in by_path)
    found = []
    for node in sorted({*by_id, *by_path, *nodes})[:_MOST]:
        ways = (by_path, by_id) if shared else (by_id, by_path)
        link = next((way[node] for way in ways if node in way), nodes.get(node, Path(node)))
        try:
            name, state = _looked_at(node, ioctl), ""
        except DeviceFault as problem:
            if problem.code == "no_camera":
                continue  # the second node of a camera, which gives no pictures
            name, state = link.name, problem.code.replace("_", " ")
        except DriverError:
            if _SECOND_NODE.search(link.name):
                continue
            name, state = link.name, "cannot be asked"
        found.append(MachinePart("camera", name, f"video:{link}", state, state == ""))
    return found


def _links(folder: Path) -> dict[str, Path]:
    """Each link to a camera that holds nothing which hall.toml cannot hold, by what it leads to."""
    try:
        there = sorted(folder.iterdir(), reverse=True)
    except OSError:
        return {}
    return {os.path.realpath(one): one for one in there if _CAMERA_LINK.fullmatch(one.name) and one.name.isprintable()}


def _looked_at(node: str, ioctl: Ioctl) -> str:
    camera = V4l2Camera(node, ioctl)
    try:
        return _text(camera.look().encode("utf-8", "replace"))
    finally:
        camera.close()


def _screens(folder: Path) -> list[MachinePart]:
    found = []
    for status in sorted((folder / "class" / "drm").glob("card*-*/status"))[:_MOST]:
        name = _SCREEN.fullmatch(status.parent.name)
        try:
            state = status.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            continue
        if name is not None and not name[1].startswith("Writeback"):
            found.append(MachinePart("screen", name[1], f"drm:{name[1]}", state, state == "connected"))
    return found


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("utf-8", "replace")
