"""Numbers of the line, and when a certificate is good. A certificate's name (CN) is the hall's id (docs/wire.md)."""

from __future__ import annotations

from typing import Final

DAY_MS: Final = 24 * 3_600_000
CODE_LIFE_MS: Final = DAY_MS
CERTIFICATE_DAYS: Final = 90
RENEWED_FROM_DAYS: Final = 60
GRACE_MS: Final = 30 * DAY_MS  # a hall that was dark for long renews by itself; after that it needs a code again


def may_renew(not_after_ms: int, revoked: bool, now_ms: int) -> bool:
    """Whether a certificate may still be changed for a new one."""
    return not revoked and now_ms <= not_after_ms + GRACE_MS


def due_for_renewal(not_after_ms: int, now_ms: int) -> bool:
    """Whether two thirds of its life are over."""
    return now_ms >= not_after_ms - (CERTIFICATE_DAYS - RENEWED_FROM_DAYS) * DAY_MS


def state_of(not_after_ms: int, revoked: bool, now_ms: int) -> str:
    """How a certificate stands: ``good``, ``due``, ``over`` or ``revoked``; words under ``central.manage``."""
    if revoked:
        return "revoked"
    if now_ms > not_after_ms:
        return "over"
    return "due" if due_for_renewal(not_after_ms, now_ms) else "good"
