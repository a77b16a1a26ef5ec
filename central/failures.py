"""What a request gets that cannot have what it asks for: one line a class; words under ``central.error``."""

from __future__ import annotations

from typing import ClassVar


class ApiError(Exception):
    """A request that gets no: its HTTP status, the code that names the rule, the field if it is about one."""

    status: ClassVar[int] = 400

    def __init__(
        self,
        code: str,
        field: str | None = None,
        *,
        retry_after_s: int | None = None,
        words: tuple[str, str] | None = None,
    ) -> None:
        """``words``: Chinese and English in place of those of the code, where only the case itself can say more."""
        super().__init__(code)
        self.code = code
        self.field = field
        self.retry_after_s = retry_after_s
        self.words = words


class Malformed(ApiError):
    status = 400


class NotSignedIn(ApiError):
    status = 401


class Forbidden(ApiError):
    status = 403


class NotFound(ApiError):
    status = 404


class RefusedByRule(ApiError):
    status = 409


class TooLarge(ApiError):
    status = 413


class WrongField(ApiError):
    status = 422


class TooMany(ApiError):
    status = 429


class Unavailable(ApiError):
    status = 503
