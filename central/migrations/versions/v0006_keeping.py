"""Monthly partitions, sealed and encrypted columns, what retention has deleted."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing yet."""
