"""Boards of another Modbus stack: pymodbus' own server, over Modbus TCP, RTU over TCP, and RTU on a pseudo-terminal.

The drivers use pymodbus' client, whose framer this server shares; the simulators' framer and `mbpoll` are others.
"""

from __future__ import annotations

import asyncio
import os
import select
import threading
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pymodbus import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.parts import free_port, wait_for

RELAYS, INPUTS = 8, 8


def board(address: int, inputs: list[bool]) -> SimDevice:
    """A plain board: coils, inputs and one holding register."""
    return SimDevice(
        id=address,
        simdata=(
            [SimData(0, values=[False] * 16, datatype=DataType.BITS)],
            [SimData(0, values=inputs + [False] * 8, datatype=DataType.BITS)],
            [SimData(0x8000, values=[200], datatype=DataType.REGISTERS)],
            [SimData(0, values=[0], datatype=DataType.REGISTERS)],
        ),
    )


@contextmanager
def served(devices: list[SimDevice], way: str) -> Iterator[str]:
    """The port URL of a server; ``way`` is ``tcp``, ``socket`` or ``pty``."""
    with ExitStack() as undo:
        if way == "pty":
            port, theirs = undo.enter_context(_null_modem())
            number = 0
        else:
            number = free_port()
            port, theirs = f"{way}://127.0.0.1:{number}", ""
        undo.enter_context(_running(devices, way, number, theirs))
        yield port


@contextmanager
def _running(devices: list[SimDevice], way: str, number: int, path: str) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    servers: list[ModbusTcpServer | ModbusSerialServer] = []

    async def serve() -> None:
        server: ModbusTcpServer | ModbusSerialServer
        if way == "pty":
            server = ModbusSerialServer(devices, port=path, baudrate=9600, ignore_missing_devices=True)
        else:
            framer = FramerType.SOCKET if way == "tcp" else FramerType.RTU
            server = ModbusTcpServer(devices, framer=framer, address=("127.0.0.1", number), ignore_missing_devices=True)
        await server.serve_forever(background=True)
        servers.append(server)

    async def end() -> None:
        await servers[0].shutdown()

    thread = threading.Thread(target=loop.run_forever, name="other modbus stack", daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    wait_for(lambda: servers, "the server runs")
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@contextmanager
def _null_modem() -> Iterator[tuple[str, str]]:
    """Two pseudo-terminals joined back to back."""
    ends = [os.openpty(), os.openpty()]
    for _, slave in ends:
        tty.setraw(slave)
    first, second = ends[0][0], ends[1][0]
    stopping = threading.Event()

    def carry() -> None:
        while not stopping.is_set():
            ready, _, _ = select.select([first, second], [], [], 0.05)
            for number in ready:
                os.write(second if number == first else first, os.read(number, 4096))

    thread = threading.Thread(target=carry, name="null modem", daemon=True)
    thread.start()
    try:
        yield os.ttyname(ends[0][1]), os.ttyname(ends[1][1])
    finally:
        stopping.set()
        thread.join(5)
        for pair in ends:
            for number in pair:
                os.close(number)
