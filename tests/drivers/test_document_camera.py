"""The document camera: a folder in its place, and the kernel's calls against a kernel of our own in memory."""

from __future__ import annotations

import errno
import io
import logging
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from PIL import Image

from drivers.document_camera import MANIFEST, DocumentCamera, V4l2Camera, open_channel
from drivers.driver import OrderDone, OrderFailed, Report
from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost
from drivers.kinds.camera import PictureTaken, TakePicture
from drivers.line import Line
from drivers.unit import Moved
from simulators.document_camera import SimulatedDocumentCamera
from simulators.doors import FolderDoor
from simulators.line import Line as SimulatedLine
from tests.drivers.test_document_camera_codec import WHOLE, likeness, paper

BIG_ENOUGH = 512 * 1024


class Kernel:
    """Answers the camera's calls as <linux/videodev2.h> says, read with struct and not with our structures."""

    def __init__(self, frames: list[bytes]) -> None:
        self.frames = frames
        self.formats = [b"YUYV", b"MJPG"]
        self.capabilities = 0x84200001 | 0x04000000
        self.asked: list[str] = []
        self.queue: list[int] = []
        self.chosen: tuple[int, int, bytes] | None = None
        self.error_at: dict[str, int] = {}
        self.broken = 0
        self.number = os.memfd_create("camera")
        os.truncate(self.number, 4 * BIG_ENOUGH)
        self.path = f"/proc/self/fd/{self.number}"

    def __call__(self, number: int, request: int, what: Any) -> int:
        name = {
            0x80685600: "QUERYCAP", 0xC0405602: "ENUM_FMT", 0xC0D05605: "S_FMT", 0xC0145608: "REQBUFS",
            0xC0585609: "QUERYBUF", 0xC058560F: "QBUF", 0xC0585611: "DQBUF", 0x40045612: "STREAMON",
            0x40045613: "STREAMOFF",
        }[request]  # fmt: skip
        self.asked.append(name)
        if name in self.error_at:
            raise OSError(self.error_at[name], os.strerror(self.error_at[name]))
        memory = memoryview(what).cast("B")
        getattr(self, name)(memory)
        return 0

    def QUERYCAP(self, memory: memoryview) -> None:  # noqa: N802 - the kernel's name
        memory[16 : 16 + 6] = b"S500L\0"
        struct.pack_into("<II", memory, 84, self.capabilities, self.capabilities & 0x7FFFFFFF)

    def ENUM_FMT(self, memory: memoryview) -> None:  # noqa: N802
        index = struct.unpack_from("<I", memory)[0]
        if index >= len(self.formats):
            raise OSError(errno.EINVAL, "no more")
        memory[44:48] = self.formats[index]

    def S_FMT(self, memory: memoryview) -> None:  # noqa: N802
        width, height = struct.unpack_from("<II", memory, 8)
        self.chosen = (width, height, bytes(memory[16:20]))

    def REQBUFS(self, memory: memoryview) -> None:  # noqa: N802
        if struct.unpack_from("<I", memory)[0]:
            struct.pack_into("<I", memory, 0, 3)  # a kernel may give fewer
        self.queue.clear()

    def QUERYBUF(self, memory: memoryview) -> None:  # noqa: N802
        index = struct.unpack_from("<I", memory)[0]
        struct.pack_into("<I", memory, 64, index * BIG_ENOUGH)
        struct.pack_into("<I", memory, 72, BIG_ENOUGH)

    def QBUF(self, memory: memoryview) -> None:  # noqa: N802
        self.queue.append(struct.unpack_from("<I", memory)[0])

    def DQBUF(self, memory: memoryview) -> None:  # noqa: N802
        if not self.frames:
            raise BlockingIOError(errno.EAGAIN, "not yet")
        index, frame = self.queue.pop(0), self.frames.pop(0)
        os.pwrite(self.number, frame, index * BIG_ENOUGH)
        self.broken -= self.broken > 0
        struct.pack_into("<IIII", memory, 0, index, 1, len(frame), 0x40 if self.broken else 0)

    def STREAMON(self, memory: memoryview) -> None:  # noqa: N802
        assert len(self.queue) == 3

    def STREAMOFF(self, memory: memoryview) -> None:  # noqa: N802
        self.queue.clear()


