"""The relay driver over TCP: RTU frames behind a serial server (``socket://``), Modbus TCP (``tcp://``)."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.errors import PortLost
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
    deadline = time.monotonic() + 5
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
