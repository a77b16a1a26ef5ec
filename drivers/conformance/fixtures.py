"""What the checks are given: a `Bench` on each transport of the counterpart, or one with no line (``desk``)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.conformance.bench import Bench
from drivers.conformance.counterpart import Counterpart
from drivers.driver import Manifest


class Fixtures:
    """Registered as a plug-in for as long as one driver is looked at."""

    def __init__(self, name: str, manifest: Manifest, counterpart: Counterpart, patience: float) -> None:
        self._name = name
        self._manifest = manifest
        self._counterpart = counterpart
        self._patience = patience

    def pytest_report_header(self) -> str:
        """Say what is looked at."""
        found = self._manifest
        return f"driver: {self._name}, {found.kind.value}, version {found.version}, interface {found.api}"

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each check that needs a line runs on each transport of the counterpart."""
        if "bench" in metafunc.fixturenames:
            metafunc.parametrize("bench", self._counterpart.transports, indirect=True)

    @pytest.fixture
    def bench(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
        """The driver and its counterpart on one transport."""
        made = Bench(self._manifest, self._counterpart, request.param, tmp_path, self._patience)
        try:
            yield made
        finally:
            made.close()

    @pytest.fixture
    def desk(self, tmp_path: Path) -> Bench:
        """The driver as it is looked at before anything is opened."""
        return Bench(self._manifest, self._counterpart, "", tmp_path, self._patience)
