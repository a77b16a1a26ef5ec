"""The channel that every Modbus device of a line shares: pymodbus asks, this says what went wrong in our words.

Knows pymodbus, function codes and echoes. Must not know what a board's coils and inputs are for.

pymodbus is the codec here (the READMEs of relay_board and input_board draw the frames). What it leaves to its user:
- RTU has no transaction number, so a late answer to an older question would be taken for the answer to this one:
  what waits on the line is thrown away before each question, and the echo of a write is compared byte by byte;
- its retries end in one and the same exception whether the line was silent, full of rubbish or another board spoke: the
  trace of received bytes tells `NoReply`, `BadFrame` and `OtherAddress` apart, so the retries are made here;
- an adapter that hears itself gives every question back, and the echo of a write looks like its answer. A read's echo
  cannot be its answer, so the first read finds such an adapter out, and from then on what was sent is cut off;
- between two frames a line of RS-485 wants a silence of 3.5 characters.
Sources: Modbus Application Protocol 1.1b3; Modbus over Serial Line 1.02.
"""

from __future__ import annotations

import contextlib
import logging
import select
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from pymodbus import FramerType
from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import WriteSingleCoilRequest

from drivers.checksums import crc16_modbus
from drivers.errors import BadFrame, DeviceFault, DriverError, NoReply, OtherAddress, PortLost
from drivers.network_port import hung_up

_TIMEOUT_S: Final = 0.4  # an answer of 9 bytes takes 10 ms at 9600; a board needs less, a serial server may need more
_MEET_S: Final = 0.2  # for the first question to a board that may not be there: it must not keep the others waiting
_TRIES: Final = 2
_READS: Final = (1, 2, 3)
_GATEWAY: Final = (0x0A, 0x0B)  # what a Modbus TCP gateway says of a board that does not answer it
EXCEPTIONS: Final = {
    1: "the board does not know this function",
    2: "the board has no such relay, input or register",
    3: "the board refuses this value",
    4: "the board reports a fault of its own",
}
log = structlog.get_logger()

logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)  # the line reports a lost answer once, in our words


class _RawCoil(WriteSingleCoilRequest):
    """FC 05 with any value: a pulse's length is no legal coil value, so pymodbus' own call cannot send it."""

    value: int = 0

    def encode(self) -> bytes:
        return struct.pack(">HH", self.address, self.value)


