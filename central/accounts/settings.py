"""What a bureau may set about accounts: ``hall central --accounts FILE``. Without a file, the defaults here.

Every key stands, explained, in ``example.toml`` beside this file. An unknown key is an error.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from hall_config.outcome import Exit, Stop
from hall_config.strict_model import StrictModel

_SIZE_LIMIT: Final = 64 * 1024
_DAY_MS: Final = 24 * 3_600_000
_ADDRESS: Final = r"^https://[^\s/?#@]+(/[^\s?#]*)?$|^http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?(/[^\s?#]*)?$"

Address = Annotated[str, Field(pattern=_ADDRESS, max_length=200)]
Days = Annotated[int, Field(ge=1, le=3650)]


class Directory(StrictModel):
    """A bureau's own directory, asked by OpenID Connect."""

    issuer: Address
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret_file: str | None = None
    back: Address  # this central's own address, as browsers know it
    name_zh: Annotated[str, Field(min_length=1, max_length=40)] = "单位统一身份认证"
    name_en: Annotated[str, Field(min_length=1, max_length=40)] = "the bureau's directory"
    strong_methods: tuple[str, ...] = ("mfa", "otp", "hwk", "sc")
    ca_file: str | None = None


class AccountSettings(StrictModel):
    """Lives of secrets and accounts, and how people may come in."""

    secret_days: Days = 90
    unused_days: Days = 90
    waivers: bool = True
    directory: Directory | None = None

    @property
    def secret_ms(self) -> int:
        return self.secret_days * _DAY_MS

    @property
    def unused_ms(self) -> int:
        return self.unused_days * _DAY_MS


def read_settings(file: Path | None) -> AccountSettings:
    """The settings of that file; raises `Stop` that names the first key that is wrong."""
    if file is None:
        return AccountSettings()
    try:
        raw = file.read_bytes()
        if len(raw) > _SIZE_LIMIT:
            raise _wrong(file, "size")
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except OSError as problem:
        raise Stop(Exit.WRONG_USE, "central.accounts.FILE", file=file, reason=problem.strerror) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Stop(Exit.WRONG_USE, "central.accounts.FILE", file=file, reason=str(problem)) from None
    return _checked(file, data)


def _checked(file: Path, data: dict[str, Any]) -> AccountSettings:
    methods = data.get("directory", {}).get("strong_methods") if isinstance(data.get("directory"), dict) else None
    if isinstance(methods, list):
        data["directory"]["strong_methods"] = tuple(methods)
    try:
        settings = AccountSettings.model_validate(data)
    except ValidationError as problem:
        raise _wrong(
            file, ".".join(map(str, problem.errors(include_url=False, include_input=False)[0]["loc"]))
        ) from None
    for key in ("client_secret_file", "ca_file"):
        named = getattr(settings.directory, key, None)
        if named is not None and not Path(named).is_file():
            raise _wrong(file, f"directory.{key}")
    return settings


def _wrong(file: Path, key: str) -> Stop:
    return Stop(Exit.WRONG_USE, "central.accounts.KEY", file=file, entry=key)
