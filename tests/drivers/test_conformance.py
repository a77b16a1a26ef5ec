"""Every installed driver passes the conformance kit, and the kit notices drivers that do not (docs/drivers.md).

Each driver is checked by a pytest of its own, as another vendor would run it. They mostly wait, so many of them run at
once, and a limit of time that one of them broke is looked at again when it is alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "driver_plugin"
EXAMPLE_DRIVER = "example-ticker"
DRIVERS = sorted(point.name for point in entry_points(group="legal_hall.drivers"))
PATIENCE = "4"  # many at once on two cores: what happens is looked for, not how fast
AT_ONCE = 10
LIMIT_S = 600

# What the kit has found and its owner has not mended yet: driver -> check, with the reason. Take a line off when it is
# mended; a line whose check passes is an error.
KNOWN: Mapping[str, Mapping[str, str]] = {}


def kit(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """``pytest --driver …`` as a stranger runs it."""
    places = [str(place) for place in (path, ROOT) if place is not None]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *arguments],
        cwd=ROOT,
        env={**clean, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def _failed(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The names of the checks that failed."""
    return {line.rpartition("::")[2].split(" ")[0] for line in done.stdout.splitlines() if line.startswith("FAILED")}


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example of docs/drivers.md, installed as a stranger's package is, into a folder of its own."""
    target = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--no-index",
         "--no-build-isolation", "--target", str(target), str(EXAMPLE)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return target


@pytest.mark.slow
@pytest.mark.timeout(2 * LIMIT_S)
def test_every_installed_driver_and_the_example_conform(plugin: Path) -> None:
    def look(name: str) -> subprocess.CompletedProcess[str]:
        path = plugin if name == EXAMPLE_DRIVER else None
        return kit("--driver", name, "--driver-patience", PATIENCE, "-rfE", path=path)

    names = [EXAMPLE_DRIVER, *DRIVERS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = dict(zip(names, pool.map(look, names), strict=True))
    problems = []
    for name, done in runs.items():
        if _failed(done) - set(KNOWN.get(name, {})):
            done = look(name)
        failed = _failed(done)
        known = KNOWN.get(name, {})
        strange = sorted(check for check in failed if not any(check.startswith(one) for one in known))
        mended = sorted(one for one in known if not any(check.startswith(one) for check in failed))
        if strange or (done.returncode and not failed) or " passed" not in done.stdout:
            problems.append(f"{name}: {', '.join(strange)}\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
        problems += [f"{name}: {one} is mended; take it off the list" for one in mended]
    assert not problems, "\n\n".join(problems)


@pytest.mark.slow
def test_each_way_to_be_broken_is_noticed_by_its_check(plugin: Path) -> None:
    """A kit that finds nothing proves nothing: each broken driver fails the check that is there for it."""
    listing = subprocess.run(
        [sys.executable, "-c", "from tests.drivers.broken_tickers import BROKEN\n"
         "for name, (check, _) in BROKEN.items(): print(name.upper(), check)"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{plugin}{os.pathsep}{ROOT}"},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    broken = [tuple(line.split()) for line in listing.stdout.splitlines()]
    assert {check for _, check in broken} == {f"c{number:02d}" for number in range(1, 17)}

    def look(one: tuple[str, ...]) -> str:
        name, check = one
        one_line = f"{check} and not {'pty' if check == 'c07' else 'tcp'}"
        done = kit("--driver", f"tests.drivers.broken_tickers:{name}", "-x", "-k", one_line, path=plugin)
        return "" if done.returncode == 1 and " failed" in done.stdout else f"{name}: {check}\n{done.stdout[-1500:]}"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert [words for words in pool.map(look, broken) if words] == []


def test_an_unknown_driver_is_an_error_that_says_what_to_do() -> None:
    done = kit("--driver", "no-such-driver")
    assert done.returncode == 4
    assert "no driver no-such-driver is installed" in done.stderr


def test_without_the_option_nothing_is_loaded_but_the_option(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "import sys\n\ndef test_it(request):\n"
        "    assert request.config.getoption('hall_driver') is None\n"
        "    loaded = {name.split('.')[0] for name in sys.modules}\n"
        "    assert not loaded & {'serial', 'pymodbus', 'gpiozero', 'structlog'}\n"
        "    assert {name for name in sys.modules if name.startswith('drivers')} == "
        "{'drivers', 'drivers.conformance', 'drivers.conformance.plugin'}\n",
        encoding="utf-8",
    )
    done = kit(str(tmp_path / "test_nothing.py"), "--rootdir", str(tmp_path), "-c", os.devnull)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["serial", "structlog"])
def test_where_the_edge_parts_are_missing_pytest_still_runs(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("raise ImportError('not installed here')\n", encoding="utf-8")
    (tmp_path / "test_nothing.py").write_text("def test_it():\n    pass\n", encoding="utf-8")
    done = kit(str(tmp_path / "test_nothing.py"), "--rootdir", str(tmp_path), "-c", os.devnull, path=tmp_path)
    assert done.returncode == 0, done.stdout
