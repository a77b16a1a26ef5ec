"""What people of central ask of it, signed in as themselves, as its own pages ask it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import structlog

from simulators.demo.accounts import CentralUser
from simulators.demo.web import Web

log = structlog.get_logger()


class People:
    """Everybody who has an account, by its name."""

    def __init__(self, web: Web, url: str, users: Sequence[CentralUser]) -> None:
        self._web = web
        self._url = url
        self._users = {user.name: user for user in users}
        self._signed_in: dict[str, dict[str, str]] = {}

    async def ask(self, name: str, method: str, path: str, body: dict[str, Any] | bytes | None, known: str = "") -> Any:
        """The answer; None where it was refused, which is told unless its code is ``known`` to come."""
        if name not in self._signed_in:
            user = self._users[name]
            self._signed_in[name] = await self._web.sign_in(self._url, user.name, user.secret)
        headers = {**self._signed_in[name], "Idempotency-Key": uuid.uuid4().hex}
        status, answer = await self._web.ask(method, f"{self._url}/api/v1/{path}", headers, body)
        if status // 100 == 2:
            return answer
        if not known or answer is None or answer.get("error", {}).get("code") != known:
            log.warning("demo.refused", name=name, path=path, status=status, answer=answer)
        return None
