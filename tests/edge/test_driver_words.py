"""Every driver of ours and every option of it has words: in the catalogue in both languages, and in its README."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from drivers.driver import Manifest
from edge.driver_registry import installed
from hall_config.wording import catalogue

OURS = [manifest for manifest in installed() if manifest.build.__module__.startswith("drivers.")]


@pytest.mark.parametrize("manifest", OURS, ids=lambda one: one.name)
def test_a_driver_has_a_name_and_a_kind_in_words(manifest: Manifest) -> None:
    assert f"driver.{manifest.name}" in catalogue()
    assert f"pages.device.kind.{manifest.name}" in catalogue()


@pytest.mark.parametrize("manifest", OURS, ids=lambda one: one.name)
def test_every_option_is_explained_in_the_catalogue_and_in_the_readme(manifest: Manifest) -> None:
    missing = [one.key for one in manifest.options if f"driver_option.{manifest.name}.{one.key}" not in catalogue()]
    assert missing == []
    file = Path(importlib.import_module(manifest.build.__module__).__file__ or "")
    readme = (file.parent / "README.md").read_text(encoding="utf-8")
    assert manifest.name in readme
    assert [one.key for one in manifest.options if f"`{one.key}`" not in readme] == []