@contextmanager
def camera(frames: list[bytes]) -> Iterator[tuple[Kernel, V4l2Camera]]:
    kernel = Kernel(frames)
    opened = V4l2Camera(kernel.path, kernel)
    try:
        yield kernel, opened
    finally:
        opened.close()
        opened.close()
        os.close(kernel.number)


def ordered(told: list[Report], **options: Any) -> DocumentCamera:
    return DocumentCamera("camera", told.append, address=None, baud=0, options=options)


def test_a_picture_is_the_frame_after_the_dark_ones() -> None:
    dark = paper((320, 240), quality=10)
    with camera([dark] * 8 + [WHOLE]) as (kernel, opened):
        told: list[Report] = []
        ordered(told).perform(opened, TakePicture("camera", "job-1"))
        assert kernel.chosen == (2592, 1944, b"MJPG")
        assert kernel.asked[-2:] == ["STREAMOFF", "REQBUFS"]  # its light is out again
        picture = told[0]
        assert isinstance(picture, PictureTaken)
        assert (picture.job, picture.width, picture.height) == ("job-1", 640, 480)
        assert likeness(WHOLE, picture.jpeg) < 4
        assert "jpeg" not in repr(picture)


def test_frames_that_the_bus_broke_are_passed_over_a_few_times() -> None:
    with camera([WHOLE[:500], WHOLE]) as (kernel, opened):
        kernel.broken = 2
        assert opened.grab(640, 480, 0, 5.0) == WHOLE
    with camera([WHOLE[:500]] * 9) as (kernel, opened):
        kernel.broken = 99
        with pytest.raises(BadFrame):
            opened.grab(640, 480, 0, 5.0)
        assert kernel.asked[-1] == "REQBUFS"


def test_a_camera_that_sends_nothing_costs_its_time_and_no_more() -> None:
    with camera([]) as (kernel, opened):
        with pytest.raises(NoReply):
            opened.grab(640, 480, 0, 0.2)
        assert kernel.asked[-2:] == ["STREAMOFF", "REQBUFS"]


def test_what_takes_no_pictures_is_named() -> None:
    with camera([]) as (kernel, opened):
        assert opened.look() == "S500L"
        kernel.formats = [b"YUYV"]
        with pytest.raises(DeviceFault) as caught:
            opened.look()
        assert caught.value.code == "no_mjpg"
        kernel.capabilities = 0x80A00000  # the second /dev/video of many cameras carries metadata only
        with pytest.raises(DeviceFault) as caught:
            opened.look()
        assert caught.value.code == "no_camera"


@pytest.mark.parametrize("call", ["QUERYCAP", "ENUM_FMT"])
def test_a_camera_pulled_out_is_a_lost_port(call: str) -> None:
    with camera([]) as (kernel, opened):
        kernel.error_at[call] = errno.ENODEV
        with pytest.raises(PortLost):
            opened.look()


@pytest.mark.parametrize("call", ["S_FMT", "REQBUFS", "QUERYBUF", "QBUF", "STREAMON", "DQBUF"])
def test_a_camera_pulled_out_while_it_works_leaves_nothing_open(call: str) -> None:
    with camera([WHOLE]) as (kernel, opened):
        kernel.error_at[call] = errno.ENODEV
        with pytest.raises(PortLost):
            opened.grab(640, 480, 0, 5.0)


def test_a_camera_that_another_program_holds_is_said_to_be_busy() -> None:
    with camera([WHOLE]) as (kernel, opened):
        kernel.error_at["S_FMT"] = errno.EBUSY
        with pytest.raises(DeviceFault) as caught:
            opened.grab(640, 480, 0, 5.0)
        assert caught.value.code == "camera_busy"


