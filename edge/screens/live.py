"""Server-Sent Events: the present state first, then the newest after each change, and a beat when nothing happens.

A page never needs to know what it missed: every event carries the whole of what the page shows, so resuming after
``Last-Event-ID`` and starting anew are the same. A burst of changes is sent as its last state, at most 20 a second.
The beat is an event and a comment at once: proxies want bytes, and a page must notice a line that died in silence.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Final

from fastapi.sse import ServerSentEvent

from edge.hall_door import HallDoor
from edge.machine import CardNotice
from edge.screens.errors import ApiError
from edge.screens.figures import Figures
from edge.screens.public_view import Overview, PublicState, Sight, overview, public_state
from hall_config.wording import rfc3339

_SHORTEST_S: Final = 0.05
_LOOK_AGAIN_S: Final = 2.0  # devices and the link to central change without an event
_BEAT_S: Final = 5.0
_MOST_PUBLIC: Final = 200  # displays, the machine and visitors' phones: anybody
_MOST_STAFF: Final = 100  # windows and pads: the visitors' phones shall not take their places


class _Listener:
    """One open stream: a bell that other threads may ring."""

    def __init__(self, public: bool) -> None:
        self.public = public
        self._loop = asyncio.get_running_loop()
        self.rung = asyncio.Event()
        self._ringing = False

    def ring(self) -> None:
        if self._ringing:
            return
        self._ringing = True
        try:
            self._loop.call_soon_threadsafe(self.rung.set)
        except RuntimeError:  # the loop has ended; so has the stream
            return

    def quiet(self) -> None:
        self._ringing = False
        self.rung.clear()


class Hub:
    """What all streams share: who listens, and the public state made once for all of them."""

    def __init__(
        self,
        door: HallDoor,
        assets: str,
        figures: Figures,
        notice: Callable[[], CardNotice | None] = lambda: None,
    ) -> None:
        self._door = door
        self._assets = assets
        self._figures = figures
        self._notice = notice
        self._listeners: set[_Listener] = set()
        self._lock = threading.Lock()
        self._made: tuple[tuple[object, ...], str] | None = None
        self._seen: tuple[int, Overview] | None = None
        self.closed = False
        self._unwatch: Callable[[], None] = door.watch(self.ring)

    def sight(self) -> Sight:
        """The hall at this moment."""
        state, seq = self._door.look()
        steady_ms, wall_ms = self._door.now_ms()
        seen = self._seen
        if seen is None or seen[0] != seq:
            seen = self._seen = (seq, overview(state))
        health, notice = self._door.health(), self._notice()
        return Sight(self._door.plan, state, seen[1], seq, health, steady_ms, wall_ms, self._assets, notice)

    def public(self) -> PublicState:
        return public_state(self.sight())

    def public_json(self, sight: Sight) -> str:
        """The public state as text; streams that ask within the same second share one."""
        mark = (*sight.mark(), sight.wall_ms // 1000)
        made = self._made
        if made is None or made[0] != mark:
            made = self._made = (mark, public_state(sight).model_dump_json())
        return made[1]

    def require_public_room(self) -> None:
        """For streams that anybody may open."""
        self._require_room(public=True, most=_MOST_PUBLIC)

    def require_staff_room(self) -> None:
        """For windows and pads."""
        self._require_room(public=False, most=_MOST_STAFF)

    async def events(
        self,
        name: str,
        make: Callable[[Sight], str],
        may_listen: Callable[[], bool] = lambda: True,
        *,
        public: bool = False,
        also: Callable[[], object] = lambda: None,
    ) -> AsyncIterator[ServerSentEvent]:
        """One page's stream; ends when ``may_listen`` says so or the controller stops.

        ``also``: what this page shows besides the sight; it is looked at every two seconds.
        """
        loop = asyncio.get_running_loop()
        with self._listening(public) as listener:
            shown: tuple[object, ...] | None = None
            asked_s = spoke_s = loop.time()
            while not self.closed:
                listener.quiet()
                if loop.time() - asked_s >= _LOOK_AGAIN_S:
                    asked_s = loop.time()
                    if not may_listen():
                        yield ServerSentEvent(event="signed_out", raw_data="{}")
                        return
                sight = self.sight()
                mark = (sight.mark(), also())
                if mark != shown:
                    shown, spoke_s = mark, loop.time()
                    yield ServerSentEvent(event=name, id=str(sight.seq), raw_data=make(sight), retry=1000)
                elif loop.time() - spoke_s >= _BEAT_S:
                    spoke_s = loop.time()
                    yield ServerSentEvent(event="beat", comment="beat", raw_data=f'"{rfc3339(sight.wall_ms)}"')
                await asyncio.sleep(_SHORTEST_S)
                if not self.closed:
                    await _wait(listener.rung)

    def close(self) -> None:
        """End every stream; the pages will come back to the next controller."""
        self.closed = True
        self._unwatch()
        self.ring()

    def ring(self) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener.ring()

    def _require_room(self, *, public: bool, most: int) -> None:
        """So many pages no hall has: somebody is playing, and the windows shall not pay for it."""
        with self._lock:
            listening = sum(listener.public is public for listener in self._listeners)
        if listening >= most:
            raise ApiError(503, "NOT_READY", headers={"Retry-After": "5"})

    @contextmanager
    def _listening(self, public: bool) -> Iterator[_Listener]:
        listener = _Listener(public)
        with self._lock:
            self._listeners.add(listener)
        self._figures.streams.inc()
        try:
            yield listener
        finally:
            self._figures.streams.dec()
            with self._lock:
                self._listeners.discard(listener)


async def _wait(rung: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(rung.wait(), _LOOK_AGAIN_S)
    except TimeoutError:
        return
