"""Second factors, forced changes, sign-in by a bureau's directory."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""
