"""How a command of this machine speaks to the controller that runs here: its address from the hall file, its key file.

The controller writes a fresh random key into ``setup.key`` in its data folder at each start, readable by its own user
only: whoever can read that file could read the staff book beside it. No password is typed, none stands in a file for
longer than the controller runs. Must not know what is asked.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

from hall_config.models import HallFile

_KEY_FILE: Final = "setup.key"
_PATIENCE_S: Final = 5.0
_LARGEST: Final = 4 * 1024 * 1024


class ControllerAway(Exception):
    """Nobody answers at the hall's address."""


class NoKey(Exception):
    """The controller runs and its key file cannot be read; the text is the file's path."""


class WrongKey(Exception):
    """Another hall's controller listens there; the text is the path of the key that it refused."""


class Refused(Exception):
    """The controller says no; the words are its own."""

    def __init__(self, code: str, message_zh: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.lines = (message_zh, message)


def write_key(folder: Path) -> str:
    """A fresh key for this run of the controller."""
    key = secrets.token_urlsafe(32)
    file = folder / _KEY_FILE
    file.unlink(missing_ok=True)
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as opened:
        opened.write(key)
    return key


def remove_key(folder: Path) -> None:
    (folder / _KEY_FILE).unlink(missing_ok=True)


class ControllerLine:
    """One hall's controller, seen from this machine."""

    def __init__(self, file: HallFile) -> None:
        host, _, number = file.pages.listen.rpartition(":")
        if host in ("0.0.0.0", "::", "[::]"):  # noqa: S104 - what it listens on, seen from here
            host = "127.0.0.1"
        self._base = f"http://{host}:{number}"
        self.address = f"{host}:{number}"
        self._key_file = Path(file.data.folder) / _KEY_FILE
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # never through a proxy

    def states(self) -> dict[str, tuple[str, str]]:
        """Each device's state and reason, which anybody may know; raises `ControllerAway`."""
        answer = self._ask("GET", "/readyz", None, {}, also=(503,))
        parts = answer.get("parts", []) if isinstance(answer, dict) else []
        return {
            str(part["name"]).removeprefix("device:"): (str(part["state"]), str(part.get("reason", "")))
            for part in parts
            if isinstance(part, dict) and str(part.get("name", "")).startswith("device:")
        }

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """With the key of this run; raises `ControllerAway`, `NoKey`, `WrongKey` or `Refused`."""
        try:
            key = self._key_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise NoKey(str(self._key_file)) from None
        try:
            return self._ask(method, path, body, {"Authorization": f"Bearer {key}"})
        except Refused as problem:
            if problem.code == "NOT_SIGNED_IN":
                raise WrongKey(str(self._key_file)) from None
            raise

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str], also: tuple[int, ...] = ()) -> Any:
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers = {**headers, "Content-Type": "application/json"}
        request = urllib.request.Request(self._base + path, data, headers, method=method)  # noqa: S310 - our own http
        try:
            with self._open(request, timeout=_PATIENCE_S) as answer:
                return _read(answer)
        except urllib.error.HTTPError as problem:
            with problem:
                found = _read(problem)
            if problem.code in also:
                return found
            error = found.get("error") if isinstance(found, dict) else None
            if not isinstance(error, dict):
                raise ControllerAway(self._base) from None  # somebody else's program listens there
            raise Refused(str(error.get("code")), str(error.get("message_zh")), str(error.get("message"))) from None
        except (OSError, http.client.HTTPException):
            raise ControllerAway(self._base) from None


def _read(answer: Any) -> Any:
    try:
        text = answer.read(_LARGEST)
        return json.loads(text) if text else None
    except ValueError:
        return None
