"""The file that says where alarms are sent: ``url`` and ``secret``, for the eyes of its owner only."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from central.alarms.webhook import Hook, WrongAddress, check_url
from hall_config.outcome import Exit, Stop

_LEAST_SECRET: Final = 16


def read_hook(file: Path) -> Hook:
    """Raises `Stop` that names what is wrong and never the secret."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        mode = file.stat().st_mode
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.cli.HOOK_FILE", file=file, reason=problem.strerror) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_SHAPE", file=file) from None
    url, secret = found.get("url"), found.get("secret")
    if set(found) != {"url", "secret"} or not isinstance(url, str) or not isinstance(secret, str):
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_SHAPE", file=file)
    if mode & 0o077:
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_OPEN", file=file)
    if len(secret) < _LEAST_SECRET:
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_SECRET", file=file, least=_LEAST_SECRET)
    try:
        return Hook(check_url(url), secret)
    except WrongAddress:
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_ADDRESS", file=file) from None
