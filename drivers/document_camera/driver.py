"""A document camera: takes one picture when it is asked for, and otherwise looks whether it is still there.

Knows: its size, how many dark frames to drop, how long a picture may take. Must not know: who asked, what lies on the
desk. A picture is checked and encoded anew (codec.py), handed over in a report and forgotten; no byte of it is logged.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import structlog

from drivers.document_camera.codec import LARGEST, BadPicture, clean_picture
from drivers.document_camera.v4l2 import V4l2Camera
from drivers.driver import Order, Tell
from drivers.errors import DeviceFault, NoReply, PortLost
from drivers.kinds.camera import PictureTaken, TakePicture
from drivers.options import Option, read_options

OPTIONS: Final = (
    Option("width", "int", 2592, 160, 8000),
    Option("height", "int", 1944, 120, 8000),
    Option("drop_frames", "int", 8, 0, 60),
    Option("picture_s", "float", 8.0, 0.5, 30.0),
)
_LOOK_EVERY_S: Final = 1.0
_SUFFIXES: Final = (".jpg", ".jpeg")
_MOST_FILES: Final = 10_000

log = structlog.get_logger()


class Camera(Protocol):
    """What a line opens: a real camera, or a folder of pictures."""

    def look(self) -> str:
        """Who it is; raises when it is gone or cannot take pictures."""

    def grab(self, width: int, height: int, drop: int, limit_s: float) -> bytes:
        """One picture as the camera gives it."""

    def close(self) -> None: ...


class PictureFolder:
    """A folder of JPEGs in the place of a camera: the newest one is what lies on the desk."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self.look()

    def look(self) -> str:
        if not self._folder.is_dir():
            raise PortLost(f"{self._folder} is no folder")
        return "folder of pictures"

    def grab(self, width: int, height: int, drop: int, limit_s: float) -> bytes:
        self.look()
        found = self._newest()
        if found is None:
            raise NoReply(f"{self._folder} holds no picture")
        try:
            with open(found, "rb", opener=_without_waiting) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise DeviceFault("picture_not_jpeg", f"{found.name} is no ordinary file")
                return file.read(LARGEST + 1)
        except OSError as problem:
            raise NoReply(f"{found.name}: {problem.strerror}") from problem

    def close(self) -> None:
        """Nothing is open between two pictures."""

    def _newest(self) -> Path | None:
        ages: list[tuple[int, str]] = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.lower().endswith(_SUFFIXES) and not entry.name.startswith("."):
                        ages.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
                    if len(ages) > _MOST_FILES:
                        break
        except OSError as problem:
            raise PortLost(f"{self._folder}: {problem.strerror}") from problem
        return self._folder / max(ages)[1] if ages else None


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)  # a pipe there must not hold us up


def open_channel(url: str, baud: int) -> Camera:
    """``video:/dev/v4l/by-id/…`` for a camera, ``file:/folder`` for pictures in its place."""
    form, _, path = url.partition(":")
    return PictureFolder(path) if form == "file" else V4l2Camera(path)


class DocumentCamera:
    """A `drivers.driver.Driver` for one camera."""

    poll_every_s: float | None = _LOOK_EVERY_S

    def __init__(
        self, device: str, tell: Tell, *, address: int | None, baud: int, options: Mapping[str, Any] | None = None
    ) -> None:
        chosen = read_options(OPTIONS, options or {})
        self.device = device
        self._tell = tell
        self._size: tuple[int, int] = chosen["width"], chosen["height"]
        self._drop: int = chosen["drop_frames"]
        self._picture_s: float = chosen["picture_s"]
        self._log = log.bind(device=device)

    def handshake(self, channel: Camera) -> None:
        """It is there and can take pictures; none is taken."""
        self._log.info("camera.found", camera=channel.look())

    def perform(self, channel: Camera, order: Order) -> None:
        """Take one picture and tell it."""
        if not isinstance(order, TakePicture):
            raise DeviceFault("no_such_order", f"{self.device}: a camera cannot {type(order).__name__}")
        data = channel.grab(*self._size, self._drop, self._picture_s)
        try:
            picture = clean_picture(data)
        except BadPicture as problem:
            raise DeviceFault(problem.code, str(problem)) from None
        self._tell(PictureTaken(self.device, order.job, picture.jpeg, picture.width, picture.height))

    def poll(self, channel: Camera) -> None:
        channel.look()

    def heard(self, channel: Camera, data: bytes) -> None:
        """A camera never speaks unasked."""

    def forget(self) -> None:
        """No picture is kept between two orders."""
