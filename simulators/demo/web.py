"""Short questions over HTTP to the demo's own parts on loopback."""

from __future__ import annotations

import uuid
from typing import Any

import httpx2


class Web:
    """One client for all parts; no proxy of this machine stands in between."""

    def __init__(self) -> None:
        self._client = httpx2.AsyncClient(timeout=2.0, trust_env=False)

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
            answer = await self._client.post(f"{url}/api/v1/session", json={"name": name, "secret": secret})
            return {"Authorization": f"Bearer {answer.json()['token']}"}
        except (httpx2.HTTPError, ValueError, KeyError):
            return {}

    async def enrolment_code(self, url: str, administrator: dict[str, str], hall: str) -> str | None:
        """The one-time code for a hall's controller, as an administrator of central gets it."""
        headers = {**administrator, "Idempotency-Key": uuid.uuid4().hex}
        try:
            wish = self._client.post(
                f"{url}/api/v1/halls/{hall}/enrolment-code", headers=headers, json={"unit": "city"}
            )
            return str((await wish).json()["code"])
        except (httpx2.HTTPError, ValueError, KeyError):
            return None

    async def pad_links(self, url: str, manager: dict[str, str]) -> dict[str, str]:
        """The pairing link of each window's rating pad, as the duty manager gets them; none when they say no."""
        try:
            answer = await self._client.get(f"{url}/api/v1/pads", headers=manager)
            return {str(item["window"]): item["link"] for item in answer.json()["items"]}
        except (httpx2.HTTPError, ValueError, KeyError):
            return {}

    async def set_rota(self, url: str, manager: dict[str, str], day: str, duties: list[dict[str, object]]) -> bool:
        """The rota of one day, as the duty manager sets it on the guide desk's page."""
        try:
            answer = await self._client.put(f"{url}/api/v1/rota/{day}", headers=manager, json={"duties": duties})
        except httpx2.HTTPError:
            return False
        return answer.status_code == 200
