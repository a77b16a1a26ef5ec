"""What one part of a hall file promises about another: names used are names given, and no two things share a place.

The checks take the file as it was read, before it is known to be right, and look only at values of the right type:
so one run shows every problem, and none that only follows from another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hall_config.contact_checks import contact_problems
from hall_config.driver_book import WITHOUT_PUBLIC_PROTOCOL, DriverBook, DriverFacts, driver_names
from hall_config.file_rows import Find, Row, rows_of, twice, values_of
from hall_config.gate_checks import gate_problems
from hall_config.opening_checks import opening_problems
from hall_config.ports import fits_driver, one_port, port_form
from hall_config.problems import Problem, dotted, nearest
from hall_config.queue_checks import queue_problems
from hall_config.sound_checks import sound_problems
from hall_config.toml_lines import Path, nearest_line

Known = Mapping[str, DriverFacts]

_NAMES_OF_CENTRAL: Final = ("central",)  # its account at the broker, its topics
BAUDS: Final = (
    300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 28800, 38400, 57600, 76800, 115200, 128000, 230400, 250000, 256000,
    460800, 500000, 576000, 921600, 1000000, 1500000, 2000000, 3000000,
)  # fmt: skip
_NET_KEYS: Final = (("pages", "listen"), ("uplink", "broker"), ("gpio", "pins"))


def cross_problems(data: Mapping[str, Any], lines: dict[Path, int], book: DriverBook | None = None) -> list[Problem]:
    """Every problem between the parts of a file."""

    def find(code: str, path: Path, near: str | None = None, **params: object) -> Problem:
        return Problem(code, path, nearest_line(lines, path), near, params)

    known = _known(data, book)
    services, windows = rows_of(data, "service"), rows_of(data, "window")
    shared, devices = rows_of(data, "line"), rows_of(data, "device")
    return [
        *_reserved(find, data),
        *twice(find, services, "letter"),
        *twice(find, windows, "number"),
        *twice(find, shared, "id"),
        *twice(find, devices, "id"),
        *opening_problems(find, data),
        *_services_of_windows(find, windows, services),
        *queue_problems(find, data),
        *_drivers(find, devices, None if book is None else known),
        *_windows_of_devices(find, devices, windows, known),
        *_lines_of_devices(find, devices, shared),
        *_bauds(find, [*shared, *devices]),
        *_languages_of_lines(find, devices, known),
        *_ports(find, shared + devices, known),
        *_addresses(find, devices, known),
        *_one_of_a_kind(find, devices, known),
        *_addresses_of_this_hall(find, data),
        *sound_problems(find, data, known),
        *contact_problems(find, data, known),
        *gate_problems(find, data, known),
    ]


def _reserved(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    hall = data.get("hall")
    if isinstance(hall, dict) and hall.get("id") in _NAMES_OF_CENTRAL:
        yield find("RESERVED", ("hall", "id"), value=hall["id"])


def _services_of_windows(find: Find, windows: list[Row], services: list[Row]) -> Iterator[Problem]:
    letters = values_of(services, "letter")
    for window in windows:
        seen: set[str] = set()
        for path, letter in window.texts("services"):
            if letter not in letters:
                yield find("UNKNOWN_SERVICE", path, nearest(letter, map(str, letters)), value=letter)
            elif letter in seen:
                yield find("TWICE", path, value=letter, other=dotted((*window.path, "services")))
            seen.add(letter)


def _known(data: Mapping[str, Any], book: DriverBook | None) -> Known:
    drivers = {row.text("driver") for row in rows_of(data, "device")} if book is not None else set()
    facts = {name: book.facts(name) for name in drivers if name is not None and book is not None}
    return {name: found for name, found in facts.items() if found is not None}


def _of(known: Known, device: Row, fact: str) -> Any:
    """One fact of a device's driver; None where the driver is not known."""
    found = known.get(device.text("driver") or "")
    return None if found is None else getattr(found, fact)


def _drivers(find: Find, devices: list[Row], known: Known | None) -> Iterator[Problem]:
    """A name that no package brings, and one whose package is broken here."""
    names = driver_names()
    for device in devices:
        driver = device.text("driver")
        path = (*device.path, "driver")
        if driver in WITHOUT_PUBLIC_PROTOCOL and driver not in names:
            yield find("NO_PUBLIC_PROTOCOL", path, value=driver)
        elif driver is not None and driver not in names:
            yield find("UNKNOWN_DRIVER", path, nearest(driver, names), value=driver, valid=", ".join(names))
        elif driver is not None and known is not None and driver not in known:
            yield find("BROKEN_DRIVER", path, value=driver)


def _windows_of_devices(find: Find, devices: list[Row], windows: list[Row], known: Known) -> Iterator[Problem]:
    numbers = values_of(windows, "number")
    for device in devices:
        number, driver = device.number("window"), device.text("driver")
        if number is not None and number not in numbers:
            yield find("UNKNOWN_WINDOW", (*device.path, "window"), value=number)
        if "window" not in device.values and _of(known, device, "needs_window"):
            yield find("NEEDS_WINDOW", device.path, driver=driver)


