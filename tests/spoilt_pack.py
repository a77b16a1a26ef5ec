"""A copy of the sample content pack that a test may spoil."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

from hall_config.content.load import sample_folder

GUIDE = "guides/01-legal-aid.toml"


@pytest.fixture(name="pack")
def pack_fixture(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    shutil.copytree(sample_folder(), folder)
    return folder


def picture(form: str) -> bytes:
    """A small picture, whole."""
    out = io.BytesIO()
    Image.new("RGB", (64, 36), (200, 20, 20)).save(out, form)
    return out.getvalue()


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Put ``new`` in the place of ``old``, which must be there."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
