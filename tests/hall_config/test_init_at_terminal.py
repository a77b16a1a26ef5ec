"""``hall config init`` where somebody sits before it: what only a person can say is asked on a real terminal."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hall_config import prober
from hall_config.driver_book import installed_book
from hall_config.load import read_hall_file
from hall_config.prober import Proposal, Search
from hall_config.program import run
from tests.hall_config.test_init import HEAD, INPUTS, TERMINALS
from tests.parts import wait_for


class Person:
    """Somebody who types, one line at a time or several ahead."""

    def __init__(self) -> None:
        self._hand, self._keyboard = os.openpty()
        self.stdin = open(self._keyboard, encoding="utf-8")  # noqa: SIM115 - closed below

    def types(self, *lines: str) -> None:
        os.write(self._hand, "".join(f"{line}\n" for line in lines).encode())

    def close(self) -> None:
        self.stdin.close()
        os.close(self._hand)


@pytest.fixture(name="person")
def person_fixture(monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    made = Person()
    monkeypatch.setattr(sys, "stdin", made.stdin)
    yield made
    made.close()


def init(monkeypatch: pytest.MonkeyPatch, out: Path, look: prober.Prober, *options: str) -> int:
    monkeypatch.setattr(prober, "installed_prober", lambda: look)
    return run(["config", "init", "--out", str(out), *options])


def test_a_person_says_how_long_to_listen_and_ends_it_by_enter(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "hall.toml"
    seen: list[float] = []

    def look(search: Search) -> list[Proposal]:
        assert search.screens == ("socket://192.0.2.30:4352", "socket://192.0.2.31:4352")
        person.types("no number", "601", "45")
        seen.append(search.how_long(2))
        search.press_now()
        person.types("typed too early")
        wait_for(lambda: bool(select.select([person.stdin], [], [], 0)[0]), "the early line")
        assert search.enough() is False
        person.types("")
        wait_for(search.enough, "Enter is noticed")
        person.types(*HEAD, "", "", "", "2")
        return TERMINALS[:2]

    person.types("a/b", "192.0.2.30， 192.0.2.31 192.0.2.30")
    assert init(monkeypatch, out, look) == 0
    assert seen == [45.0]
    assert [(one.address, one.window) for one in read_hall_file(out, installed_book()).device] == [(2, 2), (9, 2)]
    said = capsys.readouterr().err
    assert "有 2 个端口没有应答" in said
    assert "2 port(s) did not answer" in said
    assert "按回车" in said


def test_a_person_says_which_of_two_devices_a_board_is(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "hall.toml"

    def look(search: Search) -> list[Proposal]:
        assert search.how_long(1) == 30.0, "the command said it: nobody is asked"
        person.types(*HEAD, "y", "3", "2", "1")
        return [INPUTS]

    person.types("")
    assert init(monkeypatch, out, look, "--listen", "30") == 0
    (keypad,) = read_hall_file(out, installed_book()).device
    assert (keypad.driver, keypad.address, keypad.window) == ("modbus-keypad", 7, 1)
    said = capsys.readouterr().err
    assert "1 输入板（Modbus） modbus-inputs, 2 按键盘" in said
    assert "只知道它有输入" not in out.read_text(encoding="utf-8"), "a person has said it"
