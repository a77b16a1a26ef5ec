"""A file that says where something is sent: ``url`` and ``secret``, for the eyes of its owner only."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from central.signed_call import Hook, WrongAddress, check_url
from hall_config.outcome import Exit, Stop

_LEAST_SECRET: Final = 16
_NEEDED: Final = ("url", "secret")


def read_hook(file: Path) -> Hook:
    """Raises `Stop` that names what is wrong and never the secret."""
    return read_hook_and(file, ())[0]


def read_hook_and(file: Path, also: tuple[str, ...]) -> tuple[Hook, Mapping[str, object]]:
    """The same, with whatever of ``also`` is in the file."""
    keys = ", ".join((*_NEEDED, *also))
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        mode = file.stat().st_mode
    except OSError as problem:
        raise Stop(Exit.MISSING, "central.cli.HOOK_FILE", file=file, reason=problem.strerror) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_SHAPE", file=file, keys=keys) from None
    url, secret = found.get("url"), found.get("secret")
    if set(found) - {*_NEEDED, *also} or not isinstance(url, str) or not isinstance(secret, str):
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_SHAPE", file=file, keys=keys)
    if mode & 0o077:
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_OPEN", file=file)
    if len(secret) < _LEAST_SECRET:
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_SECRET", file=file, least=_LEAST_SECRET)
    try:
        return Hook(check_url(url), secret), {name: found[name] for name in also if name in found}
    except WrongAddress:
        raise Stop(Exit.WRONG_USE, "central.cli.HOOK_ADDRESS", file=file) from None
