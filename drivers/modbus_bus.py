"""The Modbus side of the relay board: pymodbus asks, this says what went wrong in our words.

Knows pymodbus, function codes and register numbers. Must not know what the relays switch.

pymodbus is the codec here (README.md draws the frames). Three things it leaves to its user are done here:
- RTU has no transaction number, so a late answer to an older question would be taken for the answer to this one:
  what waits on the line is thrown away before each question, and the echo of a write is compared byte by byte;
- its retries end in one and the same exception whether the line was silent or full of rubbish: the trace of received
  bytes tells NoReply from BadFrame;
- between two frames a line of RS-485 wants a silence of 3.5 characters.
Sources: Waveshare wiki "Modbus RTU Relay" and "Modbus RTU Relay (D)"; Modbus Application Protocol 1.1b3.
"""

from __future__ import annotations

import logging
import select
import struct
import time
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import WriteSingleCoilRequest

from drivers.errors import BadFrame, DeviceFault, NoReply, PortLost

_TIMEOUT_S: Final = 0.4  # an answer of 9 bytes takes 10 ms at 9600; the board itself needs less
_RETRIES: Final = 1
_PULSE_ON: Final = 0x0200  # FC 05 at 0200 + relay: on for n tenths of a second, timed by the board
_VERSION_REGISTER: Final = 0x8000
_TENTHS_LIMIT: Final = 0x7FFF
EXCEPTIONS: Final = {
    1: "the board does not know this function",
    2: "the board has no such relay or register",
    3: "the board refuses this value",
    4: "the board reports a fault of its own",
}

# pymodbus logs each lost answer as an error of its own; the line reports it once, in our words.
logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)


class _Pulse(WriteSingleCoilRequest):
    """FC 05 with a count in place of FF00/0000: no legal coil value, so pymodbus' own call cannot send it."""

    tenths: int = 0

    def encode(self) -> bytes:
        return struct.pack(">HH", self.address, self.tenths)


