"""The two ways in which people reach the machines: the controller's pages, and the devices they can touch and see."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

_FIRST_WAIT_S: Final = 0.3
_LONGEST_WAIT_S: Final = 5.0
_PATIENCE_S: Final = 180.0
_LATER: Final = frozenset({429, 500, 502, 503, 504})


class NoAnswer(Exception):
    """The machine did not answer for so long that a person gives up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a machine said."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return self.status < 400

    @property
    def code(self) -> str:
        """The refusal's code, or nothing."""
        error = self.body.get("error")
        return str(error.get("code", "")) if isinstance(error, Mapping) else ""


class Door:
    """One machine's HTTP interface, asked again while it is away. The same key goes with every try."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.AsyncClient(base_url=url, timeout=10.0, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> Answer:
        """Raises `NoAnswer` when nobody answered for three minutes."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        waited_s, wait_s = 0.0, _FIRST_WAIT_S
        while True:
            answer = await self._once(method, path, body, headers)
            if answer is not None:
                return answer
            if waited_s > _PATIENCE_S:
                raise NoAnswer(path.partition("?")[0].split("/")[-1])
            await asyncio.sleep(wait_s)
            waited_s += wait_s
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    async def _once(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer | None:
        try:
            answer = await self._client.request(method, path, json=body, headers=dict(headers))
        except httpx2.HTTPError:
            return None
        self._client.cookies.clear()  # one client plays many people: nobody may carry another's sign-in
        if answer.status_code in _LATER:
            return None
        try:
            told = answer.json() if answer.content else {}
        except ValueError:
            told = {}
        return Answer(answer.status_code, told if isinstance(told, dict) else {})


class Pages(Door):
    """The controller's pages and buttons."""

    async def state(self) -> Mapping[str, Any]:
        """The hall as its display shows it."""
        return (await self.ask("GET", "/api/v1/state")).body

    async def choose(self, service: str) -> Answer:
        """Touch a class on the machine's screen before a card is laid on."""
        return await self.ask("POST", "/api/v1/machine/choice", {"service": service})

    async def take_ticket(self, service: str, priority: str | None) -> Answer:
        return await self.ask("POST", "/api/v1/tickets", {"service": service, "priority": priority})

    async def give_up(self, token: str) -> Answer:
        return await self.ask("DELETE", f"/api/v1/tickets/{token}")

    async def rate(self, token: str, grade: int, reasons: list[str]) -> Answer:
        return await self.ask("POST", "/api/v1/ratings", {"token": token, "grade": grade, "reasons": reasons})

    async def sign_in(self, name: str, secret: str, window: int) -> str | None:
        """The token, or None when this name and secret are not taken."""
        answer = await self.ask("POST", "/api/v1/session", {"name": name, "secret": secret, "window": window})
        return str(answer.body["token"]) if answer.good else None

    async def command(self, token: str, window: int, command: str, **more: Any) -> Answer:
        path = f"/api/v1/windows/{window}/commands"
        return await self.ask("POST", path, {"command": command, **more}, token)

    async def restore(self, token: str, number: str) -> Answer:
        return await self.ask("POST", f"/api/v1/tickets/{number}/restore", token=token)


class Devices(Door):
    """What can be touched, laid on and seen in the hall, over the simulator's control channel."""

    async def all(self) -> list[Mapping[str, Any]]:
        items = (await self.ask("GET", "/sim/devices")).body.get("items", [])
        return items if isinstance(items, list) else []

    async def act(self, device: str, action: str, **given: Any) -> Answer:
        return await self.ask("POST", f"/sim/devices/{device}/do", {"action": action, **given})
