"""The rating tablet on a window's counter: five keys, and HTTP as its wire.

A tablet is a browser without a keyboard. It is paired once by a link with a key (whoever runs the hall writes the
links down in a file), follows the stream of its window and says what was pressed:

    GET  /pad/{n}?key=…             pairs: the key comes back as a cookie
    GET  /api/v1/pads/{n}/stream    events "pad": {"asks": bool, "token", "number", "service"}
    POST /api/v1/ratings            {"token", "grade": 1..5}
    POST /api/v1/pads/{n}/dismiss   nobody pressed within 20 s: silence is no grade

The visitor's token stays inside the tablet: it is never shown.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import httpx2

from simulators.device import ActionRefused

ASKS_FOR_S: Final = 20.0
THANKS_FOR_S: Final = 4.0
_AGAIN_AFTER_S: Final = 1.0
_SILENT_FOR_S: Final = 60.0
_ANSWER_WITHIN_S: Final = 5.0


class Face(StrEnum):
    UNPAIRED = "unpaired"
    LOST = "lost"
    ASLEEP = "asleep"
    ASKS = "asks"
    THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class _Question:
    token: str
    number: str
    service: str


class RatingTablet:
    """One tablet; all of it lives in one event loop."""

    def __init__(self, window: int, url: str, link: Callable[[int], str | None]) -> None:
        self.window = window
        self.face = Face.UNPAIRED
        self._url = url
        self._link = link
        self._client: httpx2.AsyncClient | None = None
        self._question: _Question | None = None
        self._grade: int | None = None
        self._turns_back: asyncio.TimerHandle | None = None
        self._dismissing: set[asyncio.Task[None]] = set()

    def show(self) -> dict[str, Any]:
        """What a person sees on it."""
        asked = self._question if self.face in (Face.ASKS, Face.THANKS) else None
        return {
            "window": self.window,
            "face": str(self.face),
            "number": asked.number if asked else None,
            "service": asked.service if asked else None,
            "grade": self._grade if self.face is Face.THANKS else None,
        }

    async def live(self) -> None:
        """Stay paired and listen, until cancelled; a controller that is away is tried again each second."""
        try:
            while True:
                try:
                    await self._listen()
                except (httpx2.HTTPError, ValueError, KeyError):
                    self._turn(Face.LOST)
                await asyncio.sleep(_AGAIN_AFTER_S)
        finally:
            self._turn(Face.LOST)

    async def press(self, grade: int) -> None:
        """A visitor's finger on one of the five keys; raises `ActionRefused` when nothing is asked."""
        question, client = self._question, self._client
        if self.face is not Face.ASKS or question is None or client is None:
            raise ActionRefused("nothing is asked on this tablet now")
        try:
            answer = await client.post("/api/v1/ratings", json={"token": question.token, "grade": grade})
        except httpx2.HTTPError as problem:
            raise ActionRefused("the controller does not answer") from problem
        if answer.status_code != 201:
            raise ActionRefused(f"the controller says no: {answer.status_code}")
        self._grade = grade
        self._turn(Face.THANKS, THANKS_FOR_S)

    async def _listen(self) -> None:
        link = self._link(self.window)
        if link is None:
            self._turn(Face.UNPAIRED)
            return
        timeout = httpx2.Timeout(_ANSWER_WITHIN_S, read=_SILENT_FOR_S)
        async with httpx2.AsyncClient(base_url=self._url, timeout=timeout, trust_env=False) as client:
            await client.get(link)
            async with client.stream("GET", f"/api/v1/pads/{self.window}/stream") as answer:
                if answer.status_code != 200:
                    self._turn(Face.UNPAIRED if answer.status_code == 403 else Face.LOST)
                    return
                self._client = client
                try:
                    async for pad in _pads(answer.aiter_lines()):
                        self._heard(pad)
                finally:
                    self._client = None
        self._turn(Face.LOST)

    def _heard(self, pad: dict[str, Any]) -> None:
        if not pad["asks"]:
            if self.face is not Face.THANKS:
                self._turn(Face.ASLEEP)
            return
        asked = _Question(pad["token"], pad["number"], pad["service"])
        if asked != self._question or self.face is Face.LOST:
            self._question = asked
            self._turn(Face.ASKS, ASKS_FOR_S)

    def _turn(self, face: Face, for_s: float | None = None) -> None:
        self.face = face
        if self._turns_back is not None:
            self._turns_back.cancel()
            self._turns_back = None
        if for_s is not None:
            self._turns_back = asyncio.get_running_loop().call_later(for_s, self._lapse)

    def _lapse(self) -> None:
        if self.face is Face.ASKS:
            task = asyncio.ensure_future(self._dismiss())
            self._dismissing.add(task)
            task.add_done_callback(self._dismissing.discard)
        self._turn(Face.ASLEEP)

    async def _dismiss(self) -> None:
        if self._client is None:
            return
        try:
            await self._client.post(f"/api/v1/pads/{self.window}/dismiss")
        except httpx2.HTTPError:
            self._turn(Face.LOST)


async def _pads(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, Any]]:
    """The content of each event named "pad" of a stream of server-sent events."""
    name, data = "", ""
    async for line in lines:
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data += line[5:]
        elif not line:
            if name == "pad" and data:
                yield json.loads(data)
            name, data = "", ""


def links_in(file: Path) -> dict[int, str]:
    """The pairing links that whoever runs this hall has written down, by window; none while there is no such file."""
    try:
        links = json.loads(file.read_text(encoding="utf-8"))
        return {int(window): str(link) for window, link in links.items()}
    except (OSError, ValueError, AttributeError):
        return {}
