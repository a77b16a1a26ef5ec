"""Where the programs of others stand that are no Debian packages: below ``build/witness`` (make check-witness)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent.parent / "build" / "witness"


def brought_by_make(path: str) -> Path:
    """A file that ``make check-witness`` brings; without it skip, but fail where everything must be there."""
    found = FOLDER / path
    if not found.exists():
        message = f"needs {found}: run make check-witness"
        if os.environ.get("WITNESS_MUST", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found
