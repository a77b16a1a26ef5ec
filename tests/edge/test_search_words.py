"""What a search says while it goes on: a moving line on a terminal, a line for each port elsewhere."""

from __future__ import annotations

import io
import re
import unicodedata

import pytest

from edge.commissioning.port_holder import Held
from edge.commissioning.probing import Answer, PortFound, Question
from edge.commissioning.search_words import SearchWords, cut
from edge.commissioning.serial_ports import SerialPort
from edge.commissioning.shown import port_lines

PORT = SerialPort("/dev/ttyUSB0", "/dev/serial/by-path/x-1", "by-path")
KEYPAD = Answer("modbus-inputs", "inputs", 9600, 2, "inputs", ("modbus-keypad",))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def everything(words: SearchWords, port: SerialPort = PORT) -> None:
    words.begin()
    words.ask(Question(port, "sam-id-card", 115200, 5, 28))
    words.ended(PortFound(port, (KEYPAD,)))
    words.ended(PortFound(port))
    words.ended(PortFound(port, problem="gone"))
    words.ended(PortFound(port, held=Held("exclusive")))
    words.press_now(60.0)
    words.heard(port, Answer("ff68-terminal", "call-terminal", 9600, 3, "FF 68, key"))


def test_the_moving_line_tells_port_device_speed_and_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    stream = Terminal()
    everything(SearchWords(4, stream))
    moving = "0/4  /dev/serial/by-path/x-1  身份证阅读器（SAM 模块） 115200  (5/28)"
    assert f"\r\x1b[K  {moving}\r\x1b[K" in stream.getvalue()


def test_the_moving_line_fits_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = Terminal()
    SearchWords(4, stream).ask(Question(PORT, "sam-id-card", 115200, 5, 28))
    line = stream.getvalue().removeprefix("\r\x1b[K")
    assert sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) <= 39
    assert cut("测试", 3) == "测"


def test_elsewhere_each_port_has_one_line_and_nothing_moves() -> None:
    stream = io.StringIO()
    everything(SearchWords(4, stream))
    said = stream.getvalue()
    assert "\x1b" not in said
    assert "\r" not in said
    assert re.findall(r"(\d/4)  ", said) == ["1/4", "2/4", "3/4", "4/4"]
    for words in ("没有应答 / no answer", "60 秒之内", "Within 60 s", "地址 3 / address 3", "按了键"):
        assert words in said


def test_the_name_of_a_port_plays_no_tricks() -> None:
    stream = Terminal()
    everything(SearchWords(1, stream), SerialPort("x", "/dev/\x1b[2J\n\r", "name"))
    assert "\x1b[2J" not in stream.getvalue()


def test_no_port_is_no_promise_to_wait() -> None:
    stream = io.StringIO()
    SearchWords(0, stream).begin()
    assert stream.getvalue() == ""


def test_the_result_names_both_devices_that_answer_alike() -> None:
    lines = "\n".join(port_lines(PortFound(PORT, (KEYPAD,))))
    assert "输入 / inputs" in lines
    assert '也可能是按键盘（Modbus 输入板）（driver = "modbus-keypad"）' in lines
    assert "It may be a keypad" in lines
