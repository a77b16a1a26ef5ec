"""C12, C13, C16: what a driver says of itself holds: its manifest, its options, its probe."""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from drivers.conformance.bench import DEVICE, Bench
from drivers.driver import API_VERSION, Found
from drivers.errors import DriverError
from drivers.kind import Kind
from drivers.options import Option

PORTS: Final = frozenset({"serial", "network", "gpio", "sound", "file", "drm", "video"})
_PROBE_SLACK_S: Final = 2.0
_NOT_A = {"int": "seven", "float": "seven", "bool": 1, "text": 7, "table": "none", "list": "none"}


def test_c12_the_manifest_is_complete(desk: Bench) -> None:
    """C12 manifest-complete: every field says something that holds, and every default is one of its option's values."""
    found = desk.manifest
    assert found.api == API_VERSION
    assert found.name
    assert found.version
    assert all(found.capabilities)
    assert isinstance(found.kind, Kind)
    assert found.ports
    assert set(found.ports) <= PORTS
    if found.addresses is not None:
        assert 0 <= found.addresses[0] <= found.addresses[1]
    if isinstance(found.points, str):
        assert [option.type for option in found.options if option.key == found.points] == ["int"], "points by an option"
    else:
        assert found.points is None or found.points >= 1
    keys = [option.key for option in found.options]
    assert len(keys) == len(set(keys)), "an option is declared twice"
    for option in found.options:
        if option.default is not None:
            option.check(option.default)
    assert {"pty", "tcp"}.intersection(desk.counterpart.transports) == {
        {"serial": "pty", "network": "tcp"}[port] for port in found.ports if port in ("serial", "network")
    }, "the counterpart meets every kind of port that carries bytes"


def test_c12_it_builds_with_its_defaults(desk: Bench) -> None:
    """C12 manifest-complete: with the defaults, given or left out, a driver is built; it is called as it was told."""
    defaults = {option.key: option.default for option in desk.manifest.options if option.default is not None}
    given = {key: value for key, value in defaults.items() if key not in desk.counterpart.options}
    for driver in (desk.build(), desk.build(**given)):
        assert driver.device == DEVICE
        assert driver.poll_every_s is None or driver.poll_every_s > 0


def test_c12_every_option_stands_in_the_readme(desk: Bench) -> None:
    """C12 manifest-complete: README.md beside the driver explains its name and every option."""
    readme = Path(inspect.getfile(desk.manifest.build)).parent / "README.md"
    assert readme.is_file(), f"{readme} is missing"
    text = readme.read_text(encoding="utf-8")
    assert desk.manifest.name in text
    missing = [f"`{option.key}`" for option in desk.manifest.options if f"`{option.key}" not in text]
    assert missing == [], f"{readme} does not explain {', '.join(missing)}"


def _wrong(option: Option) -> Iterator[Any]:
    yield _NOT_A[option.type]
    if option.type in ("int", "float"):
        yield True
        yield float("nan")
    if option.low is not None:
        yield option.low - 1 if option.type == "float" else int(option.low) - 1
    if option.high is not None:
        yield option.high + 1 if option.type == "float" else int(option.high) + 1
    if option.choices:
        yield "no-such-choice"


def test_c13_wrong_options_are_refused_with_words(desk: Bench) -> None:
    """C13 options-refused-with-words: unknown key, wrong type, out of range: a ValueError that names the key."""
    wrong = [
        ("no_such_option", 1),
        *((option.key, value) for option in desk.manifest.options for value in _wrong(option)),
    ]
    failed = []
    for key, value in wrong:
        try:
            desk.build(**{key: value})
        except ValueError as problem:
            if key not in str(problem):
                failed.append(f"{key} = {value!r}: the words do not name it: {problem}")
        except Exception as problem:  # noqa: BLE001 - a stranger's driver may raise anything
            failed.append(f"{key} = {value!r}: {type(problem).__name__} {problem}")
        else:
            failed.append(f"{key} = {value!r} is taken")
    assert failed == []


def test_c16_a_probe_finds_and_does_no_harm(bench: Bench) -> None:
    """C16 probe-is-harmless: it finds the device in time and moves nothing in it."""
    probe = bench.manifest.probe
    if probe is None or not bench.carries_bytes:
        pytest.skip("there is no probe for this")
    assert probe.bauds
    before = bench.settle()
    found: list[Found] = []
    for baud in probe.bauds:
        channel: Any = bench.manifest.open_channel(bench.connection.port, baud)
        try:
            if not probe.asks:
                bench.connection.provoke(0)  # the engineer presses a key
            found += _asked(bench, channel, baud)
        finally:
            channel.close()
    assert found, "the probe did not find the device"
    assert bench.settle() == before, "the probe moved something"


def test_c16_a_probe_finds_nothing_in_silence_or_noise(bench: Bench) -> None:
    """C16 probe-is-harmless: silence and rubbish are no device, and it says so in time."""
    probe = bench.manifest.probe
    if probe is None or not bench.carries_bytes:
        pytest.skip("there is no probe for this")
    bench.connection.silence(True)
    for noise in (b"", bytes(range(256))):
        channel: Any = bench.manifest.open_channel(bench.connection.port, probe.bauds[0])
        try:
            bench.connection.noise(noise, 1.0)
            assert _asked(bench, channel, probe.bauds[0]) == ()
        finally:
            channel.close()


def _asked(bench: Bench, channel: Any, baud: int) -> tuple[Found, ...]:
    probe = bench.manifest.probe
    assert probe is not None
    began_s = time.monotonic()
    try:
        return probe.ask(channel, baud)
    except DriverError:
        return ()
    finally:
        assert time.monotonic() - began_s <= (probe.budget_s + _PROBE_SLACK_S) * bench.patience