class ModbusBus:
    """An open line to one or more boards. Every method raises `DriverError` of the kind that fits."""

    def __init__(self, port: str, baud: int = 9600) -> None:
        self.port = port
        self._sent = b""
        self._heard = b""
        self._echoes = False
        self._lost = False
        self._told: set[tuple[int, int]] = set()  # who answered for whom, said once
        self._at_close: dict[str, Callable[[], None]] = {}
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
            framer = FramerType.SOCKET if scheme == "tcp" else FramerType.RTU
            return ModbusTcpClient(
                host, port=number, framer=framer, timeout=_TIMEOUT_S, retries=0, trace_packet=self._trace
            )
        return ModbusSerialClient(
            port, baudrate=baud, framer=FramerType.RTU, timeout=_TIMEOUT_S, retries=0, trace_packet=self._trace
        )

    # --- questions --------------------------------------------------------------------------------------------

    def read_coils(self, address: int, count: int, *, first: int = 0, tries: int = _TRIES) -> frozenset[int]:
        """Which of ``count`` coils from ``first`` are on (FC 01)."""
        answer = self._ask(address, 1, lambda: self._client.read_coils(first, count=count, device_id=address), tries)
        return _those_on(answer, first, count)

    def read_inputs(self, address: int, count: int, *, first: int = 0, tries: int = _TRIES) -> frozenset[int]:
        """Which of ``count`` inputs from ``first`` are on (FC 02)."""
        answer = self._ask(
            address, 2, lambda: self._client.read_discrete_inputs(first, count=count, device_id=address), tries
        )
        return _those_on(answer, first, count)

    def read_registers(self, address: int, first: int, count: int = 1, *, tries: int = _TRIES) -> tuple[int, ...]:
        """``count`` holding registers from ``first`` (FC 03)."""
        answer = self._ask(
            address, 3, lambda: self._client.read_holding_registers(first, count=count, device_id=address), tries
        )
        if len(answer.registers) != count:
            raise BadFrame(f"{count} registers were asked for and {len(answer.registers)} answered")
        return tuple(answer.registers)

    def write_coil(self, address: int, coil: int, value: int, *, tries: int = _TRIES) -> None:
        """FC 05 with FF00 (on), 0000 (off) or what else the board takes for a value."""

        def send() -> ModbusPDU:
            request = _RawCoil(dev_id=address, address=coil)
            request.value = value
            return self._client.execute(False, request)

        self._ask(address, 5, send, tries)
        self._check_echo()

    def write_coils(self, address: int, first: int, states: Sequence[bool], *, tries: int = _TRIES) -> None:
        """Set a run of coils in one frame (FC 0F)."""
        answer = self._ask(address, 15, lambda: self._client.write_coils(first, list(states), device_id=address), tries)
        if (answer.address, answer.count) != (first, len(states)):
            raise BadFrame(f"{len(states)} coils from {first} were set, the answer tells of another run")

    def write_register(self, address: int, register: int, value: int) -> None:
        """Set one holding register (FC 06)."""
        self._ask(address, 6, lambda: self._client.write_register(register, value, device_id=address), _TRIES)
        self._check_echo()

    def say(self, data: bytes) -> None:
        """Bytes that are no frame and get no answer; not over Modbus TCP, where all is frames."""
        if not self.port.startswith("tcp://"):
            self._keep_gap()
            try:
                self._client.send(data, None)
            except (ModbusException, OSError, TypeError, AttributeError) as problem:
                raise self._port_lost(str(problem)) from problem
            self._quiet_since_s = time.monotonic()

    # --- the line's end ---------------------------------------------------------------------------------------

    def at_close(self, device: str, act: Callable[[], None]) -> None:
        """``act`` is done once, before the port is let go while it still works: a device's last word."""
        self._at_close[device] = act

    def meeting(self) -> contextlib.AbstractContextManager[None]:
        """Within the block a board that is not there costs little; over a network it costs a whole time-out."""
        return self.hurried(_TIMEOUT_S if isinstance(self._client, ModbusTcpClient) else _MEET_S)

    @contextlib.contextmanager
    def hurried(self, timeout_s: float) -> Iterator[None]:
        """Within the block nobody is waited for longer than this: who is not there costs little."""
        settings = self._client.comm_params
        before, settings.timeout_connect = settings.timeout_connect, timeout_s
        try:
            yield
        finally:
            settings.timeout_connect = before

    def look_at_plug(self) -> None:
        """Called often while nothing is asked: raises `PortLost` when the plug is out or the other side has hung up."""
        if self._client.socket is not None and hung_up(self._client.socket.fileno()):
            raise self._port_lost("the plug is out, or the other side has hung up")

    def close(self) -> None:
        """Let the port go; twice is fine."""
        acts, self._at_close = self._at_close, {}
        for device, act in acts.items():
            if self._lost:
                break
            try:
                act()
            except DriverError as problem:
                log.warning("modbus.last_word_lost", device=device, problem=str(problem))
        self._client.close()  # type: ignore[no-untyped-call]

    # --- asking -----------------------------------------------------------------------------------------------

    def _ask(self, address: int, function: int, send: Callable[[], ModbusPDU], tries: int) -> ModbusPDU:
        for left in range(tries - 1, -1, -1):
            try:
                return self._ask_once(address, function, send)
            except (NoReply, BadFrame):
                if not left:
                    raise
        raise ValueError("asked no times")

    def _ask_once(self, address: int, function: int, send: Callable[[], ModbusPDU]) -> ModbusPDU:
        self._keep_gap()
        self._sent = self._heard = b""
        try:
            self._throw_away_what_waits()
            answer = send()
        except ConnectionException as problem:
            raise self._port_lost(problem.string) from problem
        except ModbusException as problem:
            raise self._why_no_answer(address) from problem
        except (OSError, TypeError, AttributeError) as problem:
            # pyserial and pymodbus raise these from a port that was closed under them
            raise self._port_lost(str(problem)) from problem
        finally:
            self._quiet_since_s = time.monotonic()
        if answer.isError():
            code = answer.exception_code
            if code in _GATEWAY:
                raise NoReply(f"{self.port}: the gateway reaches no board at Modbus address {address}; check its line")
            raise DeviceFault(f"modbus-{code:02d}", EXCEPTIONS.get(code, f"exception code {code:02d}"))
        if answer.function_code != function:
            raise BadFrame(f"function {function:02X} was asked, function {answer.function_code:02X} answered")
        return answer

    def _keep_gap(self) -> None:
        left_s = self._quiet_since_s + self._gap_s - time.monotonic()
        if left_s > 0:
            time.sleep(left_s)

    def _port_lost(self, words: str) -> PortLost:
        self._lost = True
        return PortLost(f"{self.port}: {words}")

    def _why_no_answer(self, address: int) -> NoReply | BadFrame:
        if not self._heard:
            return NoReply(
                f"{self.port}: the board at Modbus address {address} does not answer; "
                "check its power, its address switches and its A/B wires"
            )
        other = self._who_speaks()
        if other is None or other == address:
            return BadFrame(
                f"{self.port}: address {address} was asked and {len(self._heard)} bytes came that are no answer; "
                "check baud and wiring, and that no two boards have this address"
            )
        words = (
            f"{self.port}: address {address} was asked and a board answered as address {other}; "
            "check the address switches of both boards"
        )
        if (address, other) not in self._told:
            self._told.add((address, other))
            log.warning("modbus.other_address", port=self.port, asked=address, answered=other, check="address switches")
        return OtherAddress(words)

    def _who_speaks(self) -> int | None:
        """The address in what was heard, when that is one whole frame."""
        heard = self._heard
        if self.port.startswith("tcp://"):
            return heard[6] if len(heard) >= 9 and heard[2:4] == b"\0\0" else None
        if len(heard) >= 5 and crc16_modbus(heard[:-2]).to_bytes(2, "little") == heard[-2:]:
            return heard[0]
        return None

    def _check_echo(self) -> None:
        if not self._heard.endswith(self._sent):
            raise BadFrame(f"{self.port}: the board's echo is not what was sent; check baud and wiring")

    def _trace(self, sending: bool, data: bytes) -> bytes:
        if sending:
            self._sent = data
            return data
        is_read = len(self._sent) > 1 and self._sent[7 if self.port.startswith("tcp://") else 1] in _READS
        if is_read and data.startswith(self._sent):
            self._echoes = True
        if self._echoes or is_read:
            if self._sent.startswith(data):
                return b""  # the beginning of an echo, perhaps; more is to come
            if self._echoes and data.startswith(self._sent):
                data = data[len(self._sent) :]
        self._heard = data or self._heard
        return data

    def _throw_away_what_waits(self) -> None:
        # The serial client does this itself; the TCP client does not.
        line = self._client.socket if isinstance(self._client, ModbusTcpClient) else None
        while line is not None and select.select([line], [], [], 0)[0]:
            if not line.recv(4096):
                raise ConnectionException("the other side has closed the connection")


def _those_on(answer: ModbusPDU, first: int, count: int) -> frozenset[int]:
    if not count <= len(answer.bits) < count + 8:
        raise BadFrame(f"{count} states were asked for and {len(answer.bits)} answered")
    return frozenset(first + place for place in range(count) if answer.bits[place])


def open_channel(port: str, baud: int = 9600) -> ModbusBus:
    """Open the line: a serial port, ``socket://`` (RTU frames over TCP, a serial server) or ``tcp://`` (Modbus TCP)."""
    return ModbusBus(port, baud)
