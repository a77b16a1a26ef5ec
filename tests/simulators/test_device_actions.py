"""The table of what can be done to each simulated device is true: it leaves nothing out and invents nothing."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hall_config.models import DevicePart
from simulators.device import ActionRefused, Device, WrongArgument
from simulators.device_actions import ACTIONS, actions_table
from simulators.modbus_slave import ModbusSlave
from simulators.pin_board import PinBoard
from simulators.registry import _MAKERS, PIN_KINDS, make_device


def made(driver: str, folder: Path) -> Device:
    if driver in PIN_KINDS:
        part = DevicePart(id="pin-1", driver=driver, port="gpio:17", options={"pin": "gpio:17"})
        board = PinBoard()
        board.place(part, PIN_KINDS[driver])
        return board.tap("pin-1").device
    device = make_device(DevicePart(id="device-1", driver=driver, port="pty:", address=1, window=1), seed=1)
    fill: Any = getattr(device, "fill", None)
    if fill is not None:
        fill(folder)
    return device


def _own_words(method: Any) -> Iterator[str]:
    """The actions that a method compares with: in ``case "x"``, ``action == "x"`` and ``action in TABLE``."""
    names = inspect.getmodule(method).__dict__
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(method)))):
        if isinstance(node, ast.Match) and ast.unparse(node.subject) == "action":
            values = [one for case in node.cases for one in ast.walk(case.pattern) if isinstance(one, ast.MatchValue)]
            yield from (ast.literal_eval(one.value) for one in values)
        elif isinstance(node, ast.Compare) and ast.unparse(node.left) == "action":
            for other in node.comparators:
                found = names[other.id] if isinstance(other, ast.Name) else ast.literal_eval(other)
                yield from [found] if isinstance(found, str) else found


def _in_the_code(device: Device) -> set[str]:
    methods = [vars(one)[name] for one in type(device).__mro__ for name in ("do", "act") if name in vars(one)]
    if hasattr(device, "slave"):
        methods.append(ModbusSlave.fault)
    return {word for method in methods for word in _own_words(method)}


def test_every_simulated_device_stands_in_the_table() -> None:
    assert set(ACTIONS) == set(_MAKERS) | set(PIN_KINDS)


@pytest.mark.parametrize("driver", ACTIONS)
def test_the_table_names_what_the_code_knows_and_nothing_else(driver: str, tmp_path: Path) -> None:
    assert set(ACTIONS[driver]) == _in_the_code(made(driver, tmp_path))


@pytest.mark.parametrize("driver", ACTIONS)
def test_no_action_of_the_table_is_unknown_to_its_device(driver: str, tmp_path: Path) -> None:
    for action in ACTIONS[driver]:
        device = made(driver, tmp_path)
        try:
            device.do(action, {})
        except WrongArgument as problem:
            unexplained = "" if f"`{problem.field}`" in ACTIONS[driver][action] else problem.field
        except ActionRefused as problem:
            unexplained = str(problem) if f"not {action!r}" in str(problem) else ""
        else:
            unexplained = ""
        assert not unexplained, f"{action}: {unexplained}"


@pytest.mark.parametrize("driver", ACTIONS)
def test_an_unknown_action_is_answered_with_those_that_are_known(driver: str, tmp_path: Path) -> None:
    device = made(driver, tmp_path)
    before = device.show()
    with pytest.raises(ActionRefused) as refusal:
        device.do("no_such_action", {})
    assert "no_such_action" in str(refusal.value)
    assert all(action in str(refusal.value) for action in ACTIONS[driver])
    assert device.show() == before


def test_the_documents_table_has_a_row_for_each_action() -> None:
    rows = list(actions_table())
    assert len(rows) == 2 + sum(len(actions) or 1 for actions in ACTIONS.values())
    assert all(row.count("|") == 4 for row in rows)
