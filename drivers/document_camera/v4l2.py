"""A UVC camera through Linux V4L2: the ten calls that one still picture needs. Knows no JPEG.

    QUERYCAP, ENUM_FMT, S_FMT MJPG │ REQBUFS 4 │ QUERYBUF, mmap, QBUF │ STREAMON │ DQBUF, QBUF … │ STREAMOFF │ REQBUFS 0

The camera streams only while a picture is taken: its light is out at all other times. Structures and numbers are those
of <linux/videodev2.h>; they have the machine's own word size, so ctypes lays them out.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost

Ioctl = Callable[[int, int, Any], Any]

_CAPTURE: Final = 1  # V4L2_BUF_TYPE_VIDEO_CAPTURE
_MMAP: Final = 1
_BUFFERS: Final = 4
_CAN_CAPTURE, _CAN_STREAM, _HAS_OWN_CAPS = 0x00000001, 0x04000000, 0x80000000
_BROKEN_FRAME: Final = 0x40  # V4L2_BUF_FLAG_ERROR
MJPG: Final = int.from_bytes(b"MJPG", "little")
JPEG: Final = int.from_bytes(b"JPEG", "little")
_MOST_FORMATS: Final = 64


class Capability(ctypes.Structure):
    _fields_ = (
        ("driver", ctypes.c_char * 16),
        ("card", ctypes.c_char * 32),
        ("bus_info", ctypes.c_char * 32),
        ("version", ctypes.c_uint32),
        ("capabilities", ctypes.c_uint32),
        ("device_caps", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32 * 3),
    )


class FormatDescription(ctypes.Structure):
    _fields_ = (
        ("index", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("description", ctypes.c_char * 32),
        ("pixelformat", ctypes.c_uint32),
        ("mbus_code", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32 * 3),
    )


_PIXEL_FORMAT: Final = (
    "width height pixelformat field bytesperline sizeimage colorspace priv flags ycbcr_enc quantization xfer_func"
)


class PixelFormat(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in _PIXEL_FORMAT.split())


class _FormatUnion(ctypes.Union):
    # the kernel's union holds a pointer, which gives it a pointer's alignment
    _fields_ = (("pix", PixelFormat), ("raw", ctypes.c_uint8 * 200), ("pointer", ctypes.c_void_p))


class Format(ctypes.Structure):
    _fields_ = (("type", ctypes.c_uint32), ("fmt", _FormatUnion))


class RequestBuffers(ctypes.Structure):
    _fields_ = (
        ("count", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("memory", ctypes.c_uint32),
        ("capabilities", ctypes.c_uint32),
        ("flags", ctypes.c_uint8),
        ("reserved", ctypes.c_uint8 * 3),
    )


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("microseconds", ctypes.c_long))


class _Place(ctypes.Union):
    _fields_ = (("offset", ctypes.c_uint32), ("userptr", ctypes.c_ulong), ("planes", ctypes.c_void_p))


class Buffer(ctypes.Structure):
    _fields_ = (
        ("index", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("bytesused", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("field", ctypes.c_uint32),
        ("timestamp", _Time),
        ("timecode", ctypes.c_uint8 * 16),
        ("sequence", ctypes.c_uint32),
        ("memory", ctypes.c_uint32),
        ("m", _Place),
        ("length", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint32),
        ("request_fd", ctypes.c_int32),
    )


def _number(direction: int, number: int, size: int) -> int:
    """_IOC of <asm-generic/ioctl.h>: 1 is write, 2 is read."""
    return direction << 30 | size << 16 | ord("V") << 8 | number


QUERYCAP: Final = _number(2, 0, ctypes.sizeof(Capability))
ENUM_FMT: Final = _number(3, 2, ctypes.sizeof(FormatDescription))
S_FMT: Final = _number(3, 5, ctypes.sizeof(Format))
REQBUFS: Final = _number(3, 8, ctypes.sizeof(RequestBuffers))
QUERYBUF: Final = _number(3, 9, ctypes.sizeof(Buffer))
QBUF: Final = _number(3, 15, ctypes.sizeof(Buffer))
DQBUF: Final = _number(3, 17, ctypes.sizeof(Buffer))
STREAMON: Final = _number(1, 18, ctypes.sizeof(ctypes.c_int))
STREAMOFF: Final = _number(1, 19, ctypes.sizeof(ctypes.c_int))


class V4l2Camera:
    """One camera, open. ``ioctl`` is the kernel's door."""

    def __init__(self, path: str, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._path = path
        self._ioctl = ioctl
        try:
            self._number = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as problem:
            raise PortLost(f"{path}: {problem.strerror}; look at the camera's USB plug") from problem

    def look(self) -> str:
        """The camera's own name; raises DeviceFault when it cannot give MJPG pictures."""
        found = Capability()
        self._ask(QUERYCAP, found)
        can = found.device_caps if found.capabilities & _HAS_OWN_CAPS else found.capabilities
        if can & (_CAN_CAPTURE | _CAN_STREAM) != _CAN_CAPTURE | _CAN_STREAM:
            raise DeviceFault("no_camera", f"{self._path} takes no pictures; choose the camera's other /dev/video")
        if not self._formats() & {MJPG, JPEG}:
            raise DeviceFault("no_mjpg", f"{self._path} offers no MJPG pictures")
        return bytes(found.card).decode("utf-8", "replace")

    def grab(self, width: int, height: int, drop: int, limit_s: float) -> bytes:
        """One frame after ``drop`` others; the camera takes the nearest size that it has."""
        deadline_s = time.monotonic() + limit_s
        chosen = Format(type=_CAPTURE)
        chosen.fmt.pix.width, chosen.fmt.pix.height, chosen.fmt.pix.field = width, height, 1
        chosen.fmt.pix.pixelformat = MJPG if MJPG in self._formats() else JPEG
        self._ask(S_FMT, chosen)
        if chosen.fmt.pix.pixelformat not in (MJPG, JPEG):
            raise DeviceFault("no_mjpg", f"{self._path} offers no MJPG pictures")
        with ExitStack() as undo, self._streaming(undo) as places:
            for _ in range(drop):
                self._give_back(self._next(deadline_s))
            for _ in range(_BUFFERS):  # a frame that the bus broke is passed over, a few times
                frame = self._next(deadline_s)
                if not frame.flags & _BROKEN_FRAME and 0 < frame.bytesused <= len(places[frame.index]):
                    return bytes(places[frame.index][: frame.bytesused])
                self._give_back(frame)
        raise BadFrame(f"{self._path}: only broken frames; use a shorter USB cable or another socket")

    def close(self) -> None:
        if self._number >= 0:
            os.close(self._number)
            self._number = -1

    def _formats(self) -> set[int]:
        found: set[int] = set()
        for index in range(_MOST_FORMATS):
            one = FormatDescription(index=index, type=_CAPTURE)
            try:
                self._ioctl(self._number, ENUM_FMT, one)
            except OSError as problem:
                if problem.errno == errno.EINVAL:
                    break  # that was the last one
                raise PortLost(f"{self._path}: {problem.strerror}") from problem
            found.add(one.pixelformat)
        return found

    @contextmanager
    def _streaming(self, undo: ExitStack) -> Iterator[list[mmap.mmap]]:
        asked = RequestBuffers(count=_BUFFERS, type=_CAPTURE, memory=_MMAP)
        self._ask(REQBUFS, asked)
        undo.callback(self._quietly, REQBUFS, RequestBuffers(count=0, type=_CAPTURE, memory=_MMAP))
        places = []
        for index in range(asked.count):
            one = Buffer(index=index, type=_CAPTURE, memory=_MMAP)
            self._ask(QUERYBUF, one)
            place = mmap.mmap(self._number, one.length, offset=one.m.offset)
            undo.callback(place.close)
            places.append(place)
            self._ask(QBUF, one)
        kind = ctypes.c_int(_CAPTURE)
        self._ask(STREAMON, kind)
        undo.callback(self._quietly, STREAMOFF, kind)
        yield places

    def _next(self, deadline_s: float) -> Buffer:
        frame = Buffer(type=_CAPTURE, memory=_MMAP)
        while True:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not select.select([self._number], [], [], left_s)[0]:
                raise NoReply(f"{self._path}: the camera sends no pictures")
            try:
                self._ioctl(self._number, DQBUF, frame)
            except BlockingIOError:
                continue
            except OSError as problem:
                raise PortLost(f"{self._path}: {problem.strerror}") from problem
            return frame

    def _give_back(self, frame: Buffer) -> None:
        self._ask(QBUF, frame)

    def _ask(self, number: int, what: ctypes.Structure | ctypes.c_int) -> None:
        try:
            self._ioctl(self._number, number, what)
        except OSError as problem:
            if problem.errno == errno.EBUSY:
                raise DeviceFault("camera_busy", f"{self._path} is used by another program") from problem
            raise PortLost(f"{self._path}: {problem.strerror}") from problem

    def _quietly(self, number: int, what: ctypes.Structure | ctypes.c_int) -> None:
        try:
            self._ioctl(self._number, number, what)
        except OSError:
            return  # the camera was pulled out: there is nothing left to stop
