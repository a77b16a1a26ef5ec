"""Short questions over HTTP to the demo's own parts on loopback."""

from __future__ import annotations

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

    async def pad_links(self, url: str, name: str, secret: str) -> dict[str, str]:
        """The pairing link of each window's rating pad, as the duty manager gets them; none when they say no."""
        try:
            session = await self._client.post(f"{url}/api/v1/session", json={"name": name, "secret": secret})
            headers = {"Authorization": f"Bearer {session.json()['token']}"}
            answer = await self._client.get(f"{url}/api/v1/pads", headers=headers)
            return {str(item["window"]): item["link"] for item in answer.json()["items"]}
        except (httpx2.HTTPError, ValueError, KeyError):
            return {}
