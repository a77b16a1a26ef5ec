"""What `hall devices …` prints for a person: Chinese first, English beside it. Knows results; finds out nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edge.commissioning.listing import Listed
from edge.commissioning.machine_parts import MachinePart
from edge.commissioning.probing import Answer, PortFound
from edge.commissioning.serial_ports import SerialPort
from hall_config.prober import answer_words, plain
from hall_config.wording import LANGUAGES, Language, catalogue, say


def both(key: str, **params: object) -> str:
    return f"{say(key, 'zh', **params)} / {say(key, 'en', **params)}"


def device_lines(device: Listed) -> list[str]:
    """One device: a line that names it, a line for its port, and what to look at where something is the matter."""
    where = device.port if device.resolved in ("", device.port) else f"{device.port} → {device.resolved}"
    facts = [device.driver, where]
    if device.address is not None:
        facts.append(both("commissioning.list.address", address=device.address))
    if device.window is not None:
        facts.append(both("commissioning.list.window", window=device.window))
    mark = {"ready": "●", "not_running": "○"}.get(device.state, "▲")
    if device.look_at("zh"):
        mark = "▲"
    state = f"{device.state_words('zh')} / {device.state_words('en')}"
    lines = [f"{mark} {device.id}  {device.name_zh} / {device.name_en}  {state}", f"    {'  '.join(facts)}"]
    return lines + [f"    {words}" for language in LANGUAGES if (words := device.look_at(language))]


def driver_words(name: str, language: Language) -> str:
    """What people call such a device; the driver's own name where nobody has said."""
    key = f"driver.{name}"
    return say(key, language) if key in catalogue() else name


def said_of(answer: Answer) -> str:
    """Its address and what it said of itself."""
    parts = [] if answer.address is None else [both("commissioning.list.address", address=answer.address)]
    zh, en = (answer_words(answer.words, language) for language in LANGUAGES)
    return "  ".join([*parts, *([zh if zh == en else f"{zh} / {en}"] if zh else [])])


def port_lines(found: PortFound) -> list[str]:
    port = found.port
    lines = [plain(port.stable) + (f"  ({plain(port.device)})" if port.device != port.stable else "")]
    if found.held is not None:
        return [*lines, "    " + both(f"commissioning.held.{found.held.why}", by=plain(found.held.by))]
    if found.problem:
        return [*lines, "    " + both("commissioning.probe.problem", problem=plain(found.problem))]
    if not found.answers:
        return [*lines, *(f"    {say('commissioning.probe.silent', language)}" for language in LANGUAGES)]
    answers = [line for one in found.answers for line in _answer(one)]
    return [*lines, *answers, "    " + both(f"commissioning.probe.{naming(port)}")]


def naming(port: SerialPort) -> str:
    """The word for what the port's name is worth."""
    if port.by == "name" and port.stable.startswith(("/dev/ttyUSB", "/dev/ttyACM")):
        return "by_chance"
    return {"by-id": "by_id", "by-path": "by_path", "name": "by_name"}[port.by]


def _answer(answer: Answer) -> list[str]:
    kind = both(f"commissioning.kind.{answer.kind}")
    params = {"driver": answer.driver, "kind": kind, "baud": answer.baud, "words": said_of(answer)}
    lines = [("  ✔ " + say("commissioning.probe.found", "zh", **params)).rstrip()]
    for other in answer.may_be:
        lines += [
            "    " + say("commissioning.probe.may_be", language, driver=other, called=driver_words(other, language))
            for language in LANGUAGES
        ]
    return lines


def part_lines(parts: Iterable[MachinePart]) -> list[str]:
    """What else there is, one line each."""
    return [f"    {both(f'commissioning.sort.{one.sort}')}: {_name_and_state(one)}".rstrip() for one in parts]


def _name_and_state(part: MachinePart) -> str:
    return f"{plain(part.name)}  {plain(part.port)}  {_state(part)}"


def _state(part: MachinePart) -> str:
    key = f"commissioning.part.{part.state.replace(' ', '_')}"
    if part.sort == "pins" and part.state.isdecimal():
        return both("commissioning.part.pins", count=part.state)
    return both(key) if key in catalogue() else plain(part.state)


def port_json(found: PortFound) -> dict[str, Any]:
    held = None if found.held is None else {"why": found.held.why, "by": found.held.by}
    return {
        "device": found.port.device,
        "port": found.port.stable,
        "by": found.port.by,
        "held": held,
        "problem": found.problem,
        "answers": [
            {"driver": one.driver, "kind": one.kind, "baud": one.baud, "address": one.address, "words": one.words,
             "may_be": list(one.may_be)}
            for one in found.answers
        ],
    }  # fmt: skip


def part_json(part: MachinePart) -> dict[str, str]:
    return {"sort": part.sort, "name": part.name, "port": part.port, "state": part.state}
