"""The relay driver over TCP: RTU frames behind a serial server (``socket://``), Modbus TCP (``tcp://``)."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drivers.errors import DeviceFault, NoReply, OtherAddress, PortLost
from drivers.kinds.relays import RelaysRead
from drivers.relay_board import RelayBoard, open_channel
from tests.drivers.relay_line import DEVICE, Bench, BoardOnLine, Steady
from tests.frame_checks import samples

SAMPLES = {sample.name: sample.data for sample in samples("relay_board")}


@pytest.fixture
def tcp_bench() -> Iterator[tuple[Bench, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        made: list[tuple[socket.socket, BoardOnLine]] = []

        def accept() -> None:
            inner, _ = server.accept()
            made.append((inner, BoardOnLine(inner.fileno())))

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        channel = open_channel(f"socket://127.0.0.1:{server.getsockname()[1]}", 9600)
        thread.join(5)
        inner, line = made[0]
        bench = Bench.__new__(Bench)
        bench.line, bench.board, bench.reports, bench.steady = line, line.board, [], Steady()
        bench.driver = RelayBoard(DEVICE, bench.reports.append, steady=bench.steady)
        bench.channel = channel
        yield bench, inner
        channel.close()
        line.stop()
        inner.close()


def test_rtu_frames_travel_over_tcp(tcp_bench: tuple[Bench, socket.socket]) -> None:
    bench, _ = tcp_bench
    bench.switch(*range(8))
    assert bytes(bench.line.heard) == SAMPLES["all-on"]
    bench.driver.handshake(bench.channel)
    assert bench.on == list(range(8))


def test_a_late_answer_is_not_taken_for_the_next_one(tcp_bench: tuple[Bench, socket.socket]) -> None:
    bench, inner = tcp_bench
    bench.switch(0)
    inner.sendall(SAMPLES["relays-0-and-6"])
    deadline = time.monotonic() + 30
    line: Any = bench.channel._client.socket
    while not select.select([line], [], [], 0)[0]:
        assert time.monotonic() < deadline
    bench.driver.handshake(bench.channel)
    assert bench.reports[-1] == RelaysRead(DEVICE, frozenset({0}))


def test_a_closed_connection_is_a_lost_port(tcp_bench: tuple[Bench, socket.socket]) -> None:
    bench, inner = tcp_bench
    inner.shutdown(socket.SHUT_RDWR)
    with pytest.raises(PortLost):
        bench.switch(0)


def test_a_tcp_port_speaks_modbus_tcp() -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def board() -> None:
            inner, _ = server.accept()
            with inner:
                request = inner.recv(64)
                asked.append(request)
                inner.sendall(request[:2] + bytes.fromhex("0000 0004 01 01 01 41"))  # relays 0 and 6 are on
                inner.recv(64)

        thread = threading.Thread(target=board, daemon=True)
        thread.start()
        channel: Any = open_channel(f"tcp://127.0.0.1:{server.getsockname()[1]}", 9600)
        assert channel.read_coils(1, 8) == frozenset({0, 6})
        channel.close()
        thread.join(5)
    assert asked[0][2:] == bytes.fromhex("0000 0006 01 01 0000 0008")


@contextmanager
def tcp_board(answer: Callable[[bytes], bytes]) -> Iterator[str]:
    """A Modbus TCP gateway that says what it is told to; the URL of its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            inner, _ = server.accept()
            with inner:
                while request := inner.recv(64):
                    inner.sendall(answer(request))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def test_a_gateway_that_answers_for_another_unit_is_named() -> None:
    with tcp_board(lambda request: request[:2] + bytes.fromhex("0000 0004 09 01 01 41")) as port:
        channel = open_channel(port)
        with pytest.raises(OtherAddress, match="address 1 was asked and a board answered as address 9"):
            channel.read_coils(1, 8, tries=1)
        channel.close()


def test_a_gateway_with_a_dead_board_behind_it_is_silence_however_often_it_is_asked() -> None:
    asked: list[bytes] = []
    with tcp_board(lambda request: asked.append(request) or b"") as port:  # type: ignore[func-returns-value]
        channel = open_channel(port)
        with channel.hurried(0.05):
            for _ in range(8):
                with pytest.raises(NoReply, match="does not answer; check its power"):
                    channel.read_coils(1, 8, tries=1)
        channel.close()
    assert len(b"".join(asked)) == 8 * len(bytes.fromhex("0000 0000 0006 01 01 0000 0008"))  # some come in one piece


@pytest.mark.parametrize("code", [0x0A, 0x0B])
def test_a_gateway_that_says_its_board_does_not_answer_is_believed(code: int) -> None:
    with tcp_board(lambda request: request[:2] + bytes.fromhex("0000 0003 01 81") + bytes((code,))) as port:
        channel = open_channel(port)
        with pytest.raises(NoReply, match="the gateway reaches no board at Modbus address 1"):
            channel.read_coils(1, 8)
        channel.close()


def test_a_code_that_no_table_has_is_a_fault_all_the_same() -> None:
    with tcp_board(lambda request: request[:2] + bytes.fromhex("0000 0003 01 81 07")) as port:
        channel = open_channel(port)
        with pytest.raises(DeviceFault, match="exception code 07") as caught:
            channel.read_coils(1, 8)
        assert caught.value.code == "modbus-07"
        channel.close()
