"""What `hall devices …` prints for a person: Chinese first, English beside it. Knows results; finds out nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edge.commissioning.listing import Listed
from edge.commissioning.machine_parts import MachinePart
from edge.commissioning.probing import Answer, PortFound
from edge.commissioning.serial_ports import SerialPort
from hall_config.wording import LANGUAGES, say


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


def port_lines(found: PortFound) -> list[str]:
    port = found.port
    lines = [f"{port.stable}" + (f"  ({port.device})" if port.device != port.stable else "")]
    if found.held is not None:
        return [*lines, "    " + both(f"commissioning.held.{found.held.why}", by=found.held.by)]
    if found.problem:
        return [*lines, "    " + both("commissioning.probe.problem", problem=found.problem)]
    if not found.answers:
        return [*lines, *(f"    {say('commissioning.probe.silent', language)}" for language in LANGUAGES)]
    return [*lines, *(_answer(one) for one in found.answers), "    " + both(f"commissioning.probe.{naming(port)}")]


def naming(port: SerialPort) -> str:
    """The word for what the port's name is worth."""
    if port.by == "name" and port.stable.startswith(("/dev/ttyUSB", "/dev/ttyACM")):
        return "by_chance"
    return {"by-id": "by_id", "by-path": "by_path", "name": "by_name"}[port.by]


def _answer(answer: Answer) -> str:
    where = "" if answer.address is None else "  " + both("commissioning.list.address", address=answer.address)
    kind = both(f"commissioning.kind.{answer.kind}")
    params = {"driver": answer.driver, "kind": kind, "baud": answer.baud, "address": where, "words": answer.words}
    return ("  ✔ " + say("commissioning.probe.found", "zh", **params)).rstrip()


def part_lines(parts: Iterable[MachinePart]) -> list[str]:
    return [
        f"    {both(f'commissioning.sort.{part.sort}')}: {part.name}  {part.port}  {part.state}".rstrip()
        for part in parts
    ]


def port_json(found: PortFound) -> dict[str, Any]:
    held = None if found.held is None else {"why": found.held.why, "by": found.held.by}
    return {
        "device": found.port.device,
        "port": found.port.stable,
        "by": found.port.by,
        "held": held,
        "problem": found.problem,
        "answers": [
            {"driver": one.driver, "kind": one.kind, "baud": one.baud, "address": one.address, "words": one.words}
            for one in found.answers
        ],
    }


def part_json(part: MachinePart) -> dict[str, str]:
    return {"sort": part.sort, "name": part.name, "port": part.port, "state": part.state}
