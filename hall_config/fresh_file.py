"""A new hall file as text, each part explained in both languages, and how it gets onto the disk whole.

Knows the file's form. The result passes `hall config check`: whoever writes it checks it first.
"""

from __future__ import annotations

import errno
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from hall_config.interview import Answers, NewDevice
from hall_config.ports import port_form
from hall_config.prober import Proposal, answer_words
from hall_config.wording import LANGUAGES, catalogue, say

_OPEN: Final = "……"
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
        if answers.broker.startswith("mqtt:"):  # by mqtts the controller has a certificate: hall enrol
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
    yield from _left(answers)
    yield from _pins(answers)


def _left(answers: Answers) -> Iterator[str]:
    """What the machine has and nobody took: to be had by taking the # away."""
    left = [one for one in answers.left if port_form(one.port) not in ("serial", "network")]
    if left:
        yield ""
        yield _RULER
        yield from _comment("left")
    for place, one in enumerate(left, start=1):
        yield ""
        yield f"# {_called(one)}"
        yield "# [[device]]"
        yield f'# id = "{one.kind}-more-{place}"'
        yield f"# driver = {_value(one.driver)}"
        yield f"# port = {_value(one.port)}"


def _pins(answers: Answers) -> Iterator[str]:
    """Pins answer nobody, so they are shown as they would be written."""
    yield ""
    yield _RULER
    yield from _comment("pins")
    button = ("[[device]]", 'driver = "gpio-button"')
    ticket = (*button, 'id = "ticket-button"', 'port = "gpio:22"', f"gives = {_value(answers.services[0][0])}")
    for comment, lines in (
        ("pin_help", (*button, 'id = "help-button"', 'port = "gpio:17"')),
        ("pin_ticket", (*ticket, "[device.options]", 'lamp = "gpio:23"')),
        ("pin_door", ("[[device]]", 'driver = "gpio-contact"', 'id = "main-door"', 'port = "gpio:27"')),
    ):
        yield ""
        yield from _comment(comment)
        yield from (f"# {line}" for line in lines)


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
    yield f"# {_called(found)}"
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
        if device.guessed:
            yield from _comment("guessed")
        yield f"window = {device.window}"
    for other in found.may_be if device.undecided else ():
        yield from _comment("may_be", called=_known_as(other), driver=other.driver)
    if device.board is not None:
        yield from _comment("board")
        yield "[device.options]"
        yield f"board = {_value(device.board)}"
    yield from _options(found, headed=device.board is not None)


def _options(found: Proposal, *, headed: bool) -> Iterator[str]:
    """Each option as a comment; one that has no default is left open."""
    options = [(key, value) for key, value in found.options if isinstance(value, bool | int | float | str | None)]
    if options:
        yield from _comment("options")
    if options and not headed:
        yield "# [device.options]"
    for key, value in options:
        explained = f"driver_option.{found.driver}.{key}"
        if explained in catalogue():
            yield from (f"#   {say(explained, language)}" for language in LANGUAGES)
        yield f"# {key} = {_OPEN if value is None else _value(value)}"


def _called(found: Proposal) -> str:
    said = " / ".join(dict.fromkeys(answer_words(found.words, language) for language in LANGUAGES))
    return _known_as(found) + (f": {said}" if said else "")


def _known_as(found: Proposal) -> str:
    keys = (f"driver.{found.driver}", f"commissioning.kind.{found.kind}")
    known = next((key for key in keys if key in catalogue()), None)
    return found.driver if known is None else f"{say(known, 'zh')} / {say(known, 'en')}"


def _part(comment: str | None, head: str) -> Iterator[str]:
    yield ""
    if comment is not None:
        yield _RULER
        yield from _comment(comment)
    yield head


def _comment(key: str, **params: object) -> Iterator[str]:
    for language in LANGUAGES:
        yield from (f"# {line}" for line in say(f"config_init.comment.{key}", language, **params).split("\n"))


def _value(value: Any) -> str:
    """A TOML value; JSON writes texts, numbers, booleans and lists of texts the same way."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_whole(path: Path, text: str, *, over: bool = False) -> None:
    """So that whoever reads it sees the old file or the new one, never half of it. Without ``over`` a file that is
    there already, or came meanwhile, is left alone: FileExistsError."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if over:
            fresh.replace(path)
        else:
            _link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _link(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except OSError as problem:
        if problem.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
            raise
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        fresh.replace(path)  # a file system without hard links, such as a memory stick
