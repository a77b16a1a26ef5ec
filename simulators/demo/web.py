"""Short questions over HTTP to the demo's own parts on loopback."""

from __future__ import annotations

import uuid
from typing import Any, Final

import httpx2

_LOOK_S: Final = 2.0  # a look is repeated, so that it may be short
_ASK_S: Final = 30.0  # what is asked once: a secret is slow to check by intent, and slower on a busy small machine


class Web:
    """One client for all parts; no proxy of this machine stands in between.

    ``transport``: another way to them than the network.
    """

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._client = httpx2.AsyncClient(timeout=_LOOK_S, trust_env=False, transport=transport)

    async def close(self) -> None:
        await self._client.aclose()

    async def is_ready(self, url: str) -> bool:
        """Whether ``/readyz`` answers 200."""
        try:
            return (await self._client.get(f"{url}/readyz")).status_code == 200
        except httpx2.HTTPError:
            return False

    async def text(self, url: str) -> str | None:
        """The body, or None when there is no good answer."""
        try:
            answer = await self._client.get(url)
        except httpx2.HTTPError:
            return None
        return answer.text if answer.status_code == 200 else None

    async def json(self, url: str) -> Any:
        """The answer as JSON, or None."""
        try:
            answer = await self._client.get(url)
            return answer.json() if answer.status_code == 200 else None
        except (httpx2.HTTPError, ValueError):
            return None

    async def sign_in(self, url: str, name: str, secret: str) -> dict[str, str]:
        """The headers of somebody who has signed in; none when the hall says no."""
        try:
            answer = await self._client.post(
                f"{url}/api/v1/session", json={"name": name, "secret": secret}, timeout=_ASK_S
            )
            return {"Authorization": f"Bearer {answer.json()['token']}"}
        except (httpx2.HTTPError, ValueError, KeyError):
            return {}

    async def enrolment_code(self, url: str, administrator: dict[str, str], hall: str) -> str | None:
        """The one-time code for a hall's controller, as an administrator of central gets it."""
        headers = {**administrator, "Idempotency-Key": uuid.uuid4().hex}
        try:
            door = f"{url}/api/v1/halls/{hall}/enrolment-code"
            wish = self._client.post(door, headers=headers, json={"unit": "city"}, timeout=_ASK_S)
            return str((await wish).json()["code"])
        except (httpx2.HTTPError, ValueError, KeyError):
            return None

    async def pad_links(self, url: str, manager: dict[str, str]) -> dict[str, str]:
        """The pairing link of each window's rating pad, as the duty manager gets them; none when they say no."""
        try:
            answer = await self._client.get(f"{url}/api/v1/pads", headers=manager, timeout=_ASK_S)
            return {str(item["window"]): item["link"] for item in answer.json()["items"]}
        except (httpx2.HTTPError, ValueError, KeyError):
            return {}

    async def set_rota(self, url: str, manager: dict[str, str], day: str, duties: list[dict[str, object]]) -> bool:
        """The rota of one day, as the duty manager sets it on the guide desk's page."""
        try:
            door = f"{url}/api/v1/rota/{day}"
            answer = await self._client.put(door, headers=manager, json={"duties": duties}, timeout=_ASK_S)
        except httpx2.HTTPError:
            return False
        return answer.status_code == 200

    async def ask(
        self, method: str, url: str, headers: dict[str, str], body: dict[str, Any] | bytes | None = None
    ) -> tuple[int, Any]:
        """The status and what was answered; 0 when nobody did. Bytes are a file."""
        given: dict[str, Any] = {"content": body} if isinstance(body, bytes | None) else {"json": body}
        try:
            answer = await self._client.request(method, url, headers=headers, timeout=_ASK_S, **given)
            return answer.status_code, answer.json()
        except (httpx2.HTTPError, ValueError):
            return 0, None
