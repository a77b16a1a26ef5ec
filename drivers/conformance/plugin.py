"""``pytest --driver NAME``: collect the conformance checks for one driver. Without the option it does nothing.

Everything else is imported when the option is given: pytest runs everywhere, also where no driver could be loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

CHECKS: Final = ("checks_of_life", "checks_of_bytes", "checks_of_orders", "checks_of_manifest")


def pytest_addoption(parser: pytest.Parser) -> None:
    """One group of options, and nothing else, for every pytest of this environment."""
    group = parser.getgroup("legal-hall", "conformance of a device driver (legal-hall)")
    group.addoption(
        "--driver",
        metavar="NAME",
        dest="hall_driver",
        help="run the conformance checks for this driver: its entry point's name, or module:ATTRIBUTE of its Manifest",
    )
    group.addoption(
        "--counterpart",
        metavar="MODULE:ATTR",
        dest="hall_counterpart",
        help="the device on the other side, where no installed package brings one (see docs/drivers.md)",
    )
    group.addoption(
        "--driver-patience",
        metavar="FACTOR",
        type=float,
        default=1.0,
        dest="hall_patience",
        help="multiply every time limit of the checks, for a busy machine",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """With ``--driver`` the checks are what is collected; paths that were named stay beside them."""
    name = config.getoption("hall_driver")
    if name is None:
        return
    pytest.register_assert_rewrite(*(f"drivers.conformance.{check}" for check in CHECKS), "drivers.conformance.bench")
    from drivers.conformance.counterpart import NotFound, find_counterpart, find_manifest
    from drivers.conformance.fixtures import Fixtures

    try:
        manifest = find_manifest(name)
        counterpart = find_counterpart(manifest, config.getoption("hall_counterpart"))
    except NotFound as problem:
        raise pytest.UsageError(str(problem)) from None
    config.pluginmanager.register(Fixtures(name, manifest, counterpart, config.getoption("hall_patience")))
    named = list(config.args) if config.args_source is pytest.Config.ArgsSource.ARGS else []
    folder = Path(__file__).parent
    config.args[:] = [*named, *(str(folder / f"{check}.py") for check in CHECKS)]