def _lines_of_devices(find: Find, devices: list[Row], shared: list[Row]) -> Iterator[Problem]:
    names = [str(name) for name in values_of(shared, "id")]
    for device in devices:
        line = device.text("line")
        if line is not None and line not in names:
            yield find("UNKNOWN_LINE", (*device.path, "line"), nearest(line, names), value=line)
        if line is not None and "baud" in device.values:
            yield find("BAUD_OF_LINE", (*device.path, "baud"))


def _bauds(find: Find, rows: list[Row]) -> Iterator[Problem]:
    """A speed that no port has is a slip of the pen, and would only be seen as a silent device."""
    for row in rows:
        baud = row.number("baud")
        if baud is not None and baud not in BAUDS:
            near = min(BAUDS, key=lambda known: abs(known - baud))
            yield find("BAUD", (*row.path, "baud"), str(near), value=baud)


def _languages_of_lines(find: Find, devices: list[Row], known: Known) -> Iterator[Problem]:
    """Devices on one line whose drivers want different things of it: bytes, a Modbus bus, pins."""
    first: dict[str, Row] = {}
    for device in devices:
        line, channel = device.text("line"), _of(known, device, "channel")
        if line is None or channel is None:
            continue
        other = first.setdefault(line, device)
        if _of(known, other, "channel") != channel:
            drivers = {"driver": device.text("driver"), "other_driver": other.text("driver")}
            yield find("LINE_MIXED", (*device.path, "line"), line=line, other=dotted(other.path), **drivers)


def _ports(find: Find, rows: list[Row], known: Known) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for row, path, port in _used_ports(rows):
        driver = row.text("driver") if path[-1] == "port" else None
        form = port_form(port)
        if form is None:
            yield find("PORT_FORM", path, value=port)
            continue
        if driver is not None and driver in known and not fits_driver(known[driver].ports, form):
            yield find("PORT_OF_ANOTHER_KIND", path, value=port, driver=driver)
        elif driver is not None and driver in known and port.startswith("tcp:") and known[driver].channel != "modbus":
            yield find("PORT_OF_MODBUS", path, value=port, driver=driver, better=port.replace("tcp:", "socket:", 1))
        same = one_port(port)
        if same is not None and first.setdefault(same, path) != path:
            yield find("PORT_TAKEN", path, value=port, other=dotted(first[same][:2]))


def _used_ports(rows: list[Row]) -> Iterator[tuple[Row, Path, str]]:
    """Every port that a row names, the lamp of a button too."""
    for row in rows:
        if (port := row.text("port")) is not None:
            yield row, (*row.path, "port"), port
        options = row.values.get("options")
        for key, value in options.items() if isinstance(options, dict) else ():
            if isinstance(value, str) and value.startswith("gpio:"):
                yield row, (*row.path, "options", key), value


def _addresses(find: Find, devices: list[Row], known: Known) -> Iterator[Problem]:
    members: dict[str, list[Row]] = {}
    for device in devices:
        bounds = _of(known, device, "addresses")
        number = device.number("address")
        if number is not None and bounds is not None and not bounds[0] <= number <= bounds[1]:
            low, high = bounds
            yield find(
                "ADDRESS_RANGE",
                (*device.path, "address"),
                value=number,
                driver=device.text("driver"),
                low=low,
                high=high,
            )
        if line := device.text("line"):
            members.setdefault(line, []).append(device)
    for line, together in members.items():
        first: dict[tuple[str, int | None], Row] = {}  # a protocol of its own has numbers of its own
        for device in together:
            address = device.number("address")
            driver = device.text("driver") or ""
            # where the driver is not known, nor is whose numbers these are: only its own kind can be in its way
            place = (_of(known, device, "address_space") if driver in known else driver, address)
            if "address" not in device.values and len(together) > 1:
                yield find("NEEDS_ADDRESS", device.path, line=line)
            if address is not None and not _one_board(first.setdefault(place, device), device):
                other = dotted(first[place].path)
                yield find("ADDRESS_TAKEN", (*device.path, "address"), value=address, line=line, other=other)


def _one_board(device: Row, other: Row) -> bool:
    """Whether both are parts of one board, such as its relays and its inputs: then they share its address."""
    boards = []
    for part in (device, other):
        options = part.values.get("options")
        boards.append(options.get("board") if isinstance(options, dict) else None)
    return device is other or boards[1] == device.text("id") is not None or boards[0] == other.text("id") is not None


def _one_of_a_kind(find: Find, devices: list[Row], known: Known) -> Iterator[Problem]:
    first: dict[str, Row] = {}
    for device in devices:
        driver = device.text("driver")
        if (
            driver is not None
            and _of(known, device, "one_of_a_kind")
            and first.setdefault(driver, device) is not device
        ):
            yield find("ONE_ONLY", device.path, driver=driver, other=dotted(first[driver].path))


def _addresses_of_this_hall(find: Find, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Port numbers and the public address, whose form alone does not say that they can be."""
    for table, key in _NET_KEYS:
        value = Row((table,), _table(data, table)).text(key) or ""
        number = value.rpartition(":")[2]
        if number.isdecimal() and not 1 <= int(number[:9]) <= 65_535:
            yield find("PORT_NUMBER", (table, key), value=value)
    public = Row(("pages",), _table(data, "pages")).text("public_url")
    if public is not None and not public.startswith(("http://", "https://")):
        yield find("URL_FORM", ("pages", "public_url"), value=public)


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name)
    return table if isinstance(table, dict) else {}
