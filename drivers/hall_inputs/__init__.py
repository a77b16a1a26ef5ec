"""What hangs on single pins: a button with its lamp, a door contact, a lock or lamp behind a relay (README.md)."""

from drivers.driver import Manifest
from drivers.hall_inputs.driver import DoorContact, HelpButton, build_button, build_contact
from drivers.hall_inputs.output import OPTIONS, PinOutput, build_output
from drivers.hall_inputs.pins import Pins, open_channel
from drivers.kind import Kind
from drivers.options import Option

__all__ = [
    "BUTTON",
    "CONTACT",
    "OUTPUT",
    "DoorContact",
    "HelpButton",
    "PinOutput",
    "Pins",
    "open_channel",
]

_INPUT_OPTIONS = (
    Option("bounce_s", "float", 0.05, 0, 0.3),
    Option("active", "text", "low", choices=("low", "high")),
)
BUTTON = Manifest(
    name="gpio-button",
    version="1",
    capabilities=("press", "lamp"),
    default_baud=0,
    open_channel=open_channel,
    build=build_button,
    kind=Kind.BUTTON,
    options=(Option("lamp", "text"), *_INPUT_OPTIONS),
    channel="pins",
    ports=("gpio",),
    repeatable=frozenset({"LightLamp"}),
)
CONTACT = Manifest(
    name="gpio-contact",
    version="1",
    capabilities=("contact",),
    default_baud=0,
    open_channel=open_channel,
    build=build_contact,
    kind=Kind.CONTACT,
    options=_INPUT_OPTIONS,
    channel="pins",
    ports=("gpio",),
)
OUTPUT = Manifest(
    name="gpio-output",
    version="1",
    capabilities=("relay", "pulse"),
    default_baud=0,
    open_channel=open_channel,
    build=build_output,
    kind=Kind.RELAYS,
    options=OPTIONS,
    channel="pins",
    ports=("gpio",),
    repeatable=frozenset({"LightRelay"}),
    points=1,
)
