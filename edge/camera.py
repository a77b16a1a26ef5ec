"""One picture of what lies on a window's desk, for the staff of that window.

Knows which camera stands at which window and who waits for which picture. Must not know what is on it: a picture passes
through from the line's thread to whoever asked, and nobody keeps it, logs it or writes it down.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from typing import Final

from drivers.driver import Order, OrderFailed, Report
from drivers.kinds.camera import PictureTaken, TakePicture

_LONGEST_S: Final = 40.0  # a driver gives up earlier
_NAMED: Final = {
    "picture_cut": "PICTURE_CUT",
    "picture_too_large": "PICTURE_TOO_LARGE",
    "picture_too_many_pixels": "PICTURE_TOO_LARGE",
    "picture_not_jpeg": "PICTURE_NOT_JPEG",
    "bad_frame": "PICTURE_CUT",
    "camera_busy": "CAMERA_BUSY",
    "no_camera": "CAMERA_UNFIT",
    "no_mjpg": "CAMERA_UNFIT",
}


class NoPicture(Exception):
    """``code`` is NO_CAMERA, CAMERA_IN_USE, CAMERA_LOST or one of the camera's own troubles."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Cameras:
    """``by_window``: the camera of each window. Any thread may ask; one picture at a time for each camera."""

    def __init__(self, by_window: Mapping[int, str], submit: Callable[[Order], None]) -> None:
        self._by_window = dict(by_window)
        self._submit = submit
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[str, Future[PictureTaken]]] = {}  # by camera: job, who waits

    def at(self, window: int) -> bool:
        return window in self._by_window

    def follow(self, by_window: Mapping[int, str]) -> None:
        """The hall file has changed."""
        self._by_window = dict(by_window)

    def take(self, window: int) -> PictureTaken:
        """Waits for the picture; raises `NoPicture`."""
        camera = self._by_window.get(window)
        if camera is None:
            raise NoPicture("NO_CAMERA")
        job, answer = secrets.token_hex(8), Future[PictureTaken]()
        with self._lock:
            if camera in self._waiting:
                raise NoPicture("CAMERA_IN_USE")
            self._waiting[camera] = (job, answer)
        try:
            self._submit(TakePicture(camera, job))
            return answer.result(_LONGEST_S)
        except TookTooLong:
            raise NoPicture("CAMERA_LOST") from None
        finally:
            with self._lock:
                self._waiting.pop(camera, None)

    def heard(self, report: Report) -> bool:
        """Whether the report was about a picture."""
        match report:
            case PictureTaken(device=camera, job=job):
                answer = self._asker(camera, job)
                if answer is not None:
                    answer.set_result(report)
                return True
            case OrderFailed(device=camera, order=TakePicture(job=job), code=code):
                answer = self._asker(camera, job)
                if answer is not None:
                    answer.set_exception(NoPicture(_NAMED.get(code, "CAMERA_LOST")))
                return True
        return False

    def _asker(self, camera: str, job: str) -> Future[PictureTaken] | None:
        """Who still waits for this picture; one that comes too late is nobody's and is dropped."""
        with self._lock:
            waiting = self._waiting.get(camera)
        if waiting is None or waiting[0] != job or waiting[1].done():
            return None
        return waiting[1]