def test_no_camera_at_its_path_says_which_plug_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(PortLost, match="USB plug"):
        open_channel(f"video:{tmp_path}/none", 0)


class Desk:
    """A simulated camera on its line, and ours before it."""

    def __init__(self, folder: Path) -> None:
        self.simulator = SimulatedDocumentCamera("camera")
        self.simulated = SimulatedLine("camera", FolderDoor(folder / "camera", self.simulator.fill))
        self.tap = self.simulated.join(self.simulator)
        self.simulated.open()
        self.heard: SimpleQueue[Report] = SimpleQueue()
        port = self.simulated.door.port
        driver = DocumentCamera("camera", self.heard.put, address=None, baud=0, options={})
        self.line = Line("camera", lambda: open_channel(port, 0), [driver], self.heard.put)
        self.line.start()

    def next(self, kind: type[Report], within_s: float = 15.0) -> Any:
        while not isinstance(report := self.heard.get(timeout=within_s), kind):
            pass
        return report

    def until(self, state: str) -> None:
        while self.next(Moved).state.value != state:
            pass

    def close(self) -> None:
        self.line.stop()
        self.simulated.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()


def test_what_lies_on_the_desk_comes_as_a_picture(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk.until("ready")
    desk.line.submit(TakePicture("camera", "first"))
    first = desk.next(PictureTaken)
    assert Image.open(io.BytesIO(first.jpeg)).size == (1296, 972)
    desk.next(OrderDone)
    desk.simulator.do("lay_paper", {"text": "另一张测试材料"})
    desk.line.submit(TakePicture("camera", "second"))
    second = desk.next(PictureTaken)
    assert second.job == "second"
    assert likeness(first.jpeg, second.jpeg) > 0.1
    assert "JFIF" not in caplog.text


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("cut_picture", "picture_cut"),
        ("huge_file", "picture_too_large"),
        ("not_a_picture", "picture_not_jpeg"),
        ("too_many_pixels", "picture_too_many_pixels"),
    ],
)
def test_each_bad_picture_is_named_and_the_next_good_one_comes(desk: Desk, action: str, code: str) -> None:
    desk.until("ready")
    desk.simulator.do(action, {})
    desk.line.submit(TakePicture("camera", "bad"))
    assert desk.next(OrderFailed).code == code
    desk.simulator.do("clear_faults", {})
    desk.line.submit(TakePicture("camera", "good"))
    assert desk.next(PictureTaken).job == "good"


def test_a_camera_that_is_pulled_out_and_put_back_works_again(desk: Desk) -> None:
    desk.until("ready")
    desk.simulated.unplug(None)
    desk.until("lost")
    desk.simulated.replug(None)
    desk.until("ready")
    desk.line.submit(TakePicture("camera", "after"))
    assert desk.next(PictureTaken).job == "after"


def test_neither_a_pipe_nor_a_link_in_the_folder_holds_us_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "zz.jpg")
    folder = open_channel(f"file:{tmp_path}", 0)
    with pytest.raises(DeviceFault):
        folder.grab(1, 1, 0, 1.0)
    (tmp_path / "zz.jpg").unlink()
    (tmp_path / "zz.jpg").symlink_to("/etc/passwd")
    with pytest.raises(NoReply):
        folder.grab(1, 1, 0, 1.0)
    (tmp_path / "zz.jpg").unlink()
    with pytest.raises(NoReply, match="holds no picture"):
        folder.grab(1, 1, 0, 1.0)


@pytest.mark.parametrize("options", [{"width": 0}, {"drop_frames": -1}, {"picture_s": 99}, {"zoom": 2}])
def test_a_wrong_option_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        MANIFEST.build("camera", lambda _: None, address=None, baud=0, options=options)