class ModbusBus:
    """An open line to one or more relay boards. Every method raises `DriverError` of the kind that fits."""

    def __init__(self, port: str, baud: int = 9600) -> None:
        self.port = port
        self._sent = b""
        self._heard = b""
        self._gap_s = max(0.00175, 3.5 * 11 / baud)
        self._quiet_since_s = 0.0
        self._client = self._make(port, baud)
        if not self._client.connect():
            raise PortLost(f"{port}: cannot be opened; check cable, port name and that no other program has it")

    def _make(self, port: str, baud: int) -> ModbusSerialClient | ModbusTcpClient:
        scheme, has_scheme, _ = port.partition("://")
        if has_scheme and scheme in ("socket", "tcp"):
            parts = urlsplit(port)
            try:
                host, number = parts.hostname, parts.port or 502
            except ValueError as problem:
                raise PortLost(f"{port}: {problem}") from problem
            if not host:
                raise PortLost(f"{port}: no host in it; it reads like {scheme}://192.0.2.5:502")
            return ModbusTcpClient(
                host,
                port=number,
                framer=FramerType.SOCKET if scheme == "tcp" else FramerType.RTU,
                timeout=_TIMEOUT_S,
                retries=_RETRIES,
                trace_packet=self._trace,
            )
        return ModbusSerialClient(
            port,
            baudrate=baud,
            framer=FramerType.RTU,
            timeout=_TIMEOUT_S,
            retries=_RETRIES,
            trace_packet=self._trace,
        )

    def read_relays(self, address: int, count: int) -> frozenset[int]:
        """Which of the first ``count`` relays are on (FC 01)."""
        answer = self._ask(lambda: self._client.read_coils(0, count=count, device_id=address), 1)
        if len(answer.bits) < count:
            raise BadFrame(f"{count} relays were asked for and {len(answer.bits)} answered")
        return frozenset(number for number in range(count) if answer.bits[number])

    def write_relays(self, address: int, first: int, states: Sequence[bool]) -> None:
        """Set a run of relays in one frame (FC 0F)."""
        answer = self._ask(lambda: self._client.write_coils(first, list(states), device_id=address), 15)
        if (answer.address, answer.count) != (first, len(states)):
            raise BadFrame(f"{len(states)} relays from {first} were set, the answer tells of another run")

    def write_relay(self, address: int, relay: int, on: bool) -> None:
        """Set one relay (FC 05)."""
        self._ask(lambda: self._client.write_coil(relay, on, device_id=address), 5)
        self._check_echo()

    def pulse(self, address: int, relay: int, tenths: int) -> None:
        """One relay on for ``tenths`` x 0.1 s; the board itself lets go (FC 05, 0200 + relay)."""
        if not 1 <= tenths <= _TENTHS_LIMIT:
            raise ValueError(f"a pulse lasts 1 to {_TENTHS_LIMIT} tenths of a second, not {tenths}")
        request = _Pulse(dev_id=address, address=_PULSE_ON + relay)
        request.tenths = tenths
        self._ask(lambda: self._client.execute(False, request), 5)
        self._check_echo()

    def version(self, address: int) -> int:
        """The board's firmware in hundredths: 200 is V2.00 (FC 03, register 8000)."""
        answer = self._ask(
            lambda: self._client.read_holding_registers(_VERSION_REGISTER, count=1, device_id=address), 3
        )
        if len(answer.registers) != 1:
            raise BadFrame("one register was asked for, another number of them answered")
        return int(answer.registers[0])

    def close(self) -> None:
        """Let the port go; twice is fine."""
        close: Callable[[], None] = self._client.close
        close()

    def _ask(self, send: Callable[[], ModbusPDU], function: int) -> ModbusPDU:
        self._keep_gap()
        self._sent = self._heard = b""
        try:
            self._throw_away_what_waits()
            answer = send()
        except ConnectionException as problem:
            raise PortLost(f"{self.port}: {problem.string}") from problem
        except ModbusException as problem:
            raise self._silence_or_rubbish() from problem
        except (OSError, TypeError, AttributeError) as problem:
            # pyserial and pymodbus raise these from a port that was closed under them
            raise PortLost(f"{self.port}: {problem}") from problem
        finally:
            self._quiet_since_s = time.monotonic()
        if answer.isError():
            code = answer.exception_code
            raise DeviceFault(f"modbus-{code:02d}", EXCEPTIONS.get(code, f"exception code {code:02d}"))
        if answer.function_code != function:
            raise BadFrame(f"function {function:02X} was asked, function {answer.function_code:02X} answered")
        return answer

    def _silence_or_rubbish(self) -> NoReply | BadFrame:
        if self._heard:
            return BadFrame(f"{self.port}: {len(self._heard)} bytes came that are no answer; check baud and wiring")
        return NoReply(f"{self.port}: the relay board does not answer; check its power, address and the A/B wires")

    def _check_echo(self) -> None:
        if not self._heard.endswith(self._sent):
            raise BadFrame("the board's echo is not what was sent")

    def _trace(self, sending: bool, data: bytes) -> bytes:
        if sending:
            self._sent = data
        elif data:
            self._heard = data
        return data

    def _keep_gap(self) -> None:
        left_s = self._quiet_since_s + self._gap_s - time.monotonic()
        if left_s > 0:
            time.sleep(left_s)

    def _throw_away_what_waits(self) -> None:
        # The serial client does this itself; the TCP client does not.
        line = self._client.socket if isinstance(self._client, ModbusTcpClient) else None
        while line is not None and select.select([line], [], [], 0)[0]:
            if not line.recv(4096):
                raise ConnectionException("the other side has closed the connection")


def open_channel(port: str, baud: int = 9600) -> ModbusBus:
    """Open the line: a serial port, ``socket://`` (RTU frames over TCP, a serial server) or ``tcp://`` (Modbus TCP)."""
    return ModbusBus(port, baud)
