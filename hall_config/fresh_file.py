"""A new hall file as text, each part explained in both languages, and how it gets onto the disk whole.

Knows the file's form. The result passes `hall config check`: whoever writes it checks it first.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hall_config.interview import Answers, NewDevice
from hall_config.wording import LANGUAGES, catalogue, say

_RULER: Final = "# " + "-" * 100


def text_of(answers: Answers) -> str:
    """The whole file."""
    return "\n".join(_lines(answers)) + "\n"


def _lines(answers: Answers) -> Iterator[str]:
    yield from _comment("head")
    yield from _part("hall", "[hall]")
    yield f"id = {_value(answers.hall)}"
    yield f"name_zh = {_value(answers.name_zh)}"
    yield f"name_en = {_value(answers.name_en)}"
    yield from _part("pages", "[pages]")
    yield 'listen = "0.0.0.0:8080"'
    if answers.public_url:
        yield from _comment("public_url")
        yield f"public_url = {_value(answers.public_url)}"
    if answers.broker:
        yield from _part("uplink", "[uplink]")
        yield f"broker = {_value(answers.broker)}"
        yield 'password_file = "/etc/legal-hall/broker.password"'
    for place, (letter, name_zh, name_en) in enumerate(answers.services):
        yield from _part("service" if place == 0 else None, "[[service]]")
        yield f"letter = {_value(letter)}"
        yield f"name_zh = {_value(name_zh)}"
        yield f"name_en = {_value(name_en)}"
    for place, (number, letters) in enumerate(answers.windows):
        yield from _part("window" if place == 0 else None, "[[window]]")
        yield f"number = {number}"
        yield f"services = {_value(list(letters))}"
    yield from _devices(answers.devices)


def _devices(devices: tuple[NewDevice, ...]) -> Iterator[str]:
    on_port = Counter(device.proposal.port for device in devices)
    buses = {port: f"bus-{place}" for place, port in enumerate((p for p, n in on_port.items() if n > 1), start=1)}
    for place, (port, name) in enumerate(buses.items()):
        yield from _part("line" if place == 0 else None, "[[line]]")
        yield f"id = {_value(name)}"
        yield f"port = {_value(port)}"
        baud = next((one.proposal.baud for one in devices if one.proposal.port == port and one.proposal.baud), None)
        if baud:
            yield f"baud = {baud}"
    if not devices:
        yield ""
        yield from _comment("no_devices")
    for place, device in enumerate(devices):
        yield from _part("device" if place == 0 else None, "[[device]]")
        yield from _device(device, buses.get(device.proposal.port))


def _device(device: NewDevice, bus: str | None) -> Iterator[str]:
    found = device.proposal
    keys = (f"driver.{found.driver}", f"commissioning.kind.{found.kind}")
    known = next((key for key in keys if key in catalogue()), None)
    called = found.driver if known is None else f"{say(known, 'zh')} / {say(known, 'en')}"
    yield f"# {called}" + (f": {_plain(found.words)}" if found.words else "")
    yield f"id = {_value(device.id)}"
    yield f"driver = {_value(found.driver)}"
    if bus is not None:
        yield f"line = {_value(bus)}"
    else:
        yield f"port = {_value(found.port)}"
        if found.baud is not None:
            yield f"baud = {found.baud}"
    if found.address is not None:
        yield f"address = {found.address}"
    if device.window is not None:
        yield f"window = {device.window}"
    options = [(key, value) for key, value in found.options if isinstance(value, bool | int | float | str)]
    if options:
        yield from _comment("options")
        yield "# [device.options]"
    for key, value in options:
        explained = f"driver_option.{found.driver}.{key}"
        if explained in catalogue():
            yield from (f"#   {say(explained, language)}" for language in LANGUAGES)
        yield f"# {key} = {_value(value)}"


def _part(comment: str | None, head: str) -> Iterator[str]:
    yield ""
    if comment is not None:
        yield _RULER
        yield from _comment(comment)
    yield head


def _comment(key: str) -> Iterator[str]:
    yield from (
        f"# {line}" for language in LANGUAGES for line in say(f"config_init.comment.{key}", language).split("\n")
    )


def _value(value: Any) -> str:
    """A TOML value; JSON writes texts, numbers, booleans and lists of texts the same way."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(words: str) -> str:
    """A device's own words on one line of a comment."""
    return "".join(sign for sign in words if sign.isprintable())[:100]


def write_whole(path: Path, text: str) -> None:
    """So that whoever reads it sees the old file or the new one, never half of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
